"""Azure: roles, key vaults and what runs, held alike by the suspect and a colleague, and what the suspect left there.

The suspect gave an outsider's service principal a role, became (as a Global Administrator once let them) User Access
Administrator at the root for a user they had planted, delegated a subscription to another tenant, wrote a runbook with
a webhook and a logic app, and listed a storage account's keys.
"""

from __future__ import annotations

from typing import Any

from runner.range.microsoft.apps import PAYROLL_SYNC, principal
from runner.range.microsoft.groups import ENGINEERING, REMOTE, UNTIL, group
from runner.range.microsoft.people import BOSS, COLLEAGUE, DOMAIN, SUSPECT, TENANT, People, guid
from runner.range.microsoft.tenant import PLANTED_USER, ago

PROD, DEV = guid("subscription-prod"), guid("subscription-dev")
ROOT, PRODUCTION = "/providers/Microsoft.Management/managementGroups/" + TENANT, "production"
OWNER, CONTRIBUTOR, READER = (
    "8e3af657-a8ff-443c-a75c-2fe8c4bcb635", "b24988ac-6180-42a0-ab88-20f7382dd24c",
    "acdd72a7-3385-48ef-bd42-f606fba81ae7",
)  # fmt: skip
ACCESS = "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9"
"""Owner, Contributor, Reader, User Access Administrator: the same in every tenant (Azure built-in roles)."""

AUTOMATION = "Microsoft.Automation/automationAccounts"
VAULT, SHARED_VAULT = "initech-prod-kv", "initech-build-kv"
SECRET = "payroll-database-password-5512"
STORAGE, OTHER_STORAGE = "initechbackups", "initechlogs"
ACCOUNT, RUNBOOK, OWN_RUNBOOK, WORKFLOW = "nightly-jobs", "sync-users", "rotate-logs", "mail-forwarder"
STRANGER, STRANGER_TENANT = "vendor-telemetry", guid("tenant-stranger")
CONDITION = "((!(ActionMatches{'Microsoft.Authorization/roleAssignments/write'})))"


def seed(put: Any, people: People) -> None:
    """Add all of it."""
    production = "/providers/Microsoft.Management/managementGroups/" + PRODUCTION
    put("managementGroups", _management(ROOT, "/"), _management(production, ROOT))
    put("subscriptions", _subscription(PROD, "Production", production), _subscription(DEV, "Development", ROOT))
    put("azureRoles", _role(OWNER, "Owner", ["*"]), _role(READER, "Reader", ["*/read"]),
        _role(CONTRIBUTOR, "Contributor", ["*"], ["Microsoft.Authorization/*/Write", "Microsoft.Authorization/*/Delete",
                                                  "Microsoft.Authorization/elevateAccess/Action"]),
        _role(ACCESS, "User Access Administrator", ["*/read", "Microsoft.Authorization/*"]))  # fmt: skip
    put("resourceGroups", _resource(PROD, "", "payroll", "resourceGroups"))
    for person in (people.suspect, people.colleague):
        _held(put, person, production)
    put("azureAssignments", assignment(f"/subscriptions/{PROD}", group(ENGINEERING), READER, "Group"),
        assignment(f"/subscriptions/{PROD}/resourceGroups/payroll", group(REMOTE), READER, "Group"))  # fmt: skip
    put("vaults", _vault(VAULT, [people.suspect, people.colleague]), _vault(SHARED_VAULT, [group(ENGINEERING)]))
    put("storageAccounts", _storage(STORAGE), _storage(OTHER_STORAGE))
    _runs(put, people)
    _planted(put, people)


def assignment(scope: str, who: str, role: str, kind: str = "User", **more: Any) -> dict[str, Any]:
    """One role assignment as Azure shows it."""
    name = guid(f"{scope}-{who}-{role}")
    base = "" if scope == "/" else scope
    return {
        "id": f"{base}/providers/Microsoft.Authorization/roleAssignments/{name}", "name": name,
        "type": "Microsoft.Authorization/roleAssignments",
        "properties": {"scope": scope, "principalId": who, "principalType": kind, "createdBy": guid(BOSS),
                       "createdOn": ago(200), "roleDefinitionId": definition(role), **more},
    }  # fmt: skip


