"""Logs: sign-ins of all kinds and the directory's audit log."""

from __future__ import annotations

from collections.abc import Mapping

from connectors.microsoft.clouds import Service
from connectors.microsoft.quotas import REPORTS
from connectors.routes import Does, Route

AUDIT = "AuditLog.Read.All"
ROUTES: Mapping[Service, tuple[Route, ...]] = {
    Service.GRAPH: (
        Route("GET", "/v1.0/auditLogs/directoryAudits", Does.READ, AUDIT, REPORTS),
        Route("GET", "/v1.0/auditLogs/signIns", Does.READ, AUDIT, REPORTS),
        Route("GET", "/beta/auditLogs/signIns", Does.READ, AUDIT, REPORTS),
    ),
}
"""Non-interactive and service-principal sign-ins are in the beta listing only: it is beta and may vanish."""
