"""Memberships and ownerships of groups as Privileged Identity Management gives them: for a time, or to be activated.

Taking away needs a `.Remove.` right only, which can never give; giving back needs `.ReadWrite.` (permission metadata).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from connectors.contract import AccessPath, Account, CutOrder, Landed, Outcome, PathKind
from connectors.microsoft.families import pim
from connectors.microsoft.odata import quoted
from connectors.microsoft.paths import path, unlicensed
from connectors.microsoft.routes.groups import ACTIVE, ELIGIBLE, PIM

if TYPE_CHECKING:
    from connectors.microsoft.client import MicrosoftSession

RIGHTS = {"eligibility": ELIGIBLE, "assignment": ACTIVE}
READ = tuple(f"{right}.Read.AzureADGroup" for right in RIGHTS.values())
REMOVE = tuple(f"{right}.Remove.AzureADGroup" for right in RIGHTS.values())
GIVE = tuple(f"{right}.ReadWrite.AzureADGroup" for right in RIGHTS.values())
"""Names of the read rights: general knowledge, after the pattern of the others."""


class Schedules:
    """What PIM gives one user in groups; read once for a whole observation."""

    def __init__(self, session: MicrosoftSession, account: Account, family: str) -> None:
        self._session, self._account, self._family = session, account, family
        self._timed: set[tuple[str, str]] = set()

    def paths(self) -> Iterator[AccessPath]:
        """One path for each instance that is PIM's own.

        Raises:
            UnsupportedError: the tenant lacks the licence.
            WorldError: what Graph answered.

        """
        for kind in RIGHTS:
            query = {"$filter": f"principalId eq {quoted(self._account.id)}"}
            for row in self._session.rows(f"{PIM}/{kind}ScheduleInstances", query=query):
                if pim.by_group(row) or not (kind == "eligibility" or pim.own(row)):
                    continue
                self._timed |= {(str(row["groupId"]), str(row["accessId"]))} if kind == "assignment" else set()
                yield self._path(kind, row)

    def gives(self, group: str, access: str) -> bool:
        """Whether PIM gives this now: it is then cut as PIM's, never as a plain link."""
        return (group, access) in self._timed

    def unlicensed(self, why: str) -> AccessPath:
        """That the tenant cannot have any of it."""
        return unlicensed(self._account, self._family, PathKind.MEMBERSHIP, "pim", "PIM for groups", why)

    def _path(self, kind: str, row: Mapping[str, Any]) -> AccessPath:
        group, access = str(row["groupId"]), str(row["accessId"])
        what = "membership" if access == "member" else "ownership"
        how = "to be activated" if kind == "eligibility" else "for a time"
        before = {"pim": kind, "groupId": group, "accessId": access, "end": row.get("endDateTime")}
        role = PathKind.MEMBERSHIP if access == "member" else PathKind.PERMISSION
        return path(self._account, self._family, role, f"pim-{kind}/{group}/{access}",
                    f"{what} of the group {group}, {how} (PIM)", before=before, **pim.undo_of(row))  # fmt: skip


def remove(session: MicrosoftSession, path: AccessPath, order: CutOrder) -> Landed:
    """Take one away.

    Raises:
        WorldError: what Graph answered.

    """
    return _sent(session, path, order, {"action": "adminRemove"}, pim.GONE)


def give_back(session: MicrosoftSession, path: AccessPath, order: CutOrder) -> Landed:
    """Give one back until the end that it had.

    Raises:
        WorldError: what Graph answered.

    """
    end = path.before["end"]
    if pim.ended(end):
        return Landed(datetime.now(UTC), Outcome.NOT_APPLICABLE, f"it would have ended at {end}")
    return _sent(session, path, order, {"action": "adminAssign", "scheduleInfo": pim.schedule(end)}, pim.THERE)


def _sent(
    session: MicrosoftSession, path: AccessPath, order: CutOrder, more: dict[str, Any], so_already: tuple[str, ...]
) -> Landed:
    body = {
        "principalId": path.account, "groupId": path.before["groupId"], "accessId": path.before["accessId"],
        "justification": order.case_id, **more,
    }  # fmt: skip
    route = f"{PIM}/{path.before['pim']}ScheduleRequests"
    return pim.sent(lambda: session.call("POST", route, body=body), so_already)
