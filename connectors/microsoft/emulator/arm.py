"""Who may do what in Azure: an operation is allowed at a scope by an assignment at or above it, direct or by a group.

Evict's own apps hold operations as rights of the range; everybody else has only what their assignments give, which
is asked anew at every call.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase

from connectors.microsoft.emulator.area import Call, Needs
from connectors.microsoft.emulator.roles import groups_of
from connectors.microsoft.emulator.tenant import Record, Tenant

ROOT = "/"
MANAGEMENT = "/providers/Microsoft.Management/managementGroups/"


def operation(action: str) -> Callable[[Tenant, Call], Needs]:
    """What a route needs: the operation at the scope that its path names."""
    return lambda tenant, call: () if permitted(tenant, call.who.id, action, scope_of(call)) else (action,)


def scope_of(call: Call) -> str:
    """The scope that a path names; the root when it names none."""
    if call.values.get("scope"):
        return "/" + call.values["scope"].strip("/")
    if call.values.get("subscription"):
        group = call.values.get("group")
        return f"/subscriptions/{call.values['subscription']}" + (f"/resourceGroups/{group}" if group else "")
    return ROOT


def permitted(tenant: Tenant, who: str, action: str, scope: str) -> bool:
    """Whether an assignment that stands now gives it."""
    holders = holding(tenant, who)
    at = {one.casefold() for one in above(tenant, scope)}
    return any(
        row["properties"]["principalId"] in holders and row["properties"]["scope"].casefold() in at
        and _gives(tenant, row["properties"]["roleDefinitionId"], action)
        for row in tenant.rows("azureAssignments")
    )  # fmt: skip


def holding(tenant: Tenant, who: str) -> frozenset[str]:
    """A principal and every group that holds it."""
    return frozenset({who, *(group["id"] for group in groups_of(tenant, who))})


def above(tenant: Tenant, scope: str) -> Iterator[str]:
    """A scope and everything above it, up to the root."""
    scope = "/" + scope.strip("/")
    while scope != ROOT:
        yield scope
        pieces = scope.strip("/").split("/")
        if scope.startswith(MANAGEMENT):
            scope = str(tenant.table("managementGroups").get(scope, {}).get("_parent") or ROOT)
        elif len(pieces) == 2:  # noqa: PLR2004 - a subscription
            scope = str(tenant.table("subscriptions").get(scope, {}).get("_parent") or ROOT)
        else:
            own = pieces[-4] == "providers"  # a resource, which is in a group and not in its provider
            scope = "/" + "/".join(pieces[: -4 if own else -2])
    yield ROOT


def below(tenant: Tenant, scope: str, row: Record) -> bool:
    """Whether an assignment's scope is in this one."""
    return scope.casefold() in {one.casefold() for one in above(tenant, row["properties"]["scope"])}


def _gives(tenant: Tenant, definition: str, action: str) -> bool:
    role = tenant.table("azureRoles").get(definition.rsplit("/", 1)[-1], {})
    given = role.get("properties", {}).get("permissions", ())
    return any(_fits(one["actions"], action) and not _fits(one["notActions"], action) for one in given)


def _fits(patterns: list[str], action: str) -> bool:
    return any(fnmatchcase(action.casefold(), one.casefold()) for one in patterns)
