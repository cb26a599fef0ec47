"""Templates of a test's own, on a small catalogue."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from runner.case.state import CaseState
from runner.documents.facts import FactSpec
from runner.documents.page.tree import inlines
from runner.documents.template.check import check_template
from runner.documents.template.fill import Filled, fill
from runner.documents.template.form import Template, parse_template
from runner.documents.template.scope import build_scope
from runner.documents.template.values import FactsView, FromArtefact, FromPerson

NOW = datetime(2026, 11, 24, 2, tzinfo=UTC)
TYPES = {
    "name": "string", "story": "text", "amount": "number", "taken": "boolean", "since": "date-time", "day": "date",
    "names": "list[string]", "payments": "list[object]", "states": "object", "level": "string", "other": "boolean",
    "advised_at": "date-time",
}  # fmt: skip
CATALOGUE = {
    name: FactSpec(name, type_name, ("low", "very_high") if name == "level" else (), f"Meaning of {name}.", "?",
                   ("finance", "counsel"), "privileged" if name == "advised_at" else "ordinary", "money")
    for name, type_name in TYPES.items()
}  # fmt: skip
HEAD = """---
evict-template: 1
id: t
title: T
audience: regulator
language: {language}
jurisdiction: US
privilege: none
authority: An authority
citation: Art. 1
sources: [https://law.example]
as_of: "2026-11-22"
confidence: high
obligations: []
facts: []
optional: [{optional}]
moves_value: false
reviewed_on: never
---
"""
PERSON = FromPerson("hr@initech.example", NOW.isoformat(), "HR file")
ARTEFACT = FromArtefact(3, "payroll.csv", "ab" * 32)


def template(body: str, language: str = "en") -> Template:
    """A template of this body that declares every fact it names."""
    names = [name for name in CATALOGUE if re.search(rf"facts\.{name}\b", body)]
    head = HEAD.format(language=language, optional=", ".join(names))
    return parse_template((head + body).encode(), "t.md", CATALOGUE)


def filled(body: str, language: str = "en", **facts: Any) -> Filled:
    """The body with these facts; `amount` comes from an artefact, all else from a person."""
    made = template(body, language)
    scope = build_scope(CaseState(case_id="CASE-1", opened_at=NOW), made, CATALOGUE, (), NOW)
    view = FactsView(facts, lambda name: ARTEFACT if name == "amount" else PERSON, CATALOGUE)
    return fill(made, {**scope, "facts": view})


def text_of(parts: Any) -> str:
    """The text of some inlines, notes as [n]."""
    found = []
    for one in parts:
        number = getattr(one, "number", None)
        found.append(f"[{number}]" if number else getattr(one, "text", ""))
    return "".join(found)


def said(body: str, language: str = "en", **facts: Any) -> str:
    """The text that a body comes to."""
    return text_of(inlines(filled(body, language, **facts).page))


def codes(body: str) -> list[str]:
    """The codes of what check finds in a body."""
    return [one.code for one in check_template(template(body), CATALOGUE, ())]
