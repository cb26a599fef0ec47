"""The timeline as data: lanes, bars, marks and the moments that count. Nothing here knows how it is drawn."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Lane(StrEnum):
    """Who or what an event belongs to, from top to bottom."""

    PEOPLE = "People and approvals"
    EVIDENCE = "Evidence"
    CUT = "Cut"
    PROOF = "Proof"
    HUNT = "Hunt"
    DUTIES = "Obligations"


@dataclass(frozen=True)
class Bar:
    """Something that took time."""

    lane: Lane
    start: datetime
    end: datetime | None
    """None while no end is known."""
    label: str
    outcome: str
    anchor: str
    """The row of the table that tells of its start."""
    minor: bool = False
    """One of very many: drawn thin, without its label."""


@dataclass(frozen=True)
class Mark:
    """Something that happened."""

    lane: Lane
    at: datetime
    label: str
    outcome: str
    anchor: str


@dataclass(frozen=True)
class Moment:
    """A moment that the whole case turns on: the order to cut, the last proof."""

    at: datetime
    label: str


@dataclass(frozen=True)
class Timeline:
    """What is drawn."""

    bars: tuple[Bar, ...]
    marks: tuple[Mark, ...]
    moments: tuple[Moment, ...]
    now: datetime
