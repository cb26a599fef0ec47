"""The clock of one obligation: its legs together. Pure.

1. The earliest leg that can be dated counts; the legs of the law, the project's own targets and periods of retention
   are kept apart, and law comes before a target that ends at the same moment.
2. A leg whose start nobody has told is named: it may end earlier than what is shown.
3. A date of its own ("09-30") without a start counts from the opening of the case.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from runner.documents.calendars import Calendars
from runner.documents.clocks import Deadline, Kind, Start, period, soonest, undated
from runner.documents.obligations import Leg

Starts = Callable[[str], Start | None]
"""The start that a fact gives; None when it is unasked, unknown or no time."""

NEVER = datetime.max.replace(tzinfo=UTC)

RANKS: Mapping[Kind, int] = {Kind.IMMEDIATE: 0, Kind.MOMENT: 1, Kind.DATE: 1, Kind.PERSON: 2, Kind.NO_NUMBER: 3}


@dataclass(frozen=True)
class Count:
    """What the legs of one clock come to."""

    law: Deadline | None
    target: Deadline | None
    retention: Deadline | None
    missing: tuple[str, ...]
    """Facts that would start a leg and that nobody has told; a period of retention is not waited for."""
    waiting: tuple[str, ...] = ()
    """The same legs as lines for the working."""

    @property
    def first(self) -> Deadline | None:
        """What ends first of law and target; None when no leg could start."""
        return min((one for one in (self.law, self.target) if one), key=rank, default=None)

    @property
    def working(self) -> tuple[str, ...]:
        """How every leg was worked out."""
        parts = [one for one in (self.law, self.target, self.retention) if one]
        return (*(f"{one.basis}: {line}" for one in parts for line in one.working), *self.waiting)


def rank(one: Deadline) -> tuple[int, datetime, bool]:
    """At once, then by time, then what a person dates, then what has no number; law before target."""
    return (RANKS[one.kind], one.at or NEVER, one.basis != "law")


def count(
    legs: Sequence[Leg], starts: Starts, opened: Start | None, calendars: Calendars, zones: Sequence[str]
) -> Count:
    """The clock of an obligation that has these legs."""
    found: dict[str, Deadline] = {}
    missing: list[Leg] = []
    waiting: list[str] = []
    for leg in legs:
        start = starts(leg.starts) if leg.starts else opened
        if start is None and leg.unit not in ("immediate", "no-number"):
            missing.append(leg)
            waiting.append(f"{leg.basis}: {period(leg)} from {leg.starts or 'the opening of the case'}: not known")
            continue
        try:
            made = _one(leg, start, calendars, zones)
        except ValueError as error:
            waiting.append(f"{leg.basis}: a person must count: {error}")
            missing.append(leg)
            continue
        known = found.get(leg.basis)
        found[leg.basis] = min(known, made, key=rank) if known else made
    facts = tuple(dict.fromkeys(leg.starts for leg in missing if leg.starts and leg.basis != "retention"))
    return Count(found.get("law"), found.get("target"), found.get("retention"), facts, tuple(waiting))


def _one(leg: Leg, start: Start | None, calendars: Calendars, zones: Sequence[str]) -> Deadline:
    return undated(leg, start if leg.starts else None) if start is None else soonest(leg, start, calendars, zones)
