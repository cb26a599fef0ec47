"""The policy documents that evict writes, and how to recognise them again. Pure.

Names carry the case id, so that two cases never touch each other's policies. The time of the cut stands in
the statement id, so that a later read knows since when the deny holds.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote

DENY_PREFIX = "evict-deny-"
REVOKE_PREFIX = "evict-revoke-older-sessions-"
_SID = re.compile(r"EvictCut(\d{8}T\d{6})Z")


def deny_name(case_id: str) -> str:
    """Name of the inline deny-all policy of a case."""
    return DENY_PREFIX + case_id


def revoke_name(case_id: str) -> str:
    """Name of the inline policy that denies a role's older sessions."""
    return REVOKE_PREFIX + case_id


def deny_all(at: datetime) -> str:
    """Deny everything, unconditionally: a deny with a condition on aws:TokenIssueTime leaves long-term keys alive."""
    return json.dumps({"Version": "2012-10-17", "Statement": [_deny(at)]})


def deny_older_sessions(at: datetime) -> str:
    """Deny every session of a role issued before a moment (the AWSRevokeOlderSessions pattern)."""
    condition = {"DateLessThan": {"aws:TokenIssueTime": at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")}}
    return json.dumps({"Version": "2012-10-17", "Statement": [{**_deny(at), "Condition": condition}]})


def cut_time(document: Mapping[str, Any]) -> datetime | None:
    """When evict wrote a policy; None when evict did not."""
    for statement in statements(document):
        match = _SID.fullmatch(str(statement.get("Sid", "")))
        if match:
            return datetime.strptime(match[1], "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
    return None


def denies_everything(document: Mapping[str, Any]) -> bool:
    """Whether a policy denies every action on every resource without any condition."""
    return any(
        one.get("Effect") == "Deny" and "*" in listed(one.get("Action")) and "*" in listed(one.get("Resource"))
        and not one.get("Condition")
        for one in statements(document)
    )  # fmt: skip


def revoked_before(document: Mapping[str, Any]) -> datetime | None:
    """The moment before which a policy denies all of a role's sessions; None when it does not."""
    for one in statements(document):
        limit = one.get("Condition", {}).get("DateLessThan", {}).get("aws:TokenIssueTime")
        if one.get("Effect") == "Deny" and "*" in listed(one.get("Action")) and isinstance(limit, str):
            return datetime.fromisoformat(limit)
    return None


def statements(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A policy's statements, however it writes them."""
    found = document.get("Statement", [])
    return [one for one in (found if isinstance(found, list) else [found]) if isinstance(one, dict)]


def listed(value: Any) -> list[Any]:
    """A policy element as a list."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def parsed(document: Any) -> dict[str, Any]:
    """A policy document as AWS returns it: an object, JSON text, or URL-encoded JSON text (RFC 3986)."""
    if isinstance(document, dict):
        return document
    text = str(document)
    loaded = json.loads(text if text.lstrip().startswith("{") else unquote(text))
    return loaded if isinstance(loaded, dict) else {}


def cut_sid(at: datetime) -> str:
    """A statement id that carries the time of the cut."""
    return at.astimezone(UTC).strftime("EvictCut%Y%m%dT%H%M%SZ")


def _deny(at: datetime) -> dict[str, Any]:
    return {"Sid": cut_sid(at), "Effect": "Deny", "Action": "*", "Resource": "*"}
