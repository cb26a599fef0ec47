"""The tenant itself: domains, partners, conditional access, licences, what apps were consented to.

`Domain.Read.All` for the list of domains is general knowledge; the other names are Microsoft's own metadata.
"""

from __future__ import annotations

from collections.abc import Mapping

from connectors.microsoft.clouds import Service
from connectors.microsoft.quotas import RISK
from connectors.routes import Does, Route

DOMAINS, FEDERATION = "Domain.Read.All", "Domain-InternalFederation.Read.All"
POLICIES, PARTNERS = "Policy.Read.All", "DelegatedAdminRelationship.Read.All"
LICENCES, APPLICATIONS = "LicenseAssignment.Read.All", "Application.Read.All"
ROUTES: Mapping[Service, tuple[Route, ...]] = {
    Service.GRAPH: (
        Route("GET", "/v1.0/domains", Does.READ, DOMAINS),
        Route("GET", "/v1.0/domains/{domain}/federationConfiguration", Does.READ, FEDERATION),
        Route("GET", "/v1.0/policies/crossTenantAccessPolicy/partners", Does.READ, POLICIES),
        Route("GET", "/v1.0/tenantRelationships/delegatedAdminRelationships", Does.READ, PARTNERS),
        Route("GET", "/v1.0/identity/conditionalAccess/policies", Does.READ, POLICIES, RISK),
        Route("GET", "/v1.0/identity/conditionalAccess/namedLocations", Does.READ, POLICIES, RISK),
        Route("GET", "/v1.0/subscribedSkus", Does.READ, LICENCES),
        Route("GET", "/v1.0/servicePrincipals/{principal}/appRoleAssignments", Does.READ, APPLICATIONS),
    ),
}
