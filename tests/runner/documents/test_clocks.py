"""Clocks against a slow day-by-day oracle, over time zones, gaps and folds, leap days, weekends and year ends."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runner.documents.calendars import COUNTRIES, ZONES, Calendar, calendar
from runner.documents.clocks import Deadline, Kind, Start, add_months, compute, parse_start, soonest, undated
from runner.documents.obligations import CALENDARS, Leg

ZONE_NAMES = sorted({zone for zones in ZONES.values() for zone in zones} | {"UTC", "America/Sao_Paulo", "Africa/Cairo"})
MOMENTS = st.integers(0, 38 * 366 * 86400).map(lambda s: datetime(2000, 1, 1, tzinfo=UTC) + timedelta(seconds=s))
DAYS = st.dates(date(2000, 1, 1), date(2037, 12, 31))


@dataclass(frozen=True)
class Made:
    """A calendar with days off by choice."""

    holidays: frozenset[date] = field(default_factory=frozenset)
    name: str = "made"
    source: str = "made by hand"

    def off(self, day: date) -> str:
        return "holiday" if day in self.holidays else "Sunday" if day.weekday() >= 5 else ""


def leg(unit: str, amount: int = 0, fixed: str = "", basis: str = "law", calendar: str = "") -> Leg:
    return Leg("event_at", unit, amount, fixed, basis, calendar, "")


def made(holidays: frozenset[date] = frozenset()) -> object:
    return lambda _name: Made(holidays)


def end(unit: str, amount: int, at: datetime | date, zone: str = "UTC", **more: str) -> Deadline:
    return compute(leg(unit, amount, **more), Start("event_at", at), calendar, zone)


def over(day: date, zone: str) -> datetime:
    """The oracle's end of a local day: the first minute whose local date is later."""
    moment = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=16)
    while moment.astimezone(ZoneInfo(zone)).date() <= day:
        moment += timedelta(minutes=15)
    return moment


@given(MOMENTS, st.integers(1, 2000), st.sampled_from(ZONE_NAMES))
@settings(deadline=None)
def test_hours_are_exact_in_utc_whatever_the_zone(at: datetime, hours: int, zone: str) -> None:
    found = end("hours", hours, at.astimezone(ZoneInfo(zone)), zone)
    assert found.at is not None
    assert (found.at - at).total_seconds() == hours * 3600
    assert found.kind is Kind.MOMENT


@given(MOMENTS, st.integers(1, 200), st.sampled_from(ZONE_NAMES))
@settings(max_examples=60, deadline=None)
def test_calendar_days_end_with_the_last_local_day(at: datetime, days: int, zone: str) -> None:
    found = end("calendar_days", days, at, zone)
    last = at.astimezone(ZoneInfo(zone)).date() + timedelta(days=days)
    assert found.last_day == last
    assert found.at == over(last, zone)


@given(MOMENTS, st.integers(1, 40), st.frozensets(DAYS, max_size=10), st.integers(0, 30))
@settings(deadline=None)
def test_business_days_agree_with_a_walk_from_day_to_day(
    at: datetime, amount: int, holidays: frozenset[date], near: int
) -> None:
    first = at.date()
    off = holidays | {first + timedelta(days=near)}
    found = compute(leg("business_days", amount), Start("event_at", at), made(off), "UTC")  # type: ignore[arg-type]
    day, left = first, amount
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < 5 and day not in off
    assert found.last_day == day


@given(MOMENTS, st.integers(1, 30), st.sampled_from(CALENDARS))
@settings(max_examples=80, deadline=None)
def test_a_count_of_business_days_never_ends_on_a_day_off(at: datetime, amount: int, name: str) -> None:
    found = end("business_days", amount, at, calendar=name)
    assert found.last_day is not None
    assert calendar(name).off(found.last_day) == ""