def definition(role: str) -> str:
    """A role definition's whole id."""
    return f"/subscriptions/{PROD}/providers/Microsoft.Authorization/roleDefinitions/{role}"


def _held(put: Any, person: str, production: str) -> None:
    """A role with a condition, one on a management group, one at the root; one for a time, and one to be activated."""
    dev = f"/subscriptions/{DEV}"
    put("azureAssignments",
        assignment(dev, person, CONTRIBUTOR, condition=CONDITION, conditionVersion="2.0"),
        assignment(production, person, READER), assignment("/", person, ACCESS),
        assignment(f"{dev}/resourceGroups/build", person, OWNER))  # fmt: skip
    timed = {"principalId": person, "principalType": "User", "memberType": "Direct", "startDateTime": ago(30)}
    put("azureSchedules", {**timed, "id": guid(f"azure-active-{person}"), "roleDefinitionId": definition(OWNER),
                           "scope": f"{dev}/resourceGroups/build", "assignmentType": "Assigned",
                           "endDateTime": UNTIL})  # fmt: skip
    put("azureEligibilities", {**timed, "id": guid(f"azure-eligible-{person}"), "endDateTime": None,
                               "roleDefinitionId": definition(CONTRIBUTOR),
                               "scope": f"/subscriptions/{PROD}"})  # fmt: skip


def _management(scope: str, parent: str) -> dict[str, Any]:
    name = scope.rsplit("/", 1)[-1]
    return {"id": scope, "name": name, "type": "Microsoft.Management/managementGroups", "_parent": parent,
            "properties": {"tenantId": TENANT, "displayName": name}}  # fmt: skip


def _subscription(name: str, label: str, parent: str) -> dict[str, Any]:
    return {"id": f"/subscriptions/{name}", "subscriptionId": name, "displayName": label, "state": "Enabled",
            "tenantId": TENANT, "_parent": parent}  # fmt: skip


def _role(name: str, label: str, actions: list[str], not_actions: list[str] | None = None) -> dict[str, Any]:
    given = [{"actions": actions, "notActions": not_actions or [], "dataActions": [], "notDataActions": []}]
    return {"id": name, "name": name, "type": "Microsoft.Authorization/roleDefinitions",
            "properties": {"roleName": label, "type": "BuiltInRole", "permissions": given}}  # fmt: skip


def _resource(subscription: str, kind: str, name: str, *above: str) -> dict[str, Any]:
    """A resource of a subscription, in the resource group `payroll` unless it is one itself."""
    start = f"/subscriptions/{subscription}"
    path = f"{start}/{above[0]}/{name}" if above else f"{start}/resourceGroups/payroll/providers/{kind}/{name}"
    return {"id": path, "name": name.rsplit("/", 1)[-1], "location": "westeurope", "type": kind, "_in": subscription}


def _vault(name: str, holders: list[str]) -> dict[str, Any]:
    policies = [
        {"tenantId": TENANT, "objectId": who, "permissions": {"secrets": ["get", "list"], "keys": []}}
        for who in (*holders, principal(PAYROLL_SYNC))
    ]
    properties = {"tenantId": TENANT, "enableRbacAuthorization": False, "accessPolicies": policies}
    made = _resource(PROD, "Microsoft.KeyVault/vaults", name)
    return {**made, "_secrets": {"database": SECRET}, "properties": properties}


def _storage(name: str) -> dict[str, Any]:
    subscription = PROD if name == STORAGE else DEV
    return {**_resource(subscription, "Microsoft.Storage/storageAccounts", name), "_key": f"key-of-{name}",
            "kind": "StorageV2", "properties": {"creationTime": ago(300)}}  # fmt: skip


