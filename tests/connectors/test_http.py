from __future__ import annotations

import json
import logging
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from connectors import http
from connectors.contract import System
from connectors.errors import (
    AmbiguousError,
    EvictError,
    InputError,
    InternalError,
    NotFoundError,
    ReadOnlyError,
    RefusedError,
    RejectedError,
    ThrottledError,
    UnreachableError,
)
from connectors.http import READ_TRIES, WRITE_TRIES, HttpSession
from connectors.rates import RateBudgets
from connectors.replies import Answer
from connectors.routes import Does, Quota, Route, Routes

BASE = "https://id.acme.example/api"
SYSTEM = System("acme", "acme", {}, {}, {})
TOKEN = "canary-7f3a9c"
ROUTES = Routes(
    (
        Route("GET", "/users", Does.READ, "users.read"),
        Route("GET", "/users/{id}", Does.READ, "users.read"),
        Route("GET", "/users/{id}/poke", Does.WRITE),
        Route("POST", "/search", Does.READ, quota=Quota("searches", 1000)),
        Route("POST", "/holds", Does.HOLD),
        Route("POST", "/users/{id}/suspend", Does.WRITE, "users.manage"),
    )
)
Handler = Callable[[httpx.Request], httpx.Response]


class Clock:
    """Time that moves only when somebody sleeps."""

    def __init__(self) -> None:
        self.at = 0.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.at += seconds
        self.slept.append(seconds)


class Pieces(httpx.SyncByteStream):
    """A body of some pieces, which may break off."""

    def __init__(self, size: int, count: int, *, ends: bool = True) -> None:
        self.size, self.count, self.ends = size, count, ends

    def __iter__(self) -> Iterator[bytes]:
        yield from [b"x" * self.size] * self.count
        if not self.ends:
            raise httpx.ReadError("cut off")


class Vendor:
    """Answers in turn, the last one for ever; remembers what reached it."""

    def __init__(self, *answers: httpx.Response | Exception | Handler) -> None:
        self.answers = list(answers) or [httpx.Response(200, json={})]
        self.seen: list[httpx.Request] = []
        self.clock = Clock()

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.seen.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, httpx.Response):
            return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)
        return answer(request)

    def session(self, *, cutter: bool = False, read_only: bool = True, base: str = BASE) -> HttpSession:
        return HttpSession(
            SYSTEM, base, ROUTES, lambda: {"Authorization": f"Bearer {TOKEN}"},
            RateBudgets(1000.0, clock=self.clock, sleep=self.clock.sleep), cutter=cutter, read_only=read_only,
            transport=httpx.MockTransport(self), sleep=self.clock.sleep,
            now=lambda: datetime(2026, 11, 24, 2, 0, tzinfo=UTC),
        )  # fmt: skip

    def cutter(self) -> HttpSession:
        return self.session(cutter=True, read_only=False)


def suspend(session: HttpSession) -> Answer:
    return session.call("POST", "/users/{id}/suspend", values={"id": "u1"})


@pytest.mark.parametrize(
    ("method", "path", "does"),
    [
        ("POST", "/users/{id}/suspend", Does.WRITE),
        ("GET", "/users/{id}/poke", Does.WRITE),  # a GET is a write where the connector says so
        ("POST", "/holds", Does.HOLD),
    ],
)
def test_a_reader_refuses_what_is_no_read_before_it_leaves(method: str, path: str, does: Does) -> None:
    vendor = Vendor()
    values = {"id": "u1"} if "{id}" in path else {}
    with pytest.raises(ReadOnlyError, match=rf"is a {does} and was refused before it left"):
        vendor.session().call(method, path, values=values)
    assert vendor.seen == []


def test_a_preserver_holds_and_does_not_write() -> None:
    vendor = Vendor()
    preserver = vendor.session(cutter=False, read_only=False)
    preserver.call("POST", "/holds")
    with pytest.raises(ReadOnlyError):
        suspend(preserver)
    assert len(vendor.seen) == 1


def test_a_declared_post_query_is_a_read() -> None:
    vendor = Vendor(httpx.Response(200, json={"found": []}))
    assert vendor.session().call("POST", "/search", body={"q": "x"}).json() == {"found": []}
    assert json.loads(vendor.seen[0].content) == {"q": "x"}


