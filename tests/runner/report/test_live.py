"""The live board: as high as the terminal, one mark for each path, nothing that moves the cursor."""

from __future__ import annotations

import io
from typing import Any

import pytest
from rich.console import Console

from runner.report.live import Work, fitted
from runner.report.text import HIDDEN

STATES = ("standing", "issued", "cut", "residual", "unknown", "not-applicable")


def shape(paths: int = 30, systems: int = 2, **more: Any) -> dict[str, Any]:
    kinds = ("key", "password", "session", "token", "role", "trust")
    rows = [
        {
            "system": f"aws-{number % systems}", "account": "a", "kind": kinds[number % 6], "id": str(number),
            "label": "l", "state": STATES[number % 6], "left_s": 3600 if STATES[number % 6] == "residual" else None,
        }
        for number in range(paths)
    ]  # fmt: skip
    steps = [{"id": "look[0]", "outcome": "done", "why": ""}, {"id": "cut[0]", "outcome": None, "why": ""}]
    base: dict[str, Any] = {
        "exercise": True, "case": "X-1", "state": "running", "why": "w", "paths": rows, "steps": steps,
        "time_to_contain_s": None, "skew_s": 0.1, "ledger": {"size": 9}, "waiting": [], "findings": [], "clocks": [],
    }  # fmt: skip
    return base | more


FROZEN = {"steps": [{"id": name, "phase": phase} for name, phase in (("look[0]", "triage"), ("cut[0]", "cut"))]}


@pytest.mark.parametrize("height", [8, 12, 24, 40])
def test_it_is_never_higher_than_the_terminal(height: int) -> None:
    working = {f"s{number}": Work("page", 3, 10) for number in range(9)}
    tail = [f"line {number}" for number in range(20)]
    assert len(fitted(shape(paths=200, systems=9), FROZEN, working, tail, height)) <= height


def test_each_path_is_one_mark_and_kinds_fold_into_systems_when_it_is_low() -> None:
    tall = [line.plain for line in fitted(shape(), FROZEN, {}, [], 40)]
    assert sum(line.startswith("aws-") for line in tall) == 6
    assert sum(line.count("! ") for line in tall if line.startswith("aws-")) == 5
    low = [line.plain for line in fitted(shape(), FROZEN, {}, [], 12)]
    assert sum(line.startswith("aws-") for line in low) == 2


def test_the_last_lines_stay_below_and_the_newest_is_shown() -> None:
    lines = [line.plain for line in fitted(shape(), FROZEN, {}, ["older", "newest"], 24)]
    assert lines[-1] == "newest"


def test_a_countdown_stands_beside_what_outlives_the_cut() -> None:
    text = "\n".join(line.plain for line in fitted(shape(), FROZEN, {}, [], 40))
    assert "1 h 00 min left" in text


def test_phases_show_what_is_done_and_what_runs() -> None:
    text = "\n".join(line.plain for line in fitted(shape(), FROZEN, {"cut[0]": Work("x", 1, 2)}, [], 40))
    assert "triage     = look[0]" in text
    assert "cut        > cut[0]" in text
    assert "1/2 x" in text


def test_hostile_strings_move_nothing() -> None:
    import unicodedata

    evil = "\x1b[2J\u202e\r\n"
    rows = [{**path, "system": evil} for path in shape(6)["paths"]]
    waiting = [{"form": "card", "title": evil}]
    lines = fitted(
        shape(paths=0, case=evil, why=evil) | {"paths": rows, "waiting": waiting},
        FROZEN,
        {evil: Work(evil, 0, 0)},
        [],
        40,
    )
    assert not [1 for line in lines for char in line.plain if unicodedata.category(char) in HIDDEN]


def test_without_colour_the_marks_still_tell() -> None:
    out = io.StringIO()
    console = Console(file=out, force_terminal=True, no_color=True, width=80)
    for line in fitted(shape(), FROZEN, {}, [], 40):
        console.print(line)
    assert "\x1b[3" not in out.getvalue().replace("\x1b[0m", "")