@given(MOMENTS, st.timedeltas(timedelta(0), timedelta(days=40)), st.sampled_from(ZONE_NAMES))
@settings(deadline=None)
def test_a_later_event_never_ends_earlier(at: datetime, later: timedelta, zone: str) -> None:
    for unit, amount, fixed in (
        ("hours", 72, ""), ("calendar_days", 30, ""), ("business_days", 10, ""), ("months", 1, ""), ("years", 2, ""),
        ("fixed", 0, "09-30"), ("fixed", 0, "02-29"),
    ):  # fmt: skip
        one, other = (
            compute(leg(unit, amount, fixed, calendar="US-federal"), Start("event_at", when), calendar, zone)
            for when in (at, at + later)
        )
        assert one.at is not None
        assert other.at is not None
        assert one.at <= other.at, unit


@given(DAYS, st.integers(1, 60))
@settings(deadline=None)
def test_months_keep_the_number_of_the_day_or_end_the_month(day: date, amount: int) -> None:
    found = add_months(day, amount)
    assert (found.year * 12 + found.month) - (day.year * 12 + day.month) == amount
    assert found.day == day.day or (found.day < day.day and (found + timedelta(days=1)).day == 1)


@given(DAYS, st.sampled_from(["01-01", "09-30", "12-31", "02-28", "02-29"]))
@settings(deadline=None)
def test_a_fixed_date_is_the_next_one_within_a_year(day: date, fixed: str) -> None:
    found = end("fixed", 0, day, fixed=fixed).last_day
    assert found is not None
    assert day <= found <= day + timedelta(days=366)
    assert found.strftime("%m-%d") in (fixed, "02-28")


@given(DAYS, st.sampled_from(ZONE_NAMES))
@settings(max_examples=60, deadline=None)
def test_a_day_alone_counts_as_its_beginning_and_never_later_than_any_of_its_hours(day: date, zone: str) -> None:
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=ZoneInfo(zone))
    for unit, amount in (("hours", 72), ("calendar_days", 3), ("months", 1)):
        alone, hour = end(unit, amount, day, zone), end(unit, amount, noon, zone)
        assert alone.at is not None
        assert hour.at is not None
        assert alone.at <= hour.at


@given(MOMENTS, st.sampled_from(sorted(ZONES)))
@settings(max_examples=60, deadline=None)
def test_of_several_zones_the_earliest_end_is_taken_and_said(at: datetime, place: str) -> None:
    zones = ZONES[place]
    each = [compute(leg("calendar_days", 10), Start("event_at", at), calendar, zone) for zone in zones]
    found = soonest(leg("calendar_days", 10), Start("event_at", at), calendar, zones)
    assert found.at == min(one.at for one in each if one.at)
    assert any("is taken" in line for line in found.working) == (len({one.at for one in each}) > 1)


@pytest.mark.parametrize(
    ("unit", "amount", "at", "zone", "calendar_name", "last"),
    [
        # 31 CFR 501.603: ten business days over Juneteenth, by hand
        ("business_days", 10, datetime(2026, 6, 12, 16, tzinfo=UTC), "America/New_York", "US-federal", "2026-06-29"),
        # observed New Year of a Saturday falls into the year before
        ("business_days", 1, date(2027, 12, 30), "America/New_York", "US-federal", "2028-01-03"),
        # an event on a Saturday: Monday is day 1
        ("business_days", 1, date(2026, 11, 21), "America/New_York", "US-federal", "2026-11-23"),
        # closures by order are no statutory holiday: 24 December 2025 counts
        ("business_days", 1, date(2025, 12, 23), "America/New_York", "US-federal", "2025-12-24"),
        # Easter in England
        ("business_days", 7, date(2026, 3, 31), "Europe/London", "GB", "2026-04-13"),
        # 31 January and a month, in and out of a leap year
        ("months", 1, date(2027, 1, 31), "Europe/Berlin", "", "2027-02-28"),
        ("months", 1, date(2028, 1, 31), "Europe/Berlin", "", "2028-02-29"),
        ("years", 1, date(2028, 2, 29), "Europe/Berlin", "", "2029-02-28"),
        # late in the evening in New York it is the next day in UTC
        ("calendar_days", 1, datetime(2026, 12, 31, 3, tzinfo=UTC), "America/New_York", "", "2026-12-31"),
    ],
)
def test_counts_made_by_hand(
    unit: str, amount: int, at: datetime | date, zone: str, calendar_name: str, last: str
) -> None:
    found = end(unit, amount, at, zone, calendar=calendar_name)
    assert found.last_day == date.fromisoformat(last)


