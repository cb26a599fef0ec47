"""Teams and their members. A team's last owner stays; nobody becomes a member twice."""

from __future__ import annotations

import base64
import re
from typing import Any

from connectors.microsoft.emulator.area import Answered, Area, Call, Needs, Refusal, not_found
from connectors.microsoft.emulator.areas.users import user_of
from connectors.microsoft.emulator.listing import listing
from connectors.microsoft.emulator.tenant import Record, Tenant

AREA = Area("teams")
MEMBERS = "/v1.0/teams/{team}/members"
JOINED = ("Team.ReadBasic.All", "TeamSettings.Read.All", "TeamSettings.ReadWrite.All")
READ = ("TeamMember.Read.All", "TeamMember.ReadWrite.All")
OWNERS = ("TeamMember.ReadWrite.All",)
OTHERS = ("TeamMember.ReadWrite.All", "TeamMember.ReadWriteNonOwnerRole.All")
_USER = re.compile(r"/users(?:\('|/)([^')]+)")


def membership_id(tenant: Tenant, team: str, user: str) -> str:
    """Opaque to whoever asks; the same for the same member."""
    return base64.b64encode(f"{tenant.id}##{team}##{user}".encode()).decode()


def _team(tenant: Tenant, call: Call) -> Record:
    found = tenant.table("teams").get(call.values["team"])
    if found is None:
        raise not_found("Team")
    return found


def _shown(tenant: Tenant, team: Record, user: str) -> Record:
    found = tenant.table("users").get(user, {})
    return {
        "@odata.type": "#microsoft.graph.aadUserConversationMember", "id": membership_id(tenant, team["id"], user),
        "roles": list(team["_members"][user]), "displayName": found.get("displayName"), "userId": user,
        "email": found.get("mail"), "tenantId": tenant.id,
    }  # fmt: skip


@AREA.route("GET", "/v1.0/users/{user}/joinedTeams", JOINED)
def _joined(tenant: Tenant, call: Call) -> Any:
    user = user_of(tenant, call)["id"]
    return listing(tenant, call, [one for one in tenant.rows("teams") if user in one["_members"]])


@AREA.route("GET", MEMBERS, READ)
def _members(tenant: Tenant, call: Call) -> Any:
    team = _team(tenant, call)
    return listing(tenant, call, [_shown(tenant, team, user) for user in team["_members"]])


def _member(tenant: Tenant, call: Call) -> str | None:
    team = tenant.table("teams").get(call.values["team"], {"id": "", "_members": {}})
    wanted = call.values["membership"]
    return next((user for user in team["_members"] if membership_id(tenant, team["id"], user) == wanted), None)


def _needs(tenant: Tenant, call: Call) -> Needs:
    """An owner is removed and made with the greater right only."""
    if call.method == "POST":
        return OWNERS if (call.body or {}).get("roles") else OTHERS
    user = _member(tenant, call)
    return OWNERS if user and tenant.table("teams")[call.values["team"]]["_members"][user] else OTHERS


@AREA.route("DELETE", f"{MEMBERS}/{{membership}}", _needs)
def _remove(tenant: Tenant, call: Call) -> Any:
    team, user = _team(tenant, call), _member(tenant, call)
    if user is None:
        raise not_found("Member")
    owners = [one for one, roles in team["_members"].items() if "owner" in roles]
    if owners == [user]:
        raise Refusal(400, "BadRequest", "The last owner of a team cannot be removed.")
    del team["_members"][user]
    tenant.put("channelMessages", {"team": team["id"], "text": f"{user} was removed from the team"})


@AREA.route("POST", MEMBERS, _needs)
def _add(tenant: Tenant, call: Call) -> Any:
    team, given = _team(tenant, call), dict(call.body or {})
    named = _USER.search(str(given.get("user@odata.bind")))
    if named is None or named[1] not in tenant.table("users"):
        raise Refusal(400, "BadRequest", "Bad member reference.")
    if named[1] in team["_members"]:
        raise Refusal(400, "BadRequest", "The member is already in the team.")
    team["_members"][named[1]] = sorted(given.get("roles") or [])
    return Answered(201, _shown(tenant, team, named[1]))


@AREA.snapshot
def _snapshot(tenant: Tenant) -> dict[str, Any]:
    return {
        f"teams/{user}/{team['id']}": sorted(roles)
        for team in tenant.rows("teams") for user, roles in team["_members"].items()
    }  # fmt: skip
