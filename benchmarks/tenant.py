"""One user, and two hundred, in a Microsoft tenant that answers each call after 80 ms.

**One user with every kind of access path**: time to contain against the critical path of the vendor's own order, in
calls that must wait for each other: the block; what follows at once; the late rest; and the read-back, whose longest
chain is the one that the API forces (the objects that a user owns, then each of them, then what hangs on it).

**Two hundred plain users** within Graph's published limits: the engine against a bare script that makes the same
requests in the same three stages with as many threads, and pays the same limits.
"""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Self

import httpx

from benchmarks.harness import DELAY_S, Figure, folder
from benchmarks.steps import BY, write_files
from connectors.http import HttpSession
from connectors.microsoft.connector import MicrosoftConnector
from connectors.rates import RateBudget
from connectors.registry import Registry
from runner.case.fold import fold
from runner.engine.advance import advance
from runner.engine.planner import make_plan
from runner.engine.saving import open_case, save_plan
from runner.engine.sessions import Sessions
from runner.playbook.casefile import load_casefile
from runner.playbook.estate import load_estate
from runner.playbook.load import load_playbook, load_sub
from runner.range.microsoft import people as seeding
from runner.range.microsoft import seed_tenant
from runner.range.microsoft.estate import SYSTEM, references, rights, settings
from runner.range.microsoft.people import CUTTER, DOMAIN, READER, SUSPECT, People, user
from runner.range.process import MicrosoftRange
from runner.report.figures import figures

USERS = 200
THREADS = 64
AIM = 1.15
READ_CHAIN = 3
"""Calls of the read-back that must wait for each other: owned objects, one application, its federated credentials."""
PLAYBOOK = f"""
evict: 1
id: bench
title: Cut in a tenant
description: d
phases:
  cut:
    steps:
      - {{id: cut, uses: microsoft.cut, with: {{system: {SYSTEM}}}}}
"""


def measure(repeats: int, users: int = USERS, delay: float = DELAY_S) -> list[Figure]:
    """Both figures, each repeat in a tenant of its own."""
    return [_one(repeats, delay), _many(repeats, users, delay)]


def _one(repeats: int, delay: float) -> Figure:
    ratios: list[float] = []
    note = ""
    for _repeat in range(repeats):
        with MicrosoftRange.start() as tenant, folder() as directory:
            people = seed_tenant(tenant.put)
            waves, seen = _engine(tenant, directory, people, [f"{SUSPECT}@{DOMAIN}"], delay)
            critical = (waves + READ_CHAIN) * delay
            ratios.append(seen / critical)
            note = f"{waves} waves and {READ_CHAIN} reads in a chain at {delay * 1000:.0f} ms: {critical:.2f} s"
    return Figure("one Entra user, time to contain ÷ critical path", "×", AIM, ratios, note)


def _many(repeats: int, users: int, delay: float) -> Figure:
    ratios: list[float] = []
    note = ""
    for _repeat in range(repeats):
        names = [f"worker{number:03d}" for number in range(users)]
        with MicrosoftRange.start() as tenant, folder() as directory:
            people = seeding.seed(tenant.put)
            tenant.put("users", *(user(name) for name in names))
            with _Sent() as sent:
                _waves, elapsed = _engine(tenant, directory, people, [f"{one}@{DOMAIN}" for one in names], delay,
                                          sent)  # fmt: skip
            bound = _bare(sent.stages(), delay)
            ratios.append(elapsed / bound)
            calls = sum(len(stage) for stage in sent.stages())
            note = f"{calls} calls at {delay * 1000:.0f} ms; bare {bound:.1f} s, engine {elapsed:.1f} s"
    return Figure(
        f"{users} Entra users ÷ bare httpx with {THREADS} threads, within Graph's limits", "×", AIM, ratios, note
    )


