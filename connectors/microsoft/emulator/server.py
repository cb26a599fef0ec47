"""The emulated tenant behind a loopback port: one server for its own process, and for tests in a thread."""

from __future__ import annotations

import json
import socket
import sys
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from connectors.microsoft.emulator.area import Answered
from connectors.microsoft.emulator.areas import AREAS
from connectors.microsoft.emulator.description.check import problems
from connectors.microsoft.emulator.gate import Gate, Request
from connectors.microsoft.emulator.tenant import Tenant

POLL_S = 0.02


class Server(ThreadingHTTPServer):
    """Many connections, each kept open."""

    daemon_threads = True
    request_queue_size = 256

    def __init__(self, port: int) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.gate = Gate(Tenant(), AREAS, problems)

    @property
    def endpoint(self) -> str:
        """What an estate gives as `endpoint`."""
        return f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of connections that their other end closed."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1  # one packet an answer: two would wait for each other
    disable_nagle_algorithm = True
    server: Server

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        host = headers.get("host", f"127.0.0.1:{self.server.server_port}")
        done = self.server.gate.answer(Request(self.command, self.path, headers, body, host))
        if done is None:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        self._send(done)

    def _send(self, done: Answered) -> None:
        data = done.raw if done.raw is not None else b"" if done.body is None else json.dumps(done.body).encode()
        self.send_response(done.status)
        traced = {"Content-Type": "application/json", "request-id": str(uuid.uuid4())}
        for name, value in {**traced, **done.headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def date_time_string(self, timestamp: float | None = None) -> str:
        """What `Date` says: the tenant's clock, which may differ from this machine's."""
        return super().date_time_string(timestamp or self.server.gate.tenant.now().timestamp())

    do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = _serve  # noqa: N815 - the names that http.server asks for

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - as the base class names it
        """Say nothing: the gate records every call itself."""


@contextmanager
def served() -> Iterator[Server]:
    """A fresh tenant, served by a thread of this process."""
    server = Server(0)
    threading.Thread(target=server.serve_forever, args=(POLL_S,), daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
