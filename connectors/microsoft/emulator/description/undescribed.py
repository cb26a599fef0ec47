"""Routes that no published description holds: why, and where their spelling comes from instead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

_DEFENDER = "Microsoft publishes no machine-readable description of the Defender for Endpoint API"
_DEVOPS = "the package holds nothing of Azure DevOps; Microsoft's own description is under Microsoft's licence terms"
_LATER = "later than the package's snapshot of Azure Resource Manager"
_VAULTS = "the package holds of Key Vault only what is inside a vault"
_DEFENDER_DOCS = "github.com/MicrosoftDocs/defender-docs"
_DEVOPS_DOCS = "learn.microsoft.com/rest/api/azure/devops/tokenadmin"
_DEVOPS_GRAPH = "learn.microsoft.com/rest/api/azure/devops/graph/users/list"


@dataclass(frozen=True)
class Undescribed:
    """One route, its words as in the facts."""

    service: str
    method: str
    path: str
    why: str
    source: str
    query: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, str] | None = None
    """None: it takes no body."""
    types: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Fields of what the body's words name."""
    rows: bool = False
    """Whether the body is a list of such objects."""
    needs: tuple[str, ...] = ()
    """Fields of the body, or parameters, that it cannot do without."""


_VERSION = {"api-version": "string"}
_ROLES = "/{+}/providers/Microsoft.Authorization"
_PIM = "azure-mgmt-authorization 4.0.0, API version 2020-10-01"
_VAULT = "/subscriptions/{}/resourceGroups/{}/providers/Microsoft.KeyVault/vaults/{}"
_VAULT_SDK = "azure-mgmt-keyvault 14.1.0"
_REQUEST = {
    "roleDefinitionId": "string",
    "principalId": "string",
    "requestType": "AdminAssign|AdminRemove|AdminUpdate|AdminExtend|AdminRenew"
    "|SelfActivate|SelfDeactivate|SelfExtend|SelfRenew",
    "scheduleInfo": "object",
    "justification": "string",
    "ticketInfo": "object",
    "condition": "string",
    "conditionVersion": "string",
}

UNDESCRIBED: tuple[Undescribed, ...] = (
    Undescribed(
        "graph", "POST", "/$batch", "the description holds resources, not the batch endpoint",
        "github.com/microsoftgraph/microsoft-graph-docs-contrib concepts/json-batching.md",
        body={"requests": "[object]"}, needs=("requests",),
    ),
    Undescribed(
        "defender", "GET", "/api/machines", _DEFENDER, f"{_DEFENDER_DOCS} get-machines",
        query={"$filter": "string", "$top": "integer", "$skip": "integer"},
    ),
    Undescribed("defender", "GET", "/api/machines/{}", _DEFENDER, f"{_DEFENDER_DOCS} get-machine-by-id"),
    Undescribed(
        "defender", "POST", "/api/machines/{}/isolate", _DEFENDER, f"{_DEFENDER_DOCS} isolate-machine",
        body={"Comment": "string", "IsolationType": "Full|Selective|UnManagedDevice"},
        needs=("Comment", "IsolationType"),
    ),
    Undescribed(
        "defender", "POST", "/api/machines/{}/unisolate", _DEFENDER, f"{_DEFENDER_DOCS} unisolate-machine",
        body={"Comment": "string"}, needs=("Comment",),
    ),
    Undescribed(
        "defender", "POST", "/api/machines/{}/collectInvestigationPackage", _DEFENDER,
        f"{_DEFENDER_DOCS} collect-investigation-package", body={"Comment": "string"}, needs=("Comment",),
    ),
    Undescribed(
        "defender", "POST", "/api/machines/{}/runliveresponse", _DEFENDER, f"{_DEFENDER_DOCS} run-live-response",
        body={"Comment": "string", "Commands": "[object]"}, needs=("Comment", "Commands"),
    ),
    Undescribed(
        "defender", "GET", "/api/machineactions", _DEFENDER, f"{_DEFENDER_DOCS} get-machineactions-collection",
        query={"$filter": "string", "$top": "integer", "$skip": "integer"},
    ),
    Undescribed("defender", "GET", "/api/machineactions/{}", _DEFENDER, f"{_DEFENDER_DOCS} get-machineaction-object"),
    Undescribed(
        "defender", "GET", "/api/machineactions/{}/GetPackageUri", _DEFENDER, f"{_DEFENDER_DOCS} get-package-sas-uri"
    ),
    Undescribed(
        "devops", "GET", "/{}/_apis/graph/users", _DEVOPS, _DEVOPS_GRAPH,
        query={**_VERSION, "subjectTypes": "string", "continuationToken": "string", "scopeDescriptor": "string"},
        needs=("api-version",),
    ),
    Undescribed(
        "devops", "GET", "/{}/_apis/tokenadmin/personalaccesstokens/{}", _DEVOPS,
        f"{_DEVOPS_DOCS}/personal-access-tokens/list",
        query={**_VERSION, "isPublic": "boolean", "pageSize": "integer", "continuationToken": "string"},
        needs=("api-version",),
    ),
    Undescribed(
        "devops", "POST", "/{}/_apis/tokenadmin/revocations", _DEVOPS,
        f"{_DEVOPS_DOCS}/revocations/revoke-authorizations", query={**_VERSION, "isPublic": "boolean"},
        body={"authorizationId": "uuid"}, rows=True, needs=("api-version", "authorizationId"),
    ),
    Undescribed(
        "arm", "GET", f"{_ROLES}/roleAssignmentScheduleInstances", _LATER, _PIM,
        query={**_VERSION, "$filter": "string"}, needs=("api-version",),
    ),
    Undescribed(
        "arm", "GET", f"{_ROLES}/roleEligibilityScheduleInstances", _LATER, _PIM,
        query={**_VERSION, "$filter": "string"}, needs=("api-version",),
    ),
    Undescribed(
        "arm", "PUT", f"{_ROLES}/roleAssignmentScheduleRequests/{{}}", _LATER, _PIM,
        query=_VERSION, body={"properties": "@request"}, types={"request": _REQUEST},
        needs=("api-version", "properties"),
    ),
    Undescribed(
        "arm", "PUT", f"{_ROLES}/roleEligibilityScheduleRequests/{{}}", _LATER, _PIM,
        query=_VERSION, body={"properties": "@request"}, types={"request": _REQUEST},
        needs=("api-version", "properties"),
    ),
    Undescribed(
        "arm", "GET", "/subscriptions/{}/providers/Microsoft.KeyVault/vaults", _VAULTS, _VAULT_SDK,
        query={**_VERSION, "$top": "integer"}, needs=("api-version",),
    ),
    Undescribed("arm", "GET", _VAULT, _VAULTS, _VAULT_SDK, query=_VERSION, needs=("api-version",)),
    Undescribed(
        "arm", "PUT", f"{_VAULT}/accessPolicies/{{}}", _VAULTS, _VAULT_SDK,
        query=_VERSION, body={"properties": "@policies"}, needs=("api-version", "properties"),
        types={
            "policies": {"accessPolicies": "[@policy]"},
            "policy": {"tenantId": "string", "objectId": "string", "applicationId": "string", "permissions": "object"},
        },
    ),
)  # fmt: skip
