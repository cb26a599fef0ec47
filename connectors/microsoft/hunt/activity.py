"""What Azure's activity log says that the subject did in subscriptions, in the last 90 days.

The log of a subscription holds writes and actions, no reads (general knowledge). It names the caller by user principal
name and the object id in the claims of the token.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from connectors.errors import WorldError
from connectors.microsoft.clouds import Service

if TYPE_CHECKING:
    from connectors.microsoft.hunt.area import Look

PERMISSION = "Microsoft.Insights/eventtypes/values/read"
VERSION = {"api-version": "2015-04-01"}
KEPT = timedelta(days=89)
"""A day less than the log keeps (general knowledge): it refuses what is older."""
OBJECT_ID = "http://schemas.microsoft.com/identity/claims/objectidentifier"
LOG = "/subscriptions/{subscription}/providers/microsoft.insights/eventtypes/management/values"
STAMP = "%Y-%m-%dT%H:%M:%SZ"


class Activity:
    """The subject's successful operations, oldest first; a subscription whose log cannot be read is a gap of the look.

    Operations and resources are in lower case: Azure spells them in either.
    """

    def __init__(self, look: Look, subscriptions: Iterable[str]) -> None:
        """`subscriptions` are paths."""
        now = datetime.now(UTC)
        since = f"eventTimestamp ge '{(now - KEPT).strftime(STAMP)}' and eventTimestamp le '{now.strftime(STAMP)}'"
        query = {**VERSION, "$filter": since}
        self.events: list[dict[str, Any]] = []
        for one in subscriptions:
            try:
                rows = look.session.rows(LOG, service=Service.AZURE, query=query, subscription=one.rsplit("/", 1)[-1])
            except WorldError as error:
                look.gaps.append(f"who did what in {one} is unknown: {error.what}")
                continue
            self.events += [_bare(row) for row in rows if _theirs(look, row) and _done(row)]
        self.events.sort(key=lambda event: (event["at"], event["resource"], event["operation"]))

    def wrote(self, resource: str) -> bool:
        """Whether the subject wrote this resource or something in it."""
        low = resource.casefold()
        return any(
            event["operation"].endswith("/write") and f"{event['resource']}/".startswith(f"{low}/")
            for event in self.events
        )  # fmt: skip


def _theirs(look: Look, row: dict[str, Any]) -> bool:
    claims = row.get("claims") or {}
    return str(claims.get(OBJECT_ID)) in look.subjects or str(row.get("caller") or "").casefold() in look.names


def _done(row: dict[str, Any]) -> bool:
    return str((row.get("status") or {}).get("value")).casefold() == "succeeded"


def _bare(row: dict[str, Any]) -> dict[str, str]:
    return {
        "at": str(row.get("eventTimestamp")), "resource": str(row.get("resourceId") or "").casefold(),
        "operation": str((row.get("operationName") or {}).get("value") or "").casefold(),
        "address": str((row.get("httpRequest") or {}).get("clientIpAddress") or ""),
    }  # fmt: skip
