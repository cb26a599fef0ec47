"""Defender for Endpoint: the network of the user's machines, cut by isolating them.

An isolated machine goes on talking to Defender, and shows the isolation to whoever sits at it. What isolates a
machine is told by its latest isolation or release that succeeded: one that is pending waits for the machine, and is
no proof. Behind a full-tunnel VPN an isolated machine may not reach Defender any more, and then cannot be released.

Sources: github.com/MicrosoftDocs/defender-docs, list machines, isolate, release, list machine actions.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from connectors.contract import AccessPath, Account, CutOrder, Landed, PathKind, PathState, Subject, Undo
from connectors.errors import NotFoundError, RefusedError, UnsupportedError
from connectors.microsoft.clouds import Service
from connectors.microsoft.discover import MEMBER
from connectors.microsoft.families.devices import FAMILY as ENTRA
from connectors.microsoft.families.devices import earlier, shared
from connectors.microsoft.odata import quoted
from connectors.microsoft.paths import Paths, Unread, path, unlicensed
from connectors.microsoft.registered import PERMISSIONS, Device, registered
from connectors.microsoft.routes.devices import MACHINES

if TYPE_CHECKING:
    from connectors.microsoft.client import MicrosoftSession

FAMILY = "defender"
KINDS = (MEMBER,)
OBSERVE_PERMISSIONS = (MACHINES, *PERMISSIONS)
CUT_PERMISSIONS = RESTORE_PERMISSIONS = ("Machine.Isolate",)
READ_BY = "GET /api/machineactions of the machines of the user's devices"

VPN = "a full-tunnel VPN can keep it from reaching Defender: it is then released by hand"
WAITING = ("Pending", "InProgress")


def observe(
    session: MicrosoftSession, account: Account, subject: Subject, known: tuple[AccessPath, ...]
) -> tuple[Paths, Unread]:
    """Every machine of the user's devices, those that an earlier read saw included; none where it is not in use."""
    if not session.offers(Service.DEFENDER):
        return [], {}
    try:
        devices = registered(session, account.id, subject, earlier(known, ENTRA))
        found = dict(machines(session, devices))
        paths = [_path(session, account, row, device) for row, device in found.values()]
        listed = {one.id for one in paths}
        left = [one for one in known if one.id.startswith(f"{FAMILY}/{account.id}/") and one.id not in listed]
        return [*paths, *(again for one in left for again in _again(session, one))], {}
    except UnsupportedError as error:
        label = "machines under Defender for Endpoint"
        return [unlicensed(account, FAMILY, PathKind.NETWORK, "licence", label, error.what)], {}
    except NotFoundError:
        return [], {}
    except RefusedError as error:
        return [], {PathKind.NETWORK: error.what}


def cut(session: MicrosoftSession, path: AccessPath, order: CutOrder) -> Landed:
    """Isolate it; it is when it is next online."""
    _act(session, path, "isolate", {"Comment": order.case_id, "IsolationType": "Full"})
    return Landed(datetime.now(UTC), detail="issued, waits for the machine")


def restore(session: MicrosoftSession, path: AccessPath, order: CutOrder) -> Landed:
    """Release it."""
    _act(session, path, "unisolate", {"Comment": order.case_id})
    return Landed(datetime.now(UTC), detail="issued, waits for the machine")


def machines(
    session: MicrosoftSession, devices: tuple[Device, ...]
) -> Iterator[tuple[str, tuple[dict[str, Any], Device | None]]]:
    """Machines of these devices by id, each with its device.

    Raises:
        WorldError: what Defender answered.

    """
    for device in devices:
        try:
            wanted = uuid.UUID(device.device_id)  # a literal of its own type, without quotes (general knowledge)
            query = {"$filter": f"aadDeviceId eq {wanted}"}
            rows = session.rows("/api/machines", service=Service.DEFENDER, query=query)
        except ValueError:
            continue
        except NotFoundError:  # as Defender says that it has seen no such machine lately
            continue
        yield from ((str(row["id"]), (row, device)) for row in rows)


def _act(session: MicrosoftSession, path: AccessPath, what: str, body: Mapping[str, str]) -> None:
    machine = path.id.rsplit("/", 1)[1]
    route = f"/api/machines/{{machine}}/{what}"
    session.call("POST", route, service=Service.DEFENDER, body=body, machine=machine)


def _path(session: MicrosoftSession, account: Account, row: Mapping[str, Any], device: Device | None) -> AccessPath:
    id_ = str(row["id"])
    others = device is not None and bool(device.others)
    made = path(
        account, FAMILY, PathKind.NETWORK, id_, f"network of {row.get('computerDnsName') or id_}", undo=Undo.YES,
        undo_note=VPN, manual=shared(device) if device is not None and others else None,
    )  # fmt: skip
    if made.manual is not None:
        return made
    onboarded = str(row.get("onboardingStatus") or "Onboarded")
    if onboarded.casefold() != "onboarded":
        return made.seen(PathState.NOT_APPLICABLE, f"Defender has no hold on it: it is {onboarded}")
    return _judged(made, _isolations(session, id_))


def _again(session: MicrosoftSession, path: AccessPath) -> Iterator[AccessPath]:
    """A machine of an earlier read whose device object is gone: judged by itself, and no less shared than it was."""
    machine = path.id.rsplit("/", 1)[1]
    if path.state is PathState.NOT_APPLICABLE:
        return
    try:
        session.get("/api/machines/{machine}", service=Service.DEFENDER, machine=machine)
    except NotFoundError:
        return
    stands = path.seen(PathState.STANDING)
    yield stands if path.manual else _judged(stands, _isolations(session, machine))


def _isolations(session: MicrosoftSession, machine: str) -> list[dict[str, Any]]:
    """Isolations and releases of a machine, the latest first."""
    query = {"$filter": f"machineId eq {quoted(machine)}"}
    rows = session.rows("/api/machineactions", service=Service.DEFENDER, query=query)
    found = [row for row in rows if row.get("type") in ("Isolate", "Unisolate")]
    return sorted(found, key=lambda row: str(row.get("creationDateTimeUtc")), reverse=True)


def _judged(made: AccessPath, rows: list[dict[str, Any]]) -> AccessPath:
    last = next((row for row in rows if row.get("status") == "Succeeded"), None)
    if last is not None and last["type"] == "Isolate":
        return made.seen(PathState.CUT, f"isolated at {last.get('creationDateTimeUtc')}")
    if not rows or rows[0] is last:
        return made
    asked, status = rows[0], str(rows[0].get("status"))
    word = "isolation" if asked["type"] == "Isolate" else "release"
    if status in WAITING:
        return made.seen(
            PathState.STANDING, f"{word} issued at {asked.get('creationDateTimeUtc')}, waits for the machine"
        )
    return made.seen(PathState.STANDING, f"the last {word} is {status}")
