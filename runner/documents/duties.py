"""Every obligation judged on a case: due, not due, or undetermined, with its clock. Pure.

Rules, in the order of the code:

1. Law that is not in force is informational and starts no clock, whatever the facts say.
2. The rule decides, in three values: an unknown fact never closes an obligation.
3. An entry that replaces a more general one does so only when both are due.
4. A duty is done when the fact that records its filing says so, or when a person marked it as done. A fact records one
   filing: while several duties that are due share one, it closes none of them, and each is marked by a person.
5. Clocks are counted for what is due and for what may be.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from runner.case.clock import stamp
from runner.case.state import CaseState, FactState, ObligationState
from runner.documents.calendars import Calendars, calendar, zones_of
from runner.documents.clocks import Kind, Start, parse_start
from runner.documents.counts import NEVER, Count, count, rank
from runner.documents.facts import UNKNOWN, Facts
from runner.documents.filings import Filings
from runner.documents.obligations import Leg, Obligation
from runner.documents.rules import Truth, judge_rule

NOTHING = Count(None, None, None, ())

UNIT_HOURS: Mapping[str, float] = {
    "hours": 1, "calendar_days": 24, "business_days": 24, "months": 28 * 24, "years": 365 * 24,
}  # fmt: skip
"""For the order only; a business day is at least a day."""

FIXED_HOURS = 30 * 24.0
"""A date of the calendar may be near; it comes before what has no number."""

FAR = 1e9
"""Hours of what has no number."""


class Standing(StrEnum):
    """Where an obligation stands in a case."""

    DUE = "due"
    UNDETERMINED = "undetermined"
    NOT_DUE = "not-due"
    REPLACED = "replaced"
    INFORMATIONAL = "informational"


@dataclass(frozen=True)
class Duty:
    """One obligation in one case."""

    obligation: Obligation
    standing: Standing
    because: tuple[str, ...]
    """Conditions that decided it, or the id of the obligation that takes its place."""
    unknown: tuple[str, ...]
    """Facts that would have to be known to decide."""
    count: Count
    done: str
    """How it is known to be done; "" while it is open."""
    after: str = ""
    """Id of the obligation whose filing starts this one's clock, while that is open."""
    stage: str = ""
    """Which stage of its series, e.g. "2 of 3"."""

    @property
    def open(self) -> bool:
        """Due, and nobody said that it is done."""
        return self.standing is Standing.DUE and not self.done

    @property
    def at(self) -> datetime | None:
        """The moment at which its first period is over."""
        return self.count.first.at if self.count.first else None


def evaluate(
    obligations: Sequence[Obligation], case: CaseState, facts: Facts, filings: Filings, calendars: Calendars = calendar
) -> tuple[Duty, ...]:
    """Every obligation on a case, the most urgent first; `facts` are those that fit the catalogue."""
    judged = [_judge(one, case, facts, filings, calendars) for one in obligations]
    due = {one.obligation.id: one for one in judged if one.standing is Standing.DUE}
    replaced = {name: one.obligation.id for one in due.values() for name in one.obligation.replaces if name in due}
    stages = _stages(obligations)
    shared = _shared([name for name in due if name not in replaced], filings)
    waited_for = {
        filings[name]: name for name, one in due.items() if name in filings and not one.done and name not in replaced
    }
    rows = []
    for one in judged:
        name = one.obligation.id
        made = replace(one, stage=stages.get(name, ""), after=_after(one, waited_for))
        if name in replaced:
            made = replace(made, standing=Standing.REPLACED, because=(f"{replaced[name]} takes its place",))
        elif name in shared and made.done and not _marked(case, name):
            which = f"{filings[name]} does not say whether this was filed or {shared[name]}: mark each with --done"
            made = replace(made, done="", because=(*made.because, which))
        rows.append(made)
    return tuple(sorted(rows, key=urgency))


def urgency(one: Duty) -> tuple[int, tuple[int, datetime, bool], float, str]:
    """At once; a clock whose start nobody told; by moment; without a number; undetermined; done; the rest."""
    first = one.count.first
    by_time = rank(first) if first and first.kind is not Kind.NO_NUMBER else (1, NEVER, False)
    order = (Standing.UNDETERMINED, Standing.DUE, Standing.INFORMATIONAL, Standing.REPLACED, Standing.NOT_DUE)
    group = _open_group(one) if one.open else 5 + order.index(one.standing)
    return (group, by_time, shortest(one.obligation), one.obligation.id)


