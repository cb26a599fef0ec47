"""What a template may read: the case as the ledger tells it, in the shapes below. Pure; `now` is given.

`SHAPES` is the list of every name and key; `check` holds templates against it, and `docs/writing-a-template.md`
explains each.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from runner.case.events import ArtefactStored
from runner.case.state import CaseState, FactState
from runner.documents.facts import Catalogue, facts_of
from runner.documents.obligations import Obligation
from runner.documents.template.form import Template
from runner.documents.template.values import (
    FactsView,
    FromArtefact,
    FromCaseFile,
    FromPerson,
    FromStep,
    Source,
    Sourced,
)
from runner.report.figures import figures

JsonObject = dict[str, Any]

SHAPES: Mapping[str, tuple[str, ...]] = {
    "case": ("id", "title", "mode", "opened_at", "opened_by"),
    "subject": ("id", "names", "emails", "personas", "identifiers"),
    "subject.personas": ("id", "names", "emails"),
    "subject.identifiers": ("system", "name", "value"),
    "document": ("id", "title", "authority", "citation", "jurisdiction", "as_of"),
    "obligation": ("id", "title", "authority", "citation", "kind", "submit_via", "deadline"),
    "obligations": ("id", "title", "authority", "citation", "kind", "submit_via", "deadline"),
    "paths": ("system", "account", "kind", "id", "label", "state", "until", "reason"),
    "artefacts": ("number", "name", "sha256", "size", "source", "step", "media_type"),
    "receipts": ("source", "complete", "why", "start", "end", "records", "pages", "gaps", "step"),
    "findings": ("title", "system", "kind", "allows", "remove", "severity", "found_by", "step"),
    "timeline": ("at", "what", "source"),
    "approvals": ("gate", "answer", "by", "at", "reason"),
    "figures": ("time_to_contain_s", "skew_s"),
    "now": (),
    "facts_as_of": (),
}
"""Keys of every name; of lists, the keys of each row."""

LISTS = frozenset({"subject.personas", "subject.identifiers", "obligations", "paths", "artefacts", "receipts",
                   "findings", "timeline", "approvals"})  # fmt: skip


def build_scope(
    case: CaseState, template: Template, catalogue: Catalogue, obligations: Iterable[Obligation], now: datetime,
    deadlines: Mapping[str, str] | None = None,
) -> JsonObject:  # fmt: skip
    """Everything that one template may read.

    Args:
        case: the fold of the ledger.
        template: which obligations it serves and what it is called.
        catalogue: every fact that there is.
        obligations: all of them; those that the template names are shown to it.
        now: the time to write on it.
        deadlines: RFC 3339 or text, by the id of an obligation, as far as they are known.

    """
    numbers = {event.sha256: index for index, event in enumerate(case.artefacts.values(), 1)}
    artefacts = [_artefact(event, numbers[event.sha256]) for event in case.artefacts.values()]
    served = [_obligation(one, deadlines or {}) for one in obligations if one.id in template.obligations]
    fallback = {**dict.fromkeys(SHAPES["obligation"], ""), "authority": template.authority,
                "citation": template.citation, "title": template.title}  # fmt: skip
    numbers_of_run = figures(case.current)
    return {
        "facts": facts_view(case, catalogue),
        "case": {
            "id": case.case_id, "title": case.title, "mode": case.mode, "opened_at": _stamp(case.opened_at),
            "opened_by": case.opened_by,
        },
        "subject": _subject(case.subject),
        "document": {
            "id": template.id, "title": template.title, "authority": template.authority, "citation": template.citation,
            "jurisdiction": template.jurisdiction, "as_of": template.as_of,
        },
        "obligation": served[0] if served else fallback,
        "obligations": served,
        "paths": [{**{key: one.path.get(key) for key in SHAPES["paths"]}, "state": one.state.value, "until": one.until,
                   "reason": one.reason} for _key, one in sorted(case.paths.items())],
        "artefacts": artefacts,
        "receipts": [_receipt(one.step, one.receipt) for one in case.receipts],
        "findings": [{key: one.finding.get(key) for key in SHAPES["findings"]} | {"step": one.step}
                     for one in case.findings],
        "timeline": timeline(case, {name: spec for name, spec in catalogue.items() if not template.hides(spec)}),
        "approvals": list(_approvals(case)),
        "figures": {"time_to_contain_s": numbers_of_run.time_to_contain_s, "skew_s": numbers_of_run.skew_s},
        "now": _stamp(now),
        "facts_as_of": _stamp(facts_as_of(case)),
    }  # fmt: skip


def facts_view(case: CaseState, catalogue: Catalogue) -> FactsView:
    """`facts`, each with its sources."""
    return FactsView(facts_of(case), lambda name: _source(case, case.facts[name]), catalogue)


def facts_as_of(case: CaseState) -> datetime | None:
    """When the case last learned something: what documents write as the age of their facts."""
    return case.known_at or case.opened_at


def timeline(case: CaseState, catalogue: Catalogue) -> list[JsonObject]:
    """Dated entries: what facts of the catalogue given date, and what the run did, earliest first."""
    rows: list[JsonObject] = [{"at": Sourced(_stamp(case.opened_at)), "what": "Case opened", "source": case.opened_by}]
    for name, fact in case.facts.items():
        spec = catalogue.get(name)
        if spec is not None and spec.type == "date-time" and fact.value and not fact.unknown:
            source = _source(case, fact)
            rows.append({"at": Sourced(fact.value, (source,)), "what": spec.meaning.rstrip("."), "source": ""})
    for plan in case.plans.values():
        if plan.ordered_at:
            at = Sourced(_stamp(plan.ordered_at))
            rows.append({"at": at, "what": "Cut of all access ordered", "source": "evict"})
        rows += [
            {"at": Sourced(one.verified_at), "what": f"{one.system}: no access left standing, by a separate read",
             "source": f"evict, step {one.step}"}
            for one in plan.verified.values() if not one.standing
        ]  # fmt: skip
    return sorted(rows, key=lambda row: str(row["at"].value))


def _artefact(event: ArtefactStored, number: int) -> Sourced:
    row = {"number": number, "name": event.name, "sha256": event.sha256, "size": event.size, "source": event.source,
           "step": event.step, "media_type": event.media_type}  # fmt: skip
    return Sourced(row, (FromArtefact(number, event.name, event.sha256),))


def _source(case: CaseState, fact: FactState) -> Source:
    kind, name = str(fact.source.get("kind", "")), str(fact.source.get("name", ""))
    at = _stamp(fact.at.replace(second=0, microsecond=0))  # what one person told in one minute is one note
    if kind == "artefact":
        for number, one in enumerate(case.artefacts.values(), 1):
            if name in (one.sha256, one.name):
                return FromArtefact(number, one.name, one.sha256)
    if kind == "step":
        return FromStep(name, at)
    if kind == "case-file":
        return FromCaseFile(at)
    return FromPerson(name or "nobody named", at, fact.why)


def _subject(subject: JsonObject) -> JsonObject:
    personas = [{"id": one.get("id", ""), "names": list(one.get("names", ())), "emails": list(one.get("emails", ()))}
                for one in subject.get("personas", ())]  # fmt: skip
    identifiers = [
        {"system": system, "name": key, "value": value}
        for persona in subject.get("personas", ())
        for system, keys in sorted(persona.get("identifiers", {}).items())
        for key, values in sorted(keys.items())
        for value in values
    ]
    return {
        "id": subject.get("id", ""), "personas": personas, "identifiers": identifiers,
        "names": list(dict.fromkeys(name for one in personas for name in one["names"])),
        "emails": list(dict.fromkeys(email for one in personas for email in one["emails"])),
    }  # fmt: skip


def _obligation(one: Obligation, deadlines: Mapping[str, str]) -> JsonObject:
    return {"id": one.id, "title": one.title, "authority": one.authority, "citation": one.citation, "kind": one.kind,
            "submit_via": one.submit_via, "deadline": deadlines.get(one.id, "")}  # fmt: skip


def _receipt(step: str, receipt: JsonObject) -> JsonObject:
    row = {key: receipt.get(key) for key in SHAPES["receipts"]} | {"step": step}
    return {**row, "gaps": len(receipt.get("gaps") or ())}


def _approvals(case: CaseState) -> Iterable[JsonObject]:
    for plan in case.plans.values():
        for gate in plan.gates.values():
            for one in (*gate.approvals, *gate.denials):
                said = json.loads(one.statement)
                yield {"gate": one.gate, "answer": one.answer, "by": one.by, "at": said.get("at", ""),
                       "reason": said.get("reason", "")}  # fmt: skip


def _stamp(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""