@pytest.mark.parametrize("cutter", [True, False])
def test_an_undeclared_route_is_refused_in_every_session(cutter: bool) -> None:
    vendor = Vendor()
    session = vendor.session(cutter=cutter, read_only=not cutter)
    with pytest.raises(InternalError, match="not a declared route"):
        session.call("DELETE", "/users/{id}", values={"id": "u1"})
    with pytest.raises(InternalError, match="no declared route was refused before it left"):
        session.client.get(BASE + "/groups")
    assert vendor.seen == []


@pytest.mark.parametrize(
    ("url", "error"),
    [
        (BASE + "/users/u1/suspend", ReadOnlyError),  # the plain client
        ("https://evil.example/api/users", RejectedError),  # another host
        ("http://id.acme.example/api/users", RejectedError),  # the same host in the clear
        ("https://id.acme.example:8443/api/users", RejectedError),  # another port
        ("https://u:p@id.acme.example/api/users", RejectedError),  # another credential
        ("https://id.acme.example/users", InternalError),  # beside the base
        ("https://id.acme.example/api/users/../../users", InternalError),
    ],
)
def test_no_way_to_the_client_goes_past_the_guard(url: str, error: type[EvictError]) -> None:
    vendor = Vendor()
    with pytest.raises(error):
        vendor.session().client.post(url)
    assert vendor.seen == []


def test_an_identifier_that_names_another_route_is_refused() -> None:
    vendor = Vendor()
    routes = Routes((Route("GET", "/users/{id}", Does.READ), Route("GET", "/users/purge", Does.WRITE)))
    session = HttpSession(
        SYSTEM,
        BASE,
        routes,
        dict,
        RateBudgets(1000.0),
        cutter=True,
        read_only=False,
        transport=httpx.MockTransport(vendor),
    )
    with pytest.raises(RejectedError, match="another route was meant"):
        session.call("GET", "/users/{id}", values={"id": "purge"})
    assert vendor.seen == []


def test_the_credential_goes_along_and_is_fetched_anew_each_time() -> None:
    vendor, given = Vendor(), iter(("one", "two"))
    session = HttpSession(
        SYSTEM, BASE, ROUTES, lambda: {"Authorization": next(given)}, RateBudgets(1000.0), cutter=False, read_only=True,
        transport=httpx.MockTransport(vendor),
    )  # fmt: skip
    session.call("GET", "/users")
    session.call("GET", "/users")
    assert [one.headers["authorization"] for one in vendor.seen] == ["one", "two"]


@pytest.mark.parametrize("kept", [503, 429, 500, 502])
def test_a_read_is_repeated_with_growing_pauses(kept: int) -> None:
    vendor = Vendor(httpx.Response(kept), httpx.Response(kept), httpx.Response(200, json=[1]))
    assert vendor.session().call("GET", "/users").json() == [1]
    assert len(vendor.seen) == 3
    assert vendor.clock.at >= 0.6


def test_a_read_is_given_up_in_the_end() -> None:
    vendor = Vendor(httpx.ConnectError("no"))
    with pytest.raises(UnreachableError, match="no connection could be made"):
        vendor.session().call("GET", "/users")
    assert len(vendor.seen) == READ_TRIES


def test_retry_after_is_obeyed_and_tells_all_sessions_of_the_system() -> None:
    vendor = Vendor(httpx.Response(429, headers={"Retry-After": "Tue, 24 Nov 2026 02:00:09 GMT"}), httpx.Response(200))
    session = vendor.session()
    session.call("GET", "/users")
    assert vendor.clock.at >= 9
    vendor.answers = [httpx.Response(429, headers={"Retry-After": "600"})]
    before = len(vendor.seen)
    with pytest.raises(ThrottledError) as error:
        session.call("GET", "/users")
    assert error.value.retry_after == 600
    assert len(vendor.seen) == before + 1
    start = vendor.clock.at
    session._budgets.own.take()
    assert vendor.clock.at >= start + 19


def test_a_write_is_repeated_only_when_the_answer_proves_that_it_did_not_act() -> None:
    vendor = Vendor(httpx.Response(429), httpx.ConnectError("no"), httpx.Response(204))
    assert suspend(vendor.cutter()).status == 204
    assert len(vendor.seen) == WRITE_TRIES