def shortest(one: Obligation) -> float:
    """Hours of the shortest period that the law or a target names."""
    return min((_hours(leg) for leg in one.clock.legs if leg.basis != "retention"), default=FAR)


def _hours(leg: Leg) -> float:
    if leg.unit in UNIT_HOURS:
        return UNIT_HOURS[leg.unit] * leg.amount
    return {"immediate": 0.0, "fixed": FIXED_HOURS}.get(leg.unit, FAR)


def _open_group(one: Duty) -> int:
    first = one.count.first
    if first and first.kind is Kind.IMMEDIATE:
        return 0
    if one.after:
        return 4
    if first is None or (one.count.missing and first.at is None):
        return 1 if one.count.missing else 4
    return 2 if first.at else 3


def _judge(one: Obligation, case: CaseState, facts: Facts, filings: Filings, calendars: Calendars) -> Duty:
    verdict = judge_rule(one.rule, facts)
    standing = {Truth.YES: Standing.DUE, Truth.NO: Standing.NOT_DUE, Truth.UNKNOWN: Standing.UNDETERMINED}[
        verdict.truth
    ]
    if standing is not Standing.NOT_DUE and not one.in_force:
        return Duty(one, Standing.INFORMATIONAL, ("not in force when last seen",), (), NOTHING, "")
    if standing is Standing.NOT_DUE:
        return Duty(one, standing, verdict.because, (), NOTHING, "")
    opened = Start("", case.opened_at) if case.opened_at else None

    def start(fact: str) -> Start | None:
        known = case.facts.get(fact)
        return parse_start(fact, facts.get(fact), told_by(known)) if known else None

    counted = count(one.clock.legs, start, opened, calendars, zones_of(one.jurisdiction))
    done = _done(filings.get(one.id, ""), case, facts, one.id)
    return Duty(one, standing, verdict.because, verdict.unknown, counted, done)


def told_by(fact: FactState) -> str:
    """Who or what a fact comes from, and when it was recorded."""
    return f"{fact.source.get('kind', '')} {fact.source.get('name', '')}, {fact.confidence}, {stamp(fact.at)[:16]}Z"


def _done(fact: str, case: CaseState, facts: Facts, name: str) -> str:
    marked = _marked(case, name)
    if marked:
        return marked
    value = facts.get(fact, UNKNOWN) if fact else UNKNOWN
    if value is UNKNOWN or value in (False, None, ""):
        return ""
    return f"{fact} = {'yes' if value is True else value}"


def _marked(case: CaseState, name: str) -> str:
    known = case.obligations.get(name, ObligationState(name))
    return f"marked by {known.marked.by}: {known.marked.reference}" if known.marked and known.marked.done else ""


def _shared(names: Sequence[str], filings: Filings) -> dict[str, str]:
    """Those whose filing is recorded by the same fact as another's, and which others those are."""
    others = {
        name: [one for one in names if one != name and filings.get(one) == filings[name]]
        for name in names if name in filings
    }  # fmt: skip
    return {name: ", ".join(found) for name, found in others.items() if found}


def _stages(obligations: Sequence[Obligation]) -> dict[str, str]:
    """Which stage of its series each obligation is, in the order in which the data writes them."""
    named: dict[str, list[Obligation]] = {}
    for one in sorted(obligations, key=lambda one: one.place):
        if one.series:
            named.setdefault(f"{one.jurisdiction}/{one.series}", []).append(one)
    return {
        one.id: f"{index} of {len(group)}" for group in named.values() for index, one in enumerate(group, 1)
    }  # fmt: skip


def _after(one: Duty, waited_for: Mapping[str, str]) -> str:
    """The open obligation whose filing is this one's only start; "" when its clock can start without one."""
    if one.count.first and one.count.first.at:
        return ""
    waits = [waited_for.get(fact, "") for fact in one.count.missing]
    return waits[0] if waits and all(waits) else ""
