"""Time on paper. A case is days of waiting around seconds that matter, so pauses are cut out and named. Pure.

1. A stretch is a run of moments without a long pause; within it, time is to scale.
2. The longest pause goes first, as long as it is a good part of its stretch, until there are enough stretches.
3. A stretch with more in it gets more room, by the square root.
"""

from __future__ import annotations

import bisect
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

MOST_STRETCHES = 9
PART = 0.2
"""A pause is cut out when it is at least this part of its stretch."""
SHORTEST_S = 8.0
"""A shorter pause is never cut out."""
PAUSE = 26.0
"""Room of a pause on paper."""
MARGIN = 10.0
"""Room on both sides within a stretch."""


@dataclass(frozen=True)
class Stretch:
    """A part of the time that is drawn to scale."""

    start: datetime
    end: datetime
    left: float
    right: float

    def x(self, at: datetime) -> float:
        """Where a moment of it lies."""
        span = (self.end - self.start).total_seconds()
        if span <= 0:
            return (self.left + self.right) / 2
        part = (at - self.start).total_seconds() / span
        return self.left + MARGIN + min(max(part, 0.0), 1.0) * (self.right - self.left - 2 * MARGIN)


@dataclass(frozen=True)
class Scale:
    """All stretches, from left to right."""

    stretches: tuple[Stretch, ...]

    def x(self, at: datetime) -> float:
        """Where a moment lies; what lies outside, at the nearest end."""
        index = bisect.bisect_right([one.start for one in self.stretches], at) - 1
        return self.stretches[max(index, 0)].x(at)

    @property
    def pauses(self) -> tuple[tuple[float, float, timedelta], ...]:
        """Left, right and length of each pause."""
        return tuple((one.right, other.left, other.start - one.end) for one, other in pairwise(self.stretches))


def scale(moments: Iterable[datetime], left: float, right: float) -> Scale:
    """The scale on which these moments are drawn."""
    groups = _groups(sorted(set(moments)))
    room = right - left - PAUSE * (len(groups) - 1)
    weights = [1.0 + len(group) ** 0.5 for group in groups]
    made, at = [], left
    for group, weight in zip(groups, weights, strict=True):
        width = room * weight / sum(weights)
        made.append(Stretch(group[0], group[-1], round(at, 1), round(at + width, 1)))
        at += width + PAUSE
    return Scale(tuple(made))


def _groups(moments: list[datetime]) -> list[list[datetime]]:
    groups = [moments]
    while len(groups) < MOST_STRETCHES:
        found = max((one for group in groups if (one := _longest(group))), key=lambda one: one[0], default=None)
        if found is None:
            break
        _length, group, at = found
        place = groups.index(group)
        groups[place : place + 1] = [group[:at], group[at:]]
    return groups


def _longest(group: list[datetime]) -> tuple[float, list[datetime], int] | None:
    """The longest pause of a stretch when it is worth cutting out: its length, the stretch, where it lies."""
    if len(group) < 2:  # noqa: PLR2004 - a pause lies between two
        return None
    length, at = max(((other - one).total_seconds(), index) for index, (one, other) in enumerate(pairwise(group), 1))
    span = (group[-1] - group[0]).total_seconds()
    return (length, group, at) if length >= SHORTEST_S and length >= PART * span else None
