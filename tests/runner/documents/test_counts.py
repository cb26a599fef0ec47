"""The legs of one clock together: the earliest counts, law and target are kept apart, missing starts are named."""

from __future__ import annotations

from datetime import UTC, datetime

from runner.documents.calendars import calendar
from runner.documents.clocks import Kind, Start
from runner.documents.counts import Count, count
from runner.documents.obligations import Leg

AT = datetime(2026, 11, 24, 10, tzinfo=UTC)
OPENED = Start("", datetime(2026, 11, 24, 8, tzinfo=UTC))


def leg(unit: str, amount: int = 0, starts: str = "known_at", basis: str = "law", fixed: str = "") -> Leg:
    return Leg(starts, unit, amount, fixed, basis, "", "")


def counted(*legs: Leg, opened: Start | None = OPENED) -> Count:
    return count(legs, {"known_at": Start("known_at", AT)}.get, opened, calendar, ("UTC",))


def test_the_earliest_leg_that_can_be_dated_counts() -> None:
    found = counted(leg("hours", 72), leg("hours", 24), leg("no-number"))
    assert found.law is not None
    assert found.law.at == datetime(2026, 11, 25, 10, tzinfo=UTC)
    assert found.missing == ()


def test_a_target_is_never_the_law_but_may_end_first() -> None:
    found = counted(leg("hours", 24, basis="target"), leg("calendar_days", 30))
    assert (found.first and found.first.basis, found.law and found.law.kind) == ("target", Kind.DATE)
    same = counted(leg("hours", 24, basis="target"), leg("hours", 24))
    assert same.first is not None
    assert same.first.basis == "law"


def test_retention_is_no_deadline() -> None:
    found = counted(leg("years", 10, basis="retention"))
    assert found.first is None
    assert found.retention is not None


def test_a_leg_without_its_start_is_named_beside_the_one_that_counts() -> None:
    found = counted(leg("hours", 72), leg("hours", 4, starts="other_at"))
    assert found.missing == ("other_at",)
    assert found.first is not None
    assert found.working[-1] == "law: 4 hours from other_at: not known"


def test_at_once_needs_no_start_and_comes_before_everything() -> None:
    found = counted(leg("hours", 1), leg("immediate", starts="other_at"))
    assert found.first is not None
    assert found.first.kind is Kind.IMMEDIATE
    assert found.missing == ()


def test_a_date_of_its_own_counts_from_the_opening_of_the_case() -> None:
    found = counted(leg("fixed", starts="", fixed="09-30"))
    assert found.first is not None
    assert str(found.first.last_day) == "2027-09-30"
    unopened = counted(leg("fixed", starts="", fixed="09-30"), opened=None)
    assert (unopened.first, unopened.missing) == (None, ())


def test_a_count_that_nobody_can_make_stays_with_a_person() -> None:
    found = counted(leg("years", 9000))
    assert found.first is None
    assert found.missing == ("known_at",)
    assert "a person must count" in found.working[0]
