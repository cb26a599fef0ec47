"""The program as people call it: exit codes, JSON alone on standard output, no traceback."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest


def evict(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "runner.cli.main", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)


def test_help_names_every_command_and_loads_no_heavy_library() -> None:
    from runner.cli.main import COMMANDS

    done = evict("--help")
    assert done.returncode == 0
    assert all(f"  {name} " in done.stdout for name in COMMANDS)
    heavy = "[m for m in ('boto3', 'msal', 'jinja2', 'moto', 'yaml') if m in sys.modules]"
    code = f"import sys; sys.argv = ['evict', '--help']; import runner.cli.main as m; app = m.app; print({heavy})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    "name",
    [
        "demo",
        "init",
        "lint",
        "plan",
        "run",
        "resume",
        "status",
        "approve",
        "deny",
        "answer",
        "fact",
        "restore",
        "verify",
        "connectors",
    ],
)
def test_every_command_has_help_with_an_example(name: str) -> None:
    done = evict(name, "--help")
    assert done.returncode == 0
    assert f"Example: evict {name}" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "word"),
    [
        (("nope",), 2, "No such command"),
        (("status", "/nowhere"), 2, "not a case folder"),
        (("plan", "/nowhere"), 2, "who are you"),
        (("plan", "/nowhere", "--as", "a@b.cc", "--playbook", "none"), 2, "no playbook"),
        (("lint", "/nowhere.yaml"), 2, "no playbook file"),
        (("run",), 2, "CASE"),
    ],
)
def test_wrong_usage_is_a_sentence_and_exit_2(arguments: tuple[str, ...], code: int, word: str) -> None:
    done = evict(*arguments)
    assert done.returncode == code, done.stderr
    assert word in done.stderr
    assert "Traceback" not in done.stderr


def test_init_writes_files_that_load_and_never_overwrites(tmp_path: Path) -> None:
    from connectors.registry import Registry
    from runner.playbook.casefile import load_casefile
    from runner.playbook.estate import load_estate

    assert evict("init", tmp_path / "case").returncode == 0
    registry = Registry.installed()
    assert load_casefile(tmp_path / "case" / "case.yaml", registry).mode == "real"
    assert "aws-main" in load_estate(tmp_path / "case" / "estate.yaml", registry).systems
    assert evict("init", tmp_path / "case").returncode == 2


def test_lint_findings_are_exit_1(tmp_path: Path) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text("evict: 1\nid: p\ntitle: t\nphases: {hunt: {steps: [{id: a, uses: aws.cutt}]}}\n")
    done = evict("lint", bad)
    assert done.returncode == 1
    assert "bad.yaml:4:" in done.stdout
    assert "did you mean aws.cut" in done.stdout


def test_lint_json_is_alone_on_standard_output() -> None:
    done = evict("lint", "--json")
    assert json.loads(done.stdout)["findings"] == []


def test_the_demo_contains_the_suspect_and_leaves_a_case_that_verifies(tmp_path: Path) -> None:
    done = evict("demo", "--dir", tmp_path / "demo")
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    after = done.stdout.split("== 5.")[1]
    assert "CAN    the suspect" not in after
    assert "CAN    a colleague" in after
    assert evict("verify", tmp_path / "demo").returncode == 0
    shape = json.loads(evict("status", tmp_path / "demo", "--json").stdout)
    assert {"state", "time_to_contain_s", "skew_s", "paths", "steps", "waiting"} <= set(shape)
    assert shape["state"] == "residual"
    ledger = tmp_path / "demo" / "ledger.jsonl"
    ledger.write_bytes(ledger.read_bytes().replace(b"approve", b"approvE", 1))
    assert evict("verify", tmp_path / "demo").returncode == 5
    assert evict("status", tmp_path / "demo").returncode == 5
