"""Privileged Identity Management: roles that the subject let others activate, and settings that they loosened."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from connectors.contract import Finding
from connectors.microsoft.hunt.area import Look, request
from connectors.microsoft.hunt.areas.roles import given_by_subject, role_names
from connectors.microsoft.routes.roles import DIRECTORY, READ

AREA = "Privileged Identity Management"
PERMISSIONS = (READ, "RoleEligibilitySchedule.Read.Directory")
POLICIES = "/v1.0/policies/roleManagementPolicies"
OF_ROLES = "scopeId eq '/' and scopeType eq 'DirectoryRole'"


def sweep(look: Look) -> Iterator[Finding]:
    """Eligible assignments that the subject made, then settings that they were the last to change.

    Raises:
        UnsupportedError: the tenant has no licence for PIM.
        WorldError: eligible assignments cannot be read.

    """
    names = role_names(look)
    for row in look.session.rows(f"{DIRECTORY}/roleEligibilityScheduleInstances"):
        if given_by_subject(look, row, names):
            yield _eligible(look, row, names)
    with look.tried():
        for policy in look.session.rows(POLICIES, query={"$filter": OF_ROLES}):
            if str((policy.get("lastModifiedBy") or {}).get("id")) in look.subjects:
                yield _setting(look, policy)


def _eligible(look: Look, row: dict[str, Any], names: dict[str, str]) -> Finding:
    who, role, scope = str(row["principalId"]), str(row["roleDefinitionId"]), str(row.get("directoryScopeId") or "/")
    name = names.get(role, role)
    body = {"action": "adminRemove", "principalId": who, "roleDefinitionId": role, "directoryScopeId": scope}
    return look.finding(
        "role-eligible", str(row["id"]), f"the subject let {who} activate the role {name}", by_subject=True,
        found_by="GET /roleManagement/directory/roleEligibilityScheduleInstances, GET /auditLogs/directoryAudits",
        allows=f"become {name} whenever they like",
        remove=request("POST", f"{DIRECTORY}/roleEligibilityScheduleRequests", json.dumps(body)),
        detail={"principal": who, "role": name, "scope": scope},
    )  # fmt: skip


def _setting(look: Look, policy: dict[str, Any]) -> Finding:
    """What was changed in it the listing does not say: a person compares it with the others."""
    return look.finding(
        "pim-setting", str(policy["id"]), "the subject was the last to change how a role is activated",
        found_by="GET /policies/roleManagementPolicies", by_subject=True, severity="medium",
        allows="activate the role with less than the company asks for: no approval, no second factor, for longer",
        remove="Entra portal: Identity Governance, Privileged Identity Management, Microsoft Entra roles, Settings: "
        f"the role whose policy is {policy['id']}; compare with another role, and set it back",
        detail={"changed": policy.get("lastModifiedDateTime"), "policy": policy["id"]},
    )  # fmt: skip
