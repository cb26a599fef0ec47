"""Pages of a listing, and what real listings did to collectors: pages twice, loops, empty pages, silent ends.

A page is named by a `$skiptoken`; the first has none. Which page misbehaves is a setting, 0 for none.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode

from connectors.microsoft.emulator.area import Call
from connectors.microsoft.emulator.tenant import Record, Settings, Tenant

AGAIN = "again"


def paged(tenant: Tenant, call: Call, found: list[Record]) -> tuple[list[Record], dict[str, Any]]:
    """The records of the page that is asked for, and the link to the next one where there is one."""
    settings = tenant.settings
    if settings.listing_limit:
        found = found[: settings.listing_limit]
    at, _dot, turn = call.query.get("$skiptoken", "0").partition(".")
    start, size = int(at), min(int(call.query.get("$top", settings.page)), settings.page)
    token = _next(settings, start, start // size + 1, turn, size, len(found))
    rows = [] if _empty(settings, start // size + 1, turn) else found[start : start + size]
    if not token:
        return rows, {}
    query = urlencode({**call.query, "$skiptoken": token})
    link = "nextLink" if call.base.endswith("/arm") else "@odata.nextLink"
    return rows, {link: f"{call.base}{quote(call.path)}?{query}"}


def _empty(settings: Settings, number: int, turn: str) -> bool:
    return number == settings.empty_page and turn != AGAIN


def _next(settings: Settings, start: int, number: int, turn: str, size: int, total: int) -> str:
    if number == settings.looping_page:
        return f"{start}.{AGAIN}"
    if number in (settings.empty_page, settings.repeated_page) and turn != AGAIN:
        return f"{start}.{AGAIN}"
    return str(start + size) if start + size < total else ""
