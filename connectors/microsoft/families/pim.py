"""What Privileged Identity Management has in common, whatever it gives: instances, and requests that end or make them.

An instance stands for every assignment, those too that nobody gave through PIM: PIM's own are those that end by
themselves and those that somebody activated. A request says nothing but the case's id, and mails the person and the
administrators (Entra, `pim-email-notifications.md`): the sign-in block goes first, so that the mailbox is shut.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from connectors.contract import Landed, Outcome, Undo
from connectors.errors import RejectedError
from connectors.microsoft.paths import moment

GONE = ("RoleAssignmentDoesNotExist", "RoleEligibilityScheduleDoesNotExist")
THERE = ("RoleAssignmentExists", "conflicting object", "already exist")
"""Words of refusals that say that it is so already (general knowledge, not re-checked)."""

ACTIVATED = "a person who is still eligible activates it again"
NO_RIGHT_TO_GIVE = "giving it back takes the ReadWrite right, which the cut does without"


def own(instance: Mapping[str, Any]) -> bool:
    """Whether PIM gave it for a time: it ends by itself, or somebody activated it."""
    return bool(instance.get("endDateTime")) or activated(instance)


def activated(instance: Mapping[str, Any]) -> bool:
    """Whether somebody who is eligible activated it."""
    return str(instance.get("assignmentType") or "").casefold() == "activated"


def by_group(instance: Mapping[str, Any]) -> bool:
    """Whether a group holds it, and the person only through the group."""
    return str(instance.get("memberType") or "").casefold() in {"group", "inherited"}


def undo_of(instance: Mapping[str, Any]) -> dict[str, Any]:
    """Whether it can be given back: an activation is the person's own act, and comes back by another."""
    if activated(instance):
        return {"undo": Undo.NO, "undo_note": ACTIVATED}
    return {"undo": Undo.YES, "undo_note": NO_RIGHT_TO_GIVE}


def schedule(end: str | None) -> dict[str, Any]:
    """From now until the end that stood before."""
    expiration = {"type": "afterDateTime", "endDateTime": end} if end else {"type": "noExpiration"}
    return {"startDateTime": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), "expiration": expiration}


def ended(end: str | None) -> bool:
    """Whether it would have ended by itself meanwhile."""
    at = moment(end)
    return at is not None and at <= datetime.now(UTC)


def sent(call: Callable[[], Any], so_already: tuple[str, ...]) -> Landed:
    """Do it; a refusal with one of these words means that it is so already.

    Raises:
        WorldError: what the service answered otherwise.

    """
    try:
        call()
    except RejectedError as error:
        if any(words in error.what for words in so_already):
            return Landed(datetime.now(UTC), Outcome.ALREADY_SO, error.what)
        raise
    return Landed(datetime.now(UTC))
