"""Routes: what a connector may ask of its vendor over HTTP, declared as data. Pure.

1. A request that matches no declared route is refused, in every session.
2. What a route does is declared, never guessed: a GET is a read only where it says so, and a POST may be one.
3. The declaration with the longer literal text wins; among equals the one declared first.
4. A value never reaches beyond its place in a path: separators, dots and control characters are refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from urllib.parse import quote

from connectors.errors import InternalError, RejectedError
from connectors.vocabulary import Json

_HOLE = re.compile(r"\{([a-z][a-z0-9_-]*)(\+?)\}")
_DOTS = re.compile(r"(\.|%2e){1,2}", re.IGNORECASE)
_STEERS = re.compile(r"[/\\\x00-\x1f\x7f]")
_HIDDEN = re.compile(r"%2f|%5c|%[01][0-9a-f]|%7f|[\\\x00-\x20\x7f]", re.IGNORECASE)


class Does(StrEnum):
    """What a route does to the vendor's system."""

    READ = "read"
    HOLD = "hold"
    """Makes or protects evidence: for `preserve` actions and the cutter."""
    WRITE = "write"


def allowed(*, cutter: bool, read_only: bool) -> frozenset[Does]:
    """What a session may do: a reader reads, a preserver also holds, a cutter writes."""
    if read_only:
        return frozenset({Does.READ})
    return frozenset(Does) if cutter else frozenset({Does.READ, Does.HOLD})


@dataclass(frozen=True)
class Quota:
    """A limit that a vendor sets for some of its routes together: calls per second, and how many at once."""

    name: str
    per_second: float
    burst: float = 1
    per: str = ""
    """The place of a path whose every value has the whole quota for itself (a mailbox, say); "" where all share it."""


@dataclass(frozen=True)
class Route:
    """One kind of request: a method and a path below the base URL, with `{name}` for one segment or part of one.

    `{name+}` stands for several segments.
    """

    method: str
    path: str
    does: Does
    permission: str = ""
    """What the vendor calls the right to it; named when it is refused."""
    quota: Quota | None = None
    """A limit below the system's own; routes that name the same one share it."""
    when: Callable[[Json], bool] | None = None
    """Where one path does several things (GraphQL, batches): whether a request's JSON body makes it this one."""

    @property
    def name(self) -> str:
        """How messages name it: never with values."""
        return f"{self.method} {self.path}"

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Matches a percent-encoded path."""
        parts, end = [], 0
        for hole in _HOLE.finditer(self.path):
            name = hole[1].replace("-", "_")
            parts += [re.escape(self.path[end : hole.start()]), f"(?P<{name}>{'.+' if hole[2] else '[^/]+'})"]
            end = hole.end()
        return re.compile("".join(parts) + re.escape(self.path[end:]))

    @property
    def long(self) -> bool:
        """Whether one of its places takes several segments."""
        return "+}" in self.path

    def budget(self, path: str) -> tuple[str, ...]:
        """The key of the quota that a request on this percent-encoded path draws from."""
        if self.quota is None or not self.quota.per:
            return (self.quota.name if self.quota else "",)
        found = self.pattern.fullmatch(path)
        return (self.quota.name, found.groupdict().get(self.quota.per, "") if found else "")

    @cached_property
    def weight(self) -> int:
        """Characters that are not holes."""
        return len(_HOLE.sub("", self.path))

    def filled(self, values: Mapping[str, str]) -> str:
        """The percent-encoded path with these values.

        Raises:
            InternalError: the values are not those that the path has places for.
            RejectedError: a value cannot stand in a path; it is not repeated.

        """
        holes = {hole[1] for hole in _HOLE.finditer(self.path)}
        if holes != set(values):
            raise InternalError(f"{self.name} was given {', '.join(sorted(values)) or 'no values'}")
        return _HOLE.sub(lambda hole: self._encoded(hole, values[hole[1]]), self.path)

    def _encoded(self, hole: re.Match[str], value: str) -> str:
        pieces = value.split("/") if hole[2] else [value]
        if not all(_plain(piece) for piece in pieces):
            raise RejectedError(
                f"{self.name}: the value for {hole[1]} cannot stand in a path",
                expected="an identifier without separators, dots alone or control characters",
            )
        return "/".join(quote(piece, safe="") for piece in pieces)


class Routes:
    """A connector's declared routes."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self._declared = tuple(routes)
        self._named: dict[tuple[str, str], list[Route]] = {}
        self._by_length: dict[tuple[str, int], list[Route]] = {}
        self._of_any_length = [route for route in self._declared if route.long]
        for route in self._declared:
            self._named.setdefault((route.method, route.path), []).append(route)
            if not route.long:
                self._by_length.setdefault((route.method, route.path.count("/")), []).append(route)
        for key, found in self._by_length.items():
            candidates = [*found, *(route for route in self._of_any_length if route.method == key[0])]
            self._by_length[key] = sorted(candidates, key=lambda route: -route.weight)
        self._of_any_length.sort(key=lambda route: -route.weight)

    def __iter__(self) -> Iterator[Route]:
        return iter(self._declared)

    def named(self, method: str, path: str, body: Json = None) -> Route:
        """The declaration with this very method and path text, and with this body where it says `when`.

        Raises:
            InternalError: it is not declared.

        """
        same = self._named.get((method, path), ())
        found = next((one for one in same if not one.when or one.when(body)), None)
        if found is None:
            raise InternalError(f"{method} {path} is not a declared route", fix="declare it, with what it does")
        return found

    def of(self, method: str, path: str, body: Callable[[], Json] = lambda: None) -> Route | None:
        """The route that a percent-encoded path belongs to; None when it belongs to none."""
        if any(_DOTS.fullmatch(piece) for piece in path.split("/")) or _HIDDEN.search(path):
            return None
        for route in self._by_length.get((method, path.count("/")), self._of_any_length):
            if route.method == method and route.pattern.fullmatch(path) and (not route.when or route.when(body())):
                return route
        return None


def _plain(piece: str) -> bool:
    return bool(piece) and not _DOTS.fullmatch(piece) and not _STEERS.search(piece)
