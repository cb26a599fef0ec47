"""The tenant itself: its domains, its partners, who is let in under which condition, and what it has bought."""

from __future__ import annotations

from typing import Any
from uuid import NAMESPACE_OID, uuid5

from connectors.microsoft.emulator.area import Area, Call, not_found
from connectors.microsoft.emulator.listing import listing
from connectors.microsoft.emulator.tenant import Record, Tenant, shown

AREA = Area("tenant")
POLICIES = ("Policy.Read.All", "Policy.ReadWrite.ConditionalAccess")
PLANS = {
    "P1": "AAD_PREMIUM", "P2": "AAD_PREMIUM_P2", "INTUNE": "INTUNE_A", "E5": "M365_ADVANCED_AUDITING",
    "DEFENDER": "WINDEFATP",
}  # fmt: skip
"""Service plans by licence (Microsoft's list of product names and service plan identifiers)."""


@AREA.route("GET", "/v1.0/domains", ("Domain.Read.All", "Domain.ReadWrite.All"))
def _domains(tenant: Tenant, call: Call) -> Any:
    return listing(tenant, call, tenant.rows("domains"))


@AREA.route("GET", "/v1.0/domains/{domain}/federationConfiguration",
            ("Domain-InternalFederation.Read.All", "Domain.ReadWrite.All"))  # fmt: skip
def _federation(tenant: Tenant, call: Call) -> Any:
    """One configuration where sign-in is handed to another identity provider, none elsewhere."""
    if call.values["domain"] not in tenant.table("domains"):
        raise not_found(f"Resource '{call.values['domain']}'")
    return listing(tenant, call, tenant.rows("federationConfigurations", _domain=call.values["domain"]))


@AREA.route("GET", "/v1.0/policies/crossTenantAccessPolicy/partners",
            ("Policy.Read.All", "Policy.ReadWrite.CrossTenantAccess"))  # fmt: skip
def _partners(tenant: Tenant, call: Call) -> Any:
    """A partner is known by its tenant's id and has none of its own."""
    rows = [{name: value for name, value in row.items() if name != "id"} for row in tenant.rows("partners")]
    return listing(tenant, call, rows)


@AREA.route("GET", "/v1.0/policies/crossTenantAccessPolicy/default", ("Policy.Read.All",))
def _everybody_else(tenant: Tenant, call: Call) -> Any:
    """What holds for every tenant that is no partner; as Microsoft set it where nobody changed it."""
    del call
    held = tenant.first("crossTenantDefaults")
    return {name: value for name, value in shown(held or {}).items() if name != "id"} or {"isServiceDefault": True}


@AREA.route("GET", "/v1.0/tenantRelationships/delegatedAdminRelationships",
            ("DelegatedAdminRelationship.Read.All", "DelegatedAdminRelationship.ReadWrite.All"))  # fmt: skip
def _delegated(tenant: Tenant, call: Call) -> Any:
    return listing(tenant, call, tenant.rows("delegatedAdminRelationships"))


@AREA.route("GET", "/v1.0/identity/conditionalAccess/policies", POLICIES, licence="P1")
def _policies(tenant: Tenant, call: Call) -> Any:
    return listing(tenant, call, tenant.rows("conditionalAccessPolicies"))


@AREA.route("GET", "/v1.0/identity/conditionalAccess/namedLocations", POLICIES, licence="P1")
def _locations(tenant: Tenant, call: Call) -> Any:
    return listing(tenant, call, tenant.rows("namedLocations"))


@AREA.route("GET", "/v1.0/subscribedSkus", ("LicenseAssignment.Read.All", "Organization.Read.All"))
def _bought(tenant: Tenant, call: Call) -> Any:
    """One subscription that holds the plans of what the tenant's settings say it has bought."""
    plans = [_plan(name) for name in ("EXCHANGE_S_STANDARD", *(PLANS[one] for one in tenant.settings.licences))]
    sku = {"id": f"{tenant.id}_seat", "skuId": _id("seat"), "skuPartNumber": "SEAT", "capabilityStatus": "Enabled",
           "appliesTo": "User", "consumedUnits": 4, "servicePlans": plans}  # fmt: skip
    return listing(tenant, call, [sku])


def _plan(name: str) -> Record:
    return {"servicePlanId": _id(name), "servicePlanName": name, "provisioningStatus": "Success", "appliesTo": "User"}


def _id(name: str) -> str:
    return str(uuid5(NAMESPACE_OID, name))
