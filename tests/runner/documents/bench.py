"""A small body of law and cases on it, for tests of what is judged, asked and shown."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from runner.case.events import FactRecorded
from runner.case.folder import Case
from runner.case.state import CaseState, FactState
from runner.documents.contradictions import load_contradictions
from runner.documents.duties import Duty
from runner.documents.facts import UNKNOWN, load_catalogue
from runner.documents.law import Law
from runner.documents.obligations import load_obligations

CATALOGUE = load_catalogue()
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
OPENED = datetime(2026, 11, 24, 8, tzinfo=UTC)
HOSTILE = "x\x1b]0;gone\x07\u202e<b>[link](http://evil.example)\r\nBEGIN:VALARM"


def obligation(name: str, *conditions: str, legs: list[dict[str, Any]] | None = None, **more: Any) -> dict[str, Any]:
    """One obligation as its file has it."""
    return {
        "id": name, "title": f"Title of {name}", "authority": "An authority", "citation": "Art. 1", "kind": "mandatory",
        "in_force": True, "who": ["counsel"], "applies": {"summary": "When it applies.", "all": list(conditions)},
        "clock": {"event": "An event.", "legs": legs or [{"within": "no-number", "basis": "law"}]},
        "submit_via": "A portal.", "fields": ["a field"], "document": "", "cautions": ["A caution."],
        "sources": ["https://example.org/law"], "as_of": "2026-11-01", "confidence": "medium", **more,
    }  # fmt: skip


def leg(within: Any, starts: str = "", basis: str = "law", **more: Any) -> dict[str, Any]:
    """One leg as its file has it."""
    return {"within": within, "basis": basis, **({"starts": starts} if starts else {}), **more}


def law(folder: Path, *rows: dict[str, Any], jurisdiction: str = "us", filings: dict[str, str] | None = None) -> Law:
    """Law of these obligations with the shipped facts and contradictions."""
    folder.mkdir(exist_ok=True)
    content = {"evict-obligations": 1, "jurisdiction": jurisdiction, "obligations": list(rows)}
    (folder / "made.yaml").write_text(json.dumps(content))
    return Law(CATALOGUE, load_obligations(CATALOGUE, folder), filings or {}, load_contradictions(CATALOGUE), ())


def case(mode: str = "real", **facts: Any) -> CaseState:
    """A case that holds these facts."""
    state = CaseState(case_id="CASE-1", title=HOSTILE, mode=mode, opened_at=OPENED)
    for name, value in facts.items():
        unknown = value is UNKNOWN
        kept = None if unknown else value
        source = {"kind": "person", "name": HOSTILE}
        state.facts[name] = FactState(name, "any", kept, source, "stated", OPENED, "", unknown)
    return state


def by_id(duties: tuple[Duty, ...]) -> dict[str, Duty]:
    """Duties by the id of their obligation."""
    return {one.obligation.id: one for one in duties}


def folder(directory: Path, mode: str = "real") -> Case:
    """A case folder with nothing in it."""
    return Case.create(
        directory, case_id="CASE-1", title=HOSTILE, mode=mode, opened_by="a@example.org", subject={}, tool="test"
    )


def said(name: str, value: Any, *, unknown: bool = False) -> FactRecorded:
    """A fact as a person states it."""
    source = {"kind": "person", "name": HOSTILE}
    return FactRecorded(name, "any", value, source, unknown=unknown)
