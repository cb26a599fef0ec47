"""The narrow deny: end just the subject's sessions of a role that others must go on using.

Sessions are told apart by `aws:userid`, which is the role's id and the session name that the caller chose. The
names come from the audit log, which lags by minutes and does not show what it never recorded: such a role stays
residual until its longest session has ended. For roles that the estate names under `shared-roles` only.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from connectors.aws.everywhere import everywhere
from connectors.aws.policies import cut_sid, listed, parsed, statements
from connectors.errors import RefusedError

if TYPE_CHECKING:
    from connectors.aws.client import AwsSession

PERMISSIONS = ("cloudtrail:LookupEvents",)
LONGEST = timedelta(hours=12)
"""The longest session of a role (STS API reference)."""


def is_shared(session: AwsSession, role: str) -> bool:
    """Whether the estate asks to spare other people's sessions of a role."""
    return role in listed(session.settings.get("shared-roles"))


def names(session: AwsSession, user: str, role: str) -> list[str]:
    """Session names under which a user took a role in the last twelve hours, from the audit log, sorted.

    Raises:
        RefusedError: the log of some account or Region may not be read.

    """
    end = datetime.now(UTC)

    def read(account: str, region: str) -> Iterator[str]:
        wanted = [{"AttributeKey": "EventName", "AttributeValue": "AssumeRole"}]
        events = session.pages(
            "cloudtrail", "lookup_events", "Events", account=account, region=region, LookupAttributes=wanted,
            StartTime=end - LONGEST, EndTime=end,
        )  # fmt: skip
        return (name for name in (_name(event, user, role) for event in events) if name)

    found, why = everywhere(session, read)
    if why:
        raise RefusedError(f"the subject's session names of {role} could not be read: {why}")
    return sorted(set(found))


def _name(event: Mapping[str, Any], user: str, role: str) -> str:
    detail = parsed(event.get("CloudTrailEvent", "{}"))
    asked = {key.lower(): value for key, value in (detail.get("requestParameters") or {}).items()}
    by = (detail.get("userIdentity") or {}).get("arn")
    return str(asked.get("rolesessionname", "")) if by == user and asked.get("rolearn") == role else ""


def deny(at: datetime, role_id: str, sessions: list[str]) -> str:
    """A policy that denies everything to these sessions of a role."""
    condition = {"StringEquals": {"aws:userid": [f"{role_id}:{name}" for name in sessions]}}
    statement = {"Sid": cut_sid(at), "Effect": "Deny", "Action": "*", "Resource": "*", "Condition": condition}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def denied(document: Mapping[str, Any]) -> bool:
    """Whether a policy denies sessions by their user id."""
    return any(
        one.get("Effect") == "Deny" and "aws:userid" in one.get("Condition", {}).get("StringEquals", {})
        for one in statements(document)
    )
