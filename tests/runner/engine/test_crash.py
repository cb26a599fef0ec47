"""A run is killed with SIGKILL after every ledger append; every resumed run ends like the unkilled one."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from runner.case.verify import verify_case
from runner.engine.advance import advance
from runner.report.status import status

if TYPE_CHECKING:
    from tests.runner.engine.conftest import Incident

RESPONDER = "responder@initech.example"

CHILD = """
import os, signal, sys
from pathlib import Path
from connectors.registry import Registry
from runner.case.folder import Case
from runner.case.ledger import Ledger
from runner.engine.advance import advance
left = int(sys.argv[2])
append = Ledger.append
def counted(self, events, expected=None):
    global left
    done = append(self, events, expected)
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return done
Ledger.append = counted
advance(Case.open(Path(sys.argv[1])), Registry.installed(), by="responder@initech.example")
os._exit(0)
"""


def run_and_kill(directory: Path, after: int) -> int:
    done = subprocess.run([sys.executable, "-c", CHILD, str(directory), str(after)], capture_output=True, check=False)
    return done.returncode


def summary(incident: Incident) -> dict[str, Any]:
    shape = status(incident.state)
    return {
        "paths": sorted((path["id"], path["state"]) for path in shape["paths"]),
        "steps": sorted((step["id"], step["outcome"]) for step in shape["steps"]),
    }


def killed_after(incident: Incident, append: int) -> bool:
    """One run killed after this append and resumed; False when it ended before. No write happens twice."""
    incident.plan("cut-only")
    incident.approve()
    before = incident.running.snapshot()
    mark = len(incident.running.calls())
    if run_and_kill(incident.case.directory, append) != -signal.SIGKILL:
        return False
    advance(incident.case, incident.registry, by=RESPONDER)
    writes = [
        (call["operation"], str(sorted(call["params"].items())))
        for call in incident.running.calls(mark)
        if call["write"] and call["operation"] not in ("PutRolePolicy",)
    ]
    assert len(writes) == len(set(writes)), f"killed after append {append}: a second effect"
    assert incident.running.snapshot() != before
    assert verify_case(incident.case.directory).faults == []
    return True


@pytest.mark.parametrize("append", [1, 4, 7])
def test_a_run_killed_early_resumes_to_the_same_end(incident: Incident, append: int) -> None:
    assert killed_after(incident, append)
    assert {state for _id, state in summary(incident)["paths"]} == {"cut", "residual"}
    assert {outcome for _id, outcome in summary(incident)["steps"]} == {"done"}


@pytest.mark.heavy
@pytest.mark.parametrize("append", range(1, 31))
def test_a_run_killed_after_any_append_resumes_to_the_same_end(incident: Incident, append: int) -> None:
    if not killed_after(incident, append):
        advance(incident.case, incident.registry, by=RESPONDER)
    assert {state for _id, state in summary(incident)["paths"]} == {"cut", "residual"}
    assert {outcome for _id, outcome in summary(incident)["steps"]} == {"done"}
