"""App roles that were assigned to people, groups and apps, and consents that let apps act for people."""

from __future__ import annotations

import uuid
from typing import Any

from connectors.microsoft.emulator.area import Answered, Area, Call, Needs, Refusal, not_found
from connectors.microsoft.emulator.areas.apps import PRINCIPALS, READ, thing_of
from connectors.microsoft.emulator.areas.users import user_of
from connectors.microsoft.emulator.listing import listing
from connectors.microsoft.emulator.roles import groups_of
from connectors.microsoft.emulator.tenant import Record, Tenant, shown

AREA = Area("consents")
DIRECTORY: Needs = ("Directory.Read.All",)
ASSIGN: Needs = ("AppRoleAssignment.ReadWrite.All",)
CONSENT: Needs = ("DelegatedPermissionGrant.ReadWrite.All",)
ROLES, GRANTS = "appRoleAssignments", "oauth2PermissionGrants"


@AREA.route("GET", "/v1.0/users/{user}/appRoleAssignments", DIRECTORY)
def _of_user(tenant: Tenant, call: Call) -> Any:
    """The person's own, and those of the groups that they are in."""
    user = user_of(tenant, call)["id"]
    holders = {user, *(group["id"] for group in groups_of(tenant, user))}
    return listing(tenant, call, [row for row in tenant.rows(ROLES) if row["principalId"] in holders])


@AREA.route("POST", "/v1.0/users/{user}/appRoleAssignments", ASSIGN)
def _to_user(tenant: Tenant, call: Call) -> Any:
    user = user_of(tenant, call)
    return _assigned(tenant, call, user, "User", user["displayName"])


@AREA.route("DELETE", "/v1.0/users/{user}/appRoleAssignments/{assignment}", ASSIGN)
def _from_user(tenant: Tenant, call: Call) -> None:
    user = user_of(tenant, call)
    found = tenant.first(ROLES, id=call.values["assignment"], principalId=user["id"])
    if found is None:
        raise not_found(f"Resource '{call.values['assignment']}'")
    tenant.remove(ROLES, [found])
    call.audit("Remove app role assignment from user", "User", user["id"], user["userPrincipalName"])


@AREA.route("POST", "/v1.0/servicePrincipals/{thing}/appRoleAssignments", ASSIGN)
def _to_app(tenant: Tenant, call: Call) -> Any:
    principal = thing_of(tenant, call, PRINCIPALS)
    return _assigned(tenant, call, principal, "ServicePrincipal", principal["displayName"])


@AREA.route("GET", "/v1.0/servicePrincipals/{thing}/appRoleAssignedTo", READ)
def _of_resource(tenant: Tenant, call: Call) -> Any:
    resource = thing_of(tenant, call, PRINCIPALS)
    return listing(tenant, call, tenant.rows(ROLES, resourceId=resource["id"]))


def _assigned(tenant: Tenant, call: Call, principal: Record, kind: str, name: str) -> Answered:
    body = dict(call.body or {})
    resource = tenant.table(PRINCIPALS).get(body.get("resourceId", ""))
    if resource is None:
        raise not_found(f"Resource '{body.get('resourceId')}'")
    if body.get("principalId") != principal["id"]:
        raise Refusal(400, "Request_BadRequest", "The principal of the path and of the body differ.")
    same = {name: body[name] for name in ("principalId", "resourceId", "appRoleId")}
    if tenant.first(ROLES, **same):
        raise Refusal(400, "Request_BadRequest", "Permission being assigned already exists on the object")
    made = tenant.put(ROLES, {
        **same, "id": uuid.uuid4().hex, "principalType": kind, "principalDisplayName": name,
        "resourceDisplayName": resource["displayName"], "createdDateTime": tenant.stamp(), "deletedDateTime": None,
    })  # fmt: skip
    role = next((one["value"] for one in resource.get("appRoles", ()) if one["id"] == body["appRoleId"]), "")
    to = "user" if kind == "User" else "service principal"
    changed = {"AppRole.Value": f'"{role}"', f"{kind}.ObjectID": f'"{principal["id"]}"'}
    call.audit(f"Add app role assignment to {to}", "ServicePrincipal", resource["id"], resource["displayName"],
               "ApplicationManagement", **changed)  # fmt: skip
    return Answered(201, shown(made))


@AREA.route("GET", "/v1.0/oauth2PermissionGrants", DIRECTORY)
def _grants(tenant: Tenant, call: Call) -> Any:
    return listing(tenant, call, tenant.rows(GRANTS))


@AREA.route("POST", "/v1.0/oauth2PermissionGrants", CONSENT)
def _grant(tenant: Tenant, call: Call) -> Any:
    body = dict(call.body or {})
    same = {name: body.get(name) for name in ("clientId", "resourceId", "principalId")}
    if tenant.first(GRANTS, **same):
        raise Refusal(409, "Request_MultipleObjectsWithSameKeyValue", "Permission entry already exists.")
    made = tenant.put(GRANTS, {**body, "id": uuid.uuid4().hex})
    call.audit("Add delegated permission grant", "ServicePrincipal", body["clientId"], "", "ApplicationManagement",
               **{"DelegatedPermissionGrant.Scope": body.get("scope", "")})  # fmt: skip
    return Answered(201, shown(made))


@AREA.route("DELETE", "/v1.0/oauth2PermissionGrants/{grant}", CONSENT)
def _ungrant(tenant: Tenant, call: Call) -> None:
    found = tenant.table(GRANTS).get(call.values["grant"])
    if found is None:
        raise not_found(f"Resource '{call.values['grant']}'")
    tenant.remove(GRANTS, [found])
    call.audit("Remove delegated permission grant", "ServicePrincipal", found["clientId"], "", "ApplicationManagement")


@AREA.snapshot
def _snapshot(tenant: Tenant) -> dict[str, Any]:
    roles = {f"consents/{row['principalId']}/role/{row['resourceId']}/{row['appRoleId']}": True
             for row in tenant.rows(ROLES)}  # fmt: skip
    grants = {f"consents/{row['principalId']}/consent/{row['clientId']}/{row['resourceId']}": row["scope"]
              for row in tenant.rows(GRANTS) if row.get("principalId")}  # fmt: skip
    return {**roles, **grants}
