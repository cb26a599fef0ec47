"""Twelve systems, six dependent calls in each: time to contain against the critical path, skew against one call.

Inside a system one call comes first (the deny that cannot be undone), five follow side by side, as in AWS; then one
call reads back. The critical path is three calls, for one system as for twelve.
"""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from typing import ClassVar, cast

from benchmarks.harness import DELAY_S, Figure, folder, service
from benchmarks.steps import BY, write_files
from connectors.contract import (
    AccessPath,
    Account,
    Connector,
    Containment,
    CutOrder,
    Field,
    Landed,
    Observation,
    PathKind,
    PathState,
    RateBudgets,
    Session,
    Subject,
    System,
)
from connectors.registry import Registry
from runner.case.fold import fold
from runner.engine.advance import advance
from runner.engine.planner import make_plan
from runner.engine.saving import open_case, save_plan
from runner.engine.sessions import Sessions
from runner.playbook.casefile import load_casefile
from runner.playbook.estate import load_estate
from runner.playbook.load import load_playbook, load_sub
from runner.report.figures import figures

SYSTEMS = 12
WAVES = (0, 1, 1, 1, 1, 1)
CRITICAL_CALLS = len(set(WAVES)) + 1

PLAYBOOK = """
evict: 1
id: bench
title: Cut twelve systems
description: d
phases:
  cut:
    steps:
      - {id: cut, uses: bench.cut, for_each: "{{ estate.bench }}", with: {system: "{{ item }}"}}
"""


class BenchSession:
    """Connections, one per thread, and which paths are cut: the service itself keeps nothing."""

    def __init__(self, endpoint: str, cut: set[str]) -> None:
        self.endpoint, self.cut = endpoint, cut
        self._address = endpoint.removeprefix("http://")
        self._held = threading.local()
        self._open: list[HTTPConnection] = []

    def call(self) -> None:
        """One call to the slow service, on this thread's connection."""
        connection = getattr(self._held, "connection", None)
        if connection is None:
            connection = self._held.connection = HTTPConnection(self._address, timeout=10)
            self._open.append(connection)
        connection.request("POST", "/", body=b"{}")
        connection.getresponse().read()

    def close(self) -> None:
        """Close all connections."""
        for connection in self._open:
            connection.close()


class BenchContainment(Containment):
    """Six paths in two waves."""

    permissions: ClassVar = {"discover": (), "observe": (), "cut": (), "restore": ()}
    notice: ClassVar = {}

    def discover(self, session: Session, subject: Subject) -> tuple[Account, ...]:
        """One account in each system."""
        bench = cast("BenchSession", session)
        bench.call()
        return (Account(cast("Bench", bench).name, "account", subject.personas[0].id),)

    def observe(
        self, session: Session, account: Account, subject: Subject, known: tuple[AccessPath, ...] = ()
    ) -> Observation:
        """One read shows all six."""
        bench = cast("BenchSession", session)
        bench.call()
        paths = tuple(
            AccessPath(account.system, account.id, PathKind.KEY, f"p{n}", f"p{n}", wave=wave,
                       state=PathState.CUT if f"{account.system}/p{n}" in bench.cut else PathState.STANDING)
            for n, wave in enumerate(WAVES)
        )  # fmt: skip
        return Observation(account, datetime.now(UTC), paths, "bench")

    def cut(self, session: Session, path: AccessPath, order: CutOrder) -> Landed:
        """One call."""
        bench = cast("BenchSession", session)
        bench.call()
        bench.cut.add(f"{path.system}/{path.id}")
        return Landed(datetime.now(UTC))

    def restore(self, session: Session, path: AccessPath, order: CutOrder) -> Landed:
        """One call."""
        cast("BenchSession", session).call()
        return Landed(datetime.now(UTC))


class Bench(BenchSession):
    """A session that knows its system's name."""

    def __init__(self, name: str, endpoint: str, cut: set[str]) -> None:
        super().__init__(endpoint, cut)
        self.name = name


class BenchConnector(Connector):
    """Speaks to the slow service."""

    name = "bench"
    title = "Bench"
    doc = "Calls a loopback service."
    settings = (Field("endpoint", "string", "Its address."),)
    containment = BenchContainment()

    def __init__(self) -> None:
        self._cut: set[str] = set()

    def open(self, system: System, *, cutter: bool, read_only: bool, budgets: RateBudgets) -> Session:
        """A pool of connections."""
        return Bench(system.name, str(system.settings["endpoint"]), self._cut)


def measure(repeats: int, systems: int = SYSTEMS) -> list[Figure]:
    """Time to contain ÷ critical path, and skew ÷ one call."""
    contain: list[float] = []
    skew: list[float] = []
    with service("json") as endpoint:
        one = _one_call(endpoint)
        for _repeat in range(repeats):
            with folder() as directory:
                found = _run(directory, endpoint, systems)
            contain.append(found[0] / (CRITICAL_CALLS * one))
            skew.append(found[1] / one)
    note = f"{systems} systems × {len(WAVES)} calls; one call took {one * 1000:.1f} ms"
    return [
        Figure("time to contain ÷ critical path", "×", 1.10, contain, note),
        Figure(
            "skew ÷ one call", "×", 1.5, skew, "from the first cut that landed to the last, one wave later: at least 1"
        ),
    ]


def _one_call(endpoint: str) -> float:
    """The fastest of some calls on an open connection."""
    session = BenchSession(endpoint, set())
    session.call()
    best = DELAY_S * 10
    for _try in range(5):
        start = time.perf_counter()
        session.call()
        best = min(best, time.perf_counter() - start)
    session.close()
    return best


def _run(directory: Path, endpoint: str, systems: int) -> tuple[float, float]:
    registry = Registry({"bench": BenchConnector()})
    entries: dict[str, object] = {f"s{n:02d}": {"connector": "bench", "endpoint": endpoint} for n in range(systems)}
    write_files(directory, entries, [{"id": "p", "names": ["n"]}])
    (directory / "playbook.yaml").write_text(PLAYBOOK)
    estate = load_estate(directory / "estate.yaml", registry)
    case = open_case(directory / "case", load_casefile(directory / "case.yaml", registry), estate, "bench")
    playbook = load_playbook(directory / "playbook.yaml")
    sessions = Sessions(estate.systems, registry)
    plan = make_plan(
        fold(case.ledger.read()), playbook, estate, registry, sessions, given={}, requested_by=BY, load_sub=load_sub
    )
    sessions.close()
    save_plan(case, plan, estate, [playbook])
    advance(case, registry, by=BY)
    seen = figures(fold(case.ledger.read()).current)
    assert seen.time_to_contain_s is not None
    assert seen.skew_s is not None
    return seen.time_to_contain_s, seen.skew_s
