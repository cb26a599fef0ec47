"""What apps prove themselves with: secrets, certificates and trusted issuers; adding, removing, and who did it.

The value of a secret is shown once, when it is made; `_secrets` and `_certificates` keep by key id what the login
host accepts, and `_by` who added it. A change of certificates replaces the whole list.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
import uuid
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from connectors.microsoft.emulator.area import Answered, Area, Call, Refusal, Who, not_found
from connectors.microsoft.emulator.areas.apps import (
    APPLICATIONS,
    KINDS,
    PRINCIPALS,
    READ,
    WRITE,
    may_change,
    owners,
    thing_of,
)
from connectors.microsoft.emulator.listing import listing
from connectors.microsoft.emulator.tenant import Record, Tenant, shown

AREA = Area("app-credentials")
LIFE = timedelta(days=730)
FEDERATED = "federatedIdentityCredentials"
UPDATED = {APPLICATIONS: "Update application – Certificates and secrets management",  # noqa: RUF001 - as the log has it
           PRINCIPALS: "Update service principal"}  # fmt: skip
ADDED = {**UPDATED, PRINCIPALS: "Add service principal credentials"}
REMOVED = {**UPDATED, PRINCIPALS: "Remove service principal credentials"}


def _serve(table: str) -> None:
    """The same routes for applications and for service principals."""

    @AREA.route("POST", f"/v1.0/{table}/{{thing}}/addPassword", WRITE)
    def _add(tenant: Tenant, call: Call) -> Any:
        thing = thing_of(tenant, call, table)
        may_change(call, thing)
        before, given = _described(thing), (call.body or {}).get("passwordCredential") or {}
        value, now = secrets.token_urlsafe(30), tenant.now()
        key = str(uuid.uuid4())
        made = {
            "keyId": key, "displayName": given.get("displayName"), "hint": value[:3],
            "startDateTime": tenant.stamp(), "endDateTime": given.get("endDateTime") or tenant.stamp(now + LIFE),
            "customKeyIdentifier": None, "secretText": None,
        }  # fmt: skip
        thing.setdefault("passwordCredentials", []).append(made)
        thing.setdefault("_secrets", {})[key] = value
        _remember(thing, key, call.who)
        _note(call, ADDED[table], table, thing, before)
        return {**made, "secretText": value}

    @AREA.route("POST", f"/v1.0/{table}/{{thing}}/removePassword", WRITE)
    def _remove(tenant: Tenant, call: Call) -> None:
        thing, key = thing_of(tenant, call, table), (call.body or {}).get("keyId")
        may_change(call, thing)
        before, held = _described(thing), thing.get("passwordCredentials", [])
        if all(one["keyId"] != key for one in held):
            raise Refusal(400, "Request_BadRequest", f"No password credential found with keyId {key}.")
        thing["passwordCredentials"] = [one for one in held if one["keyId"] != key]
        thing.get("_secrets", {}).pop(key, None)
        _note(call, REMOVED[table], table, thing, before)

    @AREA.route("PATCH", f"/v1.0/{table}/{{thing}}", WRITE)
    def _change(tenant: Tenant, call: Call) -> None:
        thing, body = thing_of(tenant, call, table), dict(call.body or {})
        may_change(call, thing)
        before = _described(thing)
        if "keyCredentials" in body:
            _replace(thing, body.pop("keyCredentials") or (), call.who)
            _note(call, UPDATED[table], table, thing, before)
        if body:
            thing.update(body)
            call.audit(f"Update {'application' if table == APPLICATIONS else 'service principal'}", KINDS[table],
                       thing["id"], thing.get("displayName", ""), "ApplicationManagement", **body)  # fmt: skip


for _table in (APPLICATIONS, PRINCIPALS):
    _serve(_table)


def _replace(thing: Record, given: Iterable[Record], who: Who) -> None:
    """The certificates are exactly those that are given: known ones by their key id, new ones with their data."""
    held = {one["keyId"]: one for one in thing.get("keyCredentials", ())}
    made, accepted = [], {}
    for one in given:
        key = one.get("keyId") or str(uuid.uuid4())
        if key in held:
            made.append(held[key])
            accepted[key] = thing["_certificates"][key]
            continue
        try:
            found = x509.load_der_x509_certificate(base64.b64decode(one.get("key") or ""))
        except ValueError:
            raise Refusal(400, "Request_BadRequest", "Key credential must have valid 'key' data.") from None
        made.append({**one, "keyId": key})
        accepted[key] = found.public_bytes(Encoding.PEM).decode()
        _remember(thing, key, who)
    thing["keyCredentials"], thing["_certificates"] = made, accepted


def _remember(thing: Record, key: str, who: Who) -> None:
    """Which person added a credential."""
    if who.kind == "user":
        thing.setdefault("_by", {})[key] = who.id


def _described(thing: Record) -> str:
    """All credentials of a thing, as the log's property KeyDescription lists them."""
    kinds = (("passwordCredentials", "Password"), ("keyCredentials", "AsymmetricX509Cert"))
    parts = [
        f'"[KeyIdentifier={one["keyId"]},KeyType={kind},KeyUsage=Verify,DisplayName={one.get("displayName") or ""}]"'
        for name, kind in kinds for one in thing.get(name, ())
    ]  # fmt: skip
    return f"[{','.join(parts)}]"


