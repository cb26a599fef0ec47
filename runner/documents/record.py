"""Keep in the ledger what facts change: obligations with why and how, and contradictions, each once per change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from runner.case.clock import stamp, utc_now
from runner.case.events import ContradictionsFound, Event, FactRecorded, ObligationChanged
from runner.case.fold import apply, fold
from runner.case.folder import Case
from runner.case.ledger import Head, StaleHeadError
from runner.case.state import CaseState, ObligationState
from runner.documents.duties import Duty, Standing
from runner.documents.law import Law

JsonObject = dict[str, Any]

SILENT = (Standing.UNDETERMINED, Standing.INFORMATIONAL)
"""As open as before anybody was asked: nothing to record, as long as the record says nothing else."""


@dataclass(frozen=True)
class Kept:
    """The case with what was recorded, and which changes that made."""

    state: CaseState
    changes: tuple[Event, ...]


def record_facts(case: Case, law: Law, facts: Sequence[FactRecorded]) -> Kept:
    """Record facts and what they change."""
    case.ledger.append(facts)
    return keep_changes(case, law)


def keep_changes(case: Case, law: Law) -> Kept:
    """Record what the facts, as they stand now, change."""
    while True:
        state = fold(case.ledger.read())
        events = changes(law, state, utc_now())
        try:
            records = case.ledger.append(events, Head(state.size, state.head))
        except StaleHeadError:
            continue
        return Kept(apply(state, records), events)


def changes(law: Law, state: CaseState, now: datetime) -> tuple[Event, ...]:
    """What the ledger does not say yet of obligations and contradictions. Pure."""
    events: list[Event] = []
    for duty in law.duties(state):
        before = state.obligations.get(duty.obligation.id, ObligationState(duty.obligation.id)).now
        after = summary(duty)
        if before == after or (not before and duty.standing in SILENT):
            continue
        because = [*duty.because, *(f"{fact} is not known" for fact in duty.unknown)]
        events.append(ObligationChanged(duty.obligation.id, before, after, because, list(duty.count.working)))
    found = [one.to_json() for one in law.conflicts(state, now)]
    if found != state.contradictions:
        events.append(ContradictionsFound(found))
    return tuple(events)


def summary(duty: Duty) -> JsonObject:
    """What the ledger keeps of a duty; the board reads it without the legal data."""
    first = duty.count.first or duty.count.retention
    return {
        "standing": duty.standing.value,
        "kind": first.kind.value if first else "",
        "basis": first.basis if first else "",
        "deadline": stamp(first.at) if first and first.at else None,
        "last_day": first.last_day.isoformat() if first and first.last_day else None,
        "title": duty.obligation.title,
        "who": list(duty.obligation.who),
        "as_of": duty.obligation.as_of,
        "confidence": duty.obligation.confidence,
        "done": duty.done,
    }
