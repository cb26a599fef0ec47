"""IAM Identity Center as it behaves: asynchronous changes, roles that follow provisioning, a portal that signs in.

moto keeps users, groups, permission sets and assignments; what it answers at once takes a poll here, and what it
lacks (roles of permission sets, applications, user status, portal sessions) is kept here.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from moto.identitystore.models import IdentityStoreData, identitystore_backends
from moto.ssoadmin.models import ssoadmin_backends

from connectors.aws.emulator.fakes.common import Fake, Reply, answer
from connectors.aws.emulator.kept import kept
from connectors.aws.emulator.principals import HOME_ACCOUNT, Denied, Principal, backend

if TYPE_CHECKING:
    from connectors.aws.emulator.gate import Gate, Request

REGION = "us-east-1"
ROLE_PATH = "/aws-reserved/sso.amazonaws.com/"
SESSION_S = 3600

PENDING: dict[str, dict[str, Any]] = kept({})
"""Changes that were asked for and not yet polled, by request id."""
DISABLED: set[str] = kept(set())
"""User ids that a person disabled in the console: no call does it."""
PORTAL: dict[str, str] = kept({})
"""Open portal sessions: token to user id."""
APPLICATIONS: list[dict[str, str]] = kept([])
"""Application assignments: ApplicationArn, PrincipalId, PrincipalType."""


def admin() -> Any:
    """Moto's permission sets and assignments."""
    return ssoadmin_backends[HOME_ACCOUNT][REGION]


def store() -> Any:
    """Moto's users and groups of the one instance."""
    found = identitystore_backends[HOME_ACCOUNT][REGION]
    return found.identity_stores.setdefault(admin().instances[0].identity_store_id, IdentityStoreData())


def _change(kind: str) -> Fake:
    """Begin a change of an assignment; it takes effect at once and reports success at the second look."""

    def fake(_gate: Gate, request: Request, _principal: Principal) -> Reply:
        params = request.params
        arguments = [
            params[name]
            for name in ("InstanceArn", "TargetId", "TargetType", "PermissionSetArn", "PrincipalType", "PrincipalId")
        ]
        if kind == "Creation":
            admin().create_account_assignment(*arguments)
            _provision(params["PermissionSetArn"], params["TargetId"])
        else:
            try:
                admin().delete_account_assignment(*arguments)
            except Exception:  # noqa: BLE001 - moto raises its own HTTP error; AWS reports the failure in the status
                return _begun(kind, params, "FAILED")
        return _begun(kind, params, "SUCCEEDED")

    return fake


def _begun(kind: str, params: dict[str, Any], ends: str) -> Reply:
    wanted = str(uuid4())
    status = {
        name: params[name] for name in ("TargetId", "TargetType", "PermissionSetArn", "PrincipalType", "PrincipalId")
    }
    PENDING[wanted] = {**status, "RequestId": wanted, "ends": ends}
    return answer({f"AccountAssignment{kind}Status": {**status, "RequestId": wanted, "Status": "IN_PROGRESS"}})


def _status(kind: str) -> Fake:
    def fake(_gate: Gate, request: Request, _principal: Principal) -> Reply:
        found = PENDING.get(request.params[f"AccountAssignment{kind}RequestId"])
        if found is None:
            raise Denied("ResourceNotFoundException", "no such request", 400)
        looked = found.pop("looked", False)
        found["looked"] = True
        shown = {key: value for key, value in found.items() if key not in ("ends", "looked")}
        return answer(
            {f"AccountAssignment{kind}Status": {**shown, "Status": found["ends"] if looked else "IN_PROGRESS"}}
        )

    return fake


def _provision_set(_gate: Gate, request: Request, _principal: Principal) -> Reply:
    arn = request.params["PermissionSetArn"]
    for account in {one.target_id for one in admin().account_assignments if one.permission_set_arn == arn}:
        _provision(arn, account)
    wanted = str(uuid4())
    PENDING[wanted] = {"RequestId": wanted, "PermissionSetArn": arn}
    return answer({"PermissionSetProvisioningStatus": {**PENDING[wanted], "Status": "IN_PROGRESS"}})


