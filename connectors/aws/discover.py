"""Find the subject's IAM users by exact identifiers, in every account that the estate names. Never fuzzy."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from connectors.contract import Account, Persona, Subject
from connectors.errors import NotFoundError

if TYPE_CHECKING:
    from connectors.aws.client import AwsSession

KIND = "iam-user"
WIDTH = 16
PERMISSIONS = ("iam:GetUser", "iam:GetAccessKeyLastUsed", "organizations:ListAccounts", "sts:AssumeRole")


def discover(session: AwsSession, subject: Subject) -> tuple[Account, ...]:
    """The subject's IAM users, sorted by system and ARN."""
    wanted = [(account, persona) for account in session.accounts() for persona in subject.personas]
    with ThreadPoolExecutor(WIDTH) as pool:
        found = list(pool.map(lambda pair: _in_account(session, *pair), wanted))
    unique = {account.id: account for accounts in found for account in accounts}
    return tuple(sorted(unique.values()))


def _in_account(session: AwsSession, account: str, persona: Persona) -> list[Account]:
    arns = [arn for arn in persona.exact("aws", "arns") if f":{account}:user/" in arn]
    names = [
        *persona.exact("aws", "user-names"),
        *persona.exact("aws", "emails"),
        *persona.emails,
        *(arn.rsplit("/", 1)[1] for arn in arns),
        *_owners(session, account, persona.exact("aws", "access-key-ids")),
    ]
    users = [_user(session, account, name, persona) for name in dict.fromkeys(names)]
    return [user for user in users if user is not None]


def _owners(session: AwsSession, account: str, keys: tuple[str, ...]) -> list[str]:
    """Who owns these access keys, where this account knows them."""
    owners = []
    for key in keys:
        try:
            answer = session.call("iam", "get_access_key_last_used", account=account, AccessKeyId=key)
        except NotFoundError:
            continue
        if answer.get("UserName"):
            owners.append(answer["UserName"])
    return owners


def _user(session: AwsSession, account: str, name: str, persona: Persona) -> Account | None:
    try:
        user = session.call("iam", "get_user", account=account, UserName=name)["User"]
    except NotFoundError:
        return None
    if user["UserName"] != name:
        return None
    return Account(session.system.name, user["Arn"], persona.id, KIND, user["UserName"])


def account_of(arn: str) -> str:
    """The AWS account id inside an ARN."""
    return arn.split(":")[4]


def user_of(arn: str) -> str:
    """The user name inside an IAM user's ARN (the part after the last slash of its path)."""
    return arn.rsplit("/", 1)[1]
