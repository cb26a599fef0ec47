"""Application permissions of an app: what the range gave it, and what was assigned, as its next token holds them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from connectors.microsoft.emulator.area import Area, Call
from connectors.microsoft.emulator.areas.apps import PRINCIPALS, thing_of
from connectors.microsoft.emulator.listing import listing
from connectors.microsoft.emulator.tenant import Record, Tenant

AREA = Area("own-apps")
READ = ("Application.Read.All", "Application.ReadWrite.All")


@AREA.route("GET", "/v1.0/servicePrincipals/{thing}/appRoleAssignments", READ)
def _given(tenant: Tenant, call: Call) -> Any:
    principal = thing_of(tenant, call, PRINCIPALS)
    assigned = tenant.rows("appRoleAssignments", principalId=principal["id"])
    return listing(tenant, call, [*assigned, *_consents(tenant, principal)])


def _consents(tenant: Tenant, principal: Record) -> Iterator[Record]:
    """An assignment for each right that some API of the tenant has an app role for."""
    rights = set(principal.get("_rights", ()))
    for api in tenant.rows(PRINCIPALS):
        for role in api.get("appRoles") or ():
            if role["value"] in rights:
                yield {
                    "id": str(uuid5(NAMESPACE_OID, principal["id"] + role["id"])), "appRoleId": role["id"],
                    "principalId": principal["id"], "principalDisplayName": principal["displayName"],
                    "principalType": "ServicePrincipal", "resourceId": api["id"],
                    "resourceDisplayName": api["displayName"],
                }  # fmt: skip
