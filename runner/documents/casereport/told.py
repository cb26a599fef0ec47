"""Times, durations and sizes as people say them."""

from __future__ import annotations

import json
from datetime import UTC, datetime

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
MINUTE, HOUR, DAY = 60, 3600, 86400
FEW_DAYS = 2
KILO = 1024


def moment(at: datetime | None) -> str:
    """A time to the second, in UTC."""
    return f"{day(at)}, {clock(at)} UTC" if at else "not known"


def day(at: datetime) -> str:
    """A day."""
    there = at.astimezone(UTC)
    return f"{there.day} {MONTHS[there.month - 1]} {there.year}"


def clock(at: datetime) -> str:
    """A time of the day, in UTC."""
    return f"{at.astimezone(UTC):%H:%M:%S}"


def read(text: object) -> datetime | None:
    """A time that stands in an event; None when it is none, or says nothing of its zone."""
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return found if found.tzinfo else None


def told(text: object) -> str:
    """A time that stands in an event, to the minute; the text itself when it is no time."""
    at = read(text)
    return f"{day(at)}, {clock(at)[:5]} UTC" if at else str(text)


def short(at: datetime) -> str:
    """A time to the minute, without its year, in UTC."""
    there = at.astimezone(UTC)
    return f"{there.day} {MONTHS[there.month - 1]}, {there:%H:%M}"


def value(found: object) -> str:
    """The value of a fact or answer."""
    if isinstance(found, bool):
        return "yes" if found else "no"
    return found if isinstance(found, str) else json.dumps(found, ensure_ascii=False, sort_keys=True)


def lasting(seconds: float) -> str:
    """A duration."""
    if seconds < MINUTE:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < HOUR:
        return f"{whole // MINUTE} min {whole % MINUTE:02} s"
    if whole < FEW_DAYS * DAY:
        return f"{whole // HOUR} h {whole % HOUR // MINUTE:02} min"
    return f"{whole // DAY} days {whole % DAY // HOUR} h"


def size(count: int) -> str:
    """A number of bytes."""
    value = float(count)
    for unit in ("B", "KiB", "MiB", "GiB"):
        if value < KILO or unit == "GiB":
            return f"{value:,.0f} {unit}" if unit == "B" else f"{value:,.1f} {unit}"
        value /= KILO
    return f"{count:,} B"


def many(count: int, one: str, more: str = "") -> str:
    """A number with its noun."""
    return f"{count:,} {one if count == 1 else more or one + 's'}"
