"""What evidence alone asks for: audit queries, eDiscovery holds, risk, hunting, message traces, mailboxes, settings."""

from __future__ import annotations

from collections.abc import Mapping

from connectors.microsoft.clouds import Service
from connectors.microsoft.quotas import EDISCOVERY, HUNTING, OUTLOOK, RISK
from connectors.routes import Does, Route

AUDIT, CASES = "AuditLogsQuery.Read.All", "eDiscovery.ReadWrite.All"
_QUERIES, _CASES = "/v1.0/security/auditLog/queries", "/v1.0/security/cases/ediscoveryCases"
_CUSTODIAN = _CASES + "/{case}/custodians/{custodian}"
_RISKY = "/v1.0/identityProtection/riskyUsers"
HEADERS = "Mail.ReadBasic.All"
DETECTED = "/beta/deviceManagement/managedDevices/{device}/detectedApps"
"""In the beta alone, and may vanish."""
_RISK_USERS, _RISK_EVENTS = "IdentityRiskyUser.Read.All", "IdentityRiskEvent.Read.All"
ROUTES: Mapping[Service, tuple[Route, ...]] = {
    Service.GRAPH: (
        Route("GET", _QUERIES, Does.READ, AUDIT),
        Route("POST", _QUERIES, Does.HOLD, AUDIT),
        Route("GET", _QUERIES + "/{id}", Does.READ, AUDIT),
        Route("GET", _QUERIES + "/{id}/records", Does.READ, AUDIT),
        Route("GET", _CASES, Does.READ, CASES, EDISCOVERY),
        Route("POST", _CASES, Does.HOLD, CASES, EDISCOVERY),
        Route("GET", _CASES + "/{case}/custodians", Does.READ, CASES, EDISCOVERY),
        Route("POST", _CASES + "/{case}/custodians", Does.HOLD, CASES, EDISCOVERY),
        Route("GET", _CUSTODIAN, Does.READ, CASES, EDISCOVERY),
        Route("GET", _CUSTODIAN + "/userSources", Does.READ, CASES, EDISCOVERY),
        Route("POST", _CUSTODIAN + "/userSources", Does.HOLD, CASES, EDISCOVERY),
        Route("GET", _CUSTODIAN + "/siteSources", Does.READ, CASES, EDISCOVERY),
        Route("POST", _CUSTODIAN + "/siteSources", Does.HOLD, CASES, EDISCOVERY),
        Route("POST", _CUSTODIAN + "/applyHold", Does.HOLD, CASES, EDISCOVERY),
        Route("GET", _RISKY, Does.READ, _RISK_USERS, RISK),
        Route("GET", _RISKY + "/{user}/history", Does.READ, _RISK_USERS, RISK),
        Route("GET", "/v1.0/identityProtection/riskDetections", Does.READ, _RISK_EVENTS, RISK),
        Route("POST", "/v1.0/security/runHuntingQuery", Does.READ, "ThreatHunting.Read.All", HUNTING),
        Route("GET", "/v1.0/admin/exchange/tracing/messageTraces", Does.READ, "ExchangeMessageTrace.Read.All"),
        Route("GET", "/v1.0/users/{user}/mailboxSettings", Does.READ, "MailboxSettings.Read", OUTLOOK),
        Route("GET", "/v1.0/users/{user}/mailFolders", Does.READ, HEADERS, OUTLOOK),
        Route("GET", "/v1.0/users/{user}/messages", Does.READ, HEADERS, OUTLOOK),
        Route("GET", "/v1.0/policies/crossTenantAccessPolicy/default", Does.READ, "Policy.Read.All"),
        Route("GET", DETECTED, Does.READ, "DeviceManagementManagedDevices.Read.All"),
    ),
}
"""A query of the audit log and a hold are objects that a post makes in the tenant: evidence holds, not writes."""
