"""The one HTTP seam: every connector that is not boto3 speaks through it. Importing this loads httpx.

A request leaves only when it goes to the estate's own host, matches a declared route, and the session may do what
that route does; the guard hangs on httpx's own event, so that no way to the client goes past it. Reads are repeated
where that can help; anything else only where the answer proves that it did not act.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any

import httpx

from connectors.address import Address
from connectors.contract import RateBudgets, System
from connectors.errors import (
    AmbiguousError,
    InternalError,
    ReadOnlyError,
    RefusedError,
    RejectedError,
    ThrottledError,
    UnreachableError,
    WorldError,
)
from connectors.replies import Answer, refusal
from connectors.routes import Does, Route, Routes, allowed
from connectors.vocabulary import Json

TIMEOUT = httpx.Timeout(30.0, connect=5.0)
POOL = httpx.Limits(max_connections=64, max_keepalive_connections=64)
"""As many connections as the engine has calls in flight."""

LARGEST = 64 * 1024 * 1024
"""Bytes of one unpacked answer: the largest JSON page of a vendor is far below, and memory must not be the limit."""

READ_TRIES = 6
WRITE_TRIES = 3
"""Of requests that provably did not act; the engine has patience of its own above this."""

FIRST_WAIT_S = 0.2
LONGEST_WAIT_S = 20.0
"""A wait above this is the engine's to decide: it gets the error, with the wait in it."""

REDIRECTS = 3
MOVED = frozenset({301, 302, 303, 307, 308})

Auth = Callable[[], Mapping[str, str]]
"""Headers that prove who asks, fetched anew for every request, so that it can renew what ends."""

Challenged = Callable[[str], bool]
"""Told what a refusal asks to prove (WWW-Authenticate); True when `Auth` now can, so that the request is sent again."""

Next = Callable[[Answer], "str | Mapping[str, Json] | None"]
"""From one page to the next: a link, or changed parameters, or None at the end."""

for _name in ("httpx", "httpcore"):  # their INFO lines carry whole URLs, and with them what a query holds
    logging.getLogger(_name).setLevel(logging.WARNING)


