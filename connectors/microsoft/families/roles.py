"""Directory roles: assigned, assigned for a time, to be activated, and those that a group holds.

Taking away what PIM gave needs a `.Remove.` right only, which can never give; giving back needs `.ReadWrite.`
(permission metadata). A plain assignment takes `RoleManagement.ReadWrite.Directory` for both. What only a group holds
goes with the membership, and is proven gone by a read of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from connectors.contract import AccessPath, Account, CutOrder, Landed, Outcome, PathKind, Subject
from connectors.microsoft.discover import GUEST, MEMBER
from connectors.microsoft.families import memberships, pim
from connectors.microsoft.families.memberships import through
from connectors.microsoft.families.reading import Reading
from connectors.microsoft.odata import quoted, select
from connectors.microsoft.paths import Paths, Unread, path, unlicensed
from connectors.microsoft.routes.roles import DIRECTORY, READ, WRITE

if TYPE_CHECKING:
    from connectors.microsoft.client import MicrosoftSession

FAMILY = "roles"
KINDS = (MEMBER, GUEST)
RIGHTS = {"roleAssignment": "RoleAssignmentSchedule", "roleEligibility": "RoleEligibilitySchedule"}
OBSERVE_PERMISSIONS = (
    READ, *memberships.PERMISSIONS, *(f"{right}.Read.Directory" for right in RIGHTS.values())
)  # fmt: skip
CUT_PERMISSIONS = (WRITE, *(f"{right}.Remove.Directory" for right in RIGHTS.values()))
RESTORE_PERMISSIONS = (WRITE, *(f"{right}.ReadWrite.Directory" for right in RIGHTS.values()))
READ_BY = "GET roleAssignments and PIM's schedule instances of the directory, for the user and for its groups"


def observe(
    session: MicrosoftSession, account: Account, subject: Subject, known: tuple[AccessPath, ...]
) -> tuple[Paths, Unread]:
    """Every directory role of one user."""
    del subject, known
    seen, found = _Seen(session, account), Reading()
    kinds = (PathKind.ROLE,)
    found.read(kinds, seen.active, seen.unlicensed)
    found.read(kinds, seen.eligible, seen.unlicensed)
    found.read(kinds, seen.assigned)
    found.read(kinds, seen.by_group)
    return list({one.id: one for one in found.paths}.values()), found.unread


def cut(session: MicrosoftSession, path: AccessPath, order: CutOrder) -> Landed:
    """Take one role away."""
    if "pim" in path.before:
        return _asked(session, path, order, {"action": "adminRemove"}, pim.GONE)
    if "id" not in path.before:
        return Landed(datetime.now(UTC), Outcome.NOT_APPLICABLE, path.reason)
    session.call("DELETE", f"{DIRECTORY}/roleAssignments/{{assignment}}", assignment=path.before["id"])
    return Landed(datetime.now(UTC))


def restore(session: MicrosoftSession, path: AccessPath, order: CutOrder) -> Landed:
    """Give one role back, with the scope and until the end that it had."""
    if "pim" in path.before:
        end = path.before["end"]
        if pim.ended(end):
            return Landed(datetime.now(UTC), Outcome.NOT_APPLICABLE, f"it would have ended at {end}")
        more = {"action": "adminAssign", "scheduleInfo": pim.schedule(end)}
        return _asked(session, path, order, more, pim.THERE)
    if "id" not in path.before:
        return Landed(datetime.now(UTC), Outcome.NOT_APPLICABLE, path.undo_note)
    body = {"principalId": path.account, **_what(path)}
    return pim.sent(lambda: session.call("POST", f"{DIRECTORY}/roleAssignments", body=body), pim.THERE)


def _asked(
    session: MicrosoftSession, path: AccessPath, order: CutOrder, more: dict[str, Any], so_already: tuple[str, ...]
) -> Landed:
    body = {"principalId": path.account, "justification": order.case_id, **_what(path), **more}
    route = f"{DIRECTORY}/{path.before['pim']}ScheduleRequests"
    return pim.sent(lambda: session.call("POST", route, body=body), so_already)


def _what(path: AccessPath) -> dict[str, str]:
    return {"roleDefinitionId": path.before["role"], "directoryScopeId": path.before["scope"]}


class _Seen:
    """The roles of one user as one read showed them."""

    def __init__(self, session: MicrosoftSession, account: Account) -> None:
        self._session, self._account = session, account
        self._timed: set[tuple[str, str]] = set()
        self._names: dict[str, str] | None = None

    def active(self) -> Iterator[AccessPath]:
        """Roles that PIM gave for a time or that somebody activated."""
        for row in self._instances("roleAssignment"):
            if pim.own(row):
                self._timed.add(_place(row))
                yield self._path("active", row, "for a time", {"pim": "roleAssignment", "end": row.get("endDateTime")},
                                 **pim.undo_of(row))  # fmt: skip

    def eligible(self) -> Iterator[AccessPath]:
        """Roles that the user may activate whenever they like."""
        for row in self._instances("roleEligibility"):
            yield self._path("eligible", row, "to be activated",
                             {"pim": "roleEligibility", "end": row.get("endDateTime")}, **pim.undo_of(row))  # fmt: skip

    def assigned(self) -> Iterator[AccessPath]:
        """Roles that were plainly assigned; PIM's own show here too and are told as PIM's."""
        for row in self._held(self._account.id):
            if _place(row) not in self._timed:
                yield self._path("assignment", row, "assigned", {"id": str(row["id"])})

    def by_group(self) -> Iterator[AccessPath]:
        """Roles that groups hold which the user is in."""
        for way in memberships.ways(self._session, self._account.id).values():
            for row in self._held(way.id) if way.assignable else ():
                label = f"role {self._name(row)} {_over(row)}, through a group"
                yield through(self._account, FAMILY, PathKind.ROLE, f"by-group/{way.id}/{_part(row)}", label, way)

    def unlicensed(self, why: str) -> AccessPath:
        """That the tenant cannot have PIM."""
        return unlicensed(self._account, FAMILY, PathKind.ROLE, "pim", "directory roles under PIM", why)

    def _instances(self, kind: str) -> list[dict[str, Any]]:
        query = {"$filter": f"principalId eq {quoted(self._account.id)}"}
        rows = self._session.rows(f"{DIRECTORY}/{kind}ScheduleInstances", query=query)
        return [row for row in rows if not pim.by_group(row)]

    def _held(self, principal: str) -> list[dict[str, Any]]:
        query = {"$filter": f"principalId eq {quoted(principal)}"}
        return self._session.rows(f"{DIRECTORY}/roleAssignments", query=query)

    def _path(
        self, what: str, row: Mapping[str, Any], how: str, before: dict[str, Any], **more: Any
    ) -> AccessPath:  # fmt: skip
        role, scope = _place(row)
        return path(self._account, FAMILY, PathKind.ROLE, f"{what}/{_part(row)}",
                    f"role {self._name(row)} {_over(row)}, {how}",
                    before={"role": role, "scope": scope, **before}, **more)  # fmt: skip

    def _name(self, row: Mapping[str, Any]) -> str:
        if self._names is None:
            rows = self._session.rows(f"{DIRECTORY}/roleDefinitions", query=select("id", "displayName"))
            self._names = {str(one["id"]): str(one.get("displayName") or "") for one in rows}
        role = str(row["roleDefinitionId"])
        return self._names.get(role) or role


def _place(row: Mapping[str, Any]) -> tuple[str, str]:
    """Which role over what: an assignment given back has a new id, and the same place."""
    return str(row["roleDefinitionId"]), str(row.get("directoryScopeId") or "/")


def _part(row: Mapping[str, Any]) -> str:
    role, scope = _place(row)
    return f"{role}@{scope.strip('/').replace('/', '-') or 'tenant'}"


def _over(row: Mapping[str, Any]) -> str:
    scope = _place(row)[1]
    return "over the tenant" if scope == "/" else f"over {scope.strip('/')}"
