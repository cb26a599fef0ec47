"""Windows of time: pieces that cover, halves that meet, and the part that a source has forgotten."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.microsoft.evidence.windows import Window, forgotten, looks_cut, pieces, settled_and_young

NOW = datetime(2026, 11, 25, 12, 0, 0, tzinfo=UTC)


@given(st.integers(1, 400), st.integers(1, 40))
def test_pieces_cover_the_whole_time_and_touch(days: int, step: int) -> None:
    found = list(pieces(NOW - timedelta(days=days), NOW, timedelta(days=step)))
    assert (found[0].start, found[-1].end) == (NOW - timedelta(days=days), NOW)
    assert all(one.end == two.start for one, two in pairwise(found))
    assert all(one.end - one.start <= timedelta(days=step) for one in found)


@given(st.integers(2, 10**7))
def test_halves_cover_their_window_and_keep_its_open_end(seconds: int) -> None:
    whole = Window(NOW - timedelta(seconds=seconds), NOW, open=True)
    first, second = whole.halves()
    assert (first.start, first.end, second.end) == (whole.start, second.start, whole.end)
    assert first.start < first.end < second.end
    assert (first.open, second.open) == (False, True)


def test_a_second_has_no_halves() -> None:
    assert Window(NOW, NOW + timedelta(seconds=1)).halves() == ()


def test_an_open_window_asks_for_no_end() -> None:
    assert Window(NOW, NOW, open=True).asked("at") == "at ge 2026-11-25T12:00:00Z"
    assert Window(NOW, NOW).asked("at") == "at ge 2026-11-25T12:00:00Z and at le 2026-11-25T12:00:00Z"


def test_what_is_settled_and_what_is_young_meet_at_the_delay() -> None:
    settled, young = settled_and_young(NOW - timedelta(days=1), NOW, timedelta(minutes=30))
    assert settled is not None
    assert settled.end == young.start == NOW - timedelta(minutes=30)
    assert young.open


def test_a_window_that_is_all_young_has_nothing_settled() -> None:
    settled, young = settled_and_young(NOW - timedelta(minutes=5), NOW, timedelta(minutes=30))
    assert settled is None
    assert young.start == NOW - timedelta(minutes=5)


def test_only_the_part_before_the_retention_is_forgotten() -> None:
    found = forgotten(NOW - timedelta(days=90), NOW, timedelta(days=30), "Entra")
    assert [gap.what for gap in found] == ["2026-08-27T12:00:00Z to 2026-10-26T12:00:00Z"]
    assert forgotten(NOW - timedelta(days=30), NOW, timedelta(days=30), "Entra") == []


@pytest.mark.parametrize(
    ("count", "cut"),
    [(4999, False), (5000, True), (50_000, True), (999, False), (1000, True), (1001, False), (1500, True), (0, False)],
)
def test_a_limit_or_a_round_number_looks_cut(count: int, *, cut: bool) -> None:
    assert looks_cut(count, 5000) is cut
