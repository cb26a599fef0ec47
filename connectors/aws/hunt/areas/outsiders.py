"""Roles whose trust names an account that is none of ours, or everybody."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from connectors.aws.families.roles import authorization
from connectors.aws.hunt.area import Look, quoted
from connectors.aws.policies import listed, parsed, statements
from connectors.aws.trust import aws_principals
from connectors.contract import Finding

AREA = "roles that trust outsiders"
SCOPE = "account"
PERMISSIONS = ("iam:GetAccountAuthorizationDetails",)


def sweep(look: Look) -> Iterator[Finding]:
    """One finding per role and trust statement with a stranger in it."""
    for role in authorization(look.session, look.account)["roles"]:
        for one in statements(parsed(role["AssumeRolePolicyDocument"])):
            strangers = look.strangers(aws_principals(one)) if one.get("Effect") == "Allow" else []
            if strangers:
                yield _stranger(look, role, strangers, one)


def _stranger(look: Look, role: dict[str, Any], who: list[str], one: dict[str, Any]) -> Finding:
    external = "sts:ExternalId" in str(listed(one.get("Condition")))
    name = role["RoleName"]
    return look.finding(
        "trust", role["Arn"], f"role {name} trusts {', '.join(who)}" + ("" if external else ", without an external id"),
        found_by="iam:GetAccountAuthorizationDetails", allows=f"whatever {name} may do, from outside",
        remove=f"aws iam update-assume-role-policy --role-name {quoted(name)} --policy-document …, without them",
        detail={"principals": who},
    )  # fmt: skip
