"""Time on paper: in order, within the page, long pauses cut out and named."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from runner.documents.casereport.scale import MOST_STRETCHES, scale

START = datetime(2026, 11, 24, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


@given(st.lists(st.integers(0, 10**7), min_size=1, max_size=80))
def test_moments_keep_their_order_and_stay_within_the_page(seconds: list[int]) -> None:
    made = scale(map(at, seconds), 100, 1000)
    places = [made.x(at(one)) for one in sorted(seconds)]
    assert places == sorted(places)
    assert all(100 <= one <= 1000 for one in places)
    assert 1 <= len(made.stretches) <= MOST_STRETCHES


def test_the_seconds_of_a_cut_have_room_beside_days_of_waiting() -> None:
    cut = [at(86_400 + one) for one in range(8)]
    made = scale([at(0), *cut, at(10 * 86_400)], 0, 1000)
    assert made.x(cut[-1]) - made.x(cut[0]) > 200
    assert [length for _left, _right, length in made.pauses] == [timedelta(days=1), timedelta(days=9, seconds=-7)]


def test_an_even_run_is_not_cut_apart() -> None:
    assert len(scale([at(one * 60) for one in range(50)], 0, 1000).stretches) == 1
