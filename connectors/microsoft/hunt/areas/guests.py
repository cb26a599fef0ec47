"""Guests that the subject invited or changed: a login of their own, whose password is another tenant's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from connectors.contract import Finding
from connectors.microsoft.hunt.area import Look, request
from connectors.microsoft.odata import select

AREA = "guests that the subject invited"
PERMISSIONS = ("User.Read.All",)
INVITED = "invite external user"
"""The activity's name in the audit log (general knowledge)."""


def sweep(look: Look) -> Iterator[Finding]:
    """Guests that may sign in and that the subject's own changes name; those of others are no finding."""
    invited = {
        str(target.get("id")) for row in look.trail.changes(INVITED) for target in row.get("targetResources") or []
    }
    query = {
        "$filter": "userType eq 'Guest'",
        **select("id", "userPrincipalName", "mail", "accountEnabled", "createdDateTime"),
    }
    for guest in look.session.rows("/v1.0/users", query=query):
        enabled = guest.get("accountEnabled") is not False
        if enabled and guest["id"] not in look.subjects and look.trail.touched(str(guest["id"])):
            yield _finding(look, guest, invited=str(guest["id"]) in invited)


def _finding(look: Look, guest: dict[str, Any], *, invited: bool) -> Finding:
    name = str(guest.get("mail") or guest.get("userPrincipalName"))
    return look.finding(
        "guest", str(guest["id"]), f"guest {name} was {'invited' if invited else 'changed'} by the subject",
        found_by="GET /users, GET /auditLogs/directoryAudits", by_subject=True,
        allows=f"{name} signs in with their own password and reaches what guests and their groups reach",
        remove=request("PATCH", f"/v1.0/users/{guest['id']}", '{"accountEnabled": false}'),
        detail={"user": str(guest.get("userPrincipalName")), "created": guest.get("createdDateTime")},
    )  # fmt: skip
