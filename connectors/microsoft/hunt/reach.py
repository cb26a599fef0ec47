"""Whether nobody can tell who made a thing: made while the subject could, and before the audit log begins."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from connectors.errors import NotFoundError
from connectors.microsoft.odata import select
from connectors.microsoft.paths import moment

if TYPE_CHECKING:
    from connectors.microsoft.hunt.area import Look

FREE, PAID = timedelta(days=7), timedelta(days=30)
"""How far the log reaches back without a licence, and with Entra ID P1 (Entra data retention)."""
STAMP = "%Y-%m-%dT%H:%M:%SZ"


class Reach:
    """When the subject came, and from when on the log tells who did what; read once for one area."""

    def __init__(self, look: Look) -> None:
        now = datetime.now(UTC)
        made = [_created(look, user) for user in sorted(look.subjects)]
        self._came = min((one for one in made if one), default=None)
        before = {"$filter": f"activityDateTime lt {(now - FREE).strftime(STAMP)}", "$top": "1"}
        older = look.session.get("/v1.0/auditLogs/directoryAudits", query=before).get("value")
        self._log_begins = now - (PAID if older else FREE)

    def untold(self, row: dict[str, Any], *names: str) -> bool:
        """Whether one of these times of a record is one that the log does not reach and the subject was there."""
        times = [moment(row.get(name)) for name in names or ("createdDateTime", "modifiedDateTime")]
        return any(one < self._log_begins and (self._came is None or one >= self._came) for one in times if one)


def _created(look: Look, user: str) -> datetime | None:
    try:
        found = look.session.get("/v1.0/users/{user}", query=select("id", "createdDateTime"), user=user)
    except NotFoundError:
        return None
    return moment(found.get("createdDateTime"))
