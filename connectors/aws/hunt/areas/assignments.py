"""What the subject changed in IAM Identity Center, as far as it still stands: sets, assignments, people, tokens.

Events of the console's own directory calls (`sso-directory`) name less than those of the API; they are told as they
are, and a person looks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from connectors.aws.hunt.area import Look
from connectors.aws.hunt.areas.identity_center import instance
from connectors.aws.hunt.trail import asked
from connectors.contract import Finding
from connectors.errors import NotFoundError, RejectedError

AREA = "IAM Identity Center changes by the subject"
SCOPE = "estate"
PERMISSIONS = (
    "sso:ListInstances", "sso:DescribePermissionSet", "sso:ListAccountAssignments",
    "sso:ListApplicationAssignmentsForPrincipal", "identitystore:DescribeUser", "identitystore:ListGroupMemberships",
    "cloudtrail:LookupEvents",
)  # fmt: skip

EDITS = (
    "CreatePermissionSet", "UpdatePermissionSet", "PutInlinePolicyToPermissionSet",
    "DeleteInlinePolicyFromPermissionSet", "AttachManagedPolicyToPermissionSet",
    "AttachCustomerManagedPolicyReferenceToPermissionSet", "PutPermissionsBoundaryToPermissionSet",
    "DeletePermissionsBoundaryFromPermissionSet",
)  # fmt: skip

CONSOLE = {
    "CreateBearerToken": "a token for provisioning people (SCIM)",
    "CreateProvisioningTenant": "provisioning from outside (SCIM)",
    "CreateExternalIdPConfigurationForDirectory": "an identity provider for everybody",
    "UpdateExternalIdPConfigurationForDirectory": "an identity provider for everybody",
    "EnableExternalIdPConfigurationForDirectory": "an identity provider for everybody",
    "ImportExternalIdPCertificate": "a signing certificate of the identity provider",
    "AddMemberToGroup": "a group membership",
    "CreateUser": "a person of the directory",
}
"""Calls that only the console makes (service authorization reference, sso-directory): there is nothing to read back."""


def sweep(look: Look) -> Iterator[Finding]:
    """One finding per thing that the subject's events tell and that a read still shows."""
    found = instance(look)
    if found is None:
        return
    here, arn, store = found
    events = here.trail.changes(here.account, here.region)
    yield from _permission_sets(here, arn, [one for one in events if one["EventName"] in EDITS])
    for event in events:
        source, name = str(event.get("EventSource", "")).partition(".")[0], event["EventName"]
        reader = READERS.get((source, name))
        if reader is not None:
            with here.tried():
                yield from reader(here, {"arn": arn, "store": store}, event)
        elif source == "sso-directory" and name in CONSOLE:
            yield _console(here, event)


def _permission_sets(look: Look, arn: str, events: list[dict[str, Any]]) -> Iterator[Finding]:
    edits: dict[str, list[str]] = {}
    for event in events:
        made = (event["detail"].get("responseElements") or {}).get("permissionSet") or {}
        named = asked(event).get("permissionsetarn") or made.get("permissionSetArn")
        if named:
            edits.setdefault(str(named), []).append(event["EventName"])
    for one, what in sorted(edits.items()):
        with look.tried():
            try:
                shown = look.call("sso-admin", "describe_permission_set", InstanceArn=arn, PermissionSetArn=one)
            except NotFoundError:
                continue
            yield _edited(look, arn, shown["PermissionSet"], what)


def _edited(look: Look, arn: str, shown: dict[str, Any], what: list[str]) -> Finding:
    one, name, made = str(shown["PermissionSetArn"]), str(shown["Name"]), "CreatePermissionSet" in what
    where = {"instance_arn": arn, "permission_set_arn": one}
    again = look.command("sso-admin", "provision-permission-set", target_type="ALL_PROVISIONED_ACCOUNTS", **where)
    return look.finding(
        "permission-set", one, f"the subject {'made' if made else 'changed'} permission set {name}",
        found_by="cloudtrail:LookupEvents, sso-admin:DescribePermissionSet", by_subject=True,
        allows=f"whatever {name} allows, in every account and for everybody that it is assigned to",
        remove=look.command("sso-admin", "delete-permission-set", **where)
        if made else f"put its earlier policies back ({', '.join(what)}), then {again}",
        detail={"events": what, "name": name},
    )  # fmt: skip


