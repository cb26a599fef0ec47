"""The program around its commands: help, completion, wrong usage, streams that close, colour, faults."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from runner.cli.main import COMMANDS
from tests.runner.cli.conftest import COMMAND, Seeded, environment, evict, plain

GROUPS = ("documents", "playbook")


def test_help_names_every_command_and_loads_no_heavy_library() -> None:
    done = evict("--help")
    assert all(f"  {name} " in plain(done, 0) for name in COMMANDS)
    heavy = "[m for m in ('boto3', 'msal', 'jinja2', 'moto', 'yaml', 'rich.live', 'holidays', 'docx', 'typst') if m in sys.modules]"
    code = f"import sys; sys.argv = ['evict', '--help']; import runner.cli.main as m; app = m.app; print({heavy})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("name", [name for name in COMMANDS if name not in GROUPS])
def test_every_command_has_help_with_an_example(name: str) -> None:
    assert f"Example: evict {name}" in plain(evict(name, "--help"), 0)


def test_every_command_has_a_test_file_of_its_own() -> None:
    here = Path(__file__).parent
    files = {name: here / f"test_{name.replace('-', '_')}.py" for name in COMMANDS}
    assert [name for name, file in files.items() if not file.exists()] == []


@pytest.mark.parametrize("shell", ["bash", "zsh"])
@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("evict pl", {"plan", "playbook"}),  # commands, without loading one
        ("evict playbook s", {"show", "schema"}),  # the commands of a group
        ("evict plan --pl", {"--playbook"}),  # the options of a command
        ("evict nothing", set()),  # nothing fits
    ],
)
def test_the_shell_completes(shell: str, typed: str, expected: set[str]) -> None:
    words = {"COMP_WORDS": typed, "COMP_CWORD": str(len(typed.split()) - 1), "_TYPER_COMPLETE_ARGS": typed}
    code = "import sys; sys.argv = ['evict']; from runner.cli.main import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False,
        env=environment(_EVICT_COMPLETE=f"complete_{shell}", **words),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    offered = {
        word for word in (*COMMANDS, "show", "list", "graph", "schema", "--playbook") if _offers(done.stdout, word)
    }
    assert offered == expected


def _offers(output: str, word: str) -> bool:
    return any(line == word or f'"{word}":' in line for line in output.splitlines())


def test_completion_can_be_shown_for_installation() -> None:
    done = subprocess.run(
        [*COMMAND, "--show-completion", "bash"], capture_output=True, text=True, check=False,
        env=environment(SHELL="/bin/bash", _TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION="1"),
    )  # fmt: skip
    assert "complete -o default -F" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("nope",), "No such command"),
        (("status",), "CASE"),  # an argument is missing
        (("status", "/nowhere"), "not a case folder"),
        (("status", "/etc/passwd"), "not a case folder"),
        (("verify", "/nowhere"), "not a case folder"),
        (("plan", "/nowhere"), "who are you"),
        (("plan", "/nowhere", "--as", "a@b.cc", "--playbook", "none"), "no playbook"),
        (("plan", "/nowhere", "--as", "a@b.cc", "--input", "x"), "case.yaml"),
        (("run",), "CASE"),
        (("run", "/nowhere", "--as", "a@b.cc"), "case.yaml"),
        (("resume", "/nowhere", "--as", "a@b.cc"), "not a case folder"),
        (("approve", "/nowhere", "--as", "a@b.cc"), "not a case folder"),
        (("deny", "/nowhere", "--as", "a@b.cc"), "not a case folder"),
        (("answer", "/nowhere", "x", "yes", "--as", "a@b.cc"), "not a case folder"),
        (("fact", "/nowhere"), "not a case folder"),
        (("deadlines", "/nowhere"), "not a case folder"),
        (("interview", "/nowhere"), "not a case folder"),
        (("interview", "/nowhere", "--for", "nobody"), "no role"),
        (("payment-gate", "/nowhere"), "not a case folder"),
        (("restore", "/nowhere", "--as", "a@b.cc"), "not a case folder"),
        (("lint", "/nowhere.yaml"), "no playbook file"),
        (("playbook", "show", "nope"), "no playbook"),
        (("playbook", "graph", "cut-only", "--format", "png"), "no format"),
        (("connectors", "--nope"), "No such option"),
        (("init", "/etc/passwd"), "passwd"),  # a file where a folder is wanted
        (("demo", "--dir", "/"), "exists"),
    ],
)
def test_wrong_input_is_a_sentence_and_exit_2(arguments: tuple[str, ...], word: str) -> None:
    done = evict(*arguments)
    plain(done, 2)
    assert word in done.stderr


def test_a_reader_that_has_seen_enough_changes_no_exit_code(finished: Seeded) -> None:
    command = " ".join(COMMAND)
    for what, code in ((f"status {finished.case}", 0), ("connectors", 0), ("playbook schema", 0), ("--help", 0)):
        piped = f"set -o pipefail; {command} {what} | head -1 >/dev/null"
        done = subprocess.run(
            ["bash", "-c", piped],
            capture_output=True,
            text=True,
            check=False,
            env=environment(),
            stdin=subprocess.DEVNULL,
        )
        assert (done.returncode, done.stderr) == (code, ""), what


@pytest.mark.parametrize("arguments", [("status",), ("verify",), ("fact",)])
def test_piped_output_has_no_escape_and_fits_80_columns(finished: Seeded, arguments: tuple[str, ...]) -> None:
    output = plain(evict(*arguments, finished.case, FORCE_COLOR="1"), 0)
    tables = [line for line in output.splitlines() if "  " in line.strip()]
    assert max((len(line) for line in tables), default=0) <= 80


def test_a_fault_of_evict_itself_is_exit_4_and_quotes_nothing() -> None:
    code = (
        "import sys; sys.argv = ['evict', 'connectors']; import runner.cli.shared as s\n"
        "def broken(): raise RuntimeError('canary-77')\n"
        "s.registry = broken\nimport runner.cli.main as m; m.main()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, env=environment())
    assert done.returncode == 4
    assert "RuntimeError" in done.stderr
    assert "canary-77" not in done.stderr + done.stdout


def test_the_version_is_one_line() -> None:
    assert plain(evict("--version"), 0).startswith("evict ")


def test_json_is_alone_on_standard_output_for_every_reading_command(finished: Seeded, tmp_path: Path) -> None:
    for arguments in (
        ("status", finished.case), ("fact", finished.case), ("deadlines", finished.case), ("interview", finished.case),
        ("payment-gate", finished.case), ("verify", finished.case), ("lint",), ("connectors",),
        ("playbook", "list"), ("playbook", "show", "cut-only"), ("init", tmp_path / "new"),
    ):  # fmt: skip
        done = evict(*arguments, "--json")
        assert json.loads(plain(done, 0)), arguments
        assert done.stderr == ""
