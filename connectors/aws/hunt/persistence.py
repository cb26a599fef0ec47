"""The persistence sweep over IAM: users, keys, passwords and trusts that the subject made or that open the house.

What it covers and what it does not is told in its `checks` output, so that silence is never read as absence.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast

from connectors.aws.discover import account_of
from connectors.aws.families.roles import authorization
from connectors.aws.policies import listed, parsed, statements
from connectors.aws.trust import aws_principals
from connectors.contract import Action, ActionContext, ActionResult, Effect, Field, Finding, Json, Session
from connectors.errors import WorldError

if TYPE_CHECKING:
    from connectors.aws.client import AwsSession

MADE = {
    "CreateUser": (
        "a user",
        "sign in as {target} with whatever keys it has",
        "iam:DeleteUser after a look at its keys",
    ),
    "CreateAccessKey": ("an access key", "act as {target}", "aws iam update-access-key --status Inactive"),
    "CreateLoginProfile": ("a console password", "sign in to the console as {target}", "aws iam delete-login-profile"),
    "CreateRole": (
        "a role",
        "whatever {target} may do, for whom it trusts",
        "read its trust, then aws iam delete-role",
    ),
    "UpdateAssumeRolePolicy": ("a role's trust", "whatever {target} may do", "put the earlier trust document back"),
    "PutUserPolicy": ("a user's policy", "whatever the policy allows {target}", "aws iam delete-user-policy"),
    "PutRolePolicy": ("a role's policy", "whatever the policy allows {target}", "aws iam delete-role-policy"),
    "AttachUserPolicy": ("a user's policy", "whatever the policy allows {target}", "aws iam detach-user-policy"),
    "AttachRolePolicy": ("a role's policy", "whatever the policy allows {target}", "aws iam detach-role-policy"),
    "CreatePolicyVersion": (
        "a policy version",
        "whatever the new version allows",
        "aws iam set-default-policy-version",
    ),
}
"""Management events by which a way back in is made: what, what it allows, how it is removed."""

NOT_COVERED = (
    "OIDC and SAML providers", "Roles Anywhere", "IAM Identity Center", "delegated administrators and RAM",
    "Lambda URLs and policies", "schedules and automation", "shared snapshots and images", "S3 policies", "network",
    "compute and user data", "CI connections", "messaging", "KMS grants and secrets policies", "logging switched off",
)  # fmt: skip
"""Rows of the sweep that this version does not look at; a person must."""

HISTORY = timedelta(days=90)


class HuntPersistence(Action):
    """IAM changes by the subject, and roles that trust outsiders."""

    name = "aws.hunt-persistence"
    title = "Look for what the subject left behind"
    doc = "Users, keys, passwords, policies and trusts made by the subject; roles that trust accounts outside."
    effect = Effect.OBSERVE
    outputs = (
        Field("findings", "integer", "How many things were found."),
        Field("checks", "list[object]", "Each check with its outcome: done, could-not-check or not-covered."),
    )
    permissions = ("cloudtrail:LookupEvents", "iam:GetAccountAuthorizationDetails")
    attack = ("T1098", "T1136.003", "T1098.001")
    sources = ("https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html",)

    def run(self, session: Session, inputs: Mapping[str, Json], context: ActionContext) -> ActionResult:
        """Sweep account after account."""
        aws = cast("AwsSession", session)
        findings: list[Finding] = []
        checks: list[dict[str, str]] = [{"check": name, "outcome": "not-covered"} for name in NOT_COVERED]
        for account in aws.accounts():
            for name, check in (("changes by the subject", _changes), ("roles that trust outsiders", _outsiders)):
                context.progress(f"{name} in {account}")
                try:
                    findings += check(aws, account, context)
                except WorldError as error:
                    checks.append({"check": f"{name} in {account}", "outcome": "could-not-check", "why": error.what})
                else:
                    checks.append({"check": f"{name} in {account}", "outcome": "done"})
        outputs = {"findings": len(findings), "checks": checks}
        return ActionResult(outputs, why=f"{len(NOT_COVERED)} areas are not covered", findings=tuple(findings))


def _changes(aws: AwsSession, account: str, context: ActionContext) -> list[Finding]:
    """What the audit log says that the subject made. IAM's events stand in us-east-1 (general knowledge)."""
    findings = []
    end = context.now()
    for name in sorted({one.label for one in context.accounts if one.label}):
        wanted = [{"AttributeKey": "Username", "AttributeValue": name}]
        events = aws.pages(
            "cloudtrail", "lookup_events", "Events", account=account, region="us-east-1", LookupAttributes=wanted,
            StartTime=end - HISTORY, EndTime=end,
        )  # fmt: skip
        findings += [_made(event, name, account, aws.system.name) for event in events if event.get("EventName") in MADE]
    return [finding for finding in findings if finding is not None]


def _made(event: dict[str, Any], name: str, account: str, system: str) -> Finding | None:
    detail = parsed(event.get("CloudTrailEvent", "{}"))
    if detail.get("errorCode"):
        return None
    asked = detail.get("requestParameters") or {}
    low = {key.lower(): value for key, value in asked.items()}
    target = str(low.get("username") or low.get("rolename") or low.get("policyarn") or "?")
    what, allows, remove = MADE[event["EventName"]]
    return Finding(
        id=f"{account}/{event['EventId']}", system=system, kind=event["EventName"],
        title=f"{name} made or changed {what}: {target}", found_by=f"cloudtrail:LookupEvents Username={name}",
        allows=allows.format(target=target), remove=remove, by_subject=True,
        detail={"event": event["EventId"], "target": target, "account": account},
    )  # fmt: skip


def _outsiders(aws: AwsSession, account: str, context: ActionContext) -> list[Finding]:
    """Roles whose trust names an account that is none of ours, or everybody."""
    ours = set(aws.accounts())
    found = []
    for role in authorization(aws, account)["roles"]:
        for one in statements(parsed(role["AssumeRolePolicyDocument"])):
            if one.get("Effect") != "Allow":
                continue
            strangers = sorted({who for who in aws_principals(one) if _account(who) not in ours})
            if strangers:
                found.append(_stranger(role, strangers, one, account, aws.system.name))
    del context
    return found


def _stranger(role: dict[str, Any], who: list[str], one: dict[str, Any], account: str, system: str) -> Finding:
    external = "sts:ExternalId" in str(listed(one.get("Condition")))
    return Finding(
        id=f"{account}/trust/{role['RoleName']}", system=system, kind="trust",
        title=f"role {role['RoleName']} trusts {', '.join(who)}" + ("" if external else ", without an external id"),
        found_by="iam:GetAccountAuthorizationDetails", allows=f"whatever {role['RoleName']} may do, from outside",
        remove=f"aws iam update-assume-role-policy --role-name {role['RoleName']}, without that principal",
        by_subject=None, detail={"role": role["Arn"], "principals": who},
    )  # fmt: skip


def _account(principal: str) -> str:
    if principal == "*":
        return "*"
    return account_of(principal) if principal.startswith("arn:") else principal
