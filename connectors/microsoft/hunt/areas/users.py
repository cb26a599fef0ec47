"""Accounts that the subject made, gave a password, or let back in: each a way in under another name."""

from __future__ import annotations

from collections.abc import Iterator

from connectors.contract import Finding
from connectors.errors import NotFoundError
from connectors.microsoft.hunt.area import Look, request
from connectors.microsoft.hunt.planted import MADE, planted_users
from connectors.microsoft.odata import select

AREA = "users that the subject made or took over"
PERMISSIONS = ("User.Read.All", "AuditLog.Read.All")
PROPERTIES = ("id", "userPrincipalName", "displayName", "accountEnabled", "userType", "createdDateTime")


def sweep(look: Look) -> Iterator[Finding]:
    """Each such user that may still sign in."""
    for user, activity in planted_users(look).items():
        with look.tried():
            try:
                found = look.session.get("/v1.0/users/{user}", query=select(*PROPERTIES), user=user)
            except NotFoundError:
                continue
            if found.get("accountEnabled") is False:
                continue
            made = activity.casefold().startswith(MADE)
            name = found.get("userPrincipalName")
            yield look.finding(
                "planted-user" if made else "taken-user", user,
                f"the subject made the user {name}" if made else f"the subject did {activity!r} to the user {name}",
                found_by="GET /auditLogs/directoryAudits and GET /users/{id}",
                allows="sign-in with a password that the subject set or may know",
                remove=request("PATCH", f"/v1.0/users/{user}", '{"accountEnabled": false}') if made
                else f"set a new password for {user}, end its sessions, and ask its owner",
                severity="high", by_subject=True,
                detail={"userType": found.get("userType"), "createdDateTime": found.get("createdDateTime")},
            )  # fmt: skip
