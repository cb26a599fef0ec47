"""An emulator in its own process: start it, ask it what it was asked, stop it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterable
from pathlib import Path
from typing import Any, ClassVar, Self

from connectors.errors import InputError, UnreachableError

PATIENCE_S = 60.0
"""moto's first import on a cold disk takes some seconds."""

POLL_S = 0.02


class Range:
    """One running emulator; a context manager that stops it."""

    module: ClassVar[str]
    """What `python -m` runs."""
    library: ClassVar[str]
    """What it needs beyond the base: a module's name."""

    def __init__(self, process: subprocess.Popen[bytes], port: int) -> None:
        self._process = process
        self.endpoint = f"http://127.0.0.1:{port}"

    @classmethod
    def start(cls) -> Self:
        """Start a range and wait until it answers.

        Raises:
            InputError: the range's library is not installed.
            UnreachableError: it did not come up.

        """
        import importlib.util

        if importlib.util.find_spec(cls.library) is None:
            raise InputError("the range needs an extra", fix="pip install 'evict[range]'")
        with tempfile.TemporaryDirectory() as folder:
            ready, log = Path(folder, "port"), Path(folder, "log")
            with log.open("wb") as errors:
                process = subprocess.Popen(
                    [sys.executable, "-m", cls.module, "--ready-file", str(ready)],
                    stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=errors, env=_clean_environment(),
                )  # fmt: skip
            deadline = time.monotonic() + PATIENCE_S
            while not ready.exists():
                if process.poll() is not None or time.monotonic() > deadline:
                    process.kill()
                    last = (log.read_text(errors="replace").strip().splitlines() or ["no message"])[-1]
                    raise UnreachableError(f"the range did not start: {last[:300]}")
                time.sleep(POLL_S)
            return cls(process, int(ready.read_text()))

    def ask(self, what: str, **given: Any) -> Any:
        """One of the range's own routes: calls, faults, snapshot, console."""
        data = json.dumps(given).encode()
        request = urllib.request.Request(f"{self.endpoint}/evict-range/{what}", data=data)  # noqa: S310 - loopback
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - loopback
            return json.loads(answer.read())

    def calls(self, after: int = 0) -> list[dict[str, Any]]:
        """Every call that reached the range, in order."""
        found: list[dict[str, Any]] = self.ask("calls", after=after)
        return found

    def snapshot(self) -> dict[str, Any]:
        """What containment may change, as plain data."""
        found: dict[str, Any] = self.ask("snapshot")
        return found

    @property
    def alive(self) -> bool:
        """Whether its process still runs."""
        return self._process.poll() is None

    def stop(self) -> None:
        """Close its input, which ends it."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()


class AwsRange(Range):
    """The local AWS."""

    module = "connectors.aws.emulator"
    library = "moto"

    def faults(self, *faults: dict[str, Any], latency_s: float = 0.0, lag_s: float = 0.0) -> None:
        """Drop replies, throttle or refuse the next calls that fit; make every call slow, or every write late."""
        self.ask("faults", faults=list(faults), latency_s=latency_s, lag_s=lag_s)

    def reset(self) -> None:
        """Empty it, as if it had just been started; a new process costs a second or two."""
        self.ask("reset")


class MicrosoftRange(Range):
    """The local Microsoft tenant."""

    module = "connectors.microsoft.emulator"
    library = "odata_query"

    def put(self, table: str, *rows: dict[str, Any]) -> None:
        """Add or replace records of the tenant's state."""
        self.ask("put", table=table, rows=list(rows))

    def allow(self, app: str, rights: Iterable[str]) -> None:
        """From now on this app registration has exactly these rights."""
        self.ask("allow", app=app, rights=sorted(rights))

    def advance(self, seconds: float) -> None:
        """Move the tenant's clock on, and run what is then due."""
        self.ask("advance", seconds=seconds)


def _clean_environment() -> dict[str, str]:
    """The range never sees the operator's AWS configuration; bytecode is kept, which halves its start.

    moto gives every account hundreds of images and snapshots in each Region, which no company of this size has.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "MOTO_"))}
    kept.pop("PYTHONDONTWRITEBYTECODE", None)
    return {**kept, "AWS_EC2_METADATA_DISABLED": "true", "MOTO_EC2_LOAD_DEFAULT_AMIS": "false"}
