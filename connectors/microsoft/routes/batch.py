"""Batches: several requests in one. Only those leave whose every inner request is a declared read."""

from __future__ import annotations

from collections.abc import Mapping

from connectors.microsoft.clouds import Service
from connectors.routes import Does, Route
from connectors.vocabulary import Json

BATCH, VERSION = "/v1.0/$batch", "/v1.0"
MOST = 20
"""Requests in one batch (github.com/microsoftgraph/microsoft-graph-docs-contrib `concepts/json-batching.md`)."""


def only_reads(body: Json) -> bool:
    """Whether every inner request is a GET without a body on a declared read, and there are no more than fit."""
    inner = body.get("requests") if isinstance(body, dict) else None
    return isinstance(inner, list) and 0 < len(inner) <= MOST and all(_reads(one) for one in inner)


def _reads(one: Json) -> bool:
    from connectors.microsoft.routes import routes_of

    if not isinstance(one, dict) or one.get("method") != "GET" or "body" in one or not isinstance(one.get("url"), str):
        return False
    route = routes_of(Service.GRAPH).of("GET", VERSION + one["url"].split("?", 1)[0])
    return route is not None and route.does is Does.READ


ROUTES: Mapping[Service, tuple[Route, ...]] = {
    Service.GRAPH: (Route("POST", BATCH, Does.READ, when=only_reads),),
}
