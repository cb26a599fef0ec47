"""Defender for Endpoint: machines, actions that wait for them, and packages behind links on another host."""

from __future__ import annotations

import hashlib
import io
import secrets
import zipfile
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, urlsplit

from connectors.microsoft.emulator.area import Answered, Area, Call, Needs, Refusal
from connectors.microsoft.emulator.listing import chosen, listing
from connectors.microsoft.emulator.tenant import Record, Tenant

AREA = Area("defender")
READ: Needs = ("Machine.Read.All", "Machine.ReadWrite.All")
LICENCE = "DEFENDER"
FINE = "%Y-%m-%dT%H:%M:%S.%f0Z"
"""Defender's times have seven digits after the second."""

LINK_S = 900.0


def _not_found(what: str) -> Refusal:
    return Refusal(404, "ResourceNotFound", f"{what} was not found")


def _machine(tenant: Tenant, call: Call) -> Record:
    found = tenant.table("machines").get(call.values["machine"])
    if found is None:
        raise _not_found("Machine")
    return found


@AREA.route("GET", "/api/machines", READ, service="defender", licence=LICENCE)
def _machines(tenant: Tenant, call: Call) -> Any:
    """None is told as not found (list machines)."""
    found = listing(tenant, call, tenant.rows("machines"))
    if not found.body["value"]:
        raise _not_found("Machine")
    return found


@AREA.route("GET", "/api/machines/{machine}", READ, service="defender", licence=LICENCE)
def _get(tenant: Tenant, call: Call) -> Any:
    return chosen(_machine(tenant, call), call)


def _asked(path: str, kind: str, right: str, *, one_at_a_time: bool = False) -> None:
    @AREA.route("POST", f"/api/machines/{{machine}}/{path}", (right,), service="defender", licence=LICENCE)
    def _ask(tenant: Tenant, call: Call) -> Any:
        found = _machine(tenant, call)
        running = [row for row in tenant.rows("machineActions", machineId=found["id"], type=kind)
                   if row["status"] in ("Pending", "InProgress")]  # fmt: skip
        if one_at_a_time and running:
            raise Refusal(400, "ActiveRequestAlreadyExists", "Action is already in progress")
        row = tenant.put("machineActions", {
            "type": kind, "scope": call.body.get("IsolationType"), "requestorComment": call.body["Comment"],
            "requestor": call.who.app, "status": "Pending", "machineId": found["id"],
            "computerDnsName": found["computerDnsName"], "creationDateTimeUtc": tenant.now().strftime(FINE),
            "_issued": tenant.now().isoformat(),
        })  # fmt: skip
        return Answered(201, chosen(row, call))


_asked("isolate", "Isolate", "Machine.Isolate")
_asked("unisolate", "Unisolate", "Machine.Isolate")
_asked("collectInvestigationPackage", "CollectInvestigationPackage", "Machine.CollectForensics", one_at_a_time=True)


@AREA.route("GET", "/api/machineactions", READ, service="defender", licence=LICENCE)
def _actions(tenant: Tenant, call: Call) -> Any:
    return listing(tenant, call, tenant.rows("machineActions"))


def _action(tenant: Tenant, call: Call) -> Record:
    found = tenant.table("machineActions").get(call.values["action"])
    if found is None:
        raise _not_found("Machine action")
    return found


@AREA.route("GET", "/api/machineactions/{action}", READ, service="defender", licence=LICENCE)
def _one_action(tenant: Tenant, call: Call) -> Any:
    return chosen(_action(tenant, call), call)


@AREA.job
def _machines_answer(tenant: Tenant) -> None:
    """An online machine does what it was asked some time ago; one that is off never does."""
    due = tenant.now() - timedelta(seconds=tenant.settings.device_time)
    for row in tenant.rows("machineActions", status="Pending"):
        found = tenant.table("machines").get(row["machineId"], {"_online": False})
        if not found.get("_online", True) or datetime.fromisoformat(row["_issued"]) > due:
            continue
        row["status"] = "Succeeded"
        if row["type"] in ("Isolate", "Unisolate"):
            found["_isolated"] = row["type"] == "Isolate"


@AREA.route("GET", "/api/machineactions/{action}/GetPackageUri", READ, service="defender", licence=LICENCE)
def _link(tenant: Tenant, call: Call) -> Any:
    """A link that is good for a short time, in quotation marks of its own, on another host."""
    found = _action(tenant, call)
    if found["type"] != "CollectInvestigationPackage" or found["status"] != "Succeeded":
        raise _not_found("Package")
    token = secrets.token_urlsafe(12) + "+/="
    until = tenant.now() + timedelta(seconds=LINK_S)
    tenant.put("links", {"id": token, "machine": found["machineId"], "until": until.isoformat()})
    port = urlsplit(call.base).port
    return {"value": f'"http://localhost:{port}/files/safedownload/package.zip?token={quote(token, safe="")}"'}


@AREA.route("GET", "/safedownload/package.zip", (), service="files")
def _download(tenant: Tenant, call: Call) -> Any:
    held = tenant.table("links").get(call.query.get("token", ""))
    if held is None or tenant.now() >= datetime.fromisoformat(held["until"]):
        raise Refusal(403, "AuthenticationFailed", "The link has expired.")
    return Answered(200, None, {"Content-Type": "application/zip"}, package(held["machine"]))


def package(machine: str) -> bytes:
    """What a machine's sensor packs; the same bytes for the same machine."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        for name in ("Autoruns", "Processes", "Scheduled Tasks"):
            entry = zipfile.ZipInfo(f"{name}/{name}.csv")
            file.writestr(entry, f"{name},{hashlib.sha256(f'{machine}{name}'.encode()).hexdigest()}\n" * 2000)
    return packed.getvalue()


@AREA.snapshot
def _snapshot(tenant: Tenant) -> dict[str, Any]:
    """Whether each machine is cut off, by every user of its device."""
    users = {row["deviceId"]: {*row.get("_owners", ()), *row.get("_users", ())} for row in tenant.rows("devices")}
    return {
        f"defender/{user}/{row['id']}": bool(row.get("_isolated"))
        for row in tenant.rows("machines") for user in users.get(row["aadDeviceId"], ())
    }  # fmt: skip
