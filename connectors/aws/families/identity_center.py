"""A person of IAM Identity Center: assignments, groups, applications, running role sessions, and two console acts.

No public call disables a user or ends portal sessions, so both become cards. Removing assignments stops new role
sessions; running ones die by a deny on `identitystore:UserId` in the permission set's inline policy, provisioned
to every account. Roles named AWSReservedSSO_… cannot be edited by IAM calls.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from connectors.aws.families.identity_center_changes import cut, restore
from connectors.aws.identity_center import inline_policy, instance, memberships, region, user_id
from connectors.aws.policies import statements
from connectors.contract import AccessPath, Account, Manual, PathKind, PathState, Subject, Undo
from connectors.errors import NotFoundError, RefusedError, UnsupportedError

if TYPE_CHECKING:
    from connectors.aws.client import AwsSession

FAMILY = "identity-center"
KINDS = ("identity-center-user",)
OBSERVE_PERMISSIONS = (
    "sso:ListInstances", "sso:ListAccountAssignmentsForPrincipal", "sso:GetInlinePolicyForPermissionSet",
    "sso:ListApplicationAssignmentsForPrincipal", "identitystore:DescribeUser",
    "identitystore:ListGroupMembershipsForMember",
)  # fmt: skip
CUT_PERMISSIONS = (
    "sso:ListInstances", "sso:ListAccountAssignmentsForPrincipal", "sso:GetInlinePolicyForPermissionSet",
    "identitystore:ListGroupMembershipsForMember", "sso:DeleteAccountAssignment",
    "sso:DescribeAccountAssignmentDeletionStatus", "sso:PutInlinePolicyToPermissionSet",
    "sso:ProvisionPermissionSet", "sso:DescribePermissionSetProvisioningStatus", "sso:DeleteApplicationAssignment",
    "identitystore:DeleteGroupMembership",
)  # fmt: skip
RESTORE_PERMISSIONS = (
    "sso:ListInstances", "sso:GetInlinePolicyForPermissionSet", "sso:CreateAccountAssignment",
    "sso:DescribeAccountAssignmentCreationStatus", "sso:PutInlinePolicyToPermissionSet",
    "sso:DeleteInlinePolicyFromPermissionSet", "sso:ProvisionPermissionSet",
    "sso:DescribePermissionSetProvisioningStatus", "sso:CreateApplicationAssignment",
    "identitystore:CreateGroupMembership",
)  # fmt: skip
READ_BY = "sso-admin and identitystore List/Get/Describe calls"
CONSOLE = "https://docs.aws.amazon.com/singlesignon/latest/userguide/revoke-user-access.html"

Paths = list[AccessPath]


def observe(
    session: AwsSession, account: Account, subject: Subject, known: tuple[AccessPath, ...]
) -> tuple[Paths, dict[PathKind, str]]:
    """All of the person's paths; kinds that could not be read, with why."""
    del subject
    unread: dict[PathKind, str] = {}
    groups = _tried(unread, (PathKind.MEMBERSHIP, PathKind.SESSION), lambda: _groups(session, account))
    direct = _tried(
        unread,
        (PathKind.ROLE, PathKind.SESSION),
        lambda: _assignments(session, account, [path.before["group"] for path in groups]),
    )
    applications = _tried(unread, (PathKind.PERMISSION,), lambda: _applications(session, account))
    sets = {path.before["set"] for path in direct} | {
        path.before["set"] for path in known if path.kind is PathKind.SESSION and "set" in path.before
    }
    sessions = _tried(
        unread, (PathKind.SESSION,), lambda: [_session_path(session, account, one) for one in sorted(sets)]
    )
    manual = _tried(unread, (PathKind.PASSWORD, PathKind.SESSION), lambda: _console(session, account))
    own = [path for path in direct if path.before["principal"] == user_id(account)]
    return [*groups, *own, *applications, *sessions, *manual], unread


def _tried(unread: dict[PathKind, str], kinds: tuple[PathKind, ...], read: Callable[[], Paths]) -> Paths:
    """What a read finds; `kinds` are all that it alone shows or leads to."""
    try:
        return read()
    except (RefusedError, UnsupportedError, NotFoundError) as error:
        unread.update(dict.fromkeys(kinds, error.what))
        return []


def _path(account: Account, kind: PathKind, part: str, label: str, **more: Any) -> AccessPath:
    return AccessPath(
        system=account.system, account=account.id, kind=kind, id=f"{FAMILY}/{account.id}/{part}", label=label, **more
    )