@pytest.mark.parametrize(
    "lost",
    [
        httpx.Response(500),
        httpx.Response(503, headers={"Retry-After": "1"}),
        httpx.Response(504),
        httpx.ReadTimeout("late"),
        httpx.ReadError("reset"),
        httpx.WriteError("reset"),
        httpx.RemoteProtocolError("closed"),
        httpx.Response(303, headers={"Location": BASE + "/users"}),  # it may have acted before it pointed elsewhere
    ],
)
def test_a_lost_reply_of_a_write_is_ambiguous_and_never_repeated(lost: httpx.Response | Exception) -> None:
    vendor = Vendor(lost)
    with pytest.raises(AmbiguousError):
        suspend(vendor.cutter())
    assert len(vendor.seen) == 1


def test_a_lost_reply_of_a_read_is_repeated() -> None:
    vendor = Vendor(httpx.ReadTimeout("late"), httpx.Response(200, json=1))
    assert vendor.session().call("GET", "/users").json() == 1


def test_an_answer_without_end_is_not_swallowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "LARGEST", 1000)
    vendor = Vendor(httpx.Response(200, content=b"x" * 1001))
    with pytest.raises(UnreachableError, match="larger than 1000 bytes"):
        vendor.session().call("GET", "/users")
    with pytest.raises(AmbiguousError):
        suspend(vendor.cutter())


def test_a_file_comes_in_pieces_however_large_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "LARGEST", 10)
    vendor = Vendor(lambda _request: httpx.Response(200, stream=Pieces(5, 20)))
    pieces = vendor.session().stream("GET", "/users")
    assert vendor.seen == []
    assert next(pieces) == b"x" * 5
    assert [len(piece) for piece in pieces] == [5] * 19
    assert vendor.seen[0].headers["authorization"] == f"Bearer {TOKEN}"


@pytest.mark.parametrize(("status", "error"), [(403, RefusedError), (404, NotFoundError), (302, RejectedError)])
def test_a_file_that_is_refused_is_told_as_any_other_refusal(status: int, error: type[EvictError]) -> None:
    with pytest.raises(error, match=str(status)):
        list(Vendor(httpx.Response(status)).session().stream("GET", "/users"))


def test_a_file_that_ends_early_is_no_file() -> None:
    vendor = Vendor(lambda _request: httpx.Response(200, stream=Pieces(5, 2, ends=False)))
    with pytest.raises(UnreachableError, match="the reply was lost"):
        list(vendor.session().stream("GET", "/users"))


def test_only_reads_come_in_pieces() -> None:
    vendor = Vendor()
    for path in ("/users/{id}/poke", "/elsewhere"):
        values = {"id": "1"} if "{" in path else {}
        with pytest.raises((RejectedError, InternalError)):
            list(vendor.session(cutter=True, read_only=False).stream("GET", path, values=values))
    assert vendor.seen == []


def test_a_redirect_is_followed_for_reads_on_the_same_host_only() -> None:
    vendor = Vendor(httpx.Response(301, headers={"Location": "/api/users/u2"}), httpx.Response(200, json="u2"))
    assert vendor.session().call("GET", "/users/{id}", values={"id": "u1"}).json() == "u2"
    for place in ("https://evil.example/api/users", "//evil.example/api/users", "/api/users/u1/poke", "/api/groups"):
        vendor = Vendor(httpx.Response(302, headers={"Location": place}))
        with pytest.raises(RejectedError, match="not followed"):
            vendor.cutter().call("GET", "/users/{id}", values={"id": "u1"})
        assert len(vendor.seen) == 1
    vendor = Vendor(httpx.Response(302, headers={"Location": "/api/users"}))
    with pytest.raises(RejectedError, match="sent elsewhere"):
        vendor.session().call("GET", "/users")


def test_a_vendors_cookie_never_becomes_a_second_credential() -> None:
    vendor = Vendor(httpx.Response(200, headers={"Set-Cookie": "sid=1; Path=/"}))
    session = vendor.session()
    session.call("GET", "/users")
    session.call("GET", "/users")
    assert "cookie" not in vendor.seen[1].headers


