"""Directory roles: who holds them, who may activate them, and how PIM is set. Permissions as Graph names them."""

from __future__ import annotations

from collections.abc import Mapping

from connectors.microsoft.clouds import Service
from connectors.microsoft.quotas import WRITES
from connectors.microsoft.routes.groups import scheduled
from connectors.routes import Does, Route

READ, WRITE = "RoleManagement.Read.Directory", "RoleManagement.ReadWrite.Directory"
DIRECTORY = "/v1.0/roleManagement/directory"
ROUTES: Mapping[Service, tuple[Route, ...]] = {
    Service.GRAPH: (
        Route("GET", f"{DIRECTORY}/roleDefinitions", Does.READ, READ),
        Route("GET", f"{DIRECTORY}/roleAssignments", Does.READ, READ),
        Route("POST", f"{DIRECTORY}/roleAssignments", Does.WRITE, WRITE, WRITES),
        Route("DELETE", f"{DIRECTORY}/roleAssignments/{{assignment}}", Does.WRITE, WRITE, WRITES),
        *scheduled(DIRECTORY, "roleEligibility", "RoleEligibilitySchedule", "Directory"),
        *scheduled(DIRECTORY, "roleAssignment", "RoleAssignmentSchedule", "Directory"),
        Route("GET", "/v1.0/policies/roleManagementPolicies", Does.READ, READ),
    ),
}
