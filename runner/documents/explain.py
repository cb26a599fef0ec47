"""Why a document is due and what it rests on, as a documented, versioned JSON shape (`evict documents explain`)."""

from __future__ import annotations

from typing import Any

from runner.case.clock import stamp
from runner.case.state import CaseState
from runner.documents.desk import Sheet, sheet_json
from runner.documents.facts import facts_of
from runner.documents.law import Law
from runner.documents.payments import closed_because
from runner.documents.template.form import Template

JsonObject = dict[str, Any]


def explanation(case: CaseState, law: Law, sheet: Sheet) -> JsonObject:
    """Everything about one document.

    Returns:
        `evict-document` (version), the keys of a document of `evict documents list`, and `duties[] {id, title,
        citation, standing, because, unknown, at, working, cautions}`, `facts[] {fact, value, unknown, source,
        recorded_at, confidence, required}`, `warnings[]`, `template {file, sha256, citation, sources, as_of,
        confidence}`.

    """
    template = sheet.template
    return {
        "evict-document": 1,
        **sheet_json(case, sheet),
        "duties": [
            {"id": one.obligation.id, "title": one.obligation.title, "citation": one.obligation.citation,
             "standing": one.standing.value, "because": list(one.because), "unknown": list(one.unknown),
             "at": stamp(one.at) if one.at else None, "working": list(one.count.working),
             "cautions": list(one.obligation.cautions)}
            for one in sheet.duties
        ],
        "facts": [_fact(case, name, required=name in template.facts) for name in template.declared
                  if name in case.facts],
        "warnings": [*_gate(case, template), *(one.text for one in law.warnings_about(case, template.id))],
        "template": {"file": template.file, "sha256": template.sha256, "citation": template.citation,
                     "sources": list(template.sources), "as_of": template.as_of, "confidence": template.confidence},
    }  # fmt: skip


def _gate(case: CaseState, template: Template) -> list[str]:
    """What the payment gate says to a document that moves value."""
    closed = closed_because(facts_of(case)) if template.moves_value else ()
    return [f"This document can move value, and the payment gate is closed: {'; '.join(closed)}."] if closed else []


def _fact(case: CaseState, name: str, *, required: bool) -> JsonObject:
    known = case.facts[name]
    return {"fact": name, "value": known.value, "unknown": known.unknown, "source": known.source,
            "recorded_at": stamp(known.at), "confidence": known.confidence, "required": required}  # fmt: skip
