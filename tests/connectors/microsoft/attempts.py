"""What a person of the tenant tries with their own token, at Graph, at Azure and at a key vault."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import httpx

from runner.range.microsoft.azure import DEV, PROD, STORAGE
from runner.range.microsoft.people import DOMAIN, SUSPECT
from tests.connectors.microsoft.trial import Trial

SCOPES = {
    "graph": "https://graph.microsoft.com/.default", "arm": "https://management.azure.com/.default",
    "vault": "https://vault.azure.net/.default",
}  # fmt: skip
DIRECTORY = "/v1.0/roleManagement/directory"
PIM = "/v1.0/identityGovernance/privilegedAccess/group"


class Person:
    """Somebody who signed in before anything was cut."""

    def __init__(self, one: Trial, name: str = SUSPECT, *allowed: str) -> None:
        """`allowed` are permissions that their token carries at Graph."""
        with one.world.tenant.lock:
            user = one.world.tenant.first("users", userPrincipalName=f"{name}@{DOMAIN}")
            assert user is not None
            user["_scopes"] = list(allowed)
        self.id = str(user["id"])
        self._endpoint = str(one.world.system.settings["endpoint"])
        self._tokens = {service: one.token(f"{name}@{DOMAIN}", scope) for service, scope in SCOPES.items()}

    def tries(self, service: str, method: str, path: str, body: Any = None) -> int:
        """The status of one request."""
        headers = {"Authorization": f"Bearer {self._tokens[service]}"}
        url = f"{self._endpoint}/{service}{path}"
        return httpx.request(method, url, headers=headers, json=body).status_code

    def adds(self, who: str, group: str) -> int:
        """Put somebody into a group."""
        body = {"@odata.id": f"https://graph.microsoft.com/v1.0/directoryObjects/{who}"}
        return self.tries("graph", "POST", f"/v1.0/groups/{group}/members/$ref", body)

    def activates_role(self, role: str) -> int:
        """Activate a directory role that they are eligible for."""
        body = {"action": "selfActivate", "principalId": self.id, "roleDefinitionId": role, "directoryScopeId": "/"}
        return self.tries("graph", "POST", f"{DIRECTORY}/roleAssignmentScheduleRequests", body)

    def activates_ownership(self, group: str) -> int:
        """Activate the ownership of a group that they are eligible for."""
        body = {"action": "selfActivate", "principalId": self.id, "groupId": group, "accessId": "owner"}
        return self.tries("graph", "POST", f"{PIM}/assignmentScheduleRequests", body)

    def activates_in_azure(self, role: str, subscription: str = PROD) -> int:
        """Activate an Azure role that they are eligible for."""
        body = {"properties": {"principalId": self.id, "roleDefinitionId": role, "requestType": "SelfActivate"}}
        path = f"/subscriptions/{subscription}/providers/Microsoft.Authorization/roleAssignmentScheduleRequests"
        return self.tries("arm", "PUT", f"{path}/{uuid4()}?api-version=2020-10-01", body)

    def looks_into(self, subscription: str) -> int:
        """List a subscription's resource groups."""
        return self.tries("arm", "GET", f"/subscriptions/{subscription}/resourcegroups?api-version=2019-08-01")

    def lists_keys(self, account: str = STORAGE, subscription: str = DEV) -> int:
        """List the keys of a storage account."""
        path = f"/subscriptions/{subscription}/resourceGroups/payroll/providers/Microsoft.Storage/storageAccounts"
        return self.tries("arm", "POST", f"{path}/{account}/listKeys?api-version=2019-04-01")

    def reads_secret(self, vault: str) -> int:
        """Read a secret of a key vault."""
        return self.tries("vault", "GET", f"/{vault}/secrets/database")
