"""Roles that the subject's IAM user can assume, directly or by chaining, in every account.

Editing a trust policy stops only new sessions; sessions that exist die by a deny on the role for tokens issued
before the cut. That deny also ends the running sessions of everybody else who uses the role: they sign in again.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from connectors.aws import trust
from connectors.aws.discover import account_of
from connectors.aws.families import own_sessions
from connectors.aws.policies import REVOKE_PREFIX, cut_time, deny_older_sessions, parsed, revoke_name, revoked_before
from connectors.contract import AccessPath, Account, CutOrder, Landed, Outcome, PathKind, PathState, Subject
from connectors.errors import RefusedError, UnreachableError, UnsupportedError

if TYPE_CHECKING:
    from connectors.aws.client import AwsSession

FAMILY = "role"
KINDS = ("iam-user",)
OBSERVE_PERMISSIONS = ("iam:GetAccountAuthorizationDetails", *own_sessions.PERMISSIONS)
CUT_PERMISSIONS = ("iam:PutRolePolicy", "iam:UpdateAssumeRolePolicy")
RESTORE_PERMISSIONS = ("iam:DeleteRolePolicy", "iam:UpdateAssumeRolePolicy")
READ_BY = "iam:GetAccountAuthorizationDetails"
PARTS = {"UserDetailList": "users", "GroupDetailList": "groups", "RoleDetailList": "roles", "Policies": "policies"}
SERVICE_ROLE_PATHS = ("/aws-service-role/", "/aws-reserved/")
"""Service-linked roles cannot be edited; permission-set roles belong to IAM Identity Center."""


@dataclass(frozen=True)
class Role:
    """A role that the subject can reach, and over which way."""

    arn: str
    name: str
    trust: dict[str, Any]
    policies: dict[str, dict[str, Any]]
    id: str
    longest_s: int
    named: bool
    """The trust names the user's ARN."""
    via: str
    """"" when directly, else the role it is chained from."""


def observe(
    session: AwsSession, account: Account, subject: Subject, known: tuple[AccessPath, ...]
) -> tuple[list[AccessPath], dict[PathKind, str]]:
    """Session and trust paths of every role that the user can reach, or could when it was read before.

    Sessions outlive the way to them: a role that is no longer reachable is still judged by its own deny.
    """
    del subject
    details: dict[str, dict[str, list[dict[str, Any]]]] = {}
    unread: dict[PathKind, str] = {}
    for where in session.accounts():
        try:
            details[where] = authorization(session, where)
        except (RefusedError, UnsupportedError) as error:
            unread[PathKind.SESSION] = unread[PathKind.TRUST] = error.what
    reached = reachable(details, account.id)
    paths = [path for role in reached for path in _paths(session, account, role)]
    arns = {role.arn for role in reached}
    everything = {role["Arn"]: role for one in details.values() for role in one["roles"]}
    for path in known:
        role = path.before.get("role", "")
        if (
            path.kind is PathKind.SESSION
            and path.id.startswith(f"{FAMILY}/")
            and role not in arns
            and role in everything
        ):
            document = parsed(everything[role]["AssumeRolePolicyDocument"])
            paths.append(_sessions(session, account, _role(everything[role], document, named=False, via="")))
    return paths, unread


def authorization(session: AwsSession, account: str) -> dict[str, list[dict[str, Any]]]:
    """An account's users, groups, roles and policies, all pages of the one dump.

    Raises:
        WorldError: it cannot be read, or AWS repeats a page.

    """
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in PARTS.values()}
    marker: dict[str, str] = {}
    while True:
        answer = session.call("iam", "get_account_authorization_details", account=account, **marker)
        for key, name in PARTS.items():
            found[name].extend(answer.get(key, []))
        if not answer.get("IsTruncated"):
            return found
        if answer["Marker"] == marker.get("Marker"):
            raise UnreachableError("iam GetAccountAuthorizationDetails repeats a page; the dump would never end")
        marker = {"Marker": answer["Marker"]}


def reachable(details: dict[str, dict[str, list[dict[str, Any]]]], user_arn: str) -> list[Role]:
    """Every role that the user can assume, and every role that those can assume, sorted by ARN."""
    roles = [
        role
        for one in details.values()
        for role in one["roles"]
        if not role.get("Path", "/").startswith(SERVICE_ROLE_PATHS)
    ]
    policies = _policies(details.get(account_of(user_arn), {}), user_arn)
    found: dict[str, Role] = {}
    for role in roles:
        document = parsed(role["AssumeRolePolicyDocument"])
        named = trust.trusts(document, user_arn)
        if named or (trust.trusts_account(document, user_arn) and trust.may_assume(policies, role["Arn"])):
            found[role["Arn"]] = _role(role, document, named=named, via="")
    frontier = list(found)
    while frontier:
        hop = frontier.pop()
        for role in roles:
            document = parsed(role["AssumeRolePolicyDocument"])
            if role["Arn"] not in found and trust.trusts(document, hop):
                found[role["Arn"]] = _role(role, document, named=False, via=hop)
                frontier.append(role["Arn"])
    return [found[arn] for arn in sorted(found)]


