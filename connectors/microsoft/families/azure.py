"""Azure roles at every visible scope: assigned, under PIM, and those that groups hold.

An assignment is found from any scope at or below it, so that subscriptions show those of management groups above
them, and of the root (general knowledge); the root is asked for itself where it answers. What only a group holds goes
with the membership. An access token for Azure that was given before the block is the sign-in family's to tell.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from connectors.contract import AccessPath, Account, CutOrder, Landed, Outcome, PathKind, Subject
from connectors.errors import RefusedError
from connectors.microsoft.clouds import Service
from connectors.microsoft.discover import GUEST, MEMBER
from connectors.microsoft.families import azure_scopes, memberships, pim
from connectors.microsoft.families.azure_scopes import ROOT, Scopes, at, listed, place, role_of
from connectors.microsoft.families.memberships import Way, through
from connectors.microsoft.families.reading import Reading
from connectors.microsoft.odata import quoted
from connectors.microsoft.paths import Paths, Unread, path, unlicensed
from connectors.microsoft.routes.azure import HELD, ROLES

if TYPE_CHECKING:
    from connectors.microsoft.client import MicrosoftSession

FAMILY = "azure"
KINDS = (MEMBER, GUEST)
SCHEDULES = ("roleAssignment", "roleEligibility")
OBSERVE_PERMISSIONS = (
    *azure_scopes.PERMISSIONS, *memberships.PERMISSIONS, f"{HELD}/read",
    "Microsoft.Authorization/roleDefinitions/read",
    *(f"Microsoft.Authorization/{kind}ScheduleInstances/read" for kind in SCHEDULES),
)  # fmt: skip
_REQUESTS = tuple(f"Microsoft.Authorization/{kind}ScheduleRequests/write" for kind in SCHEDULES)
CUT_PERMISSIONS = (f"{HELD}/delete", *_REQUESTS)
RESTORE_PERMISSIONS = (f"{HELD}/write", *_REQUESTS)
READ_BY = "GET roleAssignments and PIM's schedule instances of Azure, assignedTo the user, at every visible scope"

CONDITIONS = ("principalType", "condition", "conditionVersion", "description")
NOTHING_LEFT = 204
"""Azure's answer to the removal of what is not there."""


def observe(
    session: MicrosoftSession, account: Account, subject: Subject, known: tuple[AccessPath, ...]
) -> tuple[Paths, Unread]:
    """Every Azure role of one user, where the estate has Azure."""
    del subject, known
    if not session.offers(Service.AZURE):
        return [], {}
    found, kinds = Reading(), (PathKind.ROLE,)
    try:
        scopes = azure_scopes.visible(session)
    except RefusedError as error:
        return [], {PathKind.ROLE: error.what}
    for why in scopes.gaps:
        found.missed(kinds, why)
    if not scopes.all:
        return [], found.unread
    seen = _Seen(session, account, scopes)
    found.read(kinds, seen.learn_ways)
    found.read(kinds, seen.learn_names)
    for schedule in SCHEDULES:
        found.read(kinds, _scheduled(seen, schedule), seen.unlicensed)
    found.read(kinds, seen.assigned)
    return list({one.id: one for one in found.paths}.values()), found.unread


def cut(session: MicrosoftSession, path: AccessPath, order: CutOrder) -> Landed:
    """Take one role away."""
    if "pim" in path.before:
        return _asked(session, path, order, "AdminRemove", {}, pim.GONE)
    if "name" not in path.before:
        return Landed(datetime.now(UTC), Outcome.NOT_APPLICABLE, path.reason)
    route, values = at(path.before["scope"], f"{ROLES}/roleAssignments/{{name}}")
    answer = session.call("DELETE", route, service=Service.AZURE, query=azure_scopes.ROLES,
                          name=path.before["name"], **values)  # fmt: skip
    return Landed(datetime.now(UTC), Outcome.ALREADY_SO if answer.status == NOTHING_LEFT else Outcome.DONE)


def restore(session: MicrosoftSession, path: AccessPath, order: CutOrder) -> Landed:
    """Give one role back under a new name, with the scope, the condition and the end that it had."""
    if "pim" in path.before:
        end = path.before["end"]
        if pim.ended(end):
            return Landed(datetime.now(UTC), Outcome.NOT_APPLICABLE, f"it would have ended at {end}")
        more = {"scheduleInfo": _schedule(end)}
        return _asked(session, path, order, "AdminAssign", more, pim.THERE)
    if "name" not in path.before:
        return Landed(datetime.now(UTC), Outcome.NOT_APPLICABLE, path.undo_note)
    route, values = at(path.before["scope"], f"{ROLES}/roleAssignments/{{name}}")
    body = {"properties": {"principalId": path.account, "roleDefinitionId": path.before["role"],
                           **path.before["conditions"]}}  # fmt: skip
    return pim.sent(
        lambda: session.call("PUT", route, service=Service.AZURE, query=azure_scopes.ROLES, body=body,
                             name=str(uuid.uuid4()), **values),
        pim.THERE,
    )  # fmt: skip


def _asked(
    session: MicrosoftSession, path: AccessPath, order: CutOrder, kind: str, more: dict[str, Any],
    so_already: tuple[str, ...],
) -> Landed:  # fmt: skip
    route, values = at(path.before["scope"], f"{ROLES}/{path.before['pim']}ScheduleRequests/{{name}}")
    body = {"properties": {
        "principalId": path.account, "roleDefinitionId": path.before["role"], "requestType": kind,
        "justification": order.case_id, **path.before["conditions"], **more,
    }}  # fmt: skip
    return pim.sent(
        lambda: session.call("PUT", route, service=Service.AZURE, query=azure_scopes.PIM, body=body,
                             name=str(uuid.uuid4()), **values),
        so_already,
    )  # fmt: skip


