"""Intune: the company's devices are locked; a personal one is never locked or wiped whole.

A lock is weak: it lets in whoever knows the PIN, and how well Windows takes it is uncertain (support differs by
system, general knowledge). It waits until the device is online: an action that is pending is no proof, and `done` is.
Of a personal device only the work data of managed apps may go, which `microsoft.wipe-managed-apps` asks for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from connectors.contract import (
    AccessPath,
    Account,
    CutOrder,
    Landed,
    Manual,
    Outcome,
    PathKind,
    PathState,
    Subject,
    Undo,
)
from connectors.errors import NotFoundError, RefusedError, UnsupportedError
from connectors.microsoft.discover import MEMBER
from connectors.microsoft.families.devices import FAMILY as ENTRA
from connectors.microsoft.families.devices import earlier, shared
from connectors.microsoft.paths import Paths, Unread, known_before, moment, path, unlicensed
from connectors.microsoft.registered import PERMISSIONS, Device, registered
from connectors.microsoft.routes.devices import INTUNE, MANAGED, OPERATE

if TYPE_CHECKING:
    from connectors.microsoft.client import MicrosoftSession

FAMILY = "intune"
KINDS = (MEMBER,)
OBSERVE_PERMISSIONS = (INTUNE, *PERMISSIONS)
CUT_PERMISSIONS = (OPERATE,)
RESTORE_PERMISSIONS: tuple[str, ...] = ()
READ_BY = "GET /deviceManagement/managedDevices/{id} with its action results"

COMPANY = "company"
LATE = 2
LOCK = "remoteLock"


def observe(
    session: MicrosoftSession, account: Account, subject: Subject, known: tuple[AccessPath, ...]
) -> tuple[Paths, Unread]:
    """Every device that Intune holds for the user, those that an earlier read saw included."""
    try:
        found = _managed(session, account, earlier(known, FAMILY))
        entra = registered(session, account.id, subject, earlier(known, ENTRA)) if found else ()
    except UnsupportedError as error:
        return [unlicensed(account, FAMILY, PathKind.DEVICE, "licence", "devices under Intune", error.what)], {}
    except NotFoundError:
        return [], {}
    except RefusedError as error:
        return [], {PathKind.DEVICE: error.what}
    used = {one.device_id: one for one in entra}
    return [_path(account, one, used.get(str(one.get("azureADDeviceId"))), known) for one in found], {}


def cut(session: MicrosoftSession, path: AccessPath, order: CutOrder) -> Landed:
    """Ask the device to lock itself; it does when it is next online."""
    del order
    session.call("POST", f"{MANAGED}/remoteLock", device=path.id.rsplit("/", 1)[1])
    return Landed(datetime.now(UTC), detail="issued, waits for the device")


def restore(session: MicrosoftSession, path: AccessPath, order: CutOrder) -> Landed:
    """Nothing: the user unlocks it."""
    del session, order
    return Landed(datetime.now(UTC), Outcome.NOT_APPLICABLE, path.undo_note)


def _managed(session: MicrosoftSession, account: Account, known: Iterable[str]) -> list[dict[str, Any]]:
    """Each device by its id: a listing may leave the results of its actions out."""
    listed = session.rows("/v1.0/users/{user}/managedDevices", query={"$select": "id"}, user=account.id)
    found = []
    for device in sorted({*(str(row["id"]) for row in listed), *known} - {"licence"}):
        try:
            found.append(session.get(MANAGED, device=device))
        except NotFoundError:  # it left Intune between the two reads, or was retired
            continue
    return found


def _path(account: Account, row: Mapping[str, Any], device: Device | None, known: tuple[AccessPath, ...]) -> AccessPath:
    id_, name = str(row["id"]), str(row.get("deviceName") or row["id"])
    owner = str(row.get("managedDeviceOwnerType") or "unknown")
    last = _last(row)
    stamp = known_before(known, f"{FAMILY}/{account.id}/{id_}").get("locked", _done(last))
    others = device is not None and bool(device.others)
    manual = shared(device) if device is not None and others else None if owner == COMPANY else _personal(name)
    made = path(
        account, FAMILY, PathKind.DEVICE, id_, f"{owner} device {name} ({row.get('operatingSystem') or 'unknown'}), "
        "used by whoever has it unlocked", wave=LATE, undo=Undo.NO, undo_note="the user unlocks it with its PIN",
        manual=manual, before={"locked": stamp},
    )  # fmt: skip
    if manual is not None:
        return made
    done = moment(_done(last))
    if done is not None and (stamp is None or done > datetime.fromisoformat(stamp)):
        return made.seen(PathState.CUT, f"locked at {done:%Y-%m-%dT%H:%M:%SZ}: who knows its PIN can unlock it")
    return made.seen(PathState.STANDING, _told(last)) if last else made


def _last(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """The latest lock that was asked for; empty when there is none."""
    asked = [one for one in row.get("deviceActionResults") or [] if one.get("actionName") == LOCK]
    return max(asked, key=lambda one: str(one.get("startDateTime")), default={})


def _done(last: Mapping[str, Any]) -> str | None:
    return str(last["lastUpdatedDateTime"]) if last.get("actionState") == "done" else None


def _told(last: Mapping[str, Any]) -> str:
    state = str(last.get("actionState"))
    if state in ("pending", "active", "none"):
        return f"lock issued at {last.get('startDateTime')}, waits for the device"
    if state == "notSupported":
        return "this device does not take a remote lock"
    return f"the last lock is {state}, at {last.get('lastUpdatedDateTime')}"


def _personal(name: str) -> Manual:
    return Manual(
        f"Remove work data from a personal device: {name}",
        (
            "It is the person's own: it is never locked or wiped whole.",
            "Run microsoft.wipe-managed-apps with its device tag, which removes the work data of managed apps alone;",
            "or in the Intune portal: Apps, App selective wipe, the person, this device.",
            "It happens when an app is next opened, within 30 minutes; the request is kept for 94 days.",
        ),
        "the portal shows the wipe request as completed",
        "Which device was asked to wipe its work data, and what does the portal show?",
        "https://learn.microsoft.com/intune/intune-service/apps/apps-selective-wipe",
    )
