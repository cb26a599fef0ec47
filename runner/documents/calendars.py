"""Business-day calendars and time zones, by jurisdiction.

A day that is wrongly taken for a holiday would make a deadline too late, so only days that the law of the whole country
names count: no regional day, no closure by order (31 CFR part 501 defines no business day; an extra closure can only
move the true date later), no day whose date is an estimate. The holidays come from the `holidays` library, which loads
only when business days are counted.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from holidays import HolidayBase

ESTIMATED = "estimated"
"""How the library marks a date that no authority has announced yet."""

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

COUNTRIES: Mapping[str, tuple[str, str, str]] = {
    "US-federal": ("US", "", "US federal holidays, 5 U.S.C. 6103"),
    "GB": ("GB", "ENG", "bank holidays of England"),
    "PT": ("PT", "", "national holidays of Portugal"),
    "DE": ("DE", "", "holidays of all German Länder alike"),
    "IE": ("IE", "", "public holidays of Ireland"),
    "NL": ("NL", "", "public holidays of the Netherlands"),
    "PL": ("PL", "", "public holidays of Poland"),
    "RO": ("RO", "", "public holidays of Romania"),
    "CH": ("CH", "", "holidays of all Swiss cantons alike"),
    "JP": ("JP", "", "national holidays of Japan"),
    "KR": ("KR", "", "public holidays of South Korea"),
    "SG": ("SG", "", "public holidays of Singapore"),
    "AU": ("AU", "", "holidays of all Australian states alike"),
    "CA": ("CA", "", "holidays of all Canadian provinces alike"),
    "VN": ("VN", "", "public holidays of Vietnam"),
    "UA": ("UA", "", "public holidays of Ukraine (none under martial law)"),
}
"""Calendar name: country and part of the library, and what it is in words."""

NATIONAL_DAYS_OF_INDIA = {(1, 26): "Republic Day", (8, 15): "Independence Day", (10, 2): "Gandhi Jayanti"}
"""Other days differ by state and by office."""

SATURDAY = 5

ZONES: Mapping[str, tuple[str, ...]] = {
    "us": ("America/New_York", "America/Los_Angeles"),
    "us-ca": ("America/Los_Angeles",),
    "us-ny": ("America/New_York",),
    "us-tx": ("America/Chicago",),
    "gb": ("Europe/London",),
    "eu": ("Europe/Brussels", "Europe/Lisbon", "Europe/Athens"),
    "de": ("Europe/Berlin",),
    "pt": ("Europe/Lisbon",),
    "ie": ("Europe/Dublin",),
    "nl": ("Europe/Amsterdam",),
    "pl": ("Europe/Warsaw",),
    "ro": ("Europe/Bucharest",),
    "ch": ("Europe/Zurich",),
    "ua": ("Europe/Kyiv",),
    "jp": ("Asia/Tokyo",),
    "kr": ("Asia/Seoul",),
    "sg": ("Asia/Singapore",),
    "au": ("Australia/Sydney", "Australia/Perth"),
    "ca": ("America/Toronto", "America/St_Johns", "America/Vancouver"),
    "in": ("Asia/Kolkata",),
    "vn": ("Asia/Ho_Chi_Minh",),
}
"""Zones in which a jurisdiction's days may be counted, its authorities' first. Where there are several, the earliest
end counts, because an event late in the evening falls on different days in them."""

ELSEWHERE = ("UTC",)


class Calendar(Protocol):
    """Which days of a place are business days."""

    @property
    def name(self) -> str:
        """One of the names in `obligations.CALENDARS`."""
        ...

    @property
    def source(self) -> str:
        """What the days are and where they come from, for the working."""
        ...

    def off(self, day: date) -> str:
        """Why a day is no business day; "" when it is one."""
        ...


class Calendars(Protocol):
    """Calendars by name."""

    def __call__(self, name: str) -> Calendar:
        """The calendar of one of the names in `obligations.CALENDARS`."""
        ...


@dataclass(frozen=True)
class CountryCalendar:
    """A country's holidays as the library has them, without what is not certain."""

    name: str
    source: str
    days: HolidayBase

    def off(self, day: date) -> str:
        """Why a day is no business day; a Saturday that the country works is one."""
        named = self._holiday(day)
        if named:
            return named
        return "" if day.weekday() not in self.days.weekend or day in self._worked() else WEEKDAYS[day.weekday()]

    def _worked(self) -> frozenset[date]:
        return frozenset(getattr(self.days, "weekend_workdays", ()))

    def _holiday(self, day: date) -> str:
        named = str(self.days.get(day, ""))
        return "" if ESTIMATED in named else named


@dataclass(frozen=True)
class NationalDays:
    """A country whose offices share only a few days, the same in every year."""

    name: str
    source: str
    days: Mapping[tuple[int, int], str]

    def off(self, day: date) -> str:
        """Why a day is no business day."""
        named = self.days.get((day.month, day.day), "")
        return named or (WEEKDAYS[day.weekday()] if day.weekday() >= SATURDAY else "")


@functools.cache
def calendar(name: str) -> Calendar:
    """The calendar of this name.

    Raises:
        KeyError: it is none of `obligations.CALENDARS`, which reading the obligations rules out.

    """
    if name == "IN":
        return NationalDays(name, "the three national holidays of India", NATIONAL_DAYS_OF_INDIA)
    country, part, words = COUNTRIES[name]
    from importlib.metadata import version

    import holidays

    # The library adds a year when a day of it is first asked for; worked weekend days are known only after that.
    options: dict[str, Any] = {"subdiv": part} if part else {}
    if "en_US" in getattr(holidays, country).supported_languages:
        options["language"] = "en_US"
    days = holidays.country_holidays(country, **options)
    return CountryCalendar(name, f"{words}, by holidays {version('holidays')}", days)


def zones_of(jurisdiction: str) -> tuple[str, ...]:
    """The zones in which the days of a jurisdiction, or of the country that it is part of, are counted."""
    name = jurisdiction.lower()
    return ZONES.get(name) or ZONES.get(name.partition("-")[0], ELSEWHERE)
