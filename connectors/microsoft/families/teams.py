"""Membership in teams. Removing somebody is announced in the channel (general knowledge), so it comes late.

A team is a group too: a membership that the group's own path already took away is gone here as well.
Source: learn.microsoft.com/graph/api/team-list-members, …/team-delete-members, …/team-post-members.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from connectors.contract import AccessPath, Account, CutOrder, Landed, Manual, Outcome, PathKind, Subject, Undo
from connectors.errors import NotFoundError, RejectedError, WorldError
from connectors.microsoft.clouds import Service
from connectors.microsoft.discover import GUEST, MEMBER
from connectors.microsoft.paths import Paths, Unread, path
from connectors.microsoft.routes.teams import JOINED, MEMBERS, MEMBERS_READ, MEMBERS_WRITE, TEAMS_READ

if TYPE_CHECKING:
    from connectors.microsoft.client import MicrosoftSession

FAMILY = "teams"
KINDS = (MEMBER, GUEST)
OBSERVE_PERMISSIONS = (TEAMS_READ, MEMBERS_READ)
CUT_PERMISSIONS = (MEMBERS_WRITE,)
RESTORE_PERMISSIONS = (MEMBERS_WRITE,)
READ_BY = "GET joinedTeams, GET members of each"

OWNER = "owner"


def observe(
    session: MicrosoftSession, account: Account, subject: Subject, known: tuple[AccessPath, ...]
) -> tuple[Paths, Unread]:
    """Every team that the person is in, and every team that they were in before, asked for its members."""
    del subject
    paths: Paths = []
    try:
        names = {str(team["id"]): str(team.get("displayName") or "") for team in session.rows(JOINED, user=account.id)}
        for one in known:
            if one.id.startswith(f"{FAMILY}/"):
                names.setdefault(str(one.before["team"]), str(one.before["name"]))
        for team, name in names.items():
            paths += _memberships(session, account, team, name)
    except NotFoundError:
        return [], {}
    except WorldError as error:
        return [], {PathKind.MEMBERSHIP: error.what}
    return paths, {}


def cut(session: MicrosoftSession, path: AccessPath, order: CutOrder) -> Landed:
    """Take the membership away, owner or not."""
    del order
    before = path.before
    session.call("DELETE", f"{MEMBERS}/{{membership}}", team=str(before["team"]), membership=str(before["membership"]))
    return Landed(datetime.now(UTC))


def restore(session: MicrosoftSession, path: AccessPath, order: CutOrder) -> Landed:
    """Add the person again in the same role; a member that the group brought back is there already."""
    del order
    graph = session.cloud.apis[Service.GRAPH].url
    body = {
        "@odata.type": "#microsoft.graph.aadUserConversationMember", "roles": list(path.before["roles"]),
        "user@odata.bind": f"{graph}/v1.0/users('{path.account}')",
    }  # fmt: skip
    try:
        session.call("POST", MEMBERS, body=body, team=str(path.before["team"]))
    except RejectedError as error:
        if "already" not in error.what.casefold():
            raise
        return Landed(datetime.now(UTC), Outcome.ALREADY_SO, error.what)
    return Landed(datetime.now(UTC))


def _memberships(session: MicrosoftSession, account: Account, team: str, name: str) -> Paths:
    """The person's own membership of one team; a team that is gone has none."""
    try:
        members = session.rows(MEMBERS, team=team)
    except NotFoundError:
        return []
    owners = [one for one in members if OWNER in _roles(one)]
    found = []
    for one in members:
        if one.get("userId") != account.id:
            continue
        roles = _roles(one)
        last = OWNER in roles and len(owners) == 1
        found.append(path(
            account, FAMILY, PathKind.MEMBERSHIP, team,
            f"{'owner' if OWNER in roles else 'member'} of the team {name}", wave=2, undo=Undo.YES,
            undo_note="they are added again, which the channel is told (general knowledge)",
            manual=_last_owner(name) if last else None,
            before={"team": team, "name": name, "membership": one["id"], "roles": roles},
        ))  # fmt: skip
    return found


def _roles(member: dict[str, Any]) -> list[str]:
    return sorted(str(role) for role in member.get("roles") or [])


def _last_owner(name: str) -> Manual:
    """A team's last owner cannot be removed (Remove-TeamUser, learn.microsoft.com/powershell/module/teams)."""
    return Manual(
        "Give the team another owner, then remove the person",
        (
            "Teams admin centre: Teams, Manage teams.",
            f"Open the team that is called: {name}",
            "Members, Add members: add somebody whom you trust, and set their role to Owner.",
            "Members: select the person, Remove members.",
        ),
        "the person is no longer among the team's members",
        "Who owns the team now?",
        "https://learn.microsoft.com/powershell/module/teams/remove-teamuser",
    )
