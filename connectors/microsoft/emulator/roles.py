"""Entra roles: who holds which, directly or by a group, and whom only the highest of them may touch."""

from __future__ import annotations

from connectors.microsoft.emulator.tenant import Record, Tenant

HIGHEST = frozenset({"Global Administrator", "Privileged Authentication Administrator"})
ORDINARY = HIGHEST | {"User Administrator", "Authentication Administrator"}
LOW = frozenset({"Directory Readers", "Guest Inviter", "Message Center Reader", "Reports Reader"})
"""Roles whose holders an ordinary administrator may touch (Entra privileged roles and permissions)."""


def groups_of(tenant: Tenant, principal: str) -> list[Record]:
    """Every group that holds a principal, directly or nested."""
    found: dict[str, Record] = {}
    todo = [principal]
    while todo:
        member = todo.pop()
        for group in tenant.rows("groups"):
            if member in group.get("_members", ()) and group["id"] not in found:
                found[group["id"]] = group
                todo.append(group["id"])
    return list(found.values())


def roles_of(tenant: Tenant, principal: str, *, scoped: bool = False) -> frozenset[str]:
    """Names of the roles that a principal holds over the whole tenant, by groups too; `scoped`: over parts of it also.

    What only entitles somebody to activate a role is none.
    """
    holders = {principal, *(group["id"] for group in groups_of(tenant, principal))}
    names = {row["id"]: str(row["displayName"]) for row in tenant.rows("roleDefinitions")}
    held = [
        str(row["roleDefinitionId"]) for row in tenant.rows("roleAssignments")
        if row["principalId"] in holders and (scoped or row.get("directoryScopeId", "/") == "/")
    ]  # fmt: skip
    return frozenset(names.get(one, one) for one in held)


def privileged(tenant: Tenant, user: str) -> bool:
    """Whether only the highest roles may change who this user is (Entra privileged roles and permissions)."""
    by_group = any(group.get("isAssignableToRole") for group in groups_of(tenant, user))
    return by_group or bool(roles_of(tenant, user, scoped=True) - LOW)
