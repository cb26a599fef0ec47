"""Users: who they are, whether they may sign in, their sessions and password. Permissions as Graph names them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from connectors.microsoft.clouds import Service
from connectors.microsoft.quotas import WRITES
from connectors.routes import Does, Route
from connectors.vocabulary import Json


def only(name: str) -> Callable[[Json], bool]:
    """A body that changes this one property: a mixed PATCH is refused whole when one of its rights is missing."""
    return lambda body: isinstance(body, dict) and set(body) == {name}


ENABLE, PASSWORD = "User.EnableDisableAccount.All", "User-PasswordProfile.ReadWrite.All"
ROUTES: Mapping[Service, tuple[Route, ...]] = {
    Service.GRAPH: (
        Route("GET", "/v1.0/users", Does.READ, "User.Read.All"),
        Route("GET", "/v1.0/users/{user}", Does.READ, "User.Read.All"),
        Route("PATCH", "/v1.0/users/{user}", Does.WRITE, ENABLE, WRITES, only("accountEnabled")),
        Route("PATCH", "/v1.0/users/{user}", Does.WRITE, PASSWORD, WRITES, only("passwordProfile")),
        Route("POST", "/v1.0/users/{user}/revokeSignInSessions", Does.WRITE, "User.RevokeSessions.All", quota=WRITES),
    ),
}
