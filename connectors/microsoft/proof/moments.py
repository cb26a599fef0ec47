"""When an account was cut: as the step says, or as the directory stamped it when its sessions were ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from connectors.contract import Account, Json, Outcome
from connectors.errors import NotFoundError, WorldError
from connectors.microsoft.discover import GUEST, MEMBER
from connectors.microsoft.odata import select
from connectors.microsoft.paths import moment

if TYPE_CHECKING:
    from collections.abc import Iterable

    from connectors.microsoft.client import MicrosoftSession

PROPERTIES = ("id", "accountEnabled", "signInSessionsValidFromDateTime", "onPremisesSyncEnabled")
PERMISSION = "User.Read.All"


@dataclass(frozen=True)
class Cut:
    """One account and the moment of its cut; `why` says why that is not known."""

    account: Account
    at: datetime | None
    why: str = ""
    synced: bool = False
    enabled: bool | None = None
    """Whether it may sign in now; None where that could not be read."""


@dataclass(frozen=True)
class Said:
    """What one question of a proof came to."""

    check: str
    outcome: Outcome
    why: str = ""

    def to_json(self) -> dict[str, str]:
        """As the step's outputs hold it."""
        return {"check": self.check, "outcome": self.outcome.value, "why": self.why}


_WORST = (Outcome.FAILED, Outcome.COULD_NOT_CHECK, Outcome.DONE, Outcome.NOT_APPLICABLE)


def worst(said: Iterable[Said]) -> Outcome:
    """What all of them come to together: what failed, else what nobody knows, else what was proven."""
    found = {one.outcome for one in said}
    return next((one for one in _WORST if one in found), Outcome.NOT_APPLICABLE)


def people(accounts: Iterable[Account]) -> tuple[Account, ...]:
    """Accounts that are users, sorted."""
    return tuple(sorted(one for one in accounts if one.kind in (MEMBER, GUEST)))


def given(since: Json) -> datetime | None:
    """The input `since` as a time."""
    return None if since is None else datetime.fromisoformat(str(since))


def cut_of(session: MicrosoftSession, account: Account, since: datetime | None) -> Cut:
    """When this account was cut; the stamp of the directory counts only where the account is blocked."""
    try:
        user: dict[str, Any] = session.get("/v1.0/users/{user}", query=select(*PROPERTIES), user=account.id)
    except NotFoundError:
        return Cut(account, since, "" if since else "the user is gone; say `since` when it was cut", enabled=False)
    except WorldError as error:
        return Cut(account, since, "" if since else error.what)
    enabled, synced = user.get("accountEnabled") is not False, bool(user.get("onPremisesSyncEnabled"))
    at = since or (None if enabled else moment(user.get("signInSessionsValidFromDateTime")))
    why = "" if at else "the account may sign in: it was not cut, or let in again; say `since` when it was cut"
    return Cut(account, at, why, synced, enabled)
