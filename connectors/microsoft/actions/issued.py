"""Actions that wait for their device: issued is not done, and only what Intune says of the device is told as done."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from connectors.contract import ActionContext, ActionResult, Field, Json, Outcome
from connectors.errors import AmbiguousError, NotFoundError, OutOfTimeError, WorldError
from connectors.microsoft.actions.targets import Target
from connectors.microsoft.routes.devices import MANAGED

if TYPE_CHECKING:
    from connectors.microsoft.client import MicrosoftSession

WAIT = Field("wait_minutes", "integer", "How long to wait for the devices; what is issued stays issued after it.",
             required=False, default=5)  # fmt: skip
RESULTS = Field("devices", "list[object]", "Each device: done, waits, failed, unknown or gone, and why.")

DONE, WAITS, FAILED, UNKNOWN, GONE = "done", "waits", "failed", "unknown", "gone"
ISSUED = "issued, waits for the device"
ENDED = ("failed", "canceled", "notSupported")
FIRST_WAIT_S, LONGEST_WAIT_S = 5.0, 60.0

Told = dict[str, Json]


def issue(
    session: MicrosoftSession, context: ActionContext, what: str, found: Iterable[Target], wait_minutes: int,
    body: Mapping[str, Any] | None = None,
) -> ActionResult:  # fmt: skip
    """Ask every device, then look until all have answered or the time is over."""
    told = {one.id: _asked(session, what, one, body) for one in found}
    until, wait = context.now() + timedelta(minutes=wait_minutes), FIRST_WAIT_S
    while True:
        for id_, one in told.items():
            if one["state"] in (WAITS, UNKNOWN):
                one.update(_seen(session, what, id_, str(one["state"])))
        if not any(one["state"] == WAITS for one in told.values()) or not _paused(context, wait, until):
            break
        wait = min(wait * 2, LONGEST_WAIT_S)
    return _result(list(told.values()))


def _asked(session: MicrosoftSession, what: str, one: Target, body: Mapping[str, Any] | None) -> Told:
    told: Told = {**one.told(), "state": WAITS, "why": ISSUED}
    if one.gone:
        return told | {"state": GONE, "why": "Intune holds no such device"}
    try:
        session.call("POST", f"{MANAGED}/{what}", body=body, device=one.id)
    except NotFoundError as error:
        return told | {"state": GONE, "why": error.what}
    except AmbiguousError as error:
        return told | {"state": UNKNOWN, "why": error.what}
    except WorldError as error:
        return told | {"state": FAILED, "why": error.what}
    return told


def _seen(session: MicrosoftSession, what: str, device: str, before: str) -> Told:
    """What Intune says of it. A record that is gone was given up or wiped, and of nothing else a proof."""
    try:
        row = session.get(MANAGED, device=device)
    except NotFoundError:
        gone = what in ("retire", "wipe")
        return {"state": DONE if gone else GONE, "why": "its record is gone from Intune"}
    except WorldError as error:
        return {"state": before, "why": f"{ISSUED}; it could not be read back: {error.what}"}
    if str(row.get("managementState")) in (f"{what}Failed", f"{what}Canceled"):
        return {"state": FAILED, "why": f"managementState is {row['managementState']}"}
    asked = [one for one in row.get("deviceActionResults") or [] if one.get("actionName") == what]
    last: Mapping[str, Any] = max(asked, key=lambda one: str(one.get("startDateTime")), default={})
    match str(last.get("actionState") or ""):
        case "done":
            return {"state": DONE, "why": f"done at {last.get('lastUpdatedDateTime')}"}
        case state if state in ENDED:
            return {"state": FAILED, "why": f"the device answered {state}"}
        case "":
            return {"state": before, "why": ISSUED if before == WAITS else "Intune shows no such action"}
    return {"state": WAITS, "why": ISSUED}


def _paused(context: ActionContext, wait: float, until: Any) -> bool:
    """Whether there is still time; an end of it loses nothing that was issued."""
    if context.cancelled() or context.now() >= until:
        return False
    try:
        context.pause(wait)
    except OutOfTimeError:
        return False
    return True


def _result(told: list[Told]) -> ActionResult:
    states = {one["state"] for one in told}
    why = "; ".join(f"{one['device']}: {one['why']}" for one in told)
    outputs = {"devices": told}
    if FAILED in states:
        return ActionResult(outputs, Outcome.FAILED, why)
    if states & {WAITS, UNKNOWN}:
        return ActionResult(outputs, Outcome.COULD_NOT_CHECK, why)
    return ActionResult(outputs, Outcome.ALREADY_SO if states <= {GONE} else Outcome.DONE, why)