def _schedule(end: str | None) -> dict[str, Any]:
    """As Azure spells it: the same as the directory, with capitals."""
    made = pim.schedule(end)
    kind = str(made["expiration"]["type"])
    return {**made, "expiration": {**made["expiration"], "type": kind[0].upper() + kind[1:]}}


def _scheduled(seen: _Seen, schedule: str) -> Callable[[], Iterator[AccessPath]]:
    return lambda: seen.scheduled(schedule)


class _Seen:
    """The Azure roles of one user as one read showed them."""

    def __init__(self, session: MicrosoftSession, account: Account, scopes: Scopes) -> None:
        self._session, self._account, self._scopes = session, account, scopes
        self._timed: set[tuple[str, str]] = set()
        self._ways: Mapping[str, Way] = {}
        self._names: dict[str, str] = {}

    def learn_ways(self) -> Paths:
        """Which groups hold the user: no paths of their own here."""
        self._ways = memberships.ways(self._session, self._account.id)
        return []

    def learn_names(self) -> Paths:
        """What roles are called: all at one scope, at the others those of their own."""
        for number, scope in enumerate(self._scopes.all):
            query = {**azure_scopes.ROLES, **({"$filter": "type eq 'CustomRole'"} if number else {})}
            for row in listed(self._session, scope, f"{ROLES}/roleDefinitions", query):
                self._names[role_of(str(row["id"]))] = str(row["properties"].get("roleName") or "")
        return []

    def scheduled(self, schedule: str) -> Iterator[AccessPath]:
        """What PIM gave for a time, or lets the user activate."""
        for row in self._everywhere(f"{ROLES}/{schedule}ScheduleInstances", azure_scopes.PIM):
            given = row["properties"]
            if schedule == "roleAssignment" and not pim.own(given):
                continue
            what, how = ("active", "for a time") if schedule == "roleAssignment" else ("eligible", "to be activated")
            if str(given["principalId"]) != self._account.id:
                yield from self._through(given, f"{what}-by-group", how)
                continue
            if schedule == "roleAssignment":
                self._timed.add(_where(given))
            yield self._path(what, given, how, {"pim": schedule, "end": given.get("endDateTime")},
                             ("condition", "conditionVersion"), **pim.undo_of(given))  # fmt: skip

    def assigned(self) -> Iterator[AccessPath]:
        """Plain assignments; PIM's own show here too and are told as PIM's."""
        for row in self._everywhere(f"{ROLES}/roleAssignments", azure_scopes.ROLES):
            given = row["properties"]
            if str(given["principalId"]) != self._account.id:
                yield from self._through(given, "by-group", "assigned")
            elif _where(given) not in self._timed:
                yield self._path("assignment", given, "assigned", {"name": str(row["name"])}, CONDITIONS)

    def unlicensed(self, why: str) -> AccessPath:
        """That the tenant cannot have PIM."""
        return unlicensed(self._account, FAMILY, PathKind.ROLE, "pim", "Azure roles under PIM", why)

    def _everywhere(self, listing: str, version: Mapping[str, str]) -> list[dict[str, Any]]:
        """Rows of every scope, each once.

        Raises:
            WorldError: a scope could not be read, the root excepted: what is there shows from below.

        """
        query = {**version, "$filter": f"assignedTo({quoted(self._account.id)})"}
        found: dict[str, dict[str, Any]] = {}
        for scope in self._scopes.all:
            found |= {str(row["id"]).casefold(): row for row in listed(self._session, scope, listing, query)}
        if listing.endswith("/roleAssignments"):
            try:
                found |= {str(row["id"]).casefold(): row for row in listed(self._session, ROOT, listing, query)}
            except RefusedError:
                if not self._scopes.subscriptions:
                    raise
        return [found[id_] for id_ in sorted(found)]

    def _through(self, given: Mapping[str, Any], what: str, how: str) -> Iterator[AccessPath]:
        group = str(given["principalId"])
        way = self._ways.get(group) or Way(group, "", direct=False, assignable=False, team=False)
        label = f"Azure role {self._name(given)} over {given['scope']}, {how}, through a group"
        part = f"{what}/{group}/{role_of(str(given['roleDefinitionId']))}@{place(str(given['scope']))}"
        yield through(self._account, FAMILY, PathKind.ROLE, part, label, way)

    def _path(
        self, what: str, given: Mapping[str, Any], how: str, before: dict[str, Any], keep: tuple[str, ...],
        **more: Any,
    ) -> AccessPath:  # fmt: skip
        scope, role = str(given["scope"]), str(given["roleDefinitionId"])
        kept = {name: given[name] for name in keep if given.get(name) is not None}
        return path(
            self._account, FAMILY, PathKind.ROLE, f"{what}/{role_of(role)}@{place(scope)}",
            f"Azure role {self._name(given)} over {scope if scope != ROOT else 'all of Azure (/)'}, {how}",
            before={"scope": scope, "role": role, "conditions": kept, **before}, **more,
        )  # fmt: skip

    def _name(self, given: Mapping[str, Any]) -> str:
        role = role_of(str(given["roleDefinitionId"]))
        return self._names.get(role) or role


def _where(given: Mapping[str, Any]) -> tuple[str, str]:
    """Which role over what: an assignment given back has a new name, and the same place."""
    return role_of(str(given["roleDefinitionId"])), place(str(given["scope"]))
