"""Message traces of Exchange Online: who sent what to whom in the last 90 days."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

from connectors.microsoft.emulator.area import Area, Call, Refusal
from connectors.microsoft.emulator.areas.reports import arrived
from connectors.microsoft.emulator.listing import listing
from connectors.microsoft.emulator.tenant import Tenant

AREA = Area("message traces")
KEPT = timedelta(days=90)
SERVED_BY = "8bd644d1-64a1-4d4b-ae52-2e0cbf64e373"
"""Microsoft's app that serves them, which must have a service principal in the tenant."""
RANGE = re.compile(r"receivedDateTime ge ([0-9TZ:-]+)")


@AREA.route("GET", "/v1.0/admin/exchange/tracing/messageTraces", ("ExchangeMessageTrace.Read.All",))
def _traces(tenant: Tenant, call: Call) -> Any:
    if SERVED_BY not in tenant.table("serving"):
        raise Refusal(401, "Unauthorized", "Service principal-less Authentication failed: the service principal for "
                      f"App ID {SERVED_BY} was not found.")  # fmt: skip
    wanted = call.query.get("$filter", "")
    if not all(f"receivedDateTime {word} " in wanted for word in ("ge", "le")):
        raise Refusal(400, "BadRequest", "A range of receivedDateTime must be specified.")
    oldest = tenant.now() - KEPT
    since = RANGE.search(wanted)
    if since and datetime.fromisoformat(since[1]) < oldest:
        raise Refusal(400, "BadRequest", "The start date cannot be older than 90 days from today.")
    rows = [
        row for row in tenant.rows("messageTraces")
        if datetime.fromisoformat(row["receivedDateTime"]) >= oldest and arrived(tenant, row)
    ]  # fmt: skip
    return listing(tenant, call, rows)