def _groups(session: AwsSession, account: Account) -> Paths:
    _arn, store = instance(session)
    note = "a group that the identity provider feeds (SCIM) must be changed there too, or the next sync puts it back"
    return [
        _path(account, PathKind.MEMBERSHIP, f"group/{one['GroupId']}", f"member of directory group {one['GroupId']}",
              before={"group": one["GroupId"]}, undo_note=note)
        for one in memberships(session, store, user_id(account))
    ]  # fmt: skip


def _assignments(session: AwsSession, account: Account, groups: list[str]) -> Paths:
    """The person's own assignments and those of their groups; only own ones are cut one by one."""
    arn, _store = instance(session)
    found = []
    for principal, kind in [(user_id(account), "USER"), *((group, "GROUP") for group in groups)]:
        rows = session.pages(
            "sso-admin", "list_account_assignments_for_principal", "AccountAssignments", region=region(session),
            InstanceArn=arn, PrincipalId=principal, PrincipalType=kind,
        )  # fmt: skip
        # AWS lists group-derived rows for a user as well (general knowledge); each row names its own principal.
        found += [(one["AccountId"], one["PermissionSetArn"], one.get("PrincipalId", principal)) for one in rows]
    return [
        _path(account, PathKind.ROLE, f"assignment/{where}/{one}/{principal}", f"permission set {one} in {where}",
              before={"account": where, "set": one, "principal": principal})
        for where, one, principal in sorted(set(found))
    ]  # fmt: skip


def _applications(session: AwsSession, account: Account) -> Paths:
    arn, _store = instance(session)
    rows = session.pages(
        "sso-admin", "list_application_assignments_for_principal", "ApplicationAssignments", region=region(session),
        InstanceArn=arn, PrincipalId=user_id(account), PrincipalType="USER",
    )  # fmt: skip
    return [
        _path(account, PathKind.PERMISSION, f"application/{one['ApplicationArn']}",
              f"application {one['ApplicationArn']}", before={"application": one["ApplicationArn"]},
              undo_note="an open application session ends at its next refresh: AWS says up to 2 h, newer text 30 min")
        for one in rows if one.get("PrincipalId", user_id(account)) == user_id(account)
    ]  # fmt: skip


def _session_path(session: AwsSession, account: Account, permission_set: str) -> AccessPath:
    """Running role sessions of one permission set: judged by the deny in its inline policy."""
    condition = {"StringEquals": {"identitystore:UserId": user_id(account)}}
    denies = [one for one in statements(inline_policy(session, permission_set)) if one.get("Condition") == condition]
    denied = [one for one in denies if one.get("Effect") == "Deny" and one.get("Action") == "*"]
    return _path(
        account, PathKind.SESSION, f"permission-set/{permission_set}", f"running role sessions of permission set {permission_set}",  # noqa: E501
        state=PathState.CUT if denied else PathState.STANDING, wave=0,
        reason="denied for this person in the permission set's inline policy" if denied else "",
        before={"set": permission_set},
    )  # fmt: skip


def _console(session: AwsSession, account: Account) -> Paths:
    """What only a person can do, in AWS's order: the user is disabled last, their portal sessions before."""
    _arn, store = instance(session)
    user = session.call(
        "identitystore", "describe_user", region=region(session), IdentityStoreId=store, UserId=user_id(account)
    )
    disabled = user.get("UserStatus") == "DISABLED"
    where = f"IAM Identity Center console, Users, the user with id {user_id(account)}"
    sign_in = _path(
        account, PathKind.PASSWORD, "sign-in", "sign-in to the access portal", wave=3, undo=Undo.NO,
        undo_note="a person enables the user again in the console",
        state=PathState.CUT if disabled else PathState.STANDING, reason="UserStatus is DISABLED" if disabled else "",
        manual=None if disabled else Manual(
            "Disable the user in IAM Identity Center",
            (f"Open the {where}.", "Choose Disable user access and confirm.",
             "With an external identity provider, disable the person there as well."),
            "the user's status reads Disabled", "Which status does the page show?", CONSOLE),
    )  # fmt: skip
    sessions = _path(
        account, PathKind.SESSION, "portal-session", "open sessions of the access portal (up to 90 days)",
        wave=2, undo=Undo.NO, undo_note="the person signs in again",
        manual=Manual(
            "End the person's access portal sessions",
            (f"Open the {where}.", "On the tab Active sessions select all of them, background sessions too.",
             "Choose End session and confirm."),
            "the tab lists no active session", "How many sessions did you end?", CONSOLE),
    )  # fmt: skip
    return [sessions, sign_in]


__all__ = [
    "CUT_PERMISSIONS",
    "FAMILY",
    "KINDS",
    "OBSERVE_PERMISSIONS",
    "READ_BY",
    "RESTORE_PERMISSIONS",
    "cut",
    "observe",
    "restore",
]
