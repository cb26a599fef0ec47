"""Logs as the tenant shows them: late, newest first, sign-ins only with a licence, the first version only in part."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from connectors.microsoft.emulator.area import Area, Call, Refusal
from connectors.microsoft.emulator.listing import listing
from connectors.microsoft.emulator.tenant import Record, Tenant

AREA = Area("reports")
FREE, PAID = timedelta(days=7), timedelta(days=30)
"""How far back the logs reach, without a licence and with Entra ID P1."""


def visible(tenant: Tenant, table: str, stamp: str) -> list[Record]:
    """Rows that have arrived and are not yet forgotten, newest first."""
    newest = tenant.now() - timedelta(seconds=tenant.settings.log_delay)
    oldest = tenant.now() - (PAID if tenant.licensed("P1") else FREE)
    rows = [
        row for row in tenant.rows(table)
        if oldest <= datetime.fromisoformat(row[stamp]) <= newest and arrived(tenant, row)
    ]  # fmt: skip
    return sorted(rows, key=lambda row: (row[stamp], row["id"]), reverse=True)


def arrived(tenant: Tenant, row: Record) -> bool:
    """Whether a row is there yet: one that comes late says when."""
    return "_arrives" not in row or datetime.fromisoformat(row["_arrives"]) <= tenant.now()


@AREA.route("GET", "/v1.0/auditLogs/directoryAudits", ("AuditLog.Read.All",))
def _audits(tenant: Tenant, call: Call) -> Any:
    return listing(tenant, call, visible(tenant, "directoryAudits", "activityDateTime"))


@AREA.route("GET", "/v1.0/auditLogs/signIns", ("AuditLog.Read.All",), licence="P1")
def _interactive(tenant: Tenant, call: Call) -> Any:
    """The first version shows people at a keyboard and nobody else."""
    rows = visible(tenant, "signIns", "createdDateTime")
    shown = [{name: value for name, value in row.items() if name != "signInEventTypes"} for row in rows
             if row["isInteractive"]]  # fmt: skip
    return listing(tenant, call, shown)


@AREA.route("GET", "/beta/auditLogs/signIns", ("AuditLog.Read.All",), licence="P1")
def _all(tenant: Tenant, call: Call) -> Any:
    if not tenant.settings.beta_sign_ins:
        raise Refusal(404, "UnknownError", "Resource not found for the segment 'signIns'.")
    return listing(tenant, call, visible(tenant, "signIns", "createdDateTime"))
