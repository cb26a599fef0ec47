"""IAM policy evaluation as far as the range needs it: explicit deny wins, then allow, conditions evaluated. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from fnmatch import fnmatchcase
from typing import Any

from connectors.aws.policies import listed, statements

Context = Mapping[str, Any]
"""Condition keys of a request: aws:TokenIssueTime (datetime), aws:PrincipalArn, aws:userid, …"""


def allowed(policies: Iterable[Mapping[str, Any]], action: str, resource: str, context: Context) -> bool:
    """Whether identity policies allow an action: at least one allow and no deny that applies."""
    verdict = False
    for policy in policies:
        for one in statements(policy):
            if not (_names(one, action) and _covers(one, resource) and _met(one.get("Condition", {}), context)):
                continue
            if one.get("Effect") == "Deny":
                return False
            verdict = True
    return verdict


def trusted(document: Mapping[str, Any], principal: str, account: str, context: Context) -> str:
    """What a trust document says of a principal: "named", "account" (needs an identity allow too) or ""."""
    verdict = ""
    for one in statements(document):
        who = one.get("Principal")
        names = ["*"] if who == "*" else listed(who.get("AWS")) if isinstance(who, dict) else []
        hit = "named" if principal in names or "*" in names else ""
        hit = hit or ("account" if {account, f"arn:aws:iam::{account}:root"} & set(names) else "")
        if not hit or not _names(one, "sts:AssumeRole") or not _met(one.get("Condition", {}), context):
            continue
        if one.get("Effect") == "Deny":
            return ""
        verdict = "named" if "named" in (hit, verdict) else hit
    return verdict


def _names(statement: Mapping[str, Any], action: str) -> bool:
    if "NotAction" in statement:
        return not _any(statement["NotAction"], action)
    return _any(statement.get("Action"), action)


def _any(patterns: Any, action: str) -> bool:
    return any(fnmatchcase(action.lower(), str(pattern).lower()) for pattern in listed(patterns))


def _covers(statement: Mapping[str, Any], resource: str) -> bool:
    if resource == "*" or "Resource" not in statement:
        return True
    return any(fnmatchcase(resource, str(pattern)) for pattern in listed(statement["Resource"]))


def _met(conditions: Mapping[str, Any], context: Context) -> bool:
    return all(
        _holds(operator, key, listed(wanted), context)
        for operator, keys in conditions.items()
        for key, wanted in keys.items()
    )


def _holds(operator: str, key: str, wanted: list[Any], context: Context) -> bool:
    """A condition on a key that the request does not carry is not met, as AWS does for these operators."""
    value = context.get(key)
    if value is None:
        return operator in ("StringNotEquals", "StringNotLike", "ArnNotLike", "ArnNotEquals")
    if operator == "DateLessThan":
        return any(value < datetime.fromisoformat(str(one)) for one in wanted)
    if operator in ("StringEquals", "ArnEquals"):
        return value in wanted
    if operator in ("StringLike", "ArnLike"):
        return any(fnmatchcase(str(value), str(one)) for one in wanted)
    if operator in ("StringNotEquals", "ArnNotEquals"):
        return value not in wanted
    if operator in ("StringNotLike", "ArnNotLike"):
        return not any(fnmatchcase(str(value), str(one)) for one in wanted)
    return False
