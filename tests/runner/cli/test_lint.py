"""`evict lint`: every finding at once, exit 1 when there is one."""

from __future__ import annotations

import json
from pathlib import Path

from tests.runner.cli.conftest import evict, plain

BAD = "evict: 1\nid: p\ntitle: t\nphases: {hunt: {steps: [{id: a, uses: aws.cutt}]}}\n"


def test_findings_are_exit_1_with_a_place_and_a_fix(tmp_path: Path) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text(BAD)
    output = plain(evict("lint", bad), 1)
    assert "bad.yaml:4:" in output
    assert "did you mean aws.cut" in output


def test_json_carries_the_findings(tmp_path: Path) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text(BAD)
    shape = json.loads(plain(evict("lint", bad, "--json"), 1))
    assert shape["evict-lint"] == 1
    assert {"file", "line", "column", "code", "message", "fix"} == set(shape["findings"][0])


def test_every_shipped_playbook_is_clean() -> None:
    assert json.loads(plain(evict("lint", "--json"), 0))["findings"] == []
