"""When a clock runs out, and how that was worked out. Pure: the start, the calendar and the zone are given.

Rules, in the order of the code. Where readings of the law differ, the earlier one counts and the working says so:

1. `immediate` is due at once; `no-number` never becomes a date; what only a person can date stays with a person.
2. Hours run in UTC from the minute of the event, nights, weekends and holidays included (for GDPR Art. 33 that is up to
   an hour before Regulation 1182/71 Art. 3(1), which starts at the next full hour).
3. Days, months and years count from the local day of the event, which is day 0, and end with the end of the last day.
4. Business days: the first business day after the event is day 1, also when the event falls on a day off.
5. Months and years: the same-numbered day, or the last day of a shorter month.
6. A fixed date is the next one, the day of the event included.
7. An end on a weekend or a holiday is never moved to a later day.
8. An event of which only the day is known began with that local day.
"""

from __future__ import annotations

import calendar as months
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from runner.documents.calendars import SATURDAY, WEEKDAYS, Calendars
from runner.documents.obligations import Leg

LONGEST_COUNT = 3660
"""Days that a count of business days may walk: ten years. A calendar on which no day is free ends there."""


class Kind(StrEnum):
    """What a deadline is."""

    MOMENT = "moment"
    DATE = "date"
    IMMEDIATE = "immediate"
    NO_NUMBER = "no-number"
    PERSON = "needs-a-person"


@dataclass(frozen=True)
class Start:
    """The event that starts a clock: a moment, or a day of which the hour is not known."""

    fact: str
    """Name of the fact; "" for the opening of the case."""
    at: datetime | date
    source: str = ""
    """Who or what said so."""

    def moment(self, zone: ZoneInfo) -> datetime:
        """The moment in UTC; of a day, its beginning."""
        return self.at.astimezone(UTC) if isinstance(self.at, datetime) else beginning(self.at, zone)

    def day(self, zone: ZoneInfo) -> date:
        """The local day."""
        return self.at.astimezone(zone).date() if isinstance(self.at, datetime) else self.at


@dataclass(frozen=True)
class Deadline:
    """When one leg of a clock runs out."""

    kind: Kind
    basis: str
    """law, target or retention."""
    at: datetime | None
    """The first moment at which it is over, in UTC; None when there is none."""
    last_day: date | None
    """The last local day, of kind date."""
    zone: str
    period: str
    """The count in words."""
    working: tuple[str, ...]


def parse_start(fact: str, value: object, source: str = "") -> Start | None:
    """A start from a fact's value; None when the value is no time and no date."""
    if not isinstance(value, str):
        return None
    try:
        if len(value) == len("2026-11-24"):
            return Start(fact, date.fromisoformat(value), source)
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return Start(fact, moment, source) if moment.tzinfo else None


def beginning(day: date, zone: ZoneInfo) -> datetime:
    """The first moment of a local day: where midnight is skipped, the skip; where there are two, the first."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def compute(leg: Leg, start: Start, calendars: Calendars, zone: str) -> Deadline:
    """When a leg that starts at a known event runs out in one zone.

    Raises:
        ValueError: the count leaves the calendar (the year 9999).

    """
    place = ZoneInfo(zone)
    if leg.unit in ("immediate", "no-number") or (leg.unit == "fixed" and not _is_date(leg.fixed)):
        return undated(leg, start)
    if leg.unit == "hours":
        return _hours(leg, start, place)
    lines: list[str] = []
    try:
        first = start.day(place)
        last = _last_day(leg, first, calendars, lines)
        over = beginning(last + timedelta(days=1), place)
    except OverflowError as error:
        raise ValueError(f"{period(leg)} from {start.at} leaves the calendar") from error
    kept = () if leg.unit == "business_days" else _not_moved(last)
    working = (
        *_event(start), f"day 0 is {_day(first)} in {zone}", *lines, *kept,
        f"ends with the end of {_day(last)} in {zone}: {_utc(over)}", *_note(leg),
    )  # fmt: skip
    return Deadline(Kind.DATE, leg.basis, over, last, zone, period(leg), working)


def undated(leg: Leg, start: Start | None = None) -> Deadline:
    """A leg that no calendar can date: at once, without a number, or a person's to date."""
    kind = Kind(leg.unit) if leg.unit in ("immediate", "no-number") else Kind.PERSON
    words = {
        Kind.IMMEDIATE: "due at once: no period to count",
        Kind.NO_NUMBER: "the law names no number: no date is shown",
        Kind.PERSON: f"a person sets the date: {leg.fixed}",
    }[kind]
    begun = _event(start) if start else ()
    return Deadline(kind, leg.basis, None, None, "", period(leg), (*begun, words, *_note(leg)))