def _policies(details: dict[str, list[dict[str, Any]]], user_arn: str) -> list[Any]:
    users = {user["Arn"]: user for user in details.get("users", [])}
    groups = {group["GroupName"]: group for group in details.get("groups", [])}
    managed = {policy["Arn"]: policy for policy in details.get("policies", [])}
    return list(trust.policies_of(users.get(user_arn, {}), groups, managed))


def _role(role: dict[str, Any], document: dict[str, Any], *, named: bool, via: str) -> Role:
    own = {one["PolicyName"]: parsed(one["PolicyDocument"]) for one in role.get("RolePolicyList", [])}
    longest = int(role.get("MaxSessionDuration") or 12 * 3600)
    return Role(role["Arn"], role["RoleName"], document, own, str(role["RoleId"]), longest, named, via)


def _sessions(session: AwsSession, account: Account, role: Role) -> AccessPath:
    if own_sessions.is_shared(session, role.arn):
        return _own_sessions(session, account, role)
    where = f"role {role.name} in {account_of(role.arn)}"
    revoked = [name for name, one in role.policies.items() if name.startswith(REVOKE_PREFIX) and revoked_before(one)]
    return AccessPath(
        system=account.system, account=account.id, kind=PathKind.SESSION, id=f"{FAMILY}/{account.id}/{role.arn}/sessions",  # noqa: E501
        label=f"sessions of {where}" + (f", chained from {role.via}" if role.via else ""),
        state=PathState.CUT if revoked else PathState.STANDING,
        reason=f"sessions issued before the cut are denied by {revoked[0]}" if revoked else "",
        wave=0, before={"role": role.arn},
        undo_note="the deny also ended other people's running sessions of this role; they sign in again",
    )  # fmt: skip


def _own_sessions(session: AwsSession, account: Account, role: Role) -> AccessPath:
    """The subject's own sessions of a role that the estate shares with others: residual after the narrow deny."""
    seen = own_sessions.names(session, account.id, role.arn)
    path = AccessPath(
        system=account.system, account=account.id, kind=PathKind.SESSION, id=f"{FAMILY}/{account.id}/{role.arn}/sessions",  # noqa: E501
        label=f"own sessions of shared role {role.name} in {account_of(role.arn)}: {', '.join(seen) or 'none seen'}",
        wave=0, survives_s=role.longest_s, before={"role": role.arn, "role-id": role.id, "sessions": seen},
        reason="sessions that the audit log has not shown yet outlive the narrow deny",
    )  # fmt: skip
    for one in role.policies.values():
        since = cut_time(one)
        if since and own_sessions.denied(one):
            until = since + timedelta(seconds=role.longest_s)
            return path.seen(PathState.RESIDUAL if until > datetime.now(UTC) else PathState.CUT, path.reason, until)
    return path


def _paths(session: AwsSession, account: Account, role: Role) -> list[AccessPath]:
    sessions = _sessions(session, account, role)
    if not role.named:
        return [sessions]
    before = {"role": role.arn, "trust": role.trust, "principal": account.id}
    label = f"may assume role {role.name} in {account_of(role.arn)}"
    trusted = AccessPath(
        system=account.system, account=account.id, kind=PathKind.TRUST, id=f"{FAMILY}/{account.id}/{role.arn}/trust",
        label=label, before=before,
    )  # fmt: skip
    return [sessions, trusted]


def cut(session: AwsSession, path: AccessPath, order: CutOrder) -> Landed:
    """Deny a role's older sessions, or take the user out of its trust document."""
    role = path.before["role"]
    if path.kind is PathKind.SESSION:
        limit = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=1)
        name, document = revoke_name(order.case_id), deny_older_sessions(limit)
        if "sessions" in path.before:
            if not path.before["sessions"]:
                return Landed(datetime.now(UTC), Outcome.NOT_APPLICABLE, "no session of the subject was seen")
            document = own_sessions.deny(order.at, path.before["role-id"], path.before["sessions"])
        _call(session, role, "put_role_policy", PolicyName=name, PolicyDocument=document)
    else:
        edited = trust.without(path.before["trust"], path.before["principal"])
        _call(session, role, "update_assume_role_policy", PolicyDocument=json.dumps(edited))
    return Landed(datetime.now(UTC))


def restore(session: AwsSession, path: AccessPath, order: CutOrder) -> Landed:
    """Remove the deny, or put the saved trust document back."""
    role = path.before["role"]
    if path.kind is PathKind.SESSION:
        _call(session, role, "delete_role_policy", PolicyName=revoke_name(order.case_id))
    else:
        _call(session, role, "update_assume_role_policy", PolicyDocument=json.dumps(path.before["trust"]))
    return Landed(datetime.now(UTC))


def _call(session: AwsSession, role: str, operation: str, **more: Any) -> None:
    session.call("iam", operation, account=account_of(role), RoleName=role.rsplit("/", 1)[1], **more)
