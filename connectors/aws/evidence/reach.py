"""Whom evidence is about: the subject's IAM users and every role that they can reach, from the IAM dump."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from connectors.aws.discover import KIND, account_of, user_of
from connectors.aws.evidence.collection import STOPPED, UNREADABLE, side_by_side
from connectors.aws.families.roles import OBSERVE_PERMISSIONS, authorization, reachable
from connectors.contract import ActionContext, Gap

if TYPE_CHECKING:
    from connectors.aws.client import AwsSession

Details = dict[str, list[dict[str, Any]]]
PERMISSIONS = tuple(one for one in OBSERVE_PERMISSIONS if one.startswith("iam:"))
USER, ROLE = "AWS::IAM::User", "AWS::IAM::Role"
"""Resource types, as AWS Config names them."""


@dataclass(frozen=True, order=True)
class Principal:
    """One user or role."""

    arn: str
    type: str
    name: str
    unique: str
    """IAM's unique id (AIDA…, AROA…), which no later namesake shares; "" when the dump could not be read."""

    @property
    def account(self) -> str:
        """The AWS account that holds it."""
        return account_of(self.arn)


def reach(aws: AwsSession, context: ActionContext) -> tuple[list[Principal], list[Gap]]:
    """The subject's users and the roles they reach, sorted; and the accounts whose IAM could not be read."""
    details: dict[str, Details] = {}
    gaps: list[Gap] = []

    def read(account: str) -> tuple[str, Details | str]:
        if context.cancelled():
            return account, STOPPED
        try:
            return account, authorization(aws, account)
        except UNREADABLE as error:
            return account, error.what

    for account, answer in side_by_side(read, aws.accounts()):
        if isinstance(answer, str):
            gaps.append(Gap(f"users and roles of account {account}", answer))
        else:
            details[account] = answer
    found: set[Principal] = set()
    for arn in (account.id for account in context.accounts if account.kind == KIND):
        found.add(Principal(arn, USER, user_of(arn), _unique(details.get(account_of(arn)), arn)))
        found.update(Principal(role.arn, ROLE, role.name, role.id) for role in reachable(details, arn))
    return sorted(found), gaps


def _unique(details: Details | None, arn: str) -> str:
    users = details["users"] if details else []
    return next((str(user["UserId"]) for user in users if user["Arn"] == arn), "")