def _assignment(look: Look, instance_: dict[str, str], event: dict[str, Any]) -> Iterator[Finding]:
    given = asked(event)
    who, account, permission = (str(given.get(name, "")) for name in ("principalid", "targetid", "permissionsetarn"))
    rows = look.pages(
        "sso-admin", "list_account_assignments", "AccountAssignments", InstanceArn=instance_["arn"], AccountId=account,
        PermissionSetArn=permission,
    )  # fmt: skip
    for row in rows:
        if row["PrincipalId"] == who:
            yield look.finding(
                "assignment", f"{account}/{permission}/{who}",
                f"the subject gave {row['PrincipalType'].lower()} {who} a permission set in account {account}",
                found_by="sso-admin:ListAccountAssignments", by_subject=True,
                allows=f"whatever {permission} allows in {account}",
                remove=look.command(
                    "sso-admin", "delete-account-assignment", instance_arn=instance_["arn"], target_id=account,
                    target_type="AWS_ACCOUNT", permission_set_arn=permission, principal_type=row["PrincipalType"],
                    principal_id=who,
                ),
                detail={"event": event["EventId"], "principal": who},
            )  # fmt: skip


def _application(look: Look, instance_: dict[str, str], event: dict[str, Any]) -> Iterator[Finding]:
    given = asked(event)
    who, kind, application = (str(given.get(name, "")) for name in ("principalid", "principaltype", "applicationarn"))
    rows = look.pages(
        "sso-admin", "list_application_assignments_for_principal", "ApplicationAssignments",
        InstanceArn=instance_["arn"], PrincipalId=who, PrincipalType=kind,
    )  # fmt: skip
    if any(row["ApplicationArn"] == application for row in rows):
        yield look.finding(
            "application-assignment", f"{application}/{who}", f"the subject gave {kind.lower()} {who} an application",
            found_by="sso-admin:ListApplicationAssignmentsForPrincipal", by_subject=True,
            allows=f"sign-in to {application}",
            remove=look.command(
                "sso-admin", "delete-application-assignment", application_arn=application, principal_type=kind,
                principal_id=who,
            ),
            detail={"event": event["EventId"], "principal": who},
        )  # fmt: skip


def _membership(look: Look, instance_: dict[str, str], event: dict[str, Any]) -> Iterator[Finding]:
    given = asked(event)
    group, who = str(given.get("groupid", "")), str((given.get("memberid") or {}).get("UserId", ""))
    store = instance_["store"]
    rows = look.pages(
        "identitystore", "list_group_memberships", "GroupMemberships", IdentityStoreId=store, GroupId=group
    )
    for row in rows:
        if row["MemberId"].get("UserId") == who or row["MembershipId"] in event["names"]:
            yield look.finding(
                "membership", f"{group}/{row['MembershipId']}", f"the subject put person {who} into group {group}",
                found_by="identitystore:ListGroupMemberships", by_subject=True, allows="whatever the group is assigned",
                remove=look.command(
                    "identitystore", "delete-group-membership", identity_store_id=store,
                    membership_id=row["MembershipId"],
                ),
                detail={"event": event["EventId"], "person": who},
            )  # fmt: skip


def _person(look: Look, instance_: dict[str, str], event: dict[str, Any]) -> Iterator[Finding]:
    given = event["detail"].get("responseElements") or {}
    who, store = str(given.get("userId", "")), instance_["store"]
    try:
        shown = look.call("identitystore", "describe_user", IdentityStoreId=store, UserId=who)
    except (NotFoundError, RejectedError):
        return
    name = str(shown.get("UserName", who))
    yield look.finding(
        "person", who, f"the subject made person {name} in the directory", found_by="identitystore:DescribeUser",
        allows=f"sign-in to the portal as {name}", by_subject=True,
        remove=look.command("identitystore", "delete-user", identity_store_id=store, user_id=who),
        detail={"event": event["EventId"], "name": name},
    )  # fmt: skip


def _console(look: Look, event: dict[str, Any]) -> Finding:
    what = CONSOLE[event["EventName"]]
    return look.finding(
        event["EventName"], event["EventId"], f"the subject made or changed {what}",
        found_by="cloudtrail:LookupEvents", allows=f"whatever {what} opens", by_subject=True,
        remove="in the console of IAM Identity Center, under Settings or Users: no call removes it",
        detail={"event": event["EventId"]},
    )  # fmt: skip


Reader = Callable[[Look, dict[str, str], dict[str, Any]], Iterator[Finding]]
READERS: dict[tuple[str, str], Reader] = {
    ("sso", "CreateAccountAssignment"): _assignment,
    ("sso", "CreateApplicationAssignment"): _application,
    ("identitystore", "CreateGroupMembership"): _membership,
    ("identitystore", "CreateUser"): _person,
}