class HttpSession:
    """A hold on one system under one identity. Thread-safe; a connector's `open` may return it as it is."""

    def __init__(
        self,
        system: System,
        base_url: str,
        routes: Routes,
        auth: Auth,
        budgets: RateBudgets,
        *,
        cutter: bool,
        read_only: bool,
        challenged: Challenged = lambda _challenge: False,
        transport: httpx.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.system = system
        self._address = Address(base_url)
        self._routes, self._auth, self._budgets = routes, auth, budgets
        self._challenged = challenged
        self._allowed = allowed(cutter=cutter, read_only=read_only)
        self._sleep, self._now = sleep, now
        self.client = httpx.Client(
            transport=transport, timeout=TIMEOUT, limits=POOL, follow_redirects=False, cookies=_no_cookies(),
            trust_env=self._address.secure, event_hooks={"request": [self._guard]},
        )  # fmt: skip

    def close(self) -> None:
        """Close all connections."""
        self.client.close()

    def call(
        self,
        method: str,
        path: str,
        *,
        values: Mapping[str, str] | None = None,
        query: Mapping[str, Json] | None = None,
        body: Json = None,
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """One request on a declared route; `path` is the declaration's own text, `values` fill its places.

        Raises:
            ReadOnlyError: this session may not do what the route does; nothing left this machine.
            WorldError: what the system or the network answered.
            InternalError: the route is not declared.

        """
        route = self._routes.named(method, path, body)
        url = self._address.at(route.filled(values or {}))
        return self._followed(self._tried(route, url, params=query, json=body, data=form, headers=headers), headers)

    def pages(
        self, method: str, path: str, *, next: Next, query: Mapping[str, Json] | None = None, body: Json = None,  # noqa: A002 - as it reads
        values: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None,
    ) -> Iterator[Answer]:  # fmt: skip
        """Every page of a listing. Changed parameters go into the query of a GET and the body of anything else.

        Raises:
            UnreachableError: the system names the same next page twice; the listing would never end.
            RejectedError: the next page is on another host, or on no declared read.
            WorldError: as `call`.

        """
        query = dict(query or {})
        answer = self.call(method, path, values=values, query=query, body=body, headers=headers)
        seen: set[str] = set()
        while True:
            yield answer
            onward = next(answer)
            if not onward:
                return
            mark = json.dumps(onward, sort_keys=True, default=str)
            if mark in seen:
                raise UnreachableError(f"{method} {path} repeats a page; the listing would never end")
            seen.add(mark)
            if isinstance(onward, str):
                answer = self.follow(answer, onward, headers)
            elif method == "GET":
                answer = self.call(method, path, values=values, query={**query, **onward}, headers=headers)
            else:
                answer = self.call(method, path, values=values, query=query, body={**body, **onward}, headers=headers)

    def follow(self, answer: Answer, link: str, headers: Mapping[str, str] | None = None) -> Answer:
        """The page that an answer of this system points to.

        Raises:
            RejectedError: it is on another host, or on no declared read.
            WorldError: as `call`.

        """
        return self._followed(self._linked(answer.route, link, headers), headers)

    def _linked(self, route: Route, link: str, headers: Mapping[str, str] | None) -> Answer:
        """Read what the system itself points to: its own host and a declared read, or nothing."""
        url = self._address.joined(link)
        own = self._address.is_own(url)
        found = self._routes.of("GET", self._address.below(url)) if own else None
        if found is None or found.does is not Does.READ:
            where = "what is no declared read" if own else "another host"
            raise RejectedError(f"{route.name} points to {where}; that was not followed")
        return self._tried(found, str(url), headers=headers)

    def _followed(self, answer: Answer, headers: Mapping[str, str] | None) -> Answer:
        """A read that the system moved is read at its new place on the same host."""
        for _hop in range(REDIRECTS):
            if answer.status not in MOVED:
                return answer
            if answer.route.method != "GET" or answer.route.does is not Does.READ:
                break
            answer = self._linked(answer.route, answer.headers.get("location", ""), headers)
        kind = RejectedError if answer.route.does is Does.READ else AmbiguousError
        raise kind(f"{answer.route.name}: {answer.status}: it was sent elsewhere; that was not followed")

    def _tried(self, route: Route, url: str, **more: Any) -> Answer:
        try:
            return self._patiently(route, url, **more)
        except RefusedError as error:
            if not error.challenge or not self._challenged(error.challenge):
                raise
        return self._patiently(route, url, **more)

    def _patiently(self, route: Route, url: str, **more: Any) -> Answer:
        tries = READ_TRIES if route.does is Does.READ else WRITE_TRIES
        wait = FIRST_WAIT_S
        for attempt in range(1, tries + 1):
            self._budgets.own.take()
            if route.quota is not None:
                key = route.budget(self._address.below(httpx.URL(url)))
                self._budgets.narrow(key, route.quota.per_second, route.quota.burst).take()
            try:
                meant = {"evict.does": route.does}
                return self._sent(route, self.client.build_request(route.method, url, extensions=meant, **more))
            except (ThrottledError, UnreachableError) as error:
                wait = max(wait, getattr(error, "retry_after", None) or 0.0)
                if isinstance(error, ThrottledError):
                    self._budgets.own.slow_down(min(wait, LONGEST_WAIT_S))
                if attempt == tries or wait > LONGEST_WAIT_S:
                    raise
            self._sleep(wait)
            wait *= 2
        raise AssertionError("the loop above returns or raises")

    def _sent(self, route: Route, request: httpx.Request) -> Answer:
        """Send once.

        Raises:
            WorldError: no connection, no reply, or a reply that refuses.

        """
        lost = UnreachableError if route.does is Does.READ else AmbiguousError
        with _answering(route, lost):
            response = self.client.send(request, stream=True)
            try:
                body = _limited(route, response, lost)
            finally:
                response.close()
        headers = {name.lower(): value for name, value in response.headers.items()}
        if response.status_code >= httpx.codes.BAD_REQUEST:
            secrets = _secrets(request)
            raise refusal(route, response.status_code, headers, body, now=self._now(), secrets=secrets)
        links = {str(name): str(one.get("url", "")) for name, one in response.links.items()}
        return Answer(route, response.status_code, headers, body, links)

    def stream(
        self, method: str, path: str, *, values: Mapping[str, str] | None = None,
        query: Mapping[str, Json] | None = None,
    ) -> Iterator[bytes]:  # fmt: skip
        """A file's own bytes, piece by piece, however large it is; asked for once, when the first piece is wanted.

        Raises:
            ReadOnlyError: as `call`.
            WorldError: what the system or the network answered; a file that ends early is `UnreachableError`.

        """
        route = self._routes.named(method, path)
        url = self._address.at(route.filled(values or {}))
        self._budgets.own.take()
        request = self.client.build_request(
            route.method, url, params=query, headers={"Accept-Encoding": "identity"},
            extensions={"evict.does": Does.READ},
        )  # fmt: skip
        with _answering(route, UnreachableError):
            response = self.client.send(request, stream=True)
            try:
                if response.status_code != httpx.codes.OK:
                    headers = {name.lower(): value for name, value in response.headers.items()}
                    body = _limited(route, response, UnreachableError)
                    raise refusal(
                        route, response.status_code, headers, body, now=self._now(), secrets=_secrets(request)
                    )
                yield from response.iter_bytes()
            finally:
                response.close()

    def _guard(self, request: httpx.Request) -> None:
        """Refuse what may not leave, then add the credential: it goes to the estate's own host and nowhere else."""
        if not self._address.is_own(request.url):
            raise RejectedError("a request to another host than the estate's was refused before it left this machine")
        route = self._routes.of(request.method, self._address.below(request.url), lambda: _body(request))
        if route is None:
            raise InternalError(f"a {request.method} request on no declared route was refused before it left")
        if request.extensions.get("evict.does", route.does) is not route.does:
            raise RejectedError(f"{route.name} is a {route.does}, and another route was meant; refused before it left")
        if route.does not in self._allowed:
            raise ReadOnlyError(
                f"{route.name} is a {route.does} and was refused before it left this machine",
                expected=f"only: {', '.join(sorted(self._allowed))}",
            )
        proof = dict(self._auth())
        request.headers.update(proof)
        request.extensions["evict.secrets"] = tuple(proof.values())


@contextmanager
def _answering(route: Route, lost: type[WorldError]) -> Iterator[None]:
    """What keeps an answer from coming, as errors of the contract.

    Raises:
        WorldError: no connection, or no whole reply.

    """
    try:
        yield
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError):
        raise UnreachableError(f"{route.name}: no connection could be made") from None
    except (httpx.UnsupportedProtocol, httpx.InvalidURL, httpx.LocalProtocolError) as error:
        raise RejectedError(f"{route.name}: {type(error).__name__}") from None
    except (httpx.TransportError, httpx.DecodingError) as error:
        known = "" if route.does is Does.READ else "; whether it acted is unknown"
        raise lost(f"{route.name}: the reply was lost ({type(error).__name__}){known}") from None


def _secrets(request: httpx.Request) -> tuple[str, ...]:
    """The values of the credential's headers, and each of their words."""
    values: tuple[str, ...] = request.extensions.get("evict.secrets", ())
    return (*values, *(word for value in values for word in value.split()))


def _body(request: httpx.Request) -> Json:
    try:
        return json.loads(request.content)
    except ValueError:
        return None


def _limited(route: Route, response: httpx.Response, lost: type[WorldError]) -> bytes:
    """The whole body, unpacked.

    Raises:
        WorldError: it is too large.

    """
    held = bytearray()
    for chunk in response.iter_bytes():
        held += chunk
        if len(held) > LARGEST:
            raise lost(f"{route.name}: the answer is larger than {LARGEST} bytes")
    return bytes(held)


def _no_cookies() -> CookieJar:
    """A jar that keeps nothing: a cookie would be a second credential that nobody declared."""
    return CookieJar(DefaultCookiePolicy(allowed_domains=[]))
