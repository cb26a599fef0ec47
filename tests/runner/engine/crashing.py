"""A run in a child process that kills itself with SIGKILL at a chosen moment, and what is compared afterwards."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from runner.case.verify import verify_case
from runner.engine.advance import advance
from runner.report.status import status

if TYPE_CHECKING:
    from tests.runner.engine.conftest import Incident

RESPONDER = "responder@initech.example"
PLAYBOOK = "suspected-worker"

CHILD = """
import os, signal, sys, threading
from pathlib import Path
from connectors.registry import Registry
from runner.case.folder import Case
from runner.case.ledger import Ledger
from runner.engine.advance import advance
from runner.engine.operations import Operation
moment, left = sys.argv[2], int(sys.argv[3])
made, lock = {"append": 0, "effect": 0}, threading.Lock()
def counted(name, call):
    def done(*given, **named):
        answer = call(*given, **named)
        with lock:
            made[name] += 1
            if name == moment and made[name] == left:
                os.kill(os.getpid(), signal.SIGKILL)
        return answer
    return done
Ledger.append = counted("append", Ledger.append)
Operation._call = counted("effect", Operation._call)
print("begun", flush=True)
advance(Case.open(Path(sys.argv[1])), Registry.installed(), by="responder@initech.example")
print(made["append"], made["effect"], flush=True)
os._exit(0)
"""

RANDOM_IDS = re.compile(r"(AKIA|APKA|ACCA)[A-Z0-9]{12,}")
TIMES = re.compile(r"20\d{2}-?\d{2}-?\d{2}T\d{2}:?\d{2}:?\d{2}[.0-9]*(Z|\+00:00)?")
REPORTS = frozenset({"GenerateCredentialReport", "GenerateServiceLastAccessedDetails"})
"""Asking AWS to make a report changes nothing that anybody can do; an interrupted step asks again."""
DOCUMENTS = ("PolicyDocument", "Content")
"""A deny names the time of the order; two with different times are the same effect."""


@dataclass(frozen=True)
class Moment:
    """When the child dies: after the nth append or effect, or some seconds after it began."""

    what: str
    number: int = 0
    seconds: float = 0.0


@dataclass(frozen=True)
class Reference:
    """A run that nobody killed: its end, how much it appended and did, how long it took."""

    end: dict[str, Any]
    appends: int
    effects: int
    seconds: float


def ready(incident: Incident) -> None:
    """Planned and approved."""
    incident.plan(PLAYBOOK)
    incident.approve()


def unkilled(incident: Incident) -> Reference:
    """Run in a child that lives."""
    ready(incident)
    mark = len(incident.running.calls())
    child = _child(incident, Moment("never"))
    started = time.monotonic()
    output, errors = child.communicate(timeout=120)
    assert child.returncode == 0, errors
    appends, effects = map(int, output.split()[-2:])
    assert second_effects(incident, mark) == {}
    return Reference(end(incident), appends, effects, time.monotonic() - started)


def killed(incident: Incident, moment: Moment) -> list[str]:
    """Run, be killed, resume: what went wrong, in words; nothing when nothing did."""
    ready(incident)
    mark = len(incident.running.calls())
    child = _child(incident, moment)
    if moment.seconds:
        assert child.stdout is not None
        assert child.stdout.readline() == "begun\n"
        time.sleep(moment.seconds)
        child.kill()
    child.communicate(timeout=120)
    if child.returncode not in (0, -signal.SIGKILL):
        return [f"{moment}: the child ended with {child.returncode}"]
    advance(incident.case, incident.registry, by=RESPONDER)
    faults = [f"{moment}: second effect: {one}" for one in second_effects(incident, mark)]
    return faults + [f"{moment}: {fault}" for fault in verify_case(incident.case.directory).faults]


def differences(reference: Reference, incident: Incident) -> list[str]:
    """Where the end of this case differs from the end of the unkilled one."""
    mine = end(incident)
    return [
        f"{name}: only there {sorted(map(str, theirs - mine[name]))}, only here {sorted(map(str, mine[name] - theirs))}"
        for name, theirs in reference.end.items()
        if theirs != mine[name]
    ]


def end(incident: Incident) -> dict[str, Any]:
    """The final state without what is random in each world: paths, steps, evidence, findings, and the range."""
    shape, state = status(incident.state), incident.state
    return {
        "state": {shape["state"]},
        "paths": set(
            Counter(_masked(f"{path['kind']} {path['id']} {path['state']}") for path in shape["paths"]).items()
        ),
        "steps": {(step["id"], step["outcome"]) for step in shape["steps"]},
        "findings": {_masked(finding["title"]) for finding in shape["findings"]},
        "artefacts": {(one.step, _masked(one.name)) for one in state.artefacts.values()},
        "range": set(_leaves("", incident.running.snapshot())),
    }


def second_effects(incident: Incident, mark: int) -> dict[tuple[str, ...], int]:
    """Writes that reached the range more than once since the mark, whatever document they carried."""
    seen = Counter(
        (
            call["account"],
            call["operation"],
            *sorted(f"{k}={v}" for k, v in call["params"].items() if k not in DOCUMENTS),
        )
        for call in incident.running.calls(mark)
        if call["write"] and not call["error"] and call["operation"] not in REPORTS
    )
    return {call: times for call, times in seen.items() if times > 1}


def _child(incident: Incident, moment: Moment) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", CHILD, str(incident.case.directory), moment.what, str(moment.number)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def _masked(text: str) -> str:
    return TIMES.sub("T", RANDOM_IDS.sub(r"\1…", text))


def _leaves(name: str, value: Any) -> list[str]:
    """A snapshot as lines, each random id masked and each time left out."""
    if isinstance(value, dict):
        return [leaf for key, inner in value.items() for leaf in _leaves(f"{name}/{_masked(key)}", inner)]
    if isinstance(value, list):
        return [leaf for inner in value for leaf in _leaves(name, inner)]
    return [f"{name}={_masked(str(value))}"]