def _provision_status(_gate: Gate, request: Request, _principal: Principal) -> Reply:
    found = PENDING.get(request.params["ProvisionPermissionSetRequestId"])
    if found is None:
        raise Denied("ResourceNotFoundException", "no such request", 400)
    looked = found.pop("looked", False)
    shown = {key: value for key, value in found.items() if key != "looked"}
    found["looked"] = True
    return answer({"PermissionSetProvisioningStatus": {**shown, "Status": "SUCCEEDED" if looked else "IN_PROGRESS"}})


def _provision(arn: str, account: str) -> None:
    """The role of a permission set in one account, with the set's policies as they are now."""
    found = next(one for one in admin().permission_sets if one.permission_set_arn == arn)
    iam, name = backend(account), role_of(found)
    roles = {role.name: role for role in iam.roles.values()}
    if name not in roles:
        trust = {"Effect": "Allow", "Principal": {"Service": "sso.amazonaws.com"}, "Action": "sts:AssumeRole"}
        document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
        iam.create_role(name, document, ROLE_PATH, None, "", [], "43200")
        roles = {role.name: role for role in iam.roles.values()}
    # Written past moto's checks: they refuse what the service itself may do with its reserved roles.
    roles[name].policies = {"AwsSSOInlinePolicy": found.inline_policy} if found.inline_policy else {}


def role_of(permission_set: Any) -> str:
    """Name of the reserved role of a permission set."""
    return f"AWSReservedSSO_{permission_set.name}_{permission_set.permission_set_arn[-16:]}"


def _describe_user(_gate: Gate, request: Request, _principal: Principal) -> Reply:
    wanted = request.params["UserId"]
    found = store().users.get(wanted)
    if found is None:
        raise Denied("ResourceNotFoundException", "USER not found.", 400)
    emails = [{"Value": one["Value"], "Type": "work", "Primary": True} for one in found.Emails or []]
    return answer(
        {
            "UserId": wanted, "UserName": found.UserName, "IdentityStoreId": request.params["IdentityStoreId"],
            "DisplayName": found.DisplayName, "Emails": emails, "UserStatus": "DISABLED" if wanted in DISABLED else "ENABLED",  # noqa: E501
        }
    )  # fmt: skip


def _applications(_gate: Gate, request: Request, _principal: Principal) -> Reply:
    params = request.params
    held = [one for one in APPLICATIONS if one["PrincipalId"] == params["PrincipalId"]]
    return answer({"ApplicationAssignments": held})


def _create_application(_gate: Gate, request: Request, _principal: Principal) -> Reply:
    one = {name: request.params[name] for name in ("ApplicationArn", "PrincipalId", "PrincipalType")}
    if one not in APPLICATIONS:
        APPLICATIONS.append(one)
    return answer({})


def _delete_application(_gate: Gate, request: Request, _principal: Principal) -> Reply:
    one = {name: request.params[name] for name in ("ApplicationArn", "PrincipalId", "PrincipalType")}
    if one not in APPLICATIONS:
        raise Denied("ResourceNotFoundException", "no such assignment", 400)
    APPLICATIONS.remove(one)
    return answer({})


FAKES: dict[tuple[str, str], Fake] = {
    ("sso", "CreateAccountAssignment"): _change("Creation"),
    ("sso", "DeleteAccountAssignment"): _change("Deletion"),
    ("sso", "DescribeAccountAssignmentCreationStatus"): _status("Creation"),
    ("sso", "DescribeAccountAssignmentDeletionStatus"): _status("Deletion"),
    ("sso", "ProvisionPermissionSet"): _provision_set,
    ("sso", "DescribePermissionSetProvisioningStatus"): _provision_status,
    ("sso", "ListApplicationAssignmentsForPrincipal"): _applications,
    ("sso", "CreateApplicationAssignment"): _create_application,
    ("sso", "DeleteApplicationAssignment"): _delete_application,
    ("identitystore", "DescribeUser"): _describe_user,
}
