"""Run the emulated AWS in its own process: `python -m connectors.aws.emulator --ready-file FILE`.

It listens on loopback only, and ends when its standard input closes, so that it never outlives its owner.
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
import threading
from pathlib import Path
from typing import Any

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import WSGIRequestHandler, make_server

from connectors.aws.emulator.gaps import Plain
from connectors.aws.emulator.gate import Gate


class QuietHandler(WSGIRequestHandler):  # type: ignore[misc]  # werkzeug is an extra, not seen by mypy
    """Keeps connections open, as AWS does, and writes no access log."""

    protocol_version = "HTTP/1.1"

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 - werkzeug's name
        """Say nothing: the gate records every call itself."""

    def connection_dropped(self, error: BaseException, environ: Any = None) -> None:
        """End the connection too: a reply that the gate drops is lost at once, not when the caller's time is up."""
        self.close_connection = True


def main() -> None:
    """Serve until standard input closes."""
    parser = argparse.ArgumentParser(description="A local AWS that enforces.")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--ready-file", type=Path, required=True)
    arguments = parser.parse_args()
    logging.getLogger("werkzeug").setLevel(logging.CRITICAL)
    server = make_server(
        "127.0.0.1", arguments.port, Gate(Plain(DomainDispatcherApplication(_backend))), threaded=True,
        request_handler=QuietHandler,
    )  # fmt: skip
    threading.Thread(target=_end_with_owner, daemon=True).start()
    ready = arguments.ready_file.with_suffix(".part")
    ready.write_text(str(server.server_port))
    ready.rename(arguments.ready_file)
    server.serve_forever()


def _backend(service: Any) -> Any:
    """Moto's application of one service; it has none for some, and would break down over them."""
    if not service:
        raise NotImplementedError
    return create_backend_app(service)


def _end_with_owner() -> None:
    sys.stdin.buffer.read()
    os._exit(0)


if __name__ == "__main__":
    main()
