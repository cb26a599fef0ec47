"""`evict --help` against a bare import of the two libraries that any command line of this kind loads."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from benchmarks.harness import Figure

AIM = 2.5
EVICT = [str(Path(sys.executable).with_name("evict")), "--help"]
BARE = [sys.executable, "-c", "import typer, rich"]


def measure(repeats: int) -> list[Figure]:
    """Alternating fresh processes; the first of each only warms the byte code."""
    _seconds(EVICT)
    _seconds(BARE)
    ratios: list[float] = []
    bare: list[float] = []
    for _repeat in range(repeats):
        bound = _seconds(BARE)
        bare.append(bound)
        ratios.append(_seconds(EVICT) / bound)
    note = f"`import typer, rich` takes {sorted(bare)[len(bare) // 2] * 1000:.0f} ms"
    return [Figure("`evict --help` ÷ `import typer, rich`", "×", AIM, ratios, note)]


def _seconds(command: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start
