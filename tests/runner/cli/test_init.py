"""`evict init`: files that load, written once."""

from __future__ import annotations

import json
from pathlib import Path

from connectors.registry import Registry
from runner.playbook.casefile import load_casefile
from runner.playbook.estate import load_estate
from tests.runner.cli.conftest import evict, plain


def test_it_writes_private_files_that_load_and_never_overwrites(tmp_path: Path) -> None:
    case = tmp_path / "case"
    plain(evict("init", case), 0)
    registry = Registry.installed()
    assert load_casefile(case / "case.yaml", registry).mode == "real"
    assert "aws-main" in load_estate(case / "estate.yaml", registry).systems
    assert [(case / name).stat().st_mode & 0o777 for name in (".", "case.yaml", "estate.yaml")] == [0o700, 0o600, 0o600]
    before = (case / "case.yaml").read_bytes()
    plain(evict("init", case), 2)
    assert (case / "case.yaml").read_bytes() == before


def test_json_names_what_was_written(tmp_path: Path) -> None:
    shape = json.loads(plain(evict("init", tmp_path / "case", "--json"), 0))
    assert [Path(path).name for path in shape["written"]] == ["estate.yaml", "case.yaml"]
