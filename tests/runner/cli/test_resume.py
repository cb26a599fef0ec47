"""`evict resume`: goes on with the recorded plan, and only with that."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from tests.runner.cli.conftest import RESPONDER, Seeded, evict, plain


def test_it_goes_on_after_the_signatures(planned: Seeded) -> None:
    plain(planned.run(), 3)
    planned.approve()
    done = evict("resume", planned.case, "--as", RESPONDER, "--json")
    assert json.loads(plain(done, 1))["state"] == "residual"


def test_what_an_earlier_run_told_is_not_told_again(planned: Seeded) -> None:
    assert "> look[0]" in planned.run().stderr
    done = evict("resume", planned.case, "--as", RESPONDER)
    plain(done, 3)
    assert "look[0]" not in done.stderr


def test_a_copied_case_resumes_elsewhere(approved: Seeded, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(approved.case, tmp_path / "elsewhere"))
    plain(evict("resume", copy, "--as", RESPONDER), 1)
    plain(evict("verify", copy), 0)


def test_without_a_plan_it_says_so(seeded: Seeded) -> None:
    done = evict("resume", seeded.case, "--as", RESPONDER)
    plain(done, 2)
    assert "error: " in done.stderr


def test_nobody_is_no_responder(planned: Seeded) -> None:
    done = evict("resume", planned.case)
    plain(done, 2)
    assert "who are you" in done.stderr
