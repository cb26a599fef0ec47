"""Identity protection: risky users, their history, risk detections."""

from __future__ import annotations

from typing import Any

from connectors.microsoft.emulator.area import Area, Call, not_found
from connectors.microsoft.emulator.listing import listing
from connectors.microsoft.emulator.tenant import Tenant

AREA = Area("risk")
USERS, EVENTS = ("IdentityRiskyUser.Read.All",), ("IdentityRiskEvent.Read.All",)
ROOT = "/v1.0/identityProtection"


@AREA.route("GET", ROOT + "/riskyUsers", USERS, licence="P2")
def _users(tenant: Tenant, call: Call) -> Any:
    return listing(tenant, call, tenant.rows("riskyUsers"))


@AREA.route("GET", ROOT + "/riskyUsers/{user}/history", USERS, licence="P2")
def _history(tenant: Tenant, call: Call) -> Any:
    if call.values["user"] not in tenant.table("riskyUsers"):
        raise not_found("riskyUser")
    return listing(tenant, call, tenant.rows("riskHistory", userId=call.values["user"]))


@AREA.route("GET", ROOT + "/riskDetections", EVENTS, licence="P2")
def _detections(tenant: Tenant, call: Call) -> Any:
    return listing(tenant, call, tenant.rows("riskDetections"))
