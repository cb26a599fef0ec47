"""Areas: who answers which request. Each area declares its own routes, and the rights that each of them asks for."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from connectors.microsoft.emulator.tenant import Record, Tenant
from connectors.vocabulary import Json

Needs = tuple[str, ...]
"""Any one of these rights is enough."""


class Refusal(Exception):  # noqa: N818 - it is an answer of the API
    """An answer that refuses, as the API words it."""

    def __init__(self, status: int, code: str, message: str = "", headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status, self.code = status, code
        self.message = message or code
        self.headers = dict(headers or {})


@dataclass
class Who:
    """Who asks: an app with its rights, or a user with what an app may do for them."""

    kind: str
    id: str
    """Object id of the service principal or of the user."""
    app: str = ""
    """Application id of the app that holds the token."""
    rights: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()
    """Entra roles by name."""
    cae: bool = False


@dataclass
class Call:
    """One request on one route."""

    method: str
    path: str
    values: dict[str, str]
    query: dict[str, str]
    body: Json
    who: Who
    base: str
    """The service's public address, for links to next pages."""
    headers: dict[str, str] = field(default_factory=dict)
    audits: list[Record] = field(default_factory=list)
    """What the directory's audit log records of it when it succeeds."""

    def audit(self, activity: str, kind: str, target: str, name: str = "", category: str = "UserManagement",
              **modified: Any) -> None:  # fmt: skip
        """One row for the directory's audit log; `modified` are property names with their new values."""
        properties = [{"displayName": key, "oldValue": None, "newValue": str(value)} for key, value in modified.items()]
        resource = {"id": target, "displayName": name, "type": kind, "modifiedProperties": properties}
        self.audits.append({"activityDisplayName": activity, "category": category, "targetResources": [resource]})


@dataclass
class Answered:
    """An answer: a status, a JSON body or none, headers."""

    status: int = 200
    body: Json = None
    headers: dict[str, str] = field(default_factory=dict)
    raw: bytes | None = None
    """Bytes instead of JSON, for files."""


Handler = Callable[[Tenant, Call], Any]
NeedsOf = Callable[[Tenant, Call], Needs]


@dataclass(frozen=True)
class Served:
    """One route with its handler."""

    service: str
    method: str
    path: str
    handler: Handler
    needs: Needs | NeedsOf
    write: bool
    licence: str = ""

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Matches a decoded path; a place takes one segment or part of one."""
        parts = re.split(r"(\{[a-z-]+\+?\})", self.path)
        return re.compile("".join(_place(part) for part in parts))


def _place(part: str) -> str:
    if not part.startswith("{"):
        return re.escape(part)
    name = part.strip("{}+").replace("-", "_")
    return f"(?P<{name}>.+)" if part.endswith("+}") else f"(?P<{name}>[^/]+?)"


class Area:
    """A set of routes, what of their state a cut may change, and what runs by itself."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.served: list[Served] = []
        self.snapshots: list[Callable[[Tenant], dict[str, Any]]] = []
        self.jobs: list[Callable[[Tenant], None]] = []

    def route(
        self, method: str, path: str, needs: Needs | NeedsOf, *, service: str = "graph", write: bool | None = None,
        licence: str = "",
    ) -> Callable[[Handler], Handler]:  # fmt: skip
        """Declare that a function answers a route. A GET is no write; anything else is one unless it says otherwise."""
        does = method != "GET" if write is None else write

        def take(handler: Handler) -> Handler:
            self.served.append(Served(service, method, path, handler, needs, does, licence))
            return handler

        return take

    def snapshot(self, of: Callable[[Tenant], dict[str, Any]]) -> Callable[[Tenant], dict[str, Any]]:
        """Declare what a cut may change: flat, an entry of one access path under that path's id."""
        self.snapshots.append(of)
        return of

    def job(self, run: Callable[[Tenant], None]) -> Callable[[Tenant], None]:
        """Declare what runs by itself when it is due."""
        self.jobs.append(run)
        return run


def not_found(what: str = "Resource") -> Refusal:
    """As Graph says that there is no such object."""
    return Refusal(404, "Request_ResourceNotFound", f"{what} does not exist or one of its queried reference-property "
                   "objects are not present.")  # fmt: skip


def denied(message: str = "Insufficient privileges to complete the operation.") -> Refusal:
    """As Graph says that a right is missing."""
    return Refusal(403, "Authorization_RequestDenied", message)