def _engine(
    tenant: MicrosoftRange,
    directory: Path,
    people: People,
    names: list[str],
    delay: float,
    sent: _Sent | None = None,
) -> tuple[int, float]:
    """Plan and cut: the number of waves, and the seconds from the order to the last account read back.

    With `sent`, Microsoft's limits are kept, what the cut sends is noted, and the seconds are those of the whole run.
    """
    limits = sent is not None
    connector = MicrosoftConnector()
    for app in (READER, CUTTER):
        tenant.allow(people.apps[app], rights(connector, cutter=app == CUTTER))
    files = references(directory / "secrets", people)
    reader, cutter = ({part: {"file": str(path)} for part, path in files[app].items()} for app in (READER, CUTTER))
    system = {"connector": "microsoft", **settings(tenant.endpoint, people), "settle": 0, "limits": limits,
              "rate": 350 if limits else 100_000, "azure": not limits, "defender": not limits, "reader": reader,
              "cutter": cutter}  # fmt: skip
    if limits:
        system["devops-organizations"] = []
    persona: dict[str, object] = {"id": "p", "names": ["n"], "emails": names}
    write_files(directory, {SYSTEM: system}, [persona])
    (directory / "playbook.yaml").write_text(PLAYBOOK)
    registry = Registry.installed()
    estate = load_estate(directory / "estate.yaml", registry)
    case = open_case(directory / "case", load_casefile(directory / "case.yaml", registry), estate, "bench")
    playbook = load_playbook(directory / "playbook.yaml")
    sessions = Sessions(estate.systems, registry)
    plan = make_plan(
        fold(case.ledger.read()), playbook, estate, registry, sessions, given={}, requested_by=BY, load_sub=load_sub
    )
    sessions.close()
    save_plan(case, plan, estate, [playbook])
    tenant.ask("settings", latency=delay)
    if sent is not None:
        sent.requests.clear()
    start = time.perf_counter()
    advance(case, registry, by=BY)
    whole = time.perf_counter() - start
    waves = len(
        {path["wave"] for path in plan.paths().values() if path["state"] == "standing" and not path.get("manual")}
    )
    seen = figures(fold(case.ledger.read()).current).time_to_contain_s
    assert seen is not None
    return waves, whole if limits else seen


class _Sent:
    """Note every request of the engine, so that the bare script sends the same."""

    def __init__(self) -> None:
        self.requests: list[httpx.Request] = []
        self._real = HttpSession._sent  # noqa: SLF001 - the one place that all requests go through

    def __enter__(self) -> Self:
        note, real = self.requests, self._real

        def sent(session: HttpSession, route: Any, request: httpx.Request) -> Any:
            note.append(request)
            return real(session, route, request)

        HttpSession._sent = sent  # type: ignore[method-assign]  # noqa: SLF001
        return self

    def __exit__(self, *_error: object) -> None:
        HttpSession._sent = self._real  # type: ignore[method-assign]  # noqa: SLF001

    def stages(self) -> list[list[httpx.Request]]:
        """Reads before the first write, writes, and the reads that follow; tokens left out."""
        own = [one for one in self.requests if "/login/" not in str(one.url)]
        writes = [place for place, one in enumerate(own) if _writes(one)]
        look, again = own[: writes[0]], [one for one in own[writes[0] :] if not _writes(one)]
        return [look, [own[place] for place in writes], again]


def _writes(request: httpx.Request) -> bool:
    batch = request.url.path.endswith("/$batch")
    return request.method != "GET" and not batch


def _bare(stages: list[list[httpx.Request]], delay: float) -> float:
    """The same requests by as many threads with one client, paying 350 calls a second as the engine does."""
    del delay
    budget = RateBudget(350)
    start = time.perf_counter()
    with httpx.Client(limits=httpx.Limits(max_connections=THREADS)) as client, ThreadPoolExecutor(THREADS) as pool:

        def one(given: httpx.Request) -> None:
            budget.take()
            headers = {name: value for name, value in given.headers.items() if name.lower() in WANTED}
            client.request(given.method, given.url, headers=headers, content=given.content or None)

        for stage in stages:
            list(pool.map(one, stage))
    return time.perf_counter() - start


WANTED = ("authorization", "content-type", "consistencylevel")

if __name__ == "__main__":
    for figure in measure(1):
        print(figure.row(), json.dumps(figure.note))