def _runs(put: Any, people: People) -> None:
    """Automation: the suspect's runbook with its webhook, a colleague's of the same account, and a logic app."""
    account = _resource(PROD, AUTOMATION, ACCOUNT)
    put("automationAccounts", {**account, "properties": {"state": "Ok"}})
    for name, by in ((RUNBOOK, SUSPECT), (OWN_RUNBOOK, COLLEAGUE)):
        changed = {"state": "Published", "runbookType": "PowerShell", "lastModifiedBy": f"{by}@{DOMAIN}",
                   "lastModifiedTime": ago(4)}  # fmt: skip
        started = {"isEnabled": True, "runbook": {"name": name}}
        inside = f"{ACCOUNT}/runbooks/{name}", f"{ACCOUNT}/webhooks/{name}-hook"
        put("runbooks", {**_resource(PROD, AUTOMATION, inside[0]), "properties": changed})
        put("webhooks", {**_resource(PROD, AUTOMATION, inside[1]), "properties": started})
    flow = _resource(PROD, "Microsoft.Logic/workflows", WORKFLOW)
    ours = _resource(PROD, "Microsoft.Logic/workflows", "invoices")
    put("azureResources", account, flow, ours)
    put("activityLog", event("workflow", people.suspect, "Microsoft.Logic/workflows/write", str(flow["id"])),
        event("invoices", people.colleague, "Microsoft.Logic/workflows/write", str(ours["id"])))  # fmt: skip


def _planted(put: Any, people: People) -> None:
    stranger, planted = guid(f"principal-{STRANGER}"), guid(PLANTED_USER)
    put("servicePrincipals", {
        "id": stranger, "appId": guid(f"app-id-{STRANGER}"), "displayName": STRANGER, "accountEnabled": True,
        "servicePrincipalType": "Application", "appOwnerOrganizationId": STRANGER_TENANT, "_rights": [],
        "createdDateTime": ago(3),
    })  # fmt: skip
    mine = {"createdBy": people.suspect, "createdOn": ago(3)}
    prod = f"/subscriptions/{PROD}"
    put("azureAssignments", assignment(prod, stranger, CONTRIBUTOR, "ServicePrincipal", **mine),
        assignment("/", planted, ACCESS, **mine),
        assignment(prod, principal(PAYROLL_SYNC), READER, "ServicePrincipal"))  # fmt: skip
    delegation = f"{prod}/providers/Microsoft.ManagedServices/registrationAssignments/{guid('delegation')}"
    put("delegations", {
        "id": delegation,
        "name": guid("delegation"), "type": "Microsoft.ManagedServices/registrationAssignments",
        "properties": {"registrationDefinitionId": "/x", "provisioningState": "Succeeded",
                       "registrationDefinition": {"name": guid("offer"), "properties": {
                           "managedByTenantId": STRANGER_TENANT, "registrationDefinitionName": "support"}}},
    })  # fmt: skip
    keys = f"{prod}/resourceGroups/payroll/providers/Microsoft.Storage/storageAccounts/{STORAGE}"
    function = f"{prod}/resourceGroups/payroll/providers/Microsoft.Web/sites/timesheet-api"
    put("activityLog", *(event(name, people.suspect, operation, resource) for name, operation, resource in (
        ("keys", "Microsoft.Storage/storageAccounts/listKeys/action", keys),
        ("function", "Microsoft.Web/sites/host/listkeys/action", function),
        ("delegation", "Microsoft.ManagedServices/registrationAssignments/write", delegation),
    )))  # fmt: skip


def event(name: str, by: str, operation: str, resource: str) -> dict[str, Any]:
    """One row of Azure's activity log, four days old."""
    caller = {guid(one): f"{one}@{DOMAIN}" for one in (SUSPECT, COLLEAGUE)}.get(by, by)
    return {
        "id": guid(f"event-{name}"), "eventDataId": guid(f"event-{name}"), "eventTimestamp": ago(4), "caller": caller,
        "claims": {"http://schemas.microsoft.com/identity/claims/objectidentifier": by},
        "operationName": {"value": operation}, "status": {"value": "Succeeded"}, "resourceId": resource,
        "httpRequest": {"clientIpAddress": "203.0.113.77"},
    }  # fmt: skip
