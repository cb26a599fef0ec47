"""Azure: subscriptions, management groups, role assignments at any scope, and two doors that only a role opens."""

from __future__ import annotations

import re
from typing import Any

from connectors.microsoft.emulator.area import Answered, Area, Call, Refusal
from connectors.microsoft.emulator.arm import ROOT, above, below, holding, operation, permitted, scope_of
from connectors.microsoft.emulator.listing import listing
from connectors.microsoft.emulator.tenant import Record, Tenant
from connectors.microsoft.families.azure_scopes import place

AREA = Area("azure")
ROLES = "/providers/Microsoft.Authorization"
HELD = "Microsoft.Authorization/roleAssignments"
SEEN = "Microsoft.Resources/subscriptions/read"
IN_GROUP = "/subscriptions/{subscription}/resourceGroups/{group}/providers"
_FOR = re.compile(r"(principalId eq|assignedTo\()\s*'([^']+)'\)?")


@AREA.route("GET", "/subscriptions", (), service="arm")
def _subscriptions(tenant: Tenant, call: Call) -> Any:
    """Those that whoever asks may see; nobody is refused."""
    return listing(tenant, call, [
        row for row in tenant.rows("subscriptions")
        if SEEN in call.who.rights or permitted(tenant, call.who.id, SEEN, str(row["id"]))
    ])  # fmt: skip


@AREA.route("GET", "/providers/Microsoft.Management/managementGroups",
            operation("Microsoft.Management/managementGroups/read"), service="arm")  # fmt: skip
def _groups(tenant: Tenant, call: Call) -> Any:
    return listing(tenant, call, tenant.rows("managementGroups"))


def shown_at(tenant: Tenant, call: Call, rows: list[Record]) -> list[Record]:
    """Of assignments or instances: those at, above and below the scope, for whom the filter names."""
    scope, found = scope_of(call), rows
    asked = _FOR.fullmatch(call.query.get("$filter", ""))
    if asked:
        holders = holding(tenant, asked[2]) if asked[1].startswith("assignedTo") else {asked[2]}
        found = [row for row in found if row["properties"]["principalId"] in holders]
    higher = {one.casefold() for one in above(tenant, scope)}
    under = scope.startswith("/subscriptions/")
    return [
        row for row in found
        if row["properties"]["scope"].casefold() in higher or (under and below(tenant, scope, row))
    ]  # fmt: skip


def record(tenant: Tenant, call: Call, action: str, resource: str) -> None:
    """What Azure's activity log keeps of it."""
    user = tenant.table("users").get(call.who.id, {})
    tenant.put("activityLog", {
        "eventTimestamp": tenant.stamp(), "caller": user.get("userPrincipalName", call.who.app),
        "claims": {"http://schemas.microsoft.com/identity/claims/objectidentifier": call.who.id},
        "operationName": {"value": action}, "status": {"value": "Succeeded"}, "resourceId": resource,
        "httpRequest": {"clientIpAddress": "203.0.113.77"},
    })  # fmt: skip


def _serve(scope: str) -> None:
    """Role assignments: at a scope, or at the root, which has none in its path."""

    @AREA.route("GET", f"{scope}{ROLES}/roleAssignments", operation(f"{HELD}/read"), service="arm")
    def _list(tenant: Tenant, call: Call) -> Any:
        return listing(tenant, call, shown_at(tenant, call, tenant.rows("azureAssignments")), filters=False)

    @AREA.route("PUT", f"{scope}{ROLES}/roleAssignments/{{name}}", operation(f"{HELD}/write"), service="arm")
    def _put(tenant: Tenant, call: Call) -> Any:
        given = dict(call.body["properties"])
        where, name = scope_of(call), call.values["name"]
        same = ("principalId", "roleDefinitionId")
        for row in tenant.rows("azureAssignments"):
            held = row["properties"]
            if held["scope"].casefold() == where.casefold() and all(held[one] == given[one] for one in same):
                raise Refusal(409, "RoleAssignmentExists", "The role assignment already exists.")
        made = assignment(where, name, {**given, "createdBy": call.who.id, "createdOn": tenant.stamp()})
        tenant.put("azureAssignments", made)
        record(tenant, call, f"{HELD}/write", str(made["id"]))
        return Answered(201, made)

    @AREA.route("DELETE", f"{scope}{ROLES}/roleAssignments/{{name}}", operation(f"{HELD}/delete"), service="arm")
    def _delete(tenant: Tenant, call: Call) -> Any:
        found = tenant.table("azureAssignments").get(f"{_base(scope_of(call))}/{call.values['name']}")
        if found is None:
            return Answered(204)
        tenant.remove("azureAssignments", [found])
        record(tenant, call, f"{HELD}/delete", str(found["id"]))
        return found


for _scope in ("", "/{scope+}"):
    _serve(_scope)


def _base(scope: str) -> str:
    return f"{scope if scope != ROOT else ''}{ROLES}/roleAssignments"


def assignment(scope: str, name: str, properties: Record) -> Record:
    """An assignment as Azure shows it."""
    return {"id": f"{_base(scope)}/{name}", "name": name, "type": HELD,
            "properties": {**properties, "scope": scope}}  # fmt: skip


@AREA.route("GET", f"/{{scope+}}{ROLES}/roleDefinitions", operation("Microsoft.Authorization/roleDefinitions/read"),
            service="arm")  # fmt: skip
def _definitions(tenant: Tenant, call: Call) -> Any:
    wanted = re.fullmatch(r"type eq '(\w+)'", call.query.get("$filter", ""))
    rows = [{**row, "id": f"{scope_of(call)}{ROLES}/roleDefinitions/{row['name']}"} for row in tenant.rows("azureRoles")
            if wanted is None or row["properties"]["type"] == wanted[1]]  # fmt: skip
    return listing(tenant, call, rows, filters=False)


@AREA.route("GET", "/subscriptions/{subscription}/resourcegroups",
            operation("Microsoft.Resources/subscriptions/resourceGroups/read"), service="arm")  # fmt: skip
def _resource_groups(tenant: Tenant, call: Call) -> Any:
    return listing(tenant, call, tenant.rows("resourceGroups", _in=call.values["subscription"]))


KEYS = "Microsoft.Storage/storageAccounts/listKeys/action"


@AREA.route("POST", f"{IN_GROUP}/Microsoft.Storage/storageAccounts/{{account}}/listKeys", operation(KEYS),
            service="arm", write=False)  # fmt: skip
def _keys(tenant: Tenant, call: Call) -> Any:
    found = tenant.first("storageAccounts", name=call.values["account"])
    if found is None:
        raise Refusal(404, "ResourceNotFound", "The storage account was not found.")
    record(tenant, call, KEYS, str(found["id"]))
    return {"keys": [{"keyName": "key1", "permissions": "Full", "value": found["_key"]}]}


@AREA.snapshot
def _snapshot(tenant: Tenant) -> dict[str, Any]:
    """Plain assignments; those that PIM made are told as PIM's."""
    timed = {part(row) for row in tenant.rows("azureSchedules")}
    shown = {}
    for row in tenant.rows("azureAssignments"):
        given = row["properties"]
        if part(given) not in timed:
            shown[f"azure/{given['principalId']}/assignment/{part(given)[1]}"] = {
                name: value for name, value in given.items() if name not in ("createdBy", "createdOn")
            }
    return shown


def part(given: Record) -> tuple[str, str]:
    """Who holds it, and the end of its path's id."""
    role = str(given["roleDefinitionId"]).rsplit("/", 1)[-1]
    return str(given["principalId"]), f"{role}@{place(str(given['scope']))}"
