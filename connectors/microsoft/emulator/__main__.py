"""Run the emulated tenant in its own process: `python -m connectors.microsoft.emulator --ready-file FILE`.

It listens on loopback only, and ends when its standard input closes, so that it never outlives its owner.
"""

from __future__ import annotations

import argparse
import os
import sys
import threading
from pathlib import Path

from connectors.microsoft.emulator.server import Server


def main() -> None:
    """Serve until standard input closes."""
    parser = argparse.ArgumentParser(description="A local Microsoft tenant that enforces.")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--ready-file", type=Path, required=True)
    arguments = parser.parse_args()
    server = Server(arguments.port)
    threading.Thread(target=_end_with_owner, daemon=True).start()
    ready = arguments.ready_file.with_suffix(".part")
    ready.write_text(str(server.server_port))
    ready.rename(arguments.ready_file)
    server.serve_forever()


def _end_with_owner() -> None:
    sys.stdin.buffer.read()
    os._exit(0)


if __name__ == "__main__":
    main()
