"""The runner's own cost per step with a durable ledger: a chain of steps that do nothing in the world."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

from benchmarks.harness import Figure, folder
from connectors.registry import Registry
from runner.case.fold import fold
from runner.engine.advance import advance
from runner.engine.planner import make_plan
from runner.engine.saving import open_case, save_plan
from runner.engine.sessions import Sessions
from runner.playbook.casefile import load_casefile
from runner.playbook.estate import load_estate
from runner.playbook.load import load_playbook, load_sub

STEPS = 200
BY = "bench@example.org"
AIM_MS = 2.0


def write_files(directory: Path, systems: dict[str, object], personas: list[dict[str, object]]) -> None:
    """The estate and the case that a benchmark needs."""
    key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEbench"
    people = [{"email": BY, "name": "Bench", "roles": ["responder"], "key": key}]
    case_file = {
        "evict-case": 1, "id": "BENCH", "title": "t", "mode": "exercise", "opened-by": BY,
        "subject": {"id": "w", "personas": personas},
    }  # fmt: skip
    (directory / "estate.yaml").write_text(json.dumps({"evict-estate": 1, "people": people, "systems": systems}))
    (directory / "case.yaml").write_text(json.dumps(case_file))


def measure(repeats: int, steps: int = STEPS) -> list[Figure]:
    """Milliseconds per step, chained and side by side, against one durable line per step."""
    chained: list[float] = []
    beside: list[float] = []
    bare: list[float] = []
    for _repeat in range(repeats):
        for samples, chain in ((chained, True), (beside, False)):
            with folder() as directory:
                samples.append(_run(directory, steps, chain=chain) / steps * 1000)
        with folder() as directory:
            bare.append(_lines(directory, steps * 2) / steps * 1000)
    floor = sorted(bare)[len(bare) // 2]
    note = f"{steps} steps; two bare durable lines per step take {floor:.2f} ms"
    return [
        Figure("cost of a step in a chain", "ms", AIM_MS, chained, note),
        Figure("cost of a step beside others", "ms", AIM_MS, beside, note),
    ]


def _run(directory: Path, steps: int, *, chain: bool) -> float:
    rows = [
        {"id": f"n{n}", "uses": "case.note", "with": {"text": "t"}, **({"needs": [f"n{n - 1}"]} if chain and n else {})}
        for n in range(steps)
    ]
    playbook_text = {"evict": 1, "id": "steps", "title": "t", "description": "d", "phases": {"triage": {"steps": rows}}}
    (directory / "playbook.yaml").write_text(json.dumps(playbook_text))
    write_files(directory, {}, [{"id": "p", "names": ["n"]}])
    registry = Registry({})
    estate = load_estate(directory / "estate.yaml", registry)
    case = open_case(directory / "case", load_casefile(directory / "case.yaml", registry), estate, "bench")
    playbook = load_playbook(directory / "playbook.yaml")
    plan = make_plan(
        fold(case.ledger.read()), playbook, estate, registry, Sessions(estate.systems, registry), given={},
        requested_by=BY, load_sub=load_sub,
    )  # fmt: skip
    save_plan(case, plan, estate, [playbook])
    start = time.perf_counter()
    advance(case, registry, by=BY)
    return time.perf_counter() - start


def _lines(directory: Path, count: int) -> float:
    """The bound: so many lines, each made durable by itself."""
    descriptor = os.open(directory / "lines", os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
    start = time.perf_counter()
    for _line in range(count):
        os.write(descriptor, b"x" * 400 + b"\n")
        os.fsync(descriptor)
    elapsed = time.perf_counter() - start
    os.close(descriptor)
    return elapsed
