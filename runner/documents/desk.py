"""Counsel's desk: which documents a case calls for, why, by when, what is missing, who can tell. Pure."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from connectors.errors import InputError, Problem
from runner.case.clock import stamp
from runner.case.state import CaseState
from runner.documents.duties import Duty, Standing, urgency
from runner.documents.facts import FactSpec
from runner.documents.law import Law
from runner.documents.template.form import Template
from runner.documents.template.scope import facts_view
from runner.documents.template.values import Gap

JsonObject = dict[str, Any]

DOCUMENTS_VERSION = 1


@dataclass(frozen=True)
class Sheet:
    """One document on the desk."""

    template: Template
    standing: str
    """due | done | undetermined | possible: an obligation asks for it and is open, or met; it may come to be due; or
    nothing asks for it."""
    duties: tuple[Duty, ...]
    """The obligations that ask for it, the most urgent first."""
    missing: tuple[FactSpec, ...]
    """Required facts that nobody was asked about."""
    unknown: tuple[FactSpec, ...]
    """Required facts that nobody knows."""

    @property
    def at(self) -> datetime | None:
        """The first moment by which it must be there."""
        return min((one.at for one in self.duties if one.open and one.at), default=None)

    @property
    def who(self) -> tuple[str, ...]:
        """Roles that can tell what is missing."""
        return tuple(dict.fromkeys(role for one in self.missing for role in one.who))


def sheets(case: CaseState, law: Law, templates: Mapping[str, Template]) -> tuple[Sheet, ...]:
    """Every document, those that are due first and the most urgent of them first."""
    duties = law.duties(case)
    made = [_sheet(case, law, one, duties) for one in templates.values()]
    order = ("due", "undetermined", "done", "possible")
    return tuple(sorted(made, key=lambda one: (order.index(one.standing), *_urgency(one), one.template.id)))


def _urgency(one: Sheet) -> tuple[bool, Any]:
    """As its most urgent obligation; what no obligation asks for comes last."""
    return (False, urgency(one.duties[0])) if one.duties else (True, ())


def _sheet(case: CaseState, law: Law, template: Template, duties: Sequence[Duty]) -> Sheet:
    mine = tuple(
        one for one in duties
        if (one.obligation.document == template.id or one.obligation.id in template.obligations)
        and one.standing in (Standing.DUE, Standing.UNDETERMINED)
    )  # fmt: skip
    if any(one.open for one in mine):
        standing = "due"
    elif any(one.standing is Standing.UNDETERMINED for one in mine):
        standing = "undetermined"
    else:
        standing = "done" if mine else "possible"
    view = facts_view(case, law.catalogue)
    gaps = [found for found in map(view.get, template.facts) if isinstance(found, Gap)]
    specs: dict[bool, list[FactSpec]] = {False: [], True: []}
    for gap in gaps:
        specs[gap.asked].append(law.catalogue[gap.fact])
    return Sheet(template, standing, mine, tuple(specs[False]), tuple(specs[True]))


def unwritten(case: CaseState, law: Law, templates: Mapping[str, Template]) -> tuple[Duty, ...]:
    """Open duties whose document nobody has written a template for."""
    return tuple(one for one in law.duties(case)
                 if one.open and one.obligation.document and one.obligation.document not in templates)  # fmt: skip


def named(templates: Mapping[str, Template], name: str) -> Template:
    """The template of this id.

    Raises:
        InputError: there is none; the nearest are told.

    """
    if name in templates:
        return templates[name]
    near = difflib.get_close_matches(name, templates, 3) or [one for one in templates if name and name in one][:3]
    expected = f"did you mean {' or '.join(near)}?" if near else "an id that `evict documents list` shows"
    raise InputError(f"there is no document {name!r:.80}", expected=expected)


def desk_json(
    case: CaseState, shown: Sequence[Sheet], absent: Sequence[Duty], broken: Sequence[Problem] = ()
) -> JsonObject:
    """The desk as a documented, versioned shape.

    Returns:
        `evict-documents` (version), `case`, `mode`, `exercise`, `documents[] {id, title, standing, at, because,
        obligations, audience, authority, jurisdiction, language, privilege, missing[] {fact, meaning, ask, who},
        unknown[], ready, moves_value, reviewed_on, files[]}`, `unwritten[] {obligation, document}`,
        `broken[]` (templates that cannot be read, with file and line).

    """
    return {
        "evict-documents": DOCUMENTS_VERSION, "case": case.case_id, "mode": case.mode,
        "exercise": case.mode == "exercise", "documents": [sheet_json(case, one) for one in shown],
        "unwritten": [{"obligation": one.obligation.id, "document": one.obligation.document} for one in absent],
        "broken": [str(one) for one in broken],
    }  # fmt: skip


def sheet_json(case: CaseState, one: Sheet) -> JsonObject:
    """One document of the desk."""
    template = one.template
    blocking = [spec.name for spec in one.unknown if spec.name not in template.may_be_unknown]
    return {
        "id": template.id, "title": template.title, "standing": one.standing,
        "at": stamp(one.at) if one.at else None,
        "because": list(dict.fromkeys(line for duty in one.duties for line in duty.because)),
        "obligations": [duty.obligation.id for duty in one.duties], "audience": template.audience,
        "authority": template.authority, "jurisdiction": template.jurisdiction, "language": template.language,
        "privilege": template.privilege, "missing": [_fact(spec) for spec in one.missing],
        "unknown": [spec.name for spec in one.unknown], "ready": not one.missing and not blocking,
        "moves_value": template.moves_value, "reviewed_on": template.reviewed_on,
        "files": [made.file for made in case.documents if made.document == template.id],
    }  # fmt: skip


def _fact(spec: FactSpec) -> JsonObject:
    return {"fact": spec.name, "meaning": spec.meaning, "ask": spec.ask, "who": list(spec.who)}
