"""What stands above a principal's own policies: service control policies and permissions boundaries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from moto.organizations.models import organizations_backends

from connectors.aws.emulator.policy import allowed
from connectors.aws.emulator.principals import HOME_ACCOUNT, Principal
from connectors.aws.policies import parsed


def held_back(principal: Principal, action: str, resource: str, context: Mapping[str, Any]) -> str:
    """Why a guardrail denies this action; "" when none does."""
    if principal.boundary is not None and not allowed([principal.boundary], action, resource, context):
        return "because no permissions boundary allows the action"
    for level in control_policies(principal.account):
        if not allowed(level, action, resource, context):
            return "with an explicit deny in a service control policy"
    return ""


def control_policies(account: str) -> list[list[dict[str, Any]]]:
    """The SCPs of every level from the account up to the root; none for the management account, which SCPs never bind.

    Each level must allow by itself (Organizations User Guide, SCP evaluation). AWS never leaves a level without
    a policy, moto does: such a level stands for FullAWSAccess.
    """
    organization = organizations_backends[HOME_ACCOUNT]["aws"]
    if account == HOME_ACCOUNT or not getattr(organization, "org", None):
        return []
    found = [one for one in organization.accounts if one.id == account]
    levels = []
    while found:
        held = [policy for policy in found[0].attached_policies if policy.type == "SERVICE_CONTROL_POLICY"]
        if held:
            levels.append([parsed(policy.content) for policy in held])
        parent = getattr(found[0], "parent_id", None)
        found = [unit for unit in organization.ou if unit.id == parent]
    return levels
