"""What the benchmarks share: the slow service, private cases, and figures with their spread."""

from __future__ import annotations

import contextlib
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

DELAY_S = 0.08
"""What one call to a vendor is taken to cost."""


@dataclass(frozen=True)
class Figure:
    """One ratio: what was measured, against which bound, what was aimed at, and every sample."""

    name: str
    unit: str
    aim: float
    samples: Sequence[float]
    note: str = ""
    extra: dict[str, float] = field(default_factory=dict)

    @property
    def median(self) -> float:
        """The middle sample."""
        return statistics.median(self.samples)

    def row(self) -> str:
        """A line of the table of results."""
        spread = f"{min(self.samples):.2f} to {max(self.samples):.2f}"
        met = "yes" if self.median <= self.aim else "no"
        return (
            f"| {self.name} | {self.median:.2f} {self.unit} | {spread} | {len(self.samples)} | {self.aim:g} | {met} |"
        )


@contextlib.contextmanager
def service(kind: str, delay: float = DELAY_S) -> Iterator[str]:
    """The slow service's address; it ends with the block."""
    command = [sys.executable, "-m", "benchmarks.slow_service", "--delay", str(delay), "--kind", kind]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield f"http://127.0.0.1:{int(process.stdout.readline())}"
    finally:
        process.stdin.close()
        process.wait(10)
        process.stdout.close()


def calls(endpoint: str) -> int:
    """How many calls the service has answered."""
    with urllib.request.urlopen(endpoint + "/count", timeout=10) as answer:
        return int(json.load(answer)["calls"])


@contextlib.contextmanager
def folder() -> Iterator[Path]:
    """A private folder on the disk that cases usually lie on (the working directory's)."""
    with tempfile.TemporaryDirectory(dir=Path.cwd(), prefix=".bench-") as made:
        yield Path(made)


def machine() -> str:
    """What the figures were taken on, without naming it."""
    return f"{platform.system()} {platform.machine()}, {os.cpu_count()} CPUs, Python {platform.python_version()}"
