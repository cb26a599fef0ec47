"""`evict run`: waits, interrupts, kills, a second run, a system that is gone."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time

import pytest

from tests.runner.cli.conftest import COMMAND, RESPONDER, Seeded, environment, evict, plain

SLOW_S = 0.15
"""Each call of the range takes this long, so that there is something in flight to interrupt."""


def begun(seeded: Seeded, until: str = "> cut[0]") -> subprocess.Popen[str]:
    """A run in a child, as soon as it said `until`."""
    seeded.running.faults(latency_s=SLOW_S)
    child = subprocess.Popen(
        [*COMMAND, "run", str(seeded.case), "--as", RESPONDER], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True, env=environment(), stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert child.stderr is not None
    for line in child.stderr:
        if until in line:
            return child
    raise AssertionError(f"the run never said {until!r}")


def resumed(seeded: Seeded) -> None:
    """The case resumes to its usual end and verifies."""
    seeded.running.faults()
    plain(evict("resume", seeded.case, "--as", RESPONDER), 1)
    plain(evict("verify", seeded.case), 0)
    paths = json.loads(evict("status", seeded.case, "--json").stdout)["paths"]
    assert {path["state"] for path in paths} == {"cut", "residual"}


def test_a_run_waits_for_signatures_with_exit_3_and_says_what_is_next(planned: Seeded) -> None:
    output = plain(planned.run(), 3)
    assert "Waiting for people" in output
    assert f"evict resume {planned.case}" in output


def test_json_is_the_status_and_nothing_else(approved: Seeded) -> None:
    done = approved.run("--json")
    shape = json.loads(plain(done, 1))
    assert (shape["evict-status"], shape["state"]) == (1, "residual")
    assert done.stderr == ""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_finishes_what_is_in_flight_and_resumes(approved: Seeded, number: signal.Signals) -> None:
    child = begun(approved)
    child.send_signal(number)
    output, errors = child.communicate(timeout=60)
    assert child.returncode == 130, errors
    assert "finishing what is in flight" in errors
    assert "interrupted" in output
    assert "Traceback" not in errors
    resumed(approved)


def test_a_second_interrupt_leaves_at_once_and_resumes(approved: Seeded) -> None:
    child = begun(approved)
    child.send_signal(signal.SIGINT)
    time.sleep(0.05)
    child.send_signal(signal.SIGINT)
    started = time.monotonic()
    assert child.wait(timeout=60) == 130
    assert time.monotonic() - started < 1.0
    resumed(approved)


def test_a_kill_resumes(approved: Seeded) -> None:
    child = begun(approved, "CUT")
    child.kill()
    child.wait()
    assert json.loads(evict("status", approved.case, "--json").stdout)["state"] == "running"
    resumed(approved)


def test_a_second_run_on_a_case_is_refused_politely(approved: Seeded) -> None:
    child = begun(approved, "> look[0]")
    done = approved.run()
    plain(done, 2)
    assert "is being run by process" in done.stderr
    child.send_signal(signal.SIGINT)
    child.communicate(timeout=60)


def test_the_run_goes_on_when_nobody_reads_its_progress(approved: Seeded) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    child = subprocess.run(
        [*COMMAND, "run", str(approved.case), "--as", RESPONDER], stdout=writing, stderr=writing, check=False,
        env=environment(), stdin=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(writing)
    assert child.returncode == 1
    assert json.loads(evict("status", approved.case, "--json").stdout)["state"] == "residual"


def test_a_system_that_is_gone_is_a_failed_step_and_exit_4(approved: Seeded) -> None:
    approved.running.stop()
    done = approved.run()
    plain(done, 4)
    assert "no connection could be made" in done.stderr
