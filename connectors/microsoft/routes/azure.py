"""Azure: scopes, role assignments, PIM, key vaults, and what the hunt reads. Rights are the operations of Azure roles.

An assignment at the root has no scope in its path (Azure, elevate access): hence two of each.
"""

from __future__ import annotations

from collections.abc import Mapping

from connectors.microsoft.clouds import Service
from connectors.routes import Does, Route

ROLES = "/providers/Microsoft.Authorization"
HELD = "Microsoft.Authorization/roleAssignments"
SUBSCRIPTION = "/subscriptions/{subscription}"
IN_GROUP = f"{SUBSCRIPTION}/resourceGroups/{{group}}/providers"


def _held(scope: str) -> tuple[Route, ...]:
    """Role assignments at a scope."""
    return (
        Route("GET", f"{scope}{ROLES}/roleAssignments", Does.READ, f"{HELD}/read"),
        Route("PUT", f"{scope}{ROLES}/roleAssignments/{{name}}", Does.WRITE, f"{HELD}/write"),
        Route("DELETE", f"{scope}{ROLES}/roleAssignments/{{name}}", Does.WRITE, f"{HELD}/delete"),
    )


def _scheduled(kind: str) -> tuple[Route, ...]:
    """What stands of one kind of PIM's schedules, and how it is taken away and given."""
    right = f"Microsoft.Authorization/{kind}Schedule"
    return (
        Route("GET", f"/{{scope+}}{ROLES}/{kind}ScheduleInstances", Does.READ, f"{right}Instances/read"),
        Route("PUT", f"/{{scope+}}{ROLES}/{kind}ScheduleRequests/{{name}}", Does.WRITE, f"{right}Requests/write"),
    )


ROUTES: Mapping[Service, tuple[Route, ...]] = {
    Service.AZURE: (
        Route("GET", "/subscriptions", Does.READ, "Microsoft.Resources/subscriptions/read"),
        Route("GET", "/providers/Microsoft.Management/managementGroups", Does.READ,
              "Microsoft.Management/managementGroups/read"),
        *_held(""),
        *_held("/{scope+}"),
        *_scheduled("roleAssignment"),
        *_scheduled("roleEligibility"),
        Route("GET", f"/{{scope+}}{ROLES}/roleDefinitions", Does.READ, "Microsoft.Authorization/roleDefinitions/read"),
        Route("GET", f"{SUBSCRIPTION}/providers/Microsoft.KeyVault/vaults", Does.READ,
              "Microsoft.KeyVault/vaults/read"),
        Route("PUT", f"{IN_GROUP}/Microsoft.KeyVault/vaults/{{vault}}/accessPolicies/{{how}}", Does.WRITE,
              "Microsoft.KeyVault/vaults/accessPolicies/write"),
        Route("GET", f"{SUBSCRIPTION}/resources", Does.READ, "Microsoft.Resources/subscriptions/resources/read"),
        Route("GET", f"{SUBSCRIPTION}/providers/Microsoft.Automation/automationAccounts", Does.READ,
              "Microsoft.Automation/automationAccounts/read"),
        Route("GET", f"{IN_GROUP}/Microsoft.Automation/automationAccounts/{{account}}/runbooks", Does.READ,
              "Microsoft.Automation/automationAccounts/runbooks/read"),
        Route("GET", f"{IN_GROUP}/Microsoft.Automation/automationAccounts/{{account}}/webhooks", Does.READ,
              "Microsoft.Automation/automationAccounts/webhooks/read"),
        Route("GET", f"{SUBSCRIPTION}/providers/Microsoft.Storage/storageAccounts", Does.READ,
              "Microsoft.Storage/storageAccounts/read"),
        Route("GET", f"{SUBSCRIPTION}/providers/microsoft.insights/eventtypes/management/values", Does.READ,
              "Microsoft.Insights/eventtypes/values/read"),
        Route("GET", "/{scope+}/providers/Microsoft.ManagedServices/registrationAssignments", Does.READ,
              "Microsoft.ManagedServices/registrationAssignments/read"),
    ),
}  # fmt: skip
