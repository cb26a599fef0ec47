"""Teams: whose member a person is. Permissions as Graph names them."""

from __future__ import annotations

from collections.abc import Mapping

from connectors.microsoft.clouds import Service
from connectors.microsoft.quotas import TEAMS
from connectors.routes import Does, Route

JOINED = "/v1.0/users/{user}/joinedTeams"
MEMBERS = "/v1.0/teams/{team}/members"
TEAMS_READ, MEMBERS_READ = "Team.ReadBasic.All", "TeamMember.Read.All"
MEMBERS_WRITE = "TeamMember.ReadWrite.All"
"""Owners need it; for others TeamMember.ReadWriteNonOwnerRole.All would do."""
ROUTES: Mapping[Service, tuple[Route, ...]] = {
    Service.GRAPH: (
        Route("GET", JOINED, Does.READ, TEAMS_READ),
        Route("GET", MEMBERS, Does.READ, MEMBERS_READ, TEAMS),
        Route("DELETE", f"{MEMBERS}/{{membership}}", Does.WRITE, MEMBERS_WRITE, TEAMS),
        Route("POST", MEMBERS, Does.WRITE, MEMBERS_WRITE, TEAMS),
    ),
}
