"""An Acme ID on loopback, made for the kit: two people with everything, two tokens, and faults."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from connectors.contract import Connector, Persona, SecretRef, Subject, System
from connectors.testing.world import Call
from tests.connectors.testing.acme.connector import ROUTES, AcmeConnector

READER, CUTTER = "acme-reader-canary-51f0", "acme-cutter-canary-9ab3"
ALL = frozenset({"users.read", "sessions.read", "tokens.read", "users.manage", "sessions.manage", "tokens.manage"})
Reply = tuple[int, Any]


class AcmeWorld:
    """The vendor's state, its doors, and what the kit asks of it."""

    def __init__(self, connector: Connector, url: str) -> None:
        self.connector = connector
        self.secrets = (READER, CUTTER)
        token = {"reader": SecretRef("env", "ACME_READER"), "cutter": SecretRef("env", "ACME_CUTTER")}
        self.system = System("acme-main", "acme", {"url": url}, {"token": token["reader"]}, {"token": token["cutter"]})
        self.subject = Subject("worker-1", (Persona("p1", ("Jordan Lee",), ("jordan.lee@initech.example",)),))
        self.people = {f"u-{who}": _person(who) for who in ("jordan.lee", "jordan.leeds", "amara.okafor")}
        self.rights = {READER: ALL, CUTTER: ALL}
        self.log: list[Call] = []
        self.dropping = self.throttling = False
        self.lock = threading.RLock()

    def calls(self) -> Sequence[Call]:
        return tuple(self.log)

    def snapshot(self) -> dict[str, Any]:
        return {
            name: value
            for user, one in self.people.items()
            for name, value in (
                (f"{user}/sign-in", one["active"]),
                *((f"{user}/session/{session}", "open") for session in one["sessions"]),
                *((f"{user}/token/{token}", active) for token, active in one["tokens"].items()),
            )
        }

    def innocent(self) -> dict[str, Any]:
        return {name: value for name, value in self.snapshot().items() if not name.startswith("u-jordan.lee/")}

    def allow(self, *, reader: frozenset[str] | None = None, cutter: frozenset[str] | None = None) -> None:
        self.rights = {READER: ALL if reader is None else reader, CUTTER: ALL if cutter is None else cutter}

    def drop_reply(self) -> None:
        self.dropping = True

    def throttle(self, *, on: bool) -> None:
        self.throttling = on

    def answer(self, method: str, target: str, token: str, body: Any) -> Reply | None:
        """Judge and do; None when the reply is to be lost."""
        split = urlsplit(target)
        route = ROUTES.of(method, split.path)
        if route is None:
            return 404, {"error": {"code": "no-route", "message": "there is no such route"}}
        with self.lock:
            self.log.append(Call(route.name, write=route.does != "read"))
            if token not in self.rights:
                return 401, {"error": {"code": "bad-token", "message": f"{token} is not known"}}
            if self.throttling:
                return 429, {"error": {"code": "slow-down", "message": "too many requests"}}
            if route.permission not in self.rights[token]:
                return 403, {"error": {"code": "missing", "message": f"{token} lacks {route.permission}"}}
            done = self._do(method, [*split.path.split("/")[2:], "", "", ""], parse_qs(split.query), body)
            lost, self.dropping = self.dropping and route.does != "read", self.dropping and route.does == "read"
            return None if lost else done

    def _do(self, method: str, parts: list[str], query: dict[str, list[str]], body: Any) -> Reply:
        user, what, item, act = parts[:4]
        if user == "search":
            hits = [one for one in self.people.values() if one["email"] in body["emails"] or one["id"] in body["ids"]]
            return 200, {"users": [{"id": one["id"], "email": one["email"]} for one in hits]}
        one = self.people.get(user)
        if one is None or (item and item not in one[what]):
            return 404, {"error": {"code": "not-found", "message": "no such thing"}}
        if what in ("suspend", "activate"):
            one["active"] = what == "activate"
            one["suspended_at"] = None if one["active"] else one["suspended_at"] or datetime.now(UTC).isoformat()
        elif method == "DELETE":
            one["sessions"].remove(item)
        elif act:
            one["tokens"][item] = act == "enable"
        return 200, self._shown(one, what, int(query.get("cursor", ["0"])[0]))

    @staticmethod
    def _shown(one: dict[str, Any], what: str, start: int) -> Any:
        if what == "sessions":
            page = [{"id": session, "browser": "Firefox"} for session in one["sessions"][start : start + 2]]
            return {"sessions": page, "next": str(start + 2) if len(one["sessions"]) > start + 2 else None}
        if what == "tokens":
            tokens = [{"id": token, "name": f"ci {token}", "active": on} for token, on in one["tokens"].items()]
            return {"tokens": tokens}
        return {key: one[key] for key in ("id", "email", "active", "suspended_at")}


def _person(who: str) -> dict[str, Any]:
    return {
        "id": f"u-{who}", "email": f"{who}@initech.example", "active": True, "suspended_at": None,
        "sessions": [f"s{number}" for number in range(5)], "tokens": {"t1": True, "t2": True, "t3": False},
    }  # fmt: skip


@contextmanager
def acme_world(connector: Connector | None = None) -> Iterator[AcmeWorld]:
    """A fresh Acme, served on loopback while the kit looks at it."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    world = server.world = AcmeWorld(  # type: ignore[attr-defined]
        connector or AcmeConnector(), f"http://127.0.0.1:{server.server_port}"
    )
    os.environ.update(ACME_READER=READER, ACME_CUTTER=CUTTER)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield world
    finally:
        server.shutdown()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # one packet an answer: two would wait for each other

    def _serve(self) -> None:
        data = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        token = (self.headers.get("Authorization") or "").removeprefix("Bearer ")
        world: AcmeWorld = self.server.world  # type: ignore[attr-defined]
        reply = world.answer(self.command, self.path, token, json.loads(data) if data else None)
        if reply is None:
            self.close_connection = True
            return
        body = json.dumps(reply[1]).encode()
        self.send_response(reply[0])
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_DELETE = _serve  # noqa: N815 - the names that http.server asks for

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - as the base class names it
        """Say nothing."""
