"""Applications, service principals, their credentials and owners; app roles and consents. Permissions as Graph names.

`Application.ReadWrite.OwnedBy` is the least, and only for apps that evict's own app owns; a responder's app owns none
of the subject's, so `.All` is what is asked for.
"""

from __future__ import annotations

from collections.abc import Mapping

from connectors.microsoft.clouds import Service
from connectors.microsoft.quotas import WRITES
from connectors.microsoft.routes.identity import only
from connectors.routes import Does, Route

READ, WRITE = "Application.Read.All", "Application.ReadWrite.All"
DIRECTORY = "Directory.Read.All"
ASSIGN, CONSENT = "AppRoleAssignment.ReadWrite.All", "DelegatedPermissionGrant.ReadWrite.All"

APP, PRINCIPAL = "/v1.0/applications/{app}", "/v1.0/servicePrincipals/{principal}"
ROUTES: Mapping[Service, tuple[Route, ...]] = {
    Service.GRAPH: (
        Route("GET", "/v1.0/users/{user}/ownedObjects", Does.READ, "User.Read.All"),
        Route("GET", "/v1.0/applications", Does.READ, READ),
        Route("GET", APP, Does.READ, READ),
        Route("GET", f"{APP}/owners", Does.READ, READ),
        Route("GET", f"{APP}/federatedIdentityCredentials", Does.READ, READ),
        Route("GET", "/v1.0/servicePrincipals", Does.READ, READ),
        Route("GET", PRINCIPAL, Does.READ, READ),
        Route("GET", f"{PRINCIPAL}/owners", Does.READ, READ),
        Route("GET", f"{PRINCIPAL}/appRoleAssignedTo", Does.READ, READ),
        Route("POST", f"{APP}/removePassword", Does.WRITE, WRITE, WRITES),
        Route("POST", f"{PRINCIPAL}/removePassword", Does.WRITE, WRITE, WRITES),
        Route("PATCH", APP, Does.WRITE, WRITE, WRITES, only("keyCredentials")),
        Route("PATCH", PRINCIPAL, Does.WRITE, WRITE, WRITES, only("keyCredentials")),
        Route("PATCH", PRINCIPAL, Does.WRITE, WRITE, WRITES, only("accountEnabled")),
        Route("POST", f"{APP}/federatedIdentityCredentials", Does.WRITE, WRITE, WRITES),
        Route("DELETE", f"{APP}/federatedIdentityCredentials/{{credential}}", Does.WRITE, WRITE, WRITES),
        Route("POST", f"{APP}/owners/$ref", Does.WRITE, WRITE, WRITES),
        Route("DELETE", f"{APP}/owners/{{owner}}/$ref", Does.WRITE, WRITE, WRITES),
        Route("POST", f"{PRINCIPAL}/owners/$ref", Does.WRITE, WRITE, WRITES),
        Route("DELETE", f"{PRINCIPAL}/owners/{{owner}}/$ref", Does.WRITE, WRITE, WRITES),
        Route("GET", "/v1.0/users/{user}/appRoleAssignments", Does.READ, DIRECTORY),
        Route("POST", "/v1.0/users/{user}/appRoleAssignments", Does.WRITE, ASSIGN, WRITES),
        Route("DELETE", "/v1.0/users/{user}/appRoleAssignments/{assignment}", Does.WRITE, ASSIGN, WRITES),
        Route("GET", "/v1.0/oauth2PermissionGrants", Does.READ, DIRECTORY),
        Route("POST", "/v1.0/oauth2PermissionGrants", Does.WRITE, CONSENT, WRITES),
        Route("DELETE", "/v1.0/oauth2PermissionGrants/{grant}", Does.WRITE, CONSENT, WRITES),
    ),
}
