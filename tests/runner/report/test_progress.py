"""Progress lines: one for each step in a while, the last of a count always, hostile text shown as its code."""

from __future__ import annotations

from runner.report.progress import Narrator, Throttle


def test_a_flood_of_progress_is_let_through_once_in_a_while() -> None:
    now, written = [0.0], list[str]()
    narrator = Narrator(written.append, Throttle(1.0, lambda: now[0]))
    for page in range(1, 1001):
        now[0] += 0.01
        narrator.tell("history", "page", page, 1000)
    assert 9 <= len(written) <= 12
    assert written[-1] == "  history: page 1000/1000\n"


def test_each_step_has_its_own_turn() -> None:
    throttle = Throttle(1.0, lambda: 5.0)
    assert (throttle.lets("a", 1, 9), throttle.lets("b", 1, 9), throttle.lets("a", 2, 9)) == (True, True, False)


def test_text_that_moves_the_cursor_is_shown_as_its_code() -> None:
    written: list[str] = []
    Narrator(written.append).tell("s\x1b[2J", "t\r", 0, 0)
    assert written == ["  s\\u{1b}[2J: t\\u{d}\n"]
