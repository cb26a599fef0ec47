"""Groups: memberships, what they lead to, ownerships, and both as Privileged Identity Management gives them.

A membership is cut where it is direct; nested ones go with it and are proven gone by a read of their own. Groups that
Graph cannot edit, and those that the subject alone owns, become cards. A team's group is left late: Teams announces it.
"""

from __future__ import annotations

from collections.abc import Iterator
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
    Subject,
    Undo,
)
from connectors.errors import RefusedError, RejectedError
from connectors.microsoft.clouds import Service
from connectors.microsoft.discover import GUEST, MEMBER
from connectors.microsoft.families import group_schedules, memberships
from connectors.microsoft.families.memberships import Way, through
from connectors.microsoft.families.pim import THERE, sent
from connectors.microsoft.families.reading import Reading
from connectors.microsoft.odata import select
from connectors.microsoft.paths import Paths, Unread, path

if TYPE_CHECKING:
    from connectors.microsoft.client import MicrosoftSession

FAMILY = "groups"
KINDS = (MEMBER, GUEST)
OBSERVE_PERMISSIONS = (*memberships.PERMISSIONS, *group_schedules.READ)
ASSIGNABLE = "RoleManagement.ReadWrite.Directory"
CUT_PERMISSIONS = ("Group.ReadWrite.All", ASSIGNABLE, *group_schedules.REMOVE)
"""`GroupMember.ReadWrite.All` would do for members; ownership takes the wider right (general knowledge)."""
RESTORE_PERMISSIONS = ("Group.ReadWrite.All", ASSIGNABLE, *group_schedules.GIVE)
READ_BY = "GET memberOf, transitiveMemberOf and ownedObjects of the user, PIM's instances for groups"

LATE = 2
"""The wave of what the subject sees at once."""


def observe(
    session: MicrosoftSession, account: Account, subject: Subject, known: tuple[AccessPath, ...]
) -> tuple[Paths, Unread]:
    """Every group that holds the user or that the user owns."""
    del subject, known
    found, timed = Reading(), group_schedules.Schedules(session, account, FAMILY)
    both = (PathKind.MEMBERSHIP, PathKind.PERMISSION)
    found.read(both, timed.paths, timed.unlicensed)
    found.read((PathKind.MEMBERSHIP,), lambda: _held(session, account, timed))
    found.read((PathKind.PERMISSION,), lambda: _owned(session, account, timed))
    return found.paths, found.unread


def cut(session: MicrosoftSession, path: AccessPath, order: CutOrder) -> Landed:
    """Take the user out of one group, or its ownership away."""
    if "pim" in path.before:
        return group_schedules.remove(session, path, order)
    if "link" not in path.before:
        return Landed(datetime.now(UTC), Outcome.NOT_APPLICABLE, path.reason)
    try:
        if path.before["link"] == "members":
            session.call("DELETE", "/v1.0/groups/{group}/members/{member}/$ref",
                         group=path.before["group"], member=path.account)  # fmt: skip
        else:
            session.call("DELETE", "/v1.0/groups/{group}/owners/{owner}/$ref",
                         group=path.before["group"], owner=path.account)  # fmt: skip
    except RefusedError as error:
        raise _refused(error, path) from None
    except RejectedError as error:
        raise RejectedError(error.what, fix=LAST_OWNER) from None
    return Landed(datetime.now(UTC))


def restore(session: MicrosoftSession, path: AccessPath, order: CutOrder) -> Landed:
    """Put the user back into one group, or give the ownership back."""
    if "pim" in path.before:
        return group_schedules.give_back(session, path, order)
    if "link" not in path.before:
        return Landed(datetime.now(UTC), Outcome.NOT_APPLICABLE, path.undo_note)
    who = f"{session.cloud.apis[Service.GRAPH].url}/v1.0/directoryObjects/{path.account}"
    route = f"/v1.0/groups/{{group}}/{path.before['link']}/$ref"
    try:
        return sent(lambda: session.call("POST", route, body={"@odata.id": who}, group=path.before["group"]), THERE)
    except RefusedError as error:
        raise _refused(error, path) from None


def _held(session: MicrosoftSession, account: Account, timed: group_schedules.Schedules) -> Iterator[AccessPath]:
    """Direct memberships that PIM did not give, and what all of them lead to."""
    for way in memberships.ways(session, account.id).values():
        if not way.direct:
            yield through(account, FAMILY, PathKind.MEMBERSHIP, f"nested/{way.id}",
                          f"membership of {way.name}, through another group", way)  # fmt: skip
        elif not timed.gives(way.id, "member"):
            yield _member(account, way)


def _member(account: Account, way: Way) -> AccessPath:
    name = f"{way.name}, which can hold directory roles" if way.assignable else way.name
    return path(
        account, FAMILY, PathKind.MEMBERSHIP, f"member/{way.id}", f"membership of {name}",
        before={"link": "members", "group": way.id, "assignable": way.assignable}, wave=LATE if way.team else 1,
        **_of(way.manual),
    )  # fmt: skip


def _owned(session: MicrosoftSession, account: Account, timed: group_schedules.Schedules) -> Iterator[AccessPath]:
    """Groups that the user owns: an owner adds members, and so gives what the group gives."""
    query = select(*memberships.PROPERTIES)
    for row in session.rows("/v1.0/users/{user}/ownedObjects", query=query, user=account.id):
        group, name = str(row["id"]), str(row.get("displayName") or row["id"])
        if str(row.get("@odata.type")) != memberships.GROUP or timed.gives(group, "owner"):
            continue
        owners = session.rows("/v1.0/groups/{group}/owners", query=select("id"), group=group)
        alone = {str(one["id"]) for one in owners} <= {account.id}
        manual = memberships.by_hand(row) if row.get("onPremisesSyncEnabled") else _sole(name, group) if alone else None
        yield path(
            account, FAMILY, PathKind.PERMISSION, f"owner/{group}", f"ownership of the group {name}",
            before={"link": "owners", "group": group, "assignable": bool(row.get("isAssignableToRole"))},
            **_of(manual),
        )  # fmt: skip


def _of(manual: Manual | None) -> dict[str, Any]:
    """What a person cut, a person gives back."""
    return {"manual": manual, "undo": Undo.NO, "undo_note": "whoever changed it changes it back"} if manual else {}


def _refused(error: RefusedError, path: AccessPath) -> RefusedError:
    """Naming the right that a group which can hold roles takes besides."""
    if not path.before["assignable"]:
        return error
    fix = f"{error.fix}; the group can hold directory roles: that takes the permission {ASSIGNABLE} besides"
    return RefusedError(error.what, permission=ASSIGNABLE, fix=fix)


LAST_OWNER = "where the person is the last owner, give the group another owner first, then cut again"


def _sole(name: str, group: str) -> Manual:
    """The last owner of a group is not removed (general knowledge)."""
    return Manual(
        f"Give the group {name} another owner, then take the person's ownership away",
        (
            "The person is the only owner of this group, and Graph does not remove the last one.",
            f"In the Entra portal: Groups, the group with the object id {group}, Owners, Add owners.",
            "Choose somebody who is accountable for what the group gives, never a placeholder.",
            "Then, on the same page, remove the person.",
        ),
        "the group's owners are listed without the person",
        "Who owns the group now?",
        "https://learn.microsoft.com/graph/api/group-delete-owners",
    )
