"""What the audit log says that the subject made in IAM: users, keys, passwords, roles, policies, versions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from connectors.aws.hunt.area import Look, quoted
from connectors.aws.hunt.trail import GLOBAL_REGION, asked
from connectors.contract import Finding

AREA = "IAM changes by the subject"
SCOPE = "account"
PERMISSIONS = ("cloudtrail:LookupEvents",)

SOURCE = "iam.amazonaws.com"
"""Identity Center's directory has events of the same names."""

NAMED_BY = ("username", "rolename", "groupname", "policyarn")
"""Which member of a request names what was changed."""

MADE: dict[str, tuple[str, str, str]] = {
    "CreateUser": (
        "a user",
        "sign in as {target} with whatever keys it has",
        "look at its keys, then aws iam delete-user --user-name {target}",
    ),
    "CreateAccessKey": (
        "an access key",
        "act as {target}",
        "aws iam update-access-key --user-name {target} --access-key-id … --status Inactive",
    ),
    "CreateLoginProfile": (
        "a console password",
        "sign in to the console as {target}",
        "aws iam delete-login-profile --user-name {target}",
    ),
    "UpdateLoginProfile": (
        "a console password",
        "sign in to the console as {target}",
        "aws iam delete-login-profile --user-name {target}",
    ),
    "CreateRole": (
        "a role",
        "whatever {target} may do, for whom it trusts",
        "read its trust, then aws iam delete-role --role-name {target}",
    ),
    "UpdateAssumeRolePolicy": (
        "a role's trust",
        "whatever {target} may do",
        "put the earlier trust document back: aws iam update-assume-role-policy --role-name {target}",
    ),
    "PutUserPolicy": (
        "a user's policy",
        "whatever the policy allows {target}",
        "aws iam delete-user-policy --user-name {target} --policy-name …",
    ),
    "PutGroupPolicy": (
        "a group's policy",
        "whatever the policy allows the members of {target}",
        "aws iam delete-group-policy --group-name {target} --policy-name …",
    ),
    "PutRolePolicy": (
        "a role's policy",
        "whatever the policy allows {target}",
        "aws iam delete-role-policy --role-name {target} --policy-name …",
    ),
    "AttachUserPolicy": (
        "a user's policy",
        "whatever the policy allows {target}",
        "aws iam detach-user-policy --user-name {target} --policy-arn …",
    ),
    "AttachGroupPolicy": (
        "a group's policy",
        "whatever the policy allows the members of {target}",
        "aws iam detach-group-policy --group-name {target} --policy-arn …",
    ),
    "AttachRolePolicy": (
        "a role's policy",
        "whatever the policy allows {target}",
        "aws iam detach-role-policy --role-name {target} --policy-arn …",
    ),
    "CreatePolicyVersion": (
        "a policy version",
        "whatever the new version of {target} allows",
        "aws iam set-default-policy-version --policy-arn {target} --version-id …",
    ),
    "SetDefaultPolicyVersion": (
        "a policy's default version",
        "whatever that version of {target} allows",
        "aws iam set-default-policy-version --policy-arn {target} --version-id …",
    ),
    "AddUserToGroup": (
        "a group membership",
        "whatever the group allows {target}",
        "aws iam remove-user-from-group --user-name {target} --group-name …",
    ),
}
"""Management events by which a way back in is made: what, what it allows, how it is removed."""


def sweep(look: Look) -> Iterator[Finding]:
    """One finding per event. IAM's events stand in one Region whatever Region was called."""
    for event in look.trail.changes(look.account, GLOBAL_REGION):
        if event.get("EventSource", SOURCE) == SOURCE and event["EventName"] in MADE:
            yield _made(look, event)


def _made(look: Look, event: dict[str, Any]) -> Finding:
    given = asked(event)
    target = str(next((given[one] for one in NAMED_BY if given.get(one)), "?"))
    what, allows, remove = MADE[event["EventName"]]
    who = str(event.get("Username") or "the subject")
    return look.finding(
        event["EventName"], event["EventId"], f"{who} made or changed {what}: {target}",
        found_by="cloudtrail:LookupEvents", allows=allows.format(target=target), by_subject=True,
        remove=remove.format(target=quoted(target)), detail={"event": event["EventId"], "target": target},
    )  # fmt: skip
