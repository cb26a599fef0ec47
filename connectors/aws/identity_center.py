"""Where IAM Identity Center is, and the few reads that both its observation and its changes need."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from connectors.aws.policies import parsed
from connectors.contract import Account
from connectors.errors import NotFoundError

if TYPE_CHECKING:
    from connectors.aws.client import AwsSession


def instance(session: AwsSession) -> tuple[str, str]:
    """The organisation's instance: its ARN and the id of its identity store.

    Raises:
        NotFoundError: this account and Region have none.

    """
    found = list(session.pages("sso-admin", "list_instances", "Instances", region=region(session)))
    if not found:
        raise NotFoundError("aws sso-admin:ListInstances: there is no IAM Identity Center instance here")
    return str(found[0]["InstanceArn"]), str(found[0]["IdentityStoreId"])


def region(session: AwsSession) -> str:
    """The home Region of IAM Identity Center."""
    return str(session.settings.get("identity-center-region") or session.home_region)


def user_id(account: Account) -> str:
    """The stable id of a person in the identity store."""
    return account.id.rsplit("/", 1)[1]


def memberships(session: AwsSession, store: str, user: str) -> list[dict[str, Any]]:
    """The person's group memberships, each with its group and its own id."""
    return list(
        session.pages(
            "identitystore", "list_group_memberships_for_member", "GroupMemberships", region=region(session),
            IdentityStoreId=store, MemberId={"UserId": user},
        )
    )  # fmt: skip


def inline_policy(session: AwsSession, permission_set: str) -> dict[str, Any]:
    """A permission set's inline policy; empty when it has none."""
    arn, _store = instance(session)
    answer = session.call(
        "sso-admin", "get_inline_policy_for_permission_set", region=region(session), InstanceArn=arn,
        PermissionSetArn=permission_set,
    )  # fmt: skip
    return parsed(answer["InlinePolicy"]) if answer.get("InlinePolicy") else {}
