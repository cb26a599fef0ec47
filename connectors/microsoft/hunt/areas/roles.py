"""Directory roles that the subject gave to others, as far as they still stand: new administrators."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from connectors.contract import Finding
from connectors.microsoft.hunt.area import Look, request
from connectors.microsoft.hunt.trail import named
from connectors.microsoft.odata import select
from connectors.microsoft.routes.roles import DIRECTORY, READ

AREA = "directory roles that the subject gave"
PERMISSIONS = (READ,)
GIVEN = ("member to role",)
"""Part of the activities that give a role, PIM's too (names: general knowledge)."""


def sweep(look: Look) -> Iterator[Finding]:
    """Assignments that the subject's own changes name, each still standing."""
    names = role_names(look)
    for row in look.session.rows(f"{DIRECTORY}/roleAssignments"):
        if given_by_subject(look, row, names):
            yield _finding(look, row, names)


def role_names(look: Look) -> dict[str, str]:
    """Names of directory roles by id.

    Raises:
        WorldError: they cannot be read.

    """
    rows = look.session.rows(f"{DIRECTORY}/roleDefinitions", query=select("id", "displayName"))
    return {str(row["id"]): str(row.get("displayName") or row["id"]) for row in rows}


def given_by_subject(look: Look, row: dict[str, Any], names: dict[str, str]) -> bool:
    """Whether one of the subject's changes gave this role to this principal, which is not their own."""
    who, role = str(row["principalId"]), str(row["roleDefinitionId"])
    if who in look.subjects:
        return False
    return any({role, names.get(role, role)} & told and who in told
               for told in (set(named(change)) for change in look.trail.changes(*GIVEN)))  # fmt: skip


def _finding(look: Look, row: dict[str, Any], names: dict[str, str]) -> Finding:
    who, role, scope = str(row["principalId"]), str(row["roleDefinitionId"]), str(row.get("directoryScopeId") or "/")
    name = names.get(role, role)
    return look.finding(
        "role-given", str(row["id"]), f"the subject gave the role {name} to {who}", by_subject=True,
        found_by="GET /roleManagement/directory/roleAssignments, GET /auditLogs/directoryAudits",
        allows=f"whatever {name} may do {'in the whole tenant' if scope == '/' else f'over {scope}'}",
        remove=request("DELETE", f"{DIRECTORY}/roleAssignments/{row['id']}"),
        detail={"principal": who, "role": name, "scope": scope},
    )  # fmt: skip
