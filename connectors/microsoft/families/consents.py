"""Apps that a person is assigned to, and apps that may act for them by their consent.

Only a person's own assignments: one that comes by a group goes with the membership. Consents are for the late wave:
a blocked account gives no new token, and their end shows on the person's side. Ids of both change when they are made
again, so that paths are named by what they join.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from connectors.contract import AccessPath, Account, CutOrder, Landed, Outcome, PathKind, Subject
from connectors.errors import NotFoundError, RefusedError, RejectedError
from connectors.microsoft.discover import GUEST, MEMBER
from connectors.microsoft.odata import quoted
from connectors.microsoft.paths import Paths, Unread, path

if TYPE_CHECKING:
    from connectors.microsoft.client import MicrosoftSession

FAMILY = "consents"
KINDS = (MEMBER, GUEST)
OBSERVE_PERMISSIONS = ("Directory.Read.All",)
CUT_PERMISSIONS = ("AppRoleAssignment.ReadWrite.All", "DelegatedPermissionGrant.ReadWrite.All")
RESTORE_PERMISSIONS = CUT_PERMISSIONS
READ_BY = "GET /users/{id}/appRoleAssignments, GET /oauth2PermissionGrants"

ASSIGNMENTS, GRANTS = "/v1.0/users/{user}/appRoleAssignments", "/v1.0/oauth2PermissionGrants"
GRANT = ("clientId", "consentType", "principalId", "resourceId", "scope")
ALREADY = "already exists"
"""Words of the 400 and 409 that answer a restore of what is back already (general knowledge)."""


def observe(
    session: MicrosoftSession, account: Account, subject: Subject, known: tuple[AccessPath, ...]
) -> tuple[Paths, Unread]:
    """Assignments and consents, each by a read of its own."""
    del subject, known
    found: Paths = []
    unread: Unread = {}
    for kind, read in ((PathKind.ROLE, _assignments), (PathKind.PERMISSION, _consents)):
        try:
            found += read(session, account)
        except NotFoundError:
            continue
        except RefusedError as error:
            unread[kind] = error.what
    return found, unread


def _assignments(session: MicrosoftSession, account: Account) -> Paths:
    return [
        path(account, FAMILY, PathKind.ROLE, f"role/{row['resourceId']}/{row['appRoleId']}",
             f"assignment to the app {row.get('resourceDisplayName') or row['resourceId']}",
             before={"id": row["id"], "body": {"principalId": account.id, "resourceId": row["resourceId"],
                                               "appRoleId": row["appRoleId"]}})
        for row in session.rows(ASSIGNMENTS, user=account.id) if row.get("principalId") == account.id
    ]  # fmt: skip


def _consents(session: MicrosoftSession, account: Account) -> Paths:
    return [
        path(account, FAMILY, PathKind.PERMISSION, f"consent/{row['clientId']}/{row['resourceId']}",
             f"consent of {account.label or account.id} that the app {row['clientId']} may: {row.get('scope')}", wave=2,
             before={"id": row["id"], "body": {name: row.get(name) for name in GRANT}})
        for row in session.rows(GRANTS, query={"$filter": f"principalId eq {quoted(account.id)}"})
    ]  # fmt: skip


def cut(session: MicrosoftSession, path: AccessPath, order: CutOrder) -> Landed:
    """One request."""
    del order
    if path.id.split("/")[2] == "role":
        session.call("DELETE", f"{ASSIGNMENTS}/{{assignment}}", user=path.account, assignment=str(path.before["id"]))
    else:
        session.call("DELETE", f"{GRANTS}/{{grant}}", grant=str(path.before["id"]))
    return Landed(datetime.now(UTC))


def restore(session: MicrosoftSession, path: AccessPath, order: CutOrder) -> Landed:
    """The same assignment or consent; its id is another one."""
    del order
    try:
        if path.id.split("/")[2] == "role":
            session.call("POST", ASSIGNMENTS, body=path.before["body"], user=path.account)
        else:
            session.call("POST", GRANTS, body=path.before["body"])
    except RejectedError as error:
        if ALREADY not in error.what:
            raise
        return Landed(datetime.now(UTC), Outcome.ALREADY_SO, error.what)
    return Landed(datetime.now(UTC))
