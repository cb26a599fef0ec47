"""Roles that somebody enters with a sign-in from elsewhere: OpenID Connect, SAML, or a certificate.

A public issuer signs for all its customers. What keeps the others out is a condition on the token's `sub`, as far as
it is closed: `repo:acme/*` admits one customer, `repo:*` and `repo:ac*` admit whoever asks.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from connectors.aws.families.roles import SERVICE_ROLE_PATHS, authorization
from connectors.aws.hunt.area import Look
from connectors.aws.policies import listed, parsed, statements
from connectors.contract import Finding

AREA = "roles entered by federation"
SCOPE = "account"
PERMISSIONS = ("iam:GetAccountAuthorizationDetails",)

CERTIFICATES = "rolesanywhere.amazonaws.com"
NARROWING = frozenset({"stringequals", "stringequalsignorecase", "stringlike"})
LITERAL = frozenset({"stringequals", "stringequalsignorecase"})
CLOSED_PARTS = 2
"""A `sub` names its kind and its owner before anything else; both must stand before the first wildcard."""


def sweep(look: Look) -> Iterator[Finding]:
    """One finding per role and reason; roles that AWS keeps for its own services are left out."""
    for role in authorization(look.session, look.account)["roles"]:
        if role.get("Path", "/").startswith(SERVICE_ROLE_PATHS):
            continue
        document = parsed(role["AssumeRolePolicyDocument"])
        for number, one in enumerate(statements(document)):
            if one.get("Effect") == "Allow" and isinstance(one.get("Principal"), dict):
                yield from _judged(look, role, document, number)


def _judged(look: Look, role: dict[str, Any], document: dict[str, Any], at: int) -> Iterator[Finding]:
    one = statements(document)[at]
    for provider in map(str, listed(one["Principal"].get("Federated"))):
        why, severity = _entered(provider, list(_conditions(one)))
        if why:
            yield _finding(look, role, _without(document, at), (provider, why, severity))
    if CERTIFICATES in listed(one["Principal"].get("Service")):
        bound = any(key == "aws:sourcearn" for _operator, key, _values in _conditions(one))
        why = "a certificate" if bound else "a certificate of any trust anchor of the account"
        yield _finding(look, role, _without(document, at), (CERTIFICATES, why, "medium" if bound else "high"))


def _entered(provider: str, conditions: list[tuple[str, str, list[Any]]]) -> tuple[str, str]:
    """How a provider's sign-ins enter, and how bad that is; ("", "") when a condition admits one name only."""
    host, _kind, issuer = provider.partition(":oidc-provider/")
    if ":saml-provider/" in provider:
        return "a SAML sign-in", "low"
    if not issuer:
        named = any(key.startswith(f"{host.lower()}:") for _operator, key, _values in conditions)
        return ("", "") if named else ("any sign-in: no condition names an application", "high")
    limits = [
        max(_openness(operator, str(value)) for value in values)
        for operator, key, values in conditions
        if key == f"{issuer.lower()}:sub" and operator in NARROWING and values
    ]
    if not limits:
        return "any sign-in: no condition names the `sub`", "high"
    return (("", ""), ("a `sub` with a wildcard", "medium"), ("a `sub` open to everybody", "high"))[min(limits)]


def _openness(operator: str, pattern: str) -> int:
    """0 when a pattern is one name, 1 when its owner is fixed, 2 when anybody fits."""
    fixed, wild, _rest = pattern.replace("?", "*").partition("*")
    if operator in LITERAL or not wild:
        return 0
    return 1 if len(re.findall(r"[:/]", fixed)) >= CLOSED_PARTS else 2


def _conditions(statement: dict[str, Any]) -> Iterator[tuple[str, str, list[Any]]]:
    """Each condition as its operator without a set prefix, its key and its values; names know no case."""
    for operator, keys in (statement.get("Condition") or {}).items():
        for key, values in keys.items():
            yield operator.lower().removeprefix("foranyvalue:"), str(key).lower(), listed(values)


def _without(document: dict[str, Any], at: int) -> str:
    """The trust document without one statement; AWS refuses an empty one, so one that denies everybody is left."""
    nobody = {"Effect": "Deny", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}
    rest = [one for number, one in enumerate(statements(document)) if number != at]
    return json.dumps({**document, "Statement": rest or [nobody]}, separators=(",", ":"))


def _finding(look: Look, role: dict[str, Any], left: str, found: tuple[str, str, str]) -> Finding:
    provider, why, severity = found
    name, arn = str(role["RoleName"]), str(role["Arn"])
    theirs = look.trail.touched(look.account, look.region, arn)
    return look.finding(
        "federation", f"{arn}/{provider}", f"role {name} is entered with {why}, by {provider}",
        found_by="iam:GetAccountAuthorizationDetails", allows=f"whatever {name} may do, from outside",
        remove=look.command("iam", "update-assume-role-policy", role_name=name, policy_document=left),
        severity="high" if theirs else severity, by_subject=theirs, detail={"provider": provider},
    )  # fmt: skip
