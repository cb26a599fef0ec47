"""Ways to sign in that the subject added to other people's accounts: a phone, a passkey, a Temporary Access Pass.

The log names the account and not the method. A method of that account that was made in the same minutes is taken for
the one; where none was, the finding is of the account itself. Names of activities and reasons are general knowledge.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from connectors.contract import Finding
from connectors.errors import NotFoundError
from connectors.microsoft.families.methods import TYPES
from connectors.microsoft.hunt.area import Look, request
from connectors.microsoft.paths import moment
from connectors.microsoft.routes.methods import METHODS, READ

AREA = "sign-in methods that the subject added for others"
PERMISSIONS = (READ,)
ADDED = ("registered security info", "temporary access pass")
SAME = timedelta(minutes=10)
"""Between a change in the log and the method's own time: both are rounded, and the log is written later."""

FOUND_BY = "GET /auditLogs/directoryAudits, GET /users/{id}/authentication/methods"


def sweep(look: Look) -> Iterator[Finding]:
    """By account that the subject's own changes name, one's own apart."""
    for user, at in _changed(look).items():
        with look.tried():
            try:
                rows = look.session.rows(f"{METHODS}/methods", user=user)
            except NotFoundError:  # the account is gone, and its methods with it
                continue
            made = [row for row in rows if _type(row) in TYPES and any(_meant(row, one) for one in at)]
            yield from (_method(look, user, row) for row in made)
            left = [one for one in at if not any(_meant(row, one) for row in made)]
            if left:
                yield _account(look, user, left)


def _changed(look: Look) -> dict[str, list[datetime]]:
    found: dict[str, list[datetime]] = {}
    for row in look.trail.changes(*ADDED):
        at = moment(row.get("activityDateTime"))
        for target in row.get("targetResources") or []:
            user = str(target.get("id") or "")
            if user and at and target.get("type") == "User" and user not in look.subjects:
                found.setdefault(user, []).append(at)
    return found


def _meant(row: Mapping[str, Any], at: datetime) -> bool:
    made = moment(row.get("createdDateTime"))
    return made is not None and abs(made - at) <= SAME


def _type(row: Mapping[str, Any]) -> str:
    return str(row.get("@odata.type") or "").removeprefix("#microsoft.graph.")


def _method(look: Look, user: str, row: Mapping[str, Any]) -> Finding:
    method = TYPES[_type(row)]
    path = f"/v1.0/users/{user}/authentication/{method.segment}/{row['id']}"
    return look.finding(
        "sign-in-method", f"{user}/{row['id']}", f"{method.what} on another account was added by the subject",
        found_by=FOUND_BY, by_subject=True,
        allows="whoever holds it signs in as that person, or resets their password, where the policy lets them",
        remove=request("DELETE", path),
        detail={"user": user, "name": row.get("displayName"), "number": row.get("phoneNumber"),
                "address": row.get("emailAddress"), "created": row.get("createdDateTime")},
    )  # fmt: skip


def _account(look: Look, user: str, at: list[datetime]) -> Finding:
    return look.finding(
        "sign-in-method", user, "the subject added a way to sign in to another account, which is not there any more",
        found_by=FOUND_BY, by_subject=True, severity="medium",
        allows="a Temporary Access Pass that has ended may have been used to register something else, or to sign in",
        remove=request("POST", f"/v1.0/users/{user}/revokeSignInSessions"),
        detail={"user": user, "changed": [f"{one:%Y-%m-%dT%H:%M:%SZ}" for one in sorted(at)],
                "then": "go through their methods with the person: Entra portal, Users, Authentication methods"},
    )  # fmt: skip
