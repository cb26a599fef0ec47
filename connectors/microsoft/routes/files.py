"""OneDrive: what is in a person's drive, and who else may open it. Permissions as Graph names them."""

from __future__ import annotations

from collections.abc import Mapping

from connectors.microsoft.clouds import Service
from connectors.routes import Does, Route

ITEMS = "/v1.0/users/{user}/drive/root/delta"
ITEM = "/v1.0/users/{user}/drive/items/{item}"
READ, WRITE = "Files.Read.All", "Files.ReadWrite.All"
ROUTES: Mapping[Service, tuple[Route, ...]] = {
    Service.GRAPH: (
        Route("GET", ITEMS, Does.READ, READ),
        Route("GET", "/v1.0/drives/{drive}/root/delta", Does.READ, READ),
        Route("GET", f"{ITEM}/permissions", Does.READ, READ),
        Route("DELETE", f"{ITEM}/permissions/{{permission}}", Does.WRITE, WRITE),
        Route("POST", f"{ITEM}/invite", Does.WRITE, WRITE),
    ),
}
"""Pages of a drive's listing may be addressed by the drive instead of its owner (general knowledge)."""
