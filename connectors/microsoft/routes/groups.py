"""Groups: who is in them, who owns them, and who may make themselves one of both. Permissions as Graph names them.

A group that can hold roles takes `RoleManagement.ReadWrite.Directory` besides (general knowledge).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from connectors.microsoft.clouds import Service
from connectors.microsoft.quotas import WRITES
from connectors.routes import Does, Route
from connectors.vocabulary import Json

DIRECTORY, WRITE = "Directory.Read.All", "Group.ReadWrite.All"
ELIGIBLE, ACTIVE = "PrivilegedEligibilitySchedule", "PrivilegedAssignmentSchedule"
PIM = "/v1.0/identityGovernance/privilegedAccess/group"


def asks(action: str) -> Callable[[Json], bool]:
    """A body that asks for this action: taking away needs a narrower right than giving."""
    return lambda body: isinstance(body, dict) and body.get("action") == action


def scheduled(path: str, kind: str, right: str, where: str) -> tuple[Route, ...]:
    """What stands of one kind of PIM's schedules, and how it is taken away and given."""
    return (
        Route("GET", f"{path}/{kind}ScheduleInstances", Does.READ, f"{right}.Read.{where}"),
        Route("POST", f"{path}/{kind}ScheduleRequests", Does.WRITE, f"{right}.Remove.{where}", WRITES,
              asks("adminRemove")),
        Route("POST", f"{path}/{kind}ScheduleRequests", Does.WRITE, f"{right}.ReadWrite.{where}", WRITES,
              asks("adminAssign")),
    )  # fmt: skip


ROUTES: Mapping[Service, tuple[Route, ...]] = {
    Service.GRAPH: (
        Route("GET", "/v1.0/users/{user}/memberOf", Does.READ, DIRECTORY),
        Route("GET", "/v1.0/users/{user}/transitiveMemberOf", Does.READ, "User.Read.All"),
        Route("GET", "/v1.0/groups", Does.READ, DIRECTORY),
        Route("GET", "/v1.0/groups/{group}/members", Does.READ, DIRECTORY),
        Route("GET", "/v1.0/groups/{group}/owners", Does.READ, DIRECTORY),
        Route("GET", "/v1.0/groups/{group}/transitiveMemberOf", Does.READ, DIRECTORY),
        Route("POST", "/v1.0/groups/{group}/members/$ref", Does.WRITE, WRITE, WRITES),
        Route("DELETE", "/v1.0/groups/{group}/members/{member}/$ref", Does.WRITE, WRITE, WRITES),
        Route("POST", "/v1.0/groups/{group}/owners/$ref", Does.WRITE, WRITE, WRITES),
        Route("DELETE", "/v1.0/groups/{group}/owners/{owner}/$ref", Does.WRITE, WRITE, WRITES),
        *scheduled(PIM, "eligibility", ELIGIBLE, "AzureADGroup"),
        *scheduled(PIM, "assignment", ACTIVE, "AzureADGroup"),
    ),
}
