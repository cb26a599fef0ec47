"""Fifty IAM users against an 80 ms IAM, through the engine and by a bare boto3 script that makes the same calls.

The script knows beforehand what to call and waits for nothing but the three stages (look, cut, look again): it is
the lower bound for one process with 64 threads. The engine arms, orders, cuts and proves with a durable ledger.
"""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from benchmarks.harness import DELAY_S, Figure, calls, folder, service
from benchmarks.steps import BY, write_files
from connectors.aws.client import AwsSession
from connectors.registry import Registry
from runner.case.fold import fold
from runner.engine.advance import advance
from runner.engine.planner import make_plan
from runner.engine.saving import open_case, save_plan
from runner.engine.sessions import Sessions
from runner.playbook.casefile import load_casefile
from runner.playbook.estate import load_estate
from runner.playbook.load import load_playbook, load_sub

USERS = 50
THREADS = 64
ACCOUNT = "123456789012"
AIM = 1.25
PLAYBOOK = """
evict: 1
id: bench
title: Cut fifty users
description: d
phases:
  cut:
    steps:
      - {id: cut, uses: aws.cut, with: {system: a}}
"""
Call = tuple[str, str, dict[str, Any]]
"""Service, operation and parameters."""


def measure(repeats: int, users: int = USERS, delay: float = DELAY_S) -> list[Figure]:
    """Engine ÷ bare script, alternating, each with a service of its own."""
    ratios: list[float] = []
    engine: list[float] = []
    bare: list[float] = []
    count = 0
    for _repeat in range(repeats):
        with service("iam", delay) as endpoint, folder() as directory:
            elapsed, made = _engine(directory, endpoint, users)
        with service("iam", delay) as endpoint:
            bound = _bare(endpoint, made)
            count = calls(endpoint)
        engine.append(elapsed)
        bare.append(bound)
        ratios.append(elapsed / bound)
    note = f"{users} users, {count} calls at {delay * 1000:.0f} ms; bare {min(bare):.2f} s, engine {min(engine):.2f} s"
    return [Figure(f"{users} IAM users ÷ bare boto3 with {THREADS} threads", "×", AIM, ratios, note)]


def _engine(directory: Path, endpoint: str, users: int) -> tuple[float, list[list[Call]]]:
    """Run the cut; returns the seconds that it took and the calls that it made, stage by stage."""
    names = [f"u{n:02d}" for n in range(users)]
    credential = {"access-key-id": {"env": "EVICT_BENCH_ID"}, "secret-access-key": {"env": "EVICT_BENCH_SECRET"}}
    system = {
        "connector": "aws", "account": ACCOUNT, "endpoint": endpoint, "settle": 0, "rate": 100_000,
        "regions": ["us-east-1"], "reader": credential, "cutter": credential,
    }  # fmt: skip
    persona: dict[str, object] = {"id": "p", "names": ["n"], "identifiers": {"aws": {"user-names": names}}}
    write_files(directory, {"a": system}, [persona])
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
    made = _recording()
    start = time.perf_counter()
    advance(case, registry, by=BY)
    elapsed = time.perf_counter() - start
    AwsSession.call = made.real  # type: ignore[method-assign]
    state = fold(case.ledger.read()).current
    assert state is not None
    assert state.steps["cut"].outcome == "done", state.steps["cut"].why
    return elapsed, _stages(made.calls)


class _recording:  # noqa: N801 - used like a function, once
    """Note every call that the engine makes, so that the bare script makes the same."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.real = AwsSession.call
        note, real = self.calls, self.real

        def call(session: AwsSession, service: str, operation: str, **given: Any) -> dict[str, Any]:
            params = {name: value for name, value in given.items() if name not in ("account", "region")}
            note.append((service, operation, params))
            return real(session, service, operation, **given)

        AwsSession.call = call  # type: ignore[method-assign]


def _stages(made: list[Call]) -> list[list[Call]]:
    """Reads before the first write, writes, and the reads that follow."""
    writes = [index for index, (_service, operation, _params) in enumerate(made) if not _is_read(operation)]
    look = made[: writes[0]]
    cut = [one for one in made if not _is_read(one[1])]
    again = [one for one in made[writes[0] :] if _is_read(one[1])]
    return [look, cut, again]


def _is_read(operation: str) -> bool:
    return operation.startswith(("get_", "list_", "describe_"))


def _bare(endpoint: str, stages: list[list[Call]]) -> float:
    """The same calls by 64 threads with one client; the client is made inside the time, as the engine makes its own."""
    start = time.perf_counter()
    config = Config(retries={"total_max_attempts": 1}, max_pool_connections=THREADS)
    session = boto3.Session(aws_access_key_id="x", aws_secret_access_key="x", region_name="us-east-1")  # noqa: S106
    services = {service for stage in stages for service, _operation, _params in stage}
    clients = {name: session.client(name, endpoint_url=endpoint, config=config) for name in sorted(services)}

    def one(call: Call) -> None:
        try:
            getattr(clients[call[0]], call[1])(**call[2])
        except ClientError:
            return

    with ThreadPoolExecutor(THREADS) as pool:
        for stage in stages:
            list(pool.map(one, stage))
    elapsed = time.perf_counter() - start
    for client in clients.values():
        client.close()
    return elapsed
