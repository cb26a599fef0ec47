"""What to ask next: only facts that still decide something, the most urgent clock first. Pure.

1. A due and open obligation whose clock has no start asks for that time.
2. An undetermined obligation asks for one fact at a time: of those that its rule still needs, the one that most
   obligations share, so that one answer settles many.
3. A due document asks for the facts that it needs.

A fact that was asked is not asked again, also when the answer was that nobody knows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from runner.documents.clocks import Kind
from runner.documents.duties import FAR, Duty, Standing, shortest
from runner.documents.facts import Catalogue, Facts, FactSpec
from runner.documents.statements import expectation

HOUR_S = 3600.0
KINDS = ("mandatory", "conditional", "voluntary")
MOST_REASONS = 3
FEW_HOURS = 100
"""From here on a period is told in days."""

DECIDES, STARTS, DOCUMENT = "decides", "starts the clock of", "is needed in the document of"
ORDER = (STARTS, DECIDES, DOCUMENT)


@dataclass(frozen=True)
class Reason:
    """Why a fact is asked for."""

    how: str
    duty: Duty
    hours: float
    """The shortest period that hangs on it, or what is left of it."""


@dataclass(frozen=True)
class Question:
    """One fact that still matters."""

    spec: FactSpec
    reasons: tuple[Reason, ...]
    """The most urgent first."""

    @property
    def urgency(self) -> tuple[float, int, int, int, str]:
        """The shortest clock, what kind of duty, how it matters, and to how many."""
        first = self.reasons[0]
        return (*_weight(first), -len(self.reasons), self.spec.name)

    def to_json(self) -> dict[str, Any]:
        """As `evict interview --json` shows it."""
        return {
            "name": self.spec.name,
            "ask": self.spec.ask,
            "meaning": self.spec.meaning,
            "type": self.spec.type,
            "choices": list(self.spec.choices),
            "expect": expectation(self.spec),
            "who": list(self.spec.who),
            "sensitivity": self.spec.sensitivity,
            "part": self.spec.part,
            "why": [
                {
                    "how": one.how,
                    "obligation": one.duty.obligation.id,
                    "title": one.duty.obligation.title,
                    "hours": round(one.hours, 1) if one.hours < FAR else None,
                }
                for one in self.reasons
            ],
        }


def questions(
    duties: Sequence[Duty],
    facts: Facts,
    catalogue: Catalogue,
    now: datetime,
    *,
    documents: Mapping[str, Sequence[str]] | None = None,
    role: str = "",
) -> tuple[Question, ...]:
    """What still matters, the most urgent first; with a role, only what somebody in it can know."""
    shared = Counter(fact for one in duties if one.standing is Standing.UNDETERMINED for fact in one.unknown)
    reasons: dict[str, list[Reason]] = {}
    for duty in duties:
        for how, fact in _asks(duty, facts, shared, documents or {}):
            if fact in catalogue and fact not in facts:
                reasons.setdefault(fact, []).append(Reason(how, duty, _hours(duty, how, now)))
    found = [
        Question(catalogue[fact], tuple(sorted(why, key=lambda one: (*_weight(one), one.duty.obligation.id))))
        for fact, why in reasons.items()
        if not role or role in catalogue[fact].who
    ]
    return tuple(sorted(found, key=lambda one: one.urgency))


def _asks(
    duty: Duty, facts: Facts, shared: Counter[str], documents: Mapping[str, Sequence[str]]
) -> list[tuple[str, str]]:
    if duty.standing is Standing.UNDETERMINED:
        open_facts = [fact for fact in duty.unknown if fact not in facts]
        return [(DECIDES, max(open_facts, key=lambda fact: shared[fact]))] if open_facts else []
    if not duty.open:
        return []
    starts = [] if duty.after else [(STARTS, fact) for fact in duty.count.missing]
    return [*starts, *((DOCUMENT, fact) for fact in documents.get(duty.obligation.document, ()))]


def _hours(duty: Duty, how: str, now: datetime) -> float:
    first = duty.count.first
    if how == STARTS or first is None or (first.at is None and first.kind is not Kind.IMMEDIATE):
        return shortest(duty.obligation)
    return 0.0 if first.at is None else (first.at - now).total_seconds() / HOUR_S


def _weight(one: Reason) -> tuple[float, int, int]:
    return (one.hours, KINDS.index(one.duty.obligation.kind), ORDER.index(one.how))


def why_asked(question: Question) -> list[str]:
    """The reasons in words: which obligations and which clocks."""
    lines = [
        f"{one.how} {one.duty.obligation.title} ({one.duty.obligation.id}, {_clock(one.hours)})"
        for one in question.reasons[:MOST_REASONS]
    ]
    more = len(question.reasons) - MOST_REASONS
    return [*lines, f"and {more} more"] if more > 0 else lines


def _clock(hours: float) -> str:
    if hours <= 0:
        return "at once"
    if hours >= FAR:
        return "no number"
    return f"{hours:.0f} h" if hours < FEW_HOURS else f"{hours / 24:.0f} days"
