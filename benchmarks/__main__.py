"""Run every benchmark and write what was seen: `python -m benchmarks [--repeats N] [--write FILE]`."""

from __future__ import annotations

import argparse
import os
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import contain, documents, iam_users, startup, steps, tenant
from benchmarks.harness import Figure, machine

HEAD = """# What was measured

Ratios within one run; repeat them with `make bench`. Taken {date} on {machine}.

| figure | median | spread | runs | aim | met |
|---|---|---|---|---|---|
"""


def main() -> None:
    """Measure, print, and write when asked to."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--write", type=Path)
    given = parser.parse_args()
    os.environ |= {"EVICT_BENCH_ID": "AKIABENCH", "EVICT_BENCH_SECRET": "bench"}
    found: list[Figure] = []
    for module in (contain, steps, iam_users, tenant, startup, documents):
        for figure in module.measure(given.repeats):
            print(figure.row(), flush=True)
            found.append(figure)
    notes = "\n".join(f"* **{figure.name}**: {figure.note}." for figure in found if figure.note)
    text = HEAD.format(date=f"{datetime.now(UTC):%Y-%m-%d}", machine=machine())
    text += "\n".join(figure.row() for figure in found) + "\n\n" + notes + "\n"
    if given.write:
        given.write.write_text(text)


if __name__ == "__main__":
    main()