def _note(call: Call, activity: str, table: str, thing: Record, before: str) -> None:
    changed = {"displayName": "KeyDescription", "oldValue": before, "newValue": _described(thing)}
    call.audits.append({
        "activityDisplayName": activity, "category": "ApplicationManagement",
        "targetResources": [{"id": thing["id"], "displayName": thing.get("displayName", ""), "type": KINDS[table],
                             "modifiedProperties": [changed]}],
    })  # fmt: skip


@AREA.route("GET", "/v1.0/applications/{thing}/federatedIdentityCredentials", READ)
def _trusted(tenant: Tenant, call: Call) -> Any:
    thing = thing_of(tenant, call, APPLICATIONS)
    return listing(tenant, call, tenant.rows(FEDERATED, _application=thing["id"]))


@AREA.route("POST", "/v1.0/applications/{thing}/federatedIdentityCredentials", WRITE)
def _trust(tenant: Tenant, call: Call) -> Any:
    thing, body = thing_of(tenant, call, APPLICATIONS), dict(call.body or {})
    may_change(call, thing)
    if tenant.first(FEDERATED, _application=thing["id"], name=body.get("name")):
        raise Refusal(409, "Request_MultipleObjectsWithSameKeyValue", "FederatedIdentityCredential with name "
                      f"{body.get('name')} already exists.")  # fmt: skip
    made = tenant.put(FEDERATED, {**body, "id": str(uuid.uuid4()), "_application": thing["id"]})
    call.audit("Update application", "Application", thing["id"], thing["displayName"], "ApplicationManagement",
               FederatedIdentityCredentials=f"{made['id']} {made['issuer']} {made['subject']}")  # fmt: skip
    return Answered(201, shown(made))


@AREA.route("DELETE", "/v1.0/applications/{thing}/federatedIdentityCredentials/{credential}", WRITE)
def _distrust(tenant: Tenant, call: Call) -> None:
    thing = thing_of(tenant, call, APPLICATIONS)
    may_change(call, thing)
    found = tenant.first(FEDERATED, _application=thing["id"], id=call.values["credential"])
    if found is None:
        raise not_found(f"Resource '{call.values['credential']}'")
    tenant.remove(FEDERATED, [found])
    call.audit("Update application", "Application", thing["id"], thing["displayName"], "ApplicationManagement")


@AREA.snapshot
def _snapshot(tenant: Tenant) -> dict[str, Any]:
    """Each credential as that of the person who added it; of all owners where nobody knows."""
    found: dict[str, Any] = {}
    for table in (APPLICATIONS, PRINCIPALS):
        for thing in tenant.rows(table):
            by = thing.get("_by", {})
            for owner in owners(tenant, thing):
                mine = {
                    name: [one["keyId"] for one in thing.get(name, ()) if by.get(one["keyId"], owner) == owner]
                    for name in ("passwordCredentials", "keyCredentials")
                }
                own = f"{table}/{thing['id']}"
                found |= {f"apps/{owner}/secret/{own}/{key}": True for key in mine["passwordCredentials"]}
                if mine["keyCredentials"]:
                    found[f"apps/{owner}/certificates/{own}"] = sorted(mine["keyCredentials"])
    for one in tenant.rows(FEDERATED):
        for owner in owners(tenant, tenant.table(APPLICATIONS)[one["_application"]]):
            name = hashlib.sha256(one["name"].encode()).hexdigest()[:16]
            trusted = [one["issuer"], one["subject"], one["audiences"]]
            found[f"apps/{owner}/federated/{one['_application']}/{name}"] = trusted
    return found
