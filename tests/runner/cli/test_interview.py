"""`evict interview`: lists what still matters, records answers, and talks on a terminal."""

from __future__ import annotations

import json
import os
import pty
import select
import subprocess
import time
from pathlib import Path

from runner.case.fold import fold
from runner.case.folder import Case
from tests.runner.cli.conftest import COMMAND, MEI, environment, evict, plain
from tests.runner.documents.bench import HOSTILE, folder


def listed(case: Case, *more: object) -> list[str]:
    shape = json.loads(plain(evict("interview", case.directory, "--json", *more), 0))
    assert shape["evict-interview"] == 1
    return [one["name"] for one in shape["questions"]]


def test_an_answer_is_recorded_with_its_person_and_is_not_asked_again(tmp_path: Path) -> None:
    case = folder(tmp_path / "case")
    before = listed(case)
    assert "nexus_us" in before
    names = listed(
        case, "--answer", "nexus_us=yes", "--answer", "phi_breach=unknown", "--answer", "nexus_gb=skip", "--as", MEI,
        "--confidence", "observed", "--why", HOSTILE,
    )  # fmt: skip
    assert "nexus_us" not in names
    facts = fold(case.ledger.read()).facts
    assert (facts["nexus_us"].value, facts["nexus_us"].confidence, facts["nexus_us"].source["name"]) == (
        True,
        "observed",
        MEI,
    )
    assert facts["phi_breach"].unknown
    assert "nexus_gb" not in facts


def test_every_question_in_the_list_says_who_can_know_what_fits_and_why(tmp_path: Path) -> None:
    output = plain(evict("interview", folder(tmp_path / "case").directory, "--for", "hr"), 0)
    assert "  answer: " in output
    assert "  why: decides " in output


def test_one_wrong_answer_records_none(tmp_path: Path) -> None:
    case = folder(tmp_path / "case")
    done = evict("interview", case.directory, "--answer", "nexus_us=yes", "--answer", "nexus_gb=perhaps", "--as", MEI)
    plain(done, 2)
    assert "yes or no, or unknown" in done.stderr
    assert fold(case.ledger.read()).facts == {}
    plain(evict("interview", case.directory, "--answer", "nexus_us=yes"), 2)  # nobody said who they are


def test_on_a_terminal_it_asks_one_after_the_other_and_ends_with_the_input(tmp_path: Path) -> None:
    case = folder(tmp_path / "case")
    parent, child = pty.openpty()
    process = subprocess.Popen(
        [*COMMAND, "interview", str(case.directory), "--as", MEI], stdin=child, stdout=child, stderr=child,
        env=environment(TERM="xterm"),
    )  # fmt: skip
    os.close(child)
    seen = ""
    for typed in ("perhaps", "unknown", "skip", "\x04"):
        seen += _until(parent, "> ")
        os.write(parent, typed.encode() if typed == "\x04" else f"{typed}\n".encode())
    assert process.wait(timeout=20) == 0
    seen += _until(parent, "that is all")
    os.close(parent)
    facts = fold(case.ledger.read()).facts
    assert [one.unknown for one in facts.values()] == [True]
    assert "error: " in seen


def _until(descriptor: int, word: str) -> str:
    seen, deadline = "", time.monotonic() + 20
    while word not in seen and time.monotonic() < deadline:
        if select.select([descriptor], [], [], 0.2)[0]:
            try:
                seen += os.read(descriptor, 65536).decode(errors="replace")
            except OSError:
                break
    return seen
