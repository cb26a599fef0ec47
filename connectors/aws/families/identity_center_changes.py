"""Changes in IAM Identity Center: asynchronous ones are followed to their end before they count as accepted."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from connectors.aws.families.organizations import sid
from connectors.aws.identity_center import inline_policy, instance, memberships, region
from connectors.aws.policies import statements
from connectors.contract import AccessPath, CutOrder, Landed, Outcome, PathKind
from connectors.errors import AmbiguousError, RejectedError, UnreachableError

if TYPE_CHECKING:
    from connectors.aws.client import AwsSession

POLLS = 60
LONGEST_POLL_S = 1.0
FIRST_POLL_S = 0.2

_lock = threading.Lock()
"""An inline policy is read, changed and written as one step."""


def cut(session: AwsSession, path: AccessPath, order: CutOrder) -> Landed:
    """Cut one of the person's paths."""
    before, arn_store = path.before, instance(session)
    if path.kind is PathKind.ROLE:
        return _assign(session, arn_store[0], path, order, "deletion")
    if path.kind is PathKind.SESSION:
        return _deny(session, path, order, put=True)
    if path.kind is PathKind.PERMISSION:
        _sso(session, "delete_application_assignment", **_application(path))
        return Landed(datetime.now(UTC))
    held = memberships(session, arn_store[1], path.account.rsplit("/", 1)[1])
    for one in held:
        if one["GroupId"] == before["group"]:
            session.call(
                "identitystore", "delete_group_membership", region=region(session), IdentityStoreId=arn_store[1],
                MembershipId=one["MembershipId"],
            )  # fmt: skip
            return Landed(datetime.now(UTC))
    return Landed(datetime.now(UTC), Outcome.ALREADY_SO, "no such membership")


def restore(session: AwsSession, path: AccessPath, order: CutOrder) -> Landed:
    """Put one of the person's paths back."""
    arn, store = instance(session)
    if path.kind is PathKind.ROLE:
        return _assign(session, arn, path, order, "creation")
    if path.kind is PathKind.SESSION:
        return _deny(session, path, order, put=False)
    if path.kind is PathKind.PERMISSION:
        _sso(session, "create_application_assignment", **_application(path))
        return Landed(datetime.now(UTC))
    member = {"UserId": path.account.rsplit("/", 1)[1]}
    session.call(
        "identitystore", "create_group_membership", region=region(session), IdentityStoreId=store,
        GroupId=path.before["group"], MemberId=member,
    )  # fmt: skip
    return Landed(datetime.now(UTC))


def _application(path: AccessPath) -> dict[str, str]:
    user = path.account.rsplit("/", 1)[1]
    return {"ApplicationArn": path.before["application"], "PrincipalId": user, "PrincipalType": "USER"}


def _sso(session: AwsSession, operation: str, **params: Any) -> dict[str, Any]:
    return session.call("sso-admin", operation, region=region(session), **params)


def _assign(session: AwsSession, arn: str, path: AccessPath, order: CutOrder, kind: str) -> Landed:
    """Delete or create an assignment, and wait for the service's own word that it is through.

    Deleting one that is gone ends as FAILED, so it is looked for first.
    """
    if kind == "deletion" and not _assigned(session, arn, path):
        return Landed(datetime.now(UTC), Outcome.ALREADY_SO, "no such assignment")
    verb, title = {"deletion": ("delete", "Deletion"), "creation": ("create", "Creation")}[kind]
    begun = _sso(
        session, f"{verb}_account_assignment", InstanceArn=arn, TargetType="AWS_ACCOUNT",
        TargetId=path.before["account"], PermissionSetArn=path.before["set"], PrincipalType="USER",
        PrincipalId=path.before["principal"],
    )[f"AccountAssignment{title}Status"]  # fmt: skip
    request = {f"AccountAssignment{title}RequestId": begun["RequestId"], "InstanceArn": arn}
    operation = f"describe_account_assignment_{kind}_status"
    return _through(
        order, f"account assignment {kind}",
        lambda: _sso(session, operation, **request)[f"AccountAssignment{title}Status"],
    )  # fmt: skip


def _assigned(session: AwsSession, arn: str, path: AccessPath) -> bool:
    rows = session.pages(
        "sso-admin", "list_account_assignments_for_principal", "AccountAssignments", region=region(session),
        InstanceArn=arn, PrincipalId=path.before["principal"], PrincipalType="USER",
    )  # fmt: skip
    wanted = (path.before["account"], path.before["set"])
    return any((one["AccountId"], one["PermissionSetArn"]) == wanted for one in rows)


def _deny(session: AwsSession, path: AccessPath, order: CutOrder, *, put: bool) -> Landed:
    """Put this case's statement into the set's inline policy or take it out, keep the rest, and provision it."""
    arn, _store = instance(session)
    target = {"InstanceArn": arn, "PermissionSetArn": path.before["set"]}
    name = sid(order.case_id, path.account)
    with _lock:
        document = inline_policy(session, path.before["set"])
        rest = [one for one in statements(document) if one.get("Sid") != name]
        condition = {"StringEquals": {"identitystore:UserId": path.account.rsplit("/", 1)[1]}}
        own = {"Sid": name, "Effect": "Deny", "Action": "*", "Resource": "*", "Condition": condition}
        wanted = [*rest, own] if put else rest
        if wanted:
            content = {"Version": "2012-10-17", **document, "Statement": wanted}
            _sso(session, "put_inline_policy_to_permission_set", InlinePolicy=json.dumps(content), **target)
        elif document:
            _sso(session, "delete_inline_policy_from_permission_set", **target)
        begun = _sso(session, "provision_permission_set", TargetType="ALL_PROVISIONED_ACCOUNTS", **target)
    request = begun["PermissionSetProvisioningStatus"]["RequestId"]
    return _through(
        order, "permission set provisioning",
        lambda: _sso(session, "describe_permission_set_provisioning_status", InstanceArn=arn,
                     ProvisionPermissionSetRequestId=request)["PermissionSetProvisioningStatus"],
    )  # fmt: skip


def _through(order: CutOrder, what: str, look: Callable[[], dict[str, Any]]) -> Landed:
    """Poll until the service is done with an asynchronous change.

    Raises:
        RejectedError: the service reports that it failed.
        AmbiguousError: it never said.

    """
    wait = FIRST_POLL_S
    for _poll in range(POLLS):
        status = look()
        if status["Status"] == "SUCCEEDED":
            return Landed(datetime.now(UTC))
        if status["Status"] == "FAILED":
            raise RejectedError(f"aws {what} failed: {str(status.get('FailureReason', 'no reason given'))[:300]}")
        if order.pause is None:
            raise UnreachableError(f"aws {what} is under way and nobody lent a clock to wait with")
        order.pause(wait)
        wait = min(wait * 2, LONGEST_POLL_S)
    raise AmbiguousError(f"aws {what} was accepted and did not report its end")
