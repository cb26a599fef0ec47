"""Reads in batches of 20, taken apart again: the outer 200 says nothing, each item is judged by its own status.

1. Only declared reads leave: the route refuses a batch with anything else in it before it leaves this machine.
2. An item's error is that of the same request sent alone, so that nobody takes a refusal for an empty listing.
3. Items that were throttled are asked again after their own Retry-After, those alone; so are items that the service
   lost (5xx). The others keep what they got.
4. An item that Graph left out of the answer is unread, not empty.
5. Nothing depends on anything: an item with 424 is refused like any other.

Source: github.com/microsoftgraph/microsoft-graph-docs-contrib `concepts/json-batching.md`.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from connectors.errors import RefusedError, RejectedError, ThrottledError, UnreachableError, WorldError
from connectors.microsoft.clouds import Service
from connectors.microsoft.odata import onward, rows
from connectors.microsoft.routes import routes_of
from connectors.microsoft.routes.batch import BATCH, MOST, VERSION
from connectors.replies import refusal
from connectors.routes import Route
from connectors.vocabulary import Json

if TYPE_CHECKING:
    from connectors.microsoft.client import MicrosoftSession

TRIES = 6
FIRST_WAIT_S, LONGEST_WAIT_S = 0.2, 20.0
"""As the HTTP seam waits for single reads; a longer wait is the engine's to decide."""

BAD = 400
Got = dict[str, Any] | WorldError
Rows = list[dict[str, Any]] | WorldError


@dataclass(frozen=True)
class Ask:
    """One read: a declared path with its values and its query."""

    path: str
    values: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)

    @property
    def route(self) -> Route:
        """Its declaration."""
        return routes_of(Service.GRAPH).named("GET", self.path)

    @property
    def url(self) -> str:
        """Below the version, as a batch wants it."""
        query = f"?{urlencode(self.query, quote_via=quote)}" if self.query else ""
        return self.route.filled(self.values).removeprefix(VERSION) + query


def reads(session: MicrosoftSession, asks: Sequence[Ask], *, sleep: Callable[[float], None] = time.sleep) -> list[Got]:
    """What each read answered, in their order: its JSON object, or the error that it is.

    Raises:
        WorldError: a batch as a whole was refused or lost.

    """
    found: list[Got] = []
    for start in range(0, len(asks), MOST):
        found += _one_batch(session, asks[start : start + MOST], sleep)
    return found


def listed(session: MicrosoftSession, asks: Sequence[Ask]) -> list[Rows]:
    """All rows of each listing; one that has a further page is read again by itself, over all its pages."""
    found: list[Rows] = []
    for ask, got in zip(asks, reads(session, asks), strict=True):
        if isinstance(got, WorldError):
            found.append(got)
        elif got.get("@odata.nextLink"):
            found.append(_alone(session, ask))
        else:
            found.append(list(got.get("value") or []))
    return found


def _alone(session: MicrosoftSession, ask: Ask) -> Rows:
    try:
        found = session.seam(Service.GRAPH).pages("GET", ask.path, next=onward, query=ask.query, values=ask.values)
        return [row for page in found for row in rows(page)]
    except WorldError as error:
        return error


def _one_batch(session: MicrosoftSession, asks: Sequence[Ask], sleep: Callable[[float], None]) -> list[Got]:
    found: dict[int, Got] = {}
    left, wait = list(range(len(asks))), FIRST_WAIT_S
    for attempt in range(1, TRIES + 1):
        found |= _asked(session, {place: asks[place] for place in left})
        left = [place for place in left if isinstance(found[place], ThrottledError | UnreachableError)]
        wait = max([wait, *(getattr(found[place], "retry_after", None) or 0.0 for place in left)])
        if not left or attempt == TRIES or wait > LONGEST_WAIT_S:
            break
        sleep(wait)
        wait *= 2
    return [found[place] for place in range(len(asks))]


def _asked(session: MicrosoftSession, asks: Mapping[int, Ask]) -> dict[int, Got]:
    body = {"requests": [{"id": str(place), "method": "GET", "url": ask.url} for place, ask in asks.items()]}
    answer = session.call("POST", BATCH, body=body).json()
    items = {str(one.get("id")): one for one in _items(answer)}
    return {place: _judged(ask, items.get(str(place))) for place, ask in asks.items()}


def _items(answer: Json) -> Iterable[dict[str, Any]]:
    found = answer.get("responses") if isinstance(answer, dict) else None
    return [one for one in found or [] if isinstance(one, dict)]


def _judged(ask: Ask, item: dict[str, Any] | None) -> Got:
    """One item for itself."""
    from connectors.microsoft.client import licence_or

    if item is None:
        return UnreachableError(f"{ask.route.name}: the batch's answer left it out")
    status, body = item.get("status"), item.get("body")
    if not isinstance(status, int):
        return UnreachableError(f"{ask.route.name}: the batch's answer gave it no status")
    if status >= BAD:
        headers = {str(name).lower(): str(value) for name, value in (item.get("headers") or {}).items()}
        error = refusal(ask.route, status, headers, json.dumps(body).encode(), now=datetime.now(UTC))
        return licence_or(error) if isinstance(error, RefusedError | RejectedError) else error
    if not isinstance(body, dict):
        return UnreachableError(f"{ask.route.name}: the batch's answer gave it no content")
    return body