def test_pages_follow_links_and_cursors() -> None:
    linked = Vendor(
        httpx.Response(200, json=[1], headers={"Link": f'<{BASE}/users?after=1>; rel="next"'}),
        httpx.Response(200, json=[2]),
    )
    pages = linked.session().pages("GET", "/users", next=lambda answer: answer.links.get("next"), query={"limit": 1})
    assert [page.json() for page in pages] == [[1], [2]]
    assert [str(one.url.query, "ascii") for one in linked.seen] == ["limit=1", "after=1"]

    def cursor(answer: Answer) -> dict[str, Any] | None:
        return {"cursor": answer.json()["next"]} if answer.json()["next"] else None

    for method, path in (("GET", "/users"), ("POST", "/search")):
        vendor = Vendor(httpx.Response(200, json={"next": "b"}), httpx.Response(200, json={"next": ""}))
        assert len(list(vendor.session().pages(method, path, next=cursor, body={} if method == "POST" else None))) == 2
        last = vendor.seen[1]
        assert last.url.params.get("cursor") == "b" if method == "GET" else json.loads(last.content) == {"cursor": "b"}


def test_a_listing_that_never_ends_is_stopped() -> None:
    vendor = Vendor(httpx.Response(200, json=[], headers={"Link": f'<{BASE}/users?after=1>; rel="next"'}))
    with pytest.raises(UnreachableError, match="would never end"):
        list(vendor.session().pages("GET", "/users", next=lambda answer: answer.links.get("next")))
    assert len(vendor.seen) == 2


@pytest.mark.parametrize(
    "link", ["https://evil.example/api/users", "http://id.acme.example/api/users", "/api/users/u1/poke"]
)
def test_a_next_page_elsewhere_is_refused_and_gets_no_credential(link: str) -> None:
    vendor = Vendor(httpx.Response(200, json=[], headers={"Link": f'<{link}>; rel="next"'}))
    with pytest.raises(RejectedError, match="not followed"):
        list(vendor.cutter().pages("GET", "/users", next=lambda answer: answer.links.get("next")))
    assert len(vendor.seen) == 1


def test_no_error_or_log_line_tells_a_credential_a_value_or_a_query(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    echo = {"error": {"code": "bad", "message": f"Bearer {TOKEN} may not"}}
    vendor = Vendor(httpx.Response(403, json=echo))
    session = vendor.session()
    with pytest.raises(RefusedError) as error:
        session.call("GET", "/users/{id}", values={"id": "id-canary"}, query={"key": "query-canary"})
    text = error.value.explain() + repr(error.value) + caplog.text + repr(session)
    assert not [word for word in (TOKEN, "id-canary", "query-canary") if word in text]
    assert error.value.what == "GET /users/{id}: 403: bad: … may not"
    assert error.value.permission == "users.read"


@pytest.mark.parametrize(
    "base",
    [
        "http://id.acme.example", "ftp://id.acme.example", "https://u:p@id.acme.example", "https://id.acme.example?x=1",
        "https://id.acme.example#x", "https://", "id.acme.example", "", "http://127.0.0.1.evil.example", "http://[",
        "http://10.0.0.1",
    ],
)  # fmt: skip
def test_an_address_that_would_leak_is_refused(base: str) -> None:
    with pytest.raises(InputError, match="address cannot be used") as error:
        Vendor().session(base=base)
    assert "u:p" not in error.value.explain()


@pytest.mark.parametrize(
    "base", ["https://id.acme.example/v1/", "http://127.0.0.1:9", "http://localhost:9/x", "http://[::1]:9"]
)
def test_https_and_loopback_are_usable(base: str) -> None:
    vendor = Vendor()
    vendor.session(base=base).call("GET", "/users")
    assert str(vendor.seen[0].url) == base.rstrip("/") + "/users"


def test_time_outs_are_on() -> None:
    timeout = Vendor().session().client.timeout
    assert None not in (timeout.connect, timeout.read, timeout.write, timeout.pool)


def test_help_and_the_list_of_actions_load_no_http_library() -> None:
    code = (
        "import sys; from connectors.registry import Registry; Registry.installed().actions(); import runner.cli.main, "
        "connectors.routes, connectors.replies; assert 'httpx' not in sys.modules"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
