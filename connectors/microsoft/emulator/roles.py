"""Entra roles: who holds which, directly or by a group, and whom only the highest of them may touch."""

from __future__ import annotations

from collections.abc import Callable

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
    return _held(tenant, principal, lambda scope: scoped or scope == "/")


def roles_over(tenant: Tenant, principal: str, user: Record) -> frozenset[str]:
    """Names of the roles of a principal that reach a user.

    Those over the whole tenant, and over units that the user is in; a restricted unit lets only its own through.
    """
    units = [row for row in tenant.rows("administrativeUnits") if user["id"] in row["_members"]]
    restricted = [row for row in units if row.get("isMemberManagementRestricted")]
    scopes = {f"/administrativeUnits/{row['id']}" for row in restricted or units}
    if not restricted and not user.get("isManagementRestricted"):
        scopes.add("/")
    return _held(tenant, principal, lambda scope: scope in scopes)


def _held(tenant: Tenant, principal: str, reaches: Callable[[str], bool]) -> frozenset[str]:
    holders = {principal, *(group["id"] for group in groups_of(tenant, principal))}
    names = {row["id"]: str(row["displayName"]) for row in tenant.rows("roleDefinitions")}
    held = [
        str(row["roleDefinitionId"]) for row in tenant.rows("roleAssignments")
        if row["principalId"] in holders and reaches(row.get("directoryScopeId", "/"))
    ]  # fmt: skip
    return frozenset(names.get(one, one) for one in held)


def privileged(tenant: Tenant, user: str) -> bool:
    """Whether only the highest roles may change who this user is (Entra privileged roles and permissions)."""
    groups = [*groups_of(tenant, user), *(row for row in tenant.rows("groups") if user in row.get("_owners", ()))]
    by_group = any(group.get("isAssignableToRole") for group in groups)
    return by_group or bool(roles_of(tenant, user, scoped=True) - LOW)
