"""What stands in subscriptions and what was done there: resources, automation, storage, delegations, the log."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

from connectors.microsoft.emulator.area import Area, Call, Refusal
from connectors.microsoft.emulator.areas.azure import IN_GROUP
from connectors.microsoft.emulator.arm import operation, scope_of
from connectors.microsoft.emulator.listing import listing
from connectors.microsoft.emulator.tenant import Tenant

AREA = Area("azure resources")
SUBSCRIPTION = "/subscriptions/{subscription}"
KEPT = timedelta(days=90)
"""How far the activity log reaches back (general knowledge)."""
_SINCE = re.compile(r"eventTimestamp ge '([^']+)' and eventTimestamp le '([^']+)'")


def _listed(path: str, table: str, action: str) -> None:
    """A listing of what is below the scope that a path names."""

    @AREA.route("GET", path, operation(action), service="arm")
    def _list(tenant: Tenant, call: Call) -> Any:
        start = scope_of(call).casefold() + "/"
        account = f"/{call.values['account']}/".casefold() if "account" in call.values else ""
        return listing(tenant, call, [
            row for row in tenant.rows(table)
            if str(row["id"]).casefold().startswith(start) and account in str(row["id"]).casefold()
        ], filters=False)  # fmt: skip


_AUTOMATION = "Microsoft.Automation/automationAccounts"
_listed(f"{SUBSCRIPTION}/resources", "azureResources", "Microsoft.Resources/subscriptions/resources/read")
_listed(f"{SUBSCRIPTION}/providers/{_AUTOMATION}", "automationAccounts", f"{_AUTOMATION}/read")
_listed(f"{IN_GROUP}/{_AUTOMATION}/{{account}}/runbooks", "runbooks", f"{_AUTOMATION}/runbooks/read")
_listed(f"{IN_GROUP}/{_AUTOMATION}/{{account}}/webhooks", "webhooks", f"{_AUTOMATION}/webhooks/read")
_listed(f"{SUBSCRIPTION}/providers/Microsoft.Storage/storageAccounts", "storageAccounts",
        "Microsoft.Storage/storageAccounts/read")  # fmt: skip


@AREA.route("GET", "/{scope+}/providers/Microsoft.ManagedServices/registrationAssignments",
            operation("Microsoft.ManagedServices/registrationAssignments/read"), service="arm")  # fmt: skip
def _delegations(tenant: Tenant, call: Call) -> Any:
    start = scope_of(call).casefold() + "/"
    rows = [row for row in tenant.rows("delegations") if str(row["id"]).casefold().startswith(start)]
    return listing(tenant, call, rows)


@AREA.route("GET", f"{SUBSCRIPTION}/providers/microsoft.insights/eventtypes/management/values",
            operation("Microsoft.Insights/eventtypes/values/read"), service="arm")  # fmt: skip
def _log(tenant: Tenant, call: Call) -> Any:
    """Only between two times, and of the last 90 days."""
    asked = _SINCE.fullmatch(call.query.get("$filter", ""))
    if asked is None:
        raise Refusal(400, "BadRequest", "The filter must name eventTimestamp.")
    since, until = (datetime.fromisoformat(one) for one in asked.groups())
    if tenant.now() - since > KEPT + timedelta(days=1):
        raise Refusal(400, "BadRequest", "The start time cannot be more than 90 days in the past.")
    start = f"/subscriptions/{call.values['subscription']}/".casefold()
    return listing(tenant, call, [
        row for row in tenant.rows("activityLog")
        if since <= datetime.fromisoformat(row["eventTimestamp"]) <= until
        and row["resourceId"].casefold().startswith(start)
    ], filters=False)  # fmt: skip
