"""Windows of time: cut into pieces, halved where an answer looks cut short, and told where the source forgot. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from connectors.contract import Gap

STAMP = "%Y-%m-%dT%H:%M:%SZ"
LEAST = timedelta(seconds=1)
"""A window that cannot be halved: times in filters have no fractions of a second."""

ROUND, ROUND_FROM = 500, 1000
"""Collectors were cut short in silence at 5,000 and at 50,000 records: a round number of them is no accident until a
second look says so (github.com/invictus-ir/Microsoft-Extractor-Suite, issues 117 and 129)."""


@dataclass(frozen=True, order=True)
class Window:
    """From `start` to `end`, both included; where it is `open` its end is the moment of asking and is not asked for."""

    start: datetime
    end: datetime
    open: bool = False

    def asked(self, name: str) -> str:
        """It as an OData filter: Graph's logs take `ge` and `le` of a time and nothing else."""
        since = f"{name} ge {stamp(self.start)}"
        return since if self.open else f"{since} and {name} le {stamp(self.end)}"

    def halves(self) -> tuple[Window, ...]:
        """Two windows that cover it; none when it is too short."""
        half = timedelta(seconds=(self.end - self.start) // (2 * LEAST))
        if half < LEAST:
            return ()
        middle = self.start + half
        return Window(self.start, middle), Window(middle, self.end, self.open)

    def __str__(self) -> str:
        return f"{stamp(self.start)} to {'now' if self.open else stamp(self.end)}"


def stamp(at: datetime) -> str:
    """A time as Graph's filters take it."""
    return at.strftime(STAMP)


def pieces(start: datetime, end: datetime, step: timedelta) -> Iterator[Window]:
    """The time from `start` to `end` in windows of at most `step`, oldest first."""
    while start < end:
        until = min(start + step, end)
        yield Window(start, until)
        start = until


def settled_and_young(start: datetime, now: datetime, delay: timedelta) -> tuple[Window | None, Window]:
    """What has certainly arrived, None where nothing has; and what may still be on its way, open to the moment."""
    edge = (now - delay).replace(microsecond=0)
    if start >= edge:
        return None, Window(start, now, open=True)
    return Window(start, edge), Window(edge, now, open=True)


def looks_cut(count: int, most: int) -> bool:
    """Whether so many records may be all that an answer gives rather than all there are."""
    return count >= most or (count >= ROUND_FROM and count % ROUND == 0)


def forgotten(start: datetime, now: datetime, keeps: timedelta, who: str) -> list[Gap]:
    """The part of a window that its source no longer keeps."""
    oldest = now - keeps
    if start >= oldest - timedelta(hours=1):
        return []
    return [Gap(f"{stamp(start)} to {stamp(oldest)}", f"older than the {keeps.days} days that {who} keeps")]
