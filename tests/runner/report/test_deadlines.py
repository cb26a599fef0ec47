"""The listing for a person: what counts down, what is missed, and whose time it is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from runner.documents.listing import deadlines
from runner.report.deadlines import explanation, listing
from tests.runner.documents.bench import HOSTILE, NOW, case, law, leg, obligation


def shown(tmp_path: Path, *legs: dict[str, Any], at: str, mode: str = "real") -> tuple[dict[str, Any], str]:
    made = law(tmp_path, obligation("one", "nexus_us", legs=list(legs), title=HOSTILE))
    state = case(mode, nexus_us=True, breach_discovered_at=at)
    shape = deadlines(state, made.duties(state), made.conflicts(state, NOW), (), NOW)
    console = Console(width=80, record=True, markup=False)
    with console.capture() as captured:
        console.print(listing(shape))
        console.print(explanation(shape))
    return shape, captured.get()


LAW, TARGET = leg({"hours": 72}, "breach_discovered_at"), leg({"hours": 24}, "breach_discovered_at", "target")


@pytest.mark.parametrize(
    ("legs", "at", "left", "counts"),
    [
        ((LAW,), "2026-11-25T10:00:00Z", "70 h 00 min", (0, 0)),  # under way
        ((LAW,), "2026-11-22T11:00:00Z", "OVER 1 h 00 min", (1, 0)),  # the law's time is over
        ((TARGET,), "2026-11-24T11:00:00Z", "late 1 h 00 min", (0, 1)),  # a target is late, never overdue
        ((TARGET, LAW), "2026-11-24T11:00:00Z", "47 h 00 min", (0, 1)),  # then the law's time counts down
        ((TARGET, LAW), "2026-11-20T11:00:00Z", "OVER 2 d 01 h", (1, 1)),  # and is overdue by itself
    ],
)
def test_law_is_overdue_and_a_target_is_late(
    tmp_path: Path, legs: tuple[dict[str, Any], ...], at: str, left: str, counts: tuple[int, int]
) -> None:
    shape, text = shown(tmp_path, *legs, at=at)
    assert (shape["counts"]["overdue"], shape["counts"]["targets_missed"]) == counts
    assert left.replace("70 h 00 min", "2 d 22 h") in text


def test_hostile_titles_stay_text_and_an_exercise_is_marked(tmp_path: Path) -> None:
    _shape, text = shown(tmp_path, LAW, at="2026-11-25T10:00:00Z", mode="exercise")
    assert text.startswith("EXERCISE")
    assert "\u202e" not in text
    assert "\x1b]0" not in text
    assert "<b>[link]" in text
