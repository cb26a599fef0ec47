"""Other tenants that are let in: those whose claims are believed, and those that administer this one (GDAP)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from connectors.contract import Finding
from connectors.microsoft.hunt.area import Look, quoted, request
from connectors.microsoft.hunt.reach import Reach

AREA = "partner tenants and delegated administration"
PERMISSIONS = ("Policy.Read.All", "DelegatedAdminRelationship.Read.All", "User.Read.All", "AuditLog.Read.All")
OVER = frozenset({"terminated", "expired"})
TRUSTS = {
    "isMfaAccepted": "multi-factor claims", "isCompliantDeviceAccepted": "device compliance",
    "isHybridAzureADJoinedDeviceAccepted": "joined devices",
}  # fmt: skip


def sweep(look: Look) -> Iterator[Finding]:
    """Partners that the subject let in; delegations of theirs, and those of which nobody can tell."""
    with look.tried():
        yield from _partners(look)
    with look.tried():
        yield from _delegated(look)


def _partners(look: Look) -> Iterator[Finding]:
    for partner in look.session.rows("/v1.0/policies/crossTenantAccessPolicy/partners"):
        tenant = str(partner["tenantId"])
        if not look.trail.touched(tenant):
            continue
        trust = partner.get("inboundTrust") or {}
        believed = [words for name, words in TRUSTS.items() if trust.get(name)]
        more = f", and its {', '.join(believed)} are believed" if believed else ""
        yield look.finding(
            "partner-tenant", tenant, f"the subject let in the tenant {tenant}{more}",
            found_by="GET /policies/crossTenantAccessPolicy/partners and the audit log",
            allows=f"people of that tenant come in as its policy says{more}",
            remove=request("DELETE", f"/v1.0/policies/crossTenantAccessPolicy/partners/{tenant}"),
            severity="high", by_subject=True, detail={"inboundTrust": trust},
        )  # fmt: skip


def _delegated(look: Look) -> Iterator[Finding]:
    standing = [row for row in look.session.rows("/v1.0/tenantRelationships/delegatedAdminRelationships")
                if row.get("status") not in OVER]  # fmt: skip
    reach = Reach(look) if standing else None
    for row in standing:
        ours = look.trail.touched(str(row["id"]))
        if ours or (reach and reach.untold(row, "createdDateTime", "activatedDateTime")):
            yield _delegation(look, row, ours=ours)


def _delegation(look: Look, row: dict[str, Any], *, ours: bool | None) -> Finding:
    roles = [str(one.get("roleDefinitionId")) for one in (row.get("accessDetails") or {}).get("unifiedRoles") or []]
    name = row.get("displayName")
    made = "which the subject set up" if ours else "of which nobody can tell who set it up"
    return look.finding(
        "delegated-administration", str(row["id"]), f"a partner administers this tenant as {name}, {made}",
        found_by="GET /tenantRelationships/delegatedAdminRelationships",
        allows=f"people of the partner act here with {len(roles)} Entra role(s)",
        remove=f"Microsoft 365 admin centre, Settings, Partner relationships, {quoted(name)}: end the relationship",
        severity="high" if ours else "medium", by_subject=ours, detail={"roles": roles, "status": row.get("status")},
    )  # fmt: skip