def soonest(leg: Leg, start: Start, calendars: Calendars, zones: Sequence[str]) -> Deadline:
    """The earliest end of a leg over the zones in which its days may be counted."""
    found = [compute(leg, start, calendars, zone) for zone in zones]
    first = min(found, key=lambda one: (one.at is not None, one.at or datetime.min.replace(tzinfo=UTC)))
    others = [one.zone for one in found if one.at != first.at]
    if not others:
        return first
    line = f"{first.zone} is taken: the same count in {' and '.join(others)} ends later"
    return Deadline(**{**vars(first), "working": (*first.working, line)})


def period(leg: Leg) -> str:
    """A leg's period in words."""
    if leg.unit in ("immediate", "no-number"):
        return {"immediate": "at once", "no-number": "no number in the law"}[leg.unit]
    if leg.unit == "fixed":
        return f"the next {leg.fixed}" if _is_date(leg.fixed) else leg.fixed.replace("-", " ")
    unit = leg.unit.replace("_", " ")
    return f"{leg.amount} {unit if leg.amount != 1 else unit.removesuffix('s')}"


def _hours(leg: Leg, start: Start, zone: ZoneInfo) -> Deadline:
    try:
        begun = start.moment(zone)
        over = begun + timedelta(hours=leg.amount)
    except OverflowError as error:
        raise ValueError(f"{period(leg)} from {start.at} leaves the calendar") from error
    day_only = not isinstance(start.at, datetime)
    lines = [f"only the day is known, so the count begins with it in {zone.key}: {_utc(begun)}"] if day_only else []
    lines.append(f"{_utc(begun)} + {period(leg)}, running in UTC = {_utc(over)}")
    return Deadline(
        Kind.MOMENT, leg.basis, over, None, "UTC", period(leg), (*_event(start), *lines, *_note(leg))
    )  # fmt: skip


def _last_day(leg: Leg, first: date, calendars: Calendars, lines: list[str]) -> date:
    match leg.unit:
        case "calendar_days":
            lines.append(f"the day after is day 1; {period(leg)}, weekends and holidays included")
            return first + timedelta(days=leg.amount)
        case "business_days":
            return _business_days(leg, first, calendars, lines)
        case "months" | "years":
            lines.append(f"the same-numbered day {period(leg)} later, or the last day of a shorter month")
            return add_months(first, leg.amount * (12 if leg.unit == "years" else 1))
        case "fixed":
            lines.append(f"the first {leg.fixed} on or after day 0")
            return _next_fixed(leg.fixed, first)
        case _:
            raise ValueError(f"there is no unit {leg.unit!r}")


def _business_days(leg: Leg, first: date, calendars: Calendars, lines: list[str]) -> date:
    days = calendars(leg.calendar)
    counted: list[date] = []
    skipped: list[str] = []
    day = first
    while len(counted) < leg.amount:
        day += timedelta(days=1)
        if (day - first).days > LONGEST_COUNT:
            raise ValueError(f"calendar {leg.calendar} has no {leg.amount} business days within ten years")
        why = days.off(day)
        if why:
            skipped.append(f"{day} {why}")
        else:
            counted.append(day)
    named = [one for one in skipped if one.split(" ", 1)[1] not in WEEKDAYS]
    lines.append(f"calendar {leg.calendar}: {days.source}")
    lines.append(f"counted: {', '.join(one.isoformat() for one in counted)}")
    lines.append(f"skipped: {len(skipped) - len(named)} weekend days" + "".join(f", {one}" for one in named))
    return counted[-1]


def add_months(day: date, amount: int) -> date:
    """The same-numbered day some months later, or the last day of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + amount, 12)
    if year > date.max.year:
        raise OverflowError(year)
    return date(year, month + 1, min(day.day, months.monthrange(year, month + 1)[1]))


def _next_fixed(fixed: str, first: date) -> date:
    month, number = int(fixed[:2]), int(fixed[3:])
    for year in (first.year, first.year + 1):
        found = date(year, month, min(number, months.monthrange(year, month)[1]))
        if found >= first:
            return found
    raise OverflowError(fixed)


def _is_date(fixed: str) -> bool:
    return fixed[:1].isdigit()


def _event(start: Start) -> tuple[str, ...]:
    value = _utc(start.at) if isinstance(start.at, datetime) else start.at.isoformat()
    said = f" ({start.source})" if start.source else ""
    return (f"{start.fact or 'opening of the case'} = {value}{said}",)


def _not_moved(last: date) -> tuple[str, ...]:
    if last.weekday() < SATURDAY:
        return ()
    return (f"{last} is a {WEEKDAYS[last.weekday()]}: not moved to a later day, so that it is never too late",)


def _note(leg: Leg) -> tuple[str, ...]:
    return (leg.note,) if leg.note else ()


def _day(day: date) -> str:
    return f"{WEEKDAYS[day.weekday()][:3]} {day.isoformat()}"


def _utc(moment: datetime) -> str:
    seconds = "seconds" if moment.second or moment.microsecond else "minutes"
    return moment.astimezone(UTC).replace(tzinfo=None, microsecond=0).isoformat(timespec=seconds) + "Z"
