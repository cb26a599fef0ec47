"""Name the operation of a REST request from botocore's own models: verb and path say which it is.

The query and JSON services name their operation in the request; the REST services do not, and a gate that
guessed could neither authorise nor record them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from urllib.parse import parse_qsl, unquote

import botocore.session

MODELS = {"access-analyzer": "accessanalyzer", "sso": "sso-admin", "states": "stepfunctions"}
"""Signing name to model name, where they differ."""


@dataclass(frozen=True)
class Route:
    """One operation's shape on the wire."""

    method: str
    pattern: re.Pattern[str]
    query: frozenset[str]
    """Names that must stand in the query (S3's sub-resources)."""
    operation: str
    weight: int
    """Longer literal paths win."""


def operation_of(service: str, method: str, path: str, query: str) -> tuple[str, dict[str, str]]:
    """The operation and its path and query parameters; ("", {}) when the service has no such route."""
    given = dict(parse_qsl(query, keep_blank_values=True))
    for route in _routes(service):
        found = route.pattern.fullmatch(path)
        if route.method == method and found and route.query <= set(given):
            held = {name: unquote(value) for name, value in found.groupdict().items() if value is not None}
            return route.operation, {**given, **held}
    return "", {}


@cache
def _routes(service: str) -> tuple[Route, ...]:
    """A service's routes, the most specific first."""
    try:
        model = botocore.session.get_session().get_service_model(MODELS.get(service, service))
    except botocore.exceptions.UnknownServiceError:
        return ()
    routes = [_route(name, model.operation_model(name).http) for name in model.operation_names]
    return tuple(sorted(routes, key=lambda route: (-len(route.query), -route.weight, route.operation)))


def _route(operation: str, http: dict[str, str]) -> Route:
    path, _mark, query = http["requestUri"].partition("?")
    literal = re.sub(r"\{[^}]+\}", "", path)
    pattern = re.sub(r"\\\{([A-Za-z0-9_-]+)(\\\+)?\\\}", _group, re.escape(path).replace("\\-", "-"))
    pattern = pattern.rstrip("/") + "/?"
    wanted = frozenset(name for name, _value in parse_qsl(query, keep_blank_values=True))
    return Route(http["method"], re.compile(pattern), wanted, operation, len(literal))


def _group(found: re.Match[str]) -> str:
    name = found[1].replace("-", "_")
    return f"(?P<{name}>.+)" if found[2] else f"(?P<{name}>[^/]+)"
