"""Who may assume which role: trust documents and identity policies, evaluated. Pure.

Only what is needed to find roles that a principal can reach, erring on the side of finding too many: a role
that is reachable in fact is never left out because a condition could not be judged.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any

from connectors.aws.discover import account_of
from connectors.aws.policies import listed, parsed, statements

ASSUME = "sts:AssumeRole"


def trusts(document: Mapping[str, Any], principal: str) -> bool:
    """Whether a trust document names this principal's ARN itself."""
    return any(principal in aws_principals(one) for one in _allows(document))


def trusts_account(document: Mapping[str, Any], principal: str) -> bool:
    """Whether a trust document trusts the principal's whole account, or everybody."""
    account = account_of(principal)
    whole = {"*", account, f"arn:aws:iam::{account}:root"}
    return any(whole & set(aws_principals(one)) for one in _allows(document))


def may_assume(policies: list[Mapping[str, Any]], role_arn: str) -> bool:
    """Whether identity policies allow sts:AssumeRole on a role; conditions are taken as met."""
    return any(
        one.get("Effect") == "Allow"
        and any(fnmatchcase(ASSUME.lower(), str(action).lower()) for action in listed(one.get("Action")))
        and any(fnmatchcase(role_arn, str(resource)) for resource in listed(one.get("Resource")))
        for policy in policies
        for one in statements(policy)
    )


def without(document: Mapping[str, Any], principal: str) -> dict[str, Any]:
    """The trust document with one principal removed; a statement that trusts nobody else becomes a deny.

    AWS refuses an empty statement list, so a document that trusted only this principal denies everybody.
    """
    edited = copy.deepcopy(dict(document))
    kept = []
    for one in statements(edited):
        names = aws_principals(one)
        if one.get("Effect") != "Allow" or principal not in names:
            kept.append(one)
            continue
        left = [name for name in names if name != principal]
        others = {key: value for key, value in one["Principal"].items() if key != "AWS"}
        if left or others:
            kept.append({**one, "Principal": {**others, **({"AWS": left} if left else {})}})
    nobody = {"Sid": "EvictNobody", "Effect": "Deny", "Principal": {"AWS": "*"}, "Action": ASSUME}
    edited["Statement"] = kept or [nobody]
    return edited


def aws_principals(statement: Mapping[str, Any]) -> list[str]:
    """The AWS principals that a trust statement names."""
    principal = statement.get("Principal")
    if principal == "*":
        return ["*"]
    return [str(name) for name in listed(principal.get("AWS"))] if isinstance(principal, dict) else []


def _allows(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        one
        for one in statements(document)
        if one.get("Effect") == "Allow"
        and any(fnmatchcase(ASSUME.lower(), str(action).lower()) for action in listed(one.get("Action")))
    ]


def policies_of(user: Mapping[str, Any], groups: Mapping[str, Any], managed: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Every identity policy document of a user, from an account's authorization details."""
    documents = [parsed(one["PolicyDocument"]) for one in user.get("UserPolicyList", [])]
    attached = [one["PolicyArn"] for one in user.get("AttachedManagedPolicies", [])]
    for name in user.get("GroupList", []):
        group = groups.get(name, {})
        documents += [parsed(one["PolicyDocument"]) for one in group.get("GroupPolicyList", [])]
        attached += [one["PolicyArn"] for one in group.get("AttachedManagedPolicies", [])]
    for arn in attached:
        versions = managed.get(arn, {}).get("PolicyVersionList", [])
        documents += [parsed(one["Document"]) for one in versions if one.get("IsDefaultVersion")]
        if not versions:
            documents.append({"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]})
    return documents