def test_a_skipped_and_a_repeated_midnight_end_the_day_at_the_earlier_reading() -> None:
    gap = end("calendar_days", 1, date(2018, 11, 2), "America/Sao_Paulo")  # the 4th began at 01:00
    assert gap.at == datetime(2018, 11, 4, 3, tzinfo=UTC)
    fold = end("calendar_days", 1, date(2018, 2, 16), "America/Sao_Paulo")  # the last hour of the 17th came twice
    assert fold.at == datetime(2018, 2, 18, 3, tzinfo=UTC)
    spring = end("hours", 72, datetime(2026, 3, 28, 12, tzinfo=ZoneInfo("Europe/Berlin")), "Europe/Berlin")
    assert spring.at == datetime(2026, 3, 31, 11, tzinfo=UTC)


def test_what_has_no_date_never_gets_one() -> None:
    for unit, fixed, kind in (
        ("immediate", "", Kind.IMMEDIATE),
        ("no-number", "", Kind.NO_NUMBER),
        ("fixed", "next-regular-payday", Kind.PERSON),
    ):
        for found in (undated(leg(unit, fixed=fixed)), end(unit, 0, datetime(2026, 1, 1, tzinfo=UTC), fixed=fixed)):
            assert (found.kind, found.at, found.last_day) == (kind, None, None)


def test_the_working_names_event_rule_calendar_days_library_and_zone() -> None:
    start = Start("property_blocked_at", datetime(2026, 11, 20, 10, tzinfo=UTC), "person hr@example.org")
    found = compute(leg("business_days", 10, calendar="US-federal"), start, calendar, "America/New_York")
    text = "\n".join(found.working)
    for word in (
        "property_blocked_at = 2026-11-20T10:00Z (person hr@example.org)", "day 0 is Fri 2026-11-20", "holidays ",
        "5 U.S.C. 6103", "counted: 2026-11-23", "2026-11-26 Thanksgiving", "weekend days", "in America/New_York",
        "2026-12-08T05:00Z",
    ):  # fmt: skip
        assert word in text
    weekend = end("calendar_days", 1, date(2026, 11, 20))
    assert any("not moved to a later day" in line for line in weekend.working)


def test_a_count_that_leaves_the_calendar_is_an_error_in_words() -> None:
    with pytest.raises(ValueError, match="leaves the calendar"):
        end("years", 9000, date(2026, 1, 1))
    with pytest.raises(ValueError, match="leaves the calendar"):
        end("hours", 10**9, datetime(9000, 1, 1, tzinfo=UTC))
    never = made(frozenset(date(2026, 1, 1) + timedelta(days=day) for day in range(5000)))
    with pytest.raises(ValueError, match="no 1 business days"):
        compute(leg("business_days", 1), Start("event_at", date(2026, 1, 1)), never, "UTC")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "value",
    [None, True, 5, "", "soon", "2026-02-30", "2026-11-24T10:00", "\x1b[31m2026", "2026-11-24\u202e", ["2026-11-24"]],
)
def test_what_is_no_time_starts_nothing(value: object) -> None:
    assert parse_start("event_at", value) is None


def test_every_calendar_of_the_obligations_is_known_and_lazy() -> None:
    assert {*COUNTRIES, "IN"} == set(CALENDARS)
    for name in CALENDARS:
        one: Calendar = calendar(name)
        assert one.name == name
        assert "holidays " in one.source


def test_days_that_are_not_certain_are_business_days() -> None:
    assert calendar("IN").off(date(2026, 11, 9)) == ""  # a day after Diwali, an office's choice
    assert calendar("IN").off(date(2026, 1, 26)) != ""
    assert calendar("US-federal").off(date(2025, 12, 26)) == ""  # closed by order, not by statute
    assert calendar("VN").off(date(2026, 8, 22)) == ""  # a Saturday that is worked
