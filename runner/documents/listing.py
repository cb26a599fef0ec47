"""The duties of a case as a documented, versioned JSON shape (`evict deadlines --json`)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from runner.case.clock import stamp
from runner.case.state import CaseState
from runner.documents.clocks import Deadline
from runner.documents.contradictions import Conflict
from runner.documents.duties import Duty
from runner.documents.interactions import InteractionWarning

JsonObject = dict[str, Any]

DEADLINES_VERSION = 1


def deadlines(
    case: CaseState,
    duties: Sequence[Duty],
    conflicts: Sequence[Conflict],
    warnings: Sequence[InteractionWarning],
    now: datetime,
) -> JsonObject:
    """Every duty of a case, the most urgent first.

    Returns:
        `evict-deadlines` (version), `case`, `title`, `mode`, `exercise`, `now`, `counts` (by standing, and `open`,
        `done`, `overdue` by law, `targets_missed`), `duties[] {id, title, jurisdiction, authority, citation, kind,
        standing, state, done, because, unknown, series, stage, after, who, summary, event, first, law, target,
        retention, missing, working, submit_via, document, cautions, sources, as_of, confidence, confidence_note}`,
        where a deadline is `{kind, basis, at, last_day, zone, period, left_s, overdue}`; `conflicts[] {id, says,
        facts}`; `warnings[] {id, title, text, possible, stop, obligations, documents, citation, confidence}`.

    """
    rows = [_row(one, now) for one in duties]
    counts = Counter(row["standing"] for row in rows)
    return {
        "evict-deadlines": DEADLINES_VERSION,
        "case": case.case_id,
        "title": case.title,
        "mode": case.mode,
        "exercise": case.mode == "exercise",
        "now": stamp(now),
        "counts": {
            **dict(sorted(counts.items())),
            "open": sum(row["state"] == "open" for row in rows),
            "done": sum(row["state"] == "done" for row in rows),
            "overdue": sum(_over(row, "law") for row in rows),
            "targets_missed": sum(_over(row, "target") for row in rows),
        },
        "duties": rows,
        "conflicts": [one.to_json() for one in conflicts],
        "warnings": [_warning(one) for one in warnings],
    }


def _over(row: JsonObject, basis: str) -> bool:
    return row["state"] == "open" and bool(row[basis] and row[basis]["overdue"])


def _row(one: Duty, now: datetime) -> JsonObject:
    law = one.obligation
    state = "open" if one.open else "done" if one.done else "none"
    return {
        "id": law.id,
        "title": law.title,
        "jurisdiction": law.jurisdiction,
        "authority": law.authority,
        "citation": law.citation,
        "kind": law.kind,
        "standing": one.standing.value,
        "state": state,
        "done": one.done,
        "because": list(one.because),
        "unknown": list(one.unknown),
        "series": law.series,
        "stage": one.stage,
        "after": one.after,
        "who": list(law.who),
        "summary": law.summary,
        "event": law.clock.event,
        "first": _deadline(one.count.first, now),
        "law": _deadline(one.count.law, now),
        "target": _deadline(one.count.target, now),
        "retention": _deadline(one.count.retention, now),
        "missing": list(one.count.missing),
        "working": list(one.count.working),
        "submit_via": law.submit_via,
        "document": law.document,
        "cautions": list(law.cautions),
        "sources": list(law.sources),
        "as_of": law.as_of,
        "confidence": law.confidence,
        "confidence_note": law.confidence_note,
    }


def _deadline(one: Deadline | None, now: datetime) -> JsonObject | None:
    if one is None:
        return None
    left = int((one.at - now).total_seconds()) if one.at else None
    return {
        "kind": one.kind.value,
        "basis": one.basis,
        "at": stamp(one.at) if one.at else None,
        "last_day": one.last_day.isoformat() if one.last_day else None,
        "zone": one.zone,
        "period": one.period,
        "left_s": left,
        "overdue": one.at is not None and now >= one.at,
    }


def _warning(one: InteractionWarning) -> JsonObject:
    told = one.interaction
    return {
        "id": told.id,
        "title": told.title,
        "text": one.text,
        "possible": one.possible,
        "stop": told.stop,
        "obligations": list(told.obligations),
        "documents": list(told.documents),
        "citation": told.provenance.citation,
        "confidence": told.provenance.confidence,
    }
