"""Privileged facts stay out of documents for outsiders, except those that a document discloses on purpose."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import docx
import pytest

from connectors.errors import InputError
from runner.documents.facts import FactSpec
from runner.documents.law import shipped_law
from runner.documents.page.tree import inlines
from runner.documents.render import from_master, make
from runner.documents.template.form import Template, load_templates
from runner.documents.template.samples import sample
from runner.documents.template.scope import build_scope
from tests.runner.documents.bench import NOW, case

LAW = shipped_law()
TEMPLATES = load_templates(LAW.catalogue)


def telling(spec: FactSpec) -> Any:
    """A value that shows wherever it is told."""
    dates = {"date-time": "1987-06-05T00:00:00Z", "date": "1987-06-05"}
    return dates.get(spec.type, "SECRET" if spec.type in ("text", "string") and not spec.choices else sample(spec))


@pytest.mark.parametrize("template", TEMPLATES.values(), ids=lambda one: one.id)
def test_no_outsider_reads_what_is_privileged(template: Template) -> None:
    hidden = {name: spec for name, spec in LAW.catalogue.items() if template.hides(spec)}
    state = case(**{name: telling(spec) if name in hidden else sample(spec) for name, spec in LAW.catalogue.items()})
    texts = " ".join(getattr(one, "text", "") for one in inlines(make(template, state, LAW, NOW).page))
    assert "SECRET" not in texts
    assert "1987" not in texts
    assert bool(hidden) == (template.privilege == "none")


def test_the_timeline_for_outsiders_leaves_out_what_counsel_dated() -> None:
    state = case(access_began_at="2026-11-01T00:00:00Z", litigation_anticipated_at="2026-11-02T00:00:00Z")
    seen = {}
    for name in ("customer-notice", "sec-8k-105-decision-memo"):
        rows = build_scope(state, TEMPLATES[name], LAW.catalogue, LAW.obligations, NOW)["timeline"]
        seen[TEMPLATES[name].privilege == "none"] = [row["what"] for row in rows]
    dated = LAW.catalogue["litigation_anticipated_at"].meaning.rstrip(".")
    assert dated in seen[False]
    assert seen[True] == [one for one in seen[False] if one != dated]


def test_a_disclosure_tells_what_it_discloses() -> None:
    template = TEMPLATES["doj-vsd-letter"]
    state = case(knowledge_chronology="SECRET")
    assert "SECRET" in " ".join(getattr(one, "text", "") for one in inlines(make(template, state, LAW, NOW).page))


def test_a_firm_s_master_tells_outsiders_no_more_than_a_template(tmp_path: Path) -> None:
    made = docx.Document()
    made.add_paragraph("{{ facts.knowledge_chronology }}")
    made.save(str(tmp_path / "firm.docx"))
    state = case(knowledge_chronology="SECRET")
    for name, may in (("staff-message", False), ("doj-vsd-letter", True), ("board-brief", True)):
        draft = make(TEMPLATES[name], state, LAW, NOW)
        if may:
            assert from_master(draft, tmp_path / "firm.docx", state, LAW, NOW)[1]
            continue
        with pytest.raises(InputError, match="'knowledge_chronology' is not there"):
            from_master(draft, tmp_path / "firm.docx", state, LAW, NOW)
