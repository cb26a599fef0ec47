"""The sign-in log after a moment: successes, refusals, and what this log cannot show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from connectors.errors import NotFoundError, RejectedError
from connectors.microsoft.evidence.sign_ins import BETA, FIRST, ONLY_INTERACTIVE
from connectors.microsoft.evidence.windows import stamp
from connectors.microsoft.odata import quoted
from connectors.microsoft.paths import moment

if TYPE_CHECKING:
    from connectors.microsoft.client import MicrosoftSession

OF_USERS = ("interactiveUser", "nonInteractiveUser")
OF_APPS = ("servicePrincipal",)
Row = Mapping[str, Any]
NEVER = datetime.max.replace(tzinfo=UTC)
"""A row without a time counts as the latest: it is told rather than left out."""


@dataclass(frozen=True)
class Seen:
    """What the log holds of one user or app since its cut."""

    rows: tuple[Row, ...]
    missing: str = ""
    """What it does not hold, and why."""

    def successes(self, after: datetime, until: datetime | None = None) -> list[Row]:
        """Sign-ins that went well later than one moment, and not later than another."""
        fine = (row for row in self.rows if (row.get("status") or {}).get("errorCode") == 0)
        return [row for row in fine if after < at(row) and (until is None or at(row) <= until)]

    def refused(self) -> int:
        """Attempts that failed."""
        return sum((row.get("status") or {}).get("errorCode") != 0 for row in self.rows)


def at(row: Row) -> datetime:
    """When a sign-in happened."""
    return moment(row.get("createdDateTime")) or NEVER


def read(session: MicrosoftSession, who: str, id_: str, kinds: tuple[str, ...], since: datetime) -> Seen:
    """All sign-ins of these kinds since a moment: from the beta listing, which alone has more than interactive ones.

    Raises:
        UnsupportedError: the tenant has no licence for the log.
        WorldError: it cannot be read.

    """
    named = f"{who} eq {quoted(id_)} and createdDateTime ge {stamp(since)}"
    of_kind = " or ".join(f"signInEventTypes/any(t: t eq {quoted(kind)})" for kind in kinds)
    try:
        return Seen(tuple(session.rows(BETA, query={"$filter": f"{named} and ({of_kind})"})))
    except (NotFoundError, RejectedError):
        if kinds != OF_USERS:
            return Seen((), ONLY_INTERACTIVE)
        return Seen(tuple(session.rows(FIRST, query={"$filter": named})), ONLY_INTERACTIVE)
