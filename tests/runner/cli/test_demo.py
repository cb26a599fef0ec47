"""`evict demo`: under a minute, truthful at the end, and a case folder that is left to explore."""

from __future__ import annotations

import json
import re
import resource
from pathlib import Path

from tests.runner.cli.conftest import evict, plain

LIMIT_S = 60.0
"""Of processor time, the range's included: a machine that is busy with other tests does not count."""


def spent_s() -> float:
    """Processor time of all children that ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def test_the_demo_contains_the_suspect_and_leaves_a_case_that_verifies(tmp_path: Path) -> None:
    case, before = tmp_path / "demo", spent_s()
    output = plain(evict("demo", "--dir", case), 0)
    assert spent_s() - before < LIMIT_S
    acts = [line.split(".")[0] for line in output.splitlines() if line.startswith("== ")]
    assert acts == [f"== {number}" for number in range(1, len(acts) + 1)]
    _suspect_is_out(output)
    _nothing_is_glossed_over(output)
    _the_case_can_be_explored(case)


def _suspect_is_out(output: str) -> None:
    tries = output.split("the suspect tries to", 1)[1].split("a colleague tries to", 1)
    assert not re.search(r" can +can ", tries[0])
    assert tries[0].count("residual,") == 1
    assert "open the timesheet app" in tries[0]
    for code in ("AADSTS50057", "AADSTS7000215", "asked to sign in", "stays in the mailbox"):
        assert code in tries[0]
    assert "an hour later the suspect tries to open the timesheet app with the access token: cannot" in output
    assert re.search(r" can +cannot ", tries[0])
    colleague = tries[1].split("\n\n")[0]
    assert " cannot " not in colleague
    assert "the suspect is out" in output


def _nothing_is_glossed_over(output: str) -> None:
    assert re.search(r"waiting: \d+ answer\(s\)", output)
    assert "(exit code 3)" in output
    left = output.split("what evict does not call cut:", 1)[1]
    assert "may last 11 h" in left
    assert "done by hand, not proven by a read: open sessions of the access portal" in left
    assert "may last 59 min" in left
    assert "done by hand, not proven by a read: Stop forwarding that is set on the mailbox" in left
    assert "svc-metrics: every access key made inactive" in output
    assert "app backup-agent: 1 planted secret removed" in output


def _the_case_can_be_explored(case: Path) -> None:
    plain(evict("verify", case), 0)
    shape = json.loads(plain(evict("status", case, "--json"), 0))
    assert shape["state"] == "residual"
    assert {path["state"] for path in shape["paths"]} == {"cut", "issued", "residual", "not-applicable"}
    assert {clock["form"] for clock in shape["clocks"]} == {"residual"}
    ledger = case / "ledger.jsonl"
    ledger.write_bytes(ledger.read_bytes().replace(b"approve", b"approvE", 1))
    plain(evict("verify", case), 5)
    plain(evict("status", case), 5)


def test_the_demo_never_writes_into_a_folder_that_exists(tmp_path: Path) -> None:
    done = evict("demo", "--dir", tmp_path)
    plain(done, 2)
    assert "exists" in done.stderr
    assert list(tmp_path.iterdir()) == []
