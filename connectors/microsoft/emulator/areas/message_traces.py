"""Message traces of Exchange Online: who sent what to whom in the last 90 days."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from connectors.microsoft.emulator.area import Area, Call
from connectors.microsoft.emulator.areas.reports import arrived
from connectors.microsoft.emulator.listing import listing
from connectors.microsoft.emulator.tenant import Tenant

AREA = Area("message traces")
KEPT = timedelta(days=90)


@AREA.route("GET", "/v1.0/admin/exchange/tracing/messageTraces", ("ExchangeMessageTrace.Read.All",))
def _traces(tenant: Tenant, call: Call) -> Any:
    oldest = tenant.now() - KEPT
    rows = [
        row for row in tenant.rows("messageTraces")
        if datetime.fromisoformat(row["receivedDateTime"]) >= oldest and arrived(tenant, row)
    ]  # fmt: skip
    return listing(tenant, call, rows)
