"""Documents of a case as files: names, versions, drafts and finals, the ledger's record of them, the binder."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import docx
import pytest

from runner.case.events import ArtefactStored, DocumentRendered
from runner.case.fold import fold
from runner.case.folder import Case
from runner.case.verify import verify_case
from runner.documents.binder import cell, index_csv, index_dress, index_page
from runner.documents.desk import desk_json, named, sheets, unwritten
from runner.documents.explain import explanation
from runner.documents.law import shipped_law
from runner.documents.master import fill_master
from runner.documents.page.glyphs import drawable
from runner.documents.page.html import html
from runner.documents.page.shown import shown
from runner.documents.page.tree import Value, inlines
from runner.documents.page.word import word
from runner.documents.papers import Order, Paper, render
from runner.documents.render import make, write
from runner.documents.template.form import Template, load_templates
from runner.documents.template.samples import samples
from runner.documents.template.scope import build_scope
from runner.documents.template.words import words_of
from tests.runner.documents.bench import NOW, folder, said
from tests.runner.documents.hostile import ATTACKS
from tests.runner.documents.page.test_hostile import html_text, pdf_text, squeezed, word_text

LAW = shipped_law()
TEMPLATES = load_templates(LAW.catalogue)
HOLD = TEMPLATES["litigation-hold-notice"]
DRAFT = Order(("html",), final=False, by="counsel@initech.example")
FINAL = Order(("html",), final=True, by="counsel@initech.example")
EVERY = tuple(TEMPLATES.values())


def known(case: Case, template: Template, **changes: Any) -> None:
    """Everything that a template needs, invented."""
    values = {**samples(LAW.catalogue, template.declared), **changes}
    case.ledger.append([said(name, value) for name, value in values.items()])


def rendered(case: Case, order: Order = DRAFT, template: Template = HOLD, **more: Any) -> Paper:
    (paper,) = render(case, fold(case.ledger.read()), [template], order, NOW, **more)
    return paper


def test_a_draft_is_written_once_and_a_changed_one_beside_it(tmp_path: Path) -> None:
    case = folder(tmp_path / "case")
    first = rendered(case)
    assert first.new == ("CASE-1_litigation-hold-notice_DRAFT-1.html",)
    assert "counsel_name" in first.missing
    again = rendered(case)
    assert (again.files, again.new) == (first.files, ())
    known(case, HOLD)
    second = rendered(case)
    assert second.new == ("CASE-1_litigation-hold-notice_DRAFT-2.html",)
    assert second.missing == ()
    assert sorted(one.name for one in (case.directory / "documents").iterdir()) == sorted([*first.new, *second.new])
    assert all(one.stat().st_mode & 0o077 == 0 for one in (case.directory / "documents").iterdir())


def test_a_draft_that_a_crash_left_unrecorded_stands_in_nobodys_way(tmp_path: Path) -> None:
    case = folder(tmp_path / "case")
    [first] = rendered(case).files
    left = case.directory / "documents" / first.replace("DRAFT-1", "DRAFT-2")
    left.write_bytes(b"written, and the process was killed before the record")
    known(case, HOLD)
    [second] = rendered(case).files
    assert "DRAFT-3" in second
    assert left.read_bytes().startswith(b"written")


def test_a_final_waits_for_every_fact(tmp_path: Path) -> None:
    case = folder(tmp_path / "case")
    refused = rendered(case, FINAL)
    assert refused.files == ()
    assert "counsel_name" in refused.refused
    assert not list((case.directory / "documents").iterdir())
    known(case, HOLD)
    made = rendered(case, FINAL)
    text = (case.directory / "documents" / made.files[0]).read_text()
    assert made.files == ("CASE-1_litigation-hold-notice_FINAL-1.html",)
    assert "DRAFT" not in text
    assert "MISSING" not in text


def test_an_unknown_fact_may_be_final_only_where_the_template_says_so(tmp_path: Path) -> None:
    case = folder(tmp_path / "case")
    notice = TEMPLATES["gdpr-art33-notice"]
    known(case, notice)
    case.ledger.append([said("affected_records_count", None, unknown=True)])
    assert rendered(case, FINAL, notice).refused == ()
    case.ledger.append([said("consequences_narrative", None, unknown=True)])
    assert rendered(case, FINAL, notice).refused == ("consequences_narrative",)


def test_an_exercise_says_so_in_name_and_on_every_page_even_when_final(tmp_path: Path) -> None:
    case = folder(tmp_path / "case", "exercise")
    known(case, HOLD)
    made = rendered(case, replace(FINAL, formats=("html", "pdf", "docx")))
    assert all(name.startswith("EXERCISE_") for name in made.files)
    for name, text in zip(made.files, (html_text, pdf_text), strict=False):
        assert "EXERCISE" in text((case.directory / "documents" / name).read_bytes())


def test_the_ledger_says_what_was_rendered_from_what(tmp_path: Path) -> None:
    case = folder(tmp_path / "case")
    paper = rendered(case)
    events = [one.event for one in case.ledger.read()]
    (event,) = [one for one in events if isinstance(one, DocumentRendered)]
    assert (event.document, event.format, event.file, event.final) == (
        "litigation-hold-notice",
        "html",
        *paper.new,
        False,
    )
    assert event.template == HOLD.sha256
    assert case.frozen(HOLD.sha256) == HOLD.source
    assert verify_case(case.directory).sound
    assert verify_case(case.directory).documents == 1


def test_a_changed_final_is_a_fault_and_a_changed_draft_a_note(tmp_path: Path) -> None:
    case = folder(tmp_path / "case")
    known(case, HOLD)
    draft, final = rendered(case), rendered(case, FINAL)
    (case.directory / "documents" / draft.files[0]).write_text("edited by counsel")
    report = verify_case(case.directory)
    assert report.sound
    assert any("was changed" in note for note in report.notes)
    (case.directory / "documents" / final.files[0]).write_text("edited")
    assert not verify_case(case.directory).sound
    (case.directory / "documents" / final.files[0]).unlink()
    assert verify_case(case.directory).sound


def test_several_processes_make_the_same_files(tmp_path: Path) -> None:
    one, two = folder(tmp_path / "one"), folder(tmp_path / "two")
    chosen = [HOLD, TEMPLATES["gdpr-art33-notice"], TEMPLATES["bfv-lfv-contact-note"]]
    order = replace(DRAFT, formats=("docx", "pdf", "html"))
    state, same = fold(one.ledger.read()), fold(one.ledger.read())
    alone = render(one, state, chosen, order, NOW)
    told: list[str] = []
    together = render(two, same, chosen, order, NOW, jobs=2, told=lambda paper: told.append(paper.id))
    assert [paper.files for paper in alone] == [paper.files for paper in together]
    assert told == [one.id for one in chosen]
    for paper in alone:
        for name in paper.files:
            both = [(case.directory / "documents" / name).read_bytes() for case in (one, two)]
            assert both[0] == both[1]


@pytest.mark.parametrize("template", EVERY, ids=lambda one: one.id)
def test_every_template_can_be_final_and_says_nothing_of_drafts(template: Template, tmp_path: Path) -> None:
    case = folder(tmp_path / "case")
    case.ledger.append([ArtefactStored("s", "ab" * 32, 12, "mail.eml", "message/rfc822", "mailbox")])
    known(case, template)
    draft = make(template, fold(case.ledger.read()), LAW, NOW, final=True)
    assert draft.in_the_way == ()
    text = html_text(write(draft, "html"))
    for word_ in ("MISSING", "FEHLT", "None seconds", "{{", "{%", "\ue000"):
        assert word_ not in text
    assert len(text) > 800


@pytest.mark.parametrize("template", EVERY, ids=lambda one: one.id)
def test_every_template_with_nothing_known_is_a_draft_that_names_all_it_needs(
    template: Template, tmp_path: Path
) -> None:
    case = folder(tmp_path / "case")
    draft = make(template, fold(case.ledger.read()), LAW, NOW)
    assert set(template.facts) <= set(draft.missing)
    text = squeezed(html_text(write(draft, "html")))
    for name in template.facts:
        assert squeezed(LAW.catalogue[name].meaning.rstrip(".")) in text


def whole_or_parted(value: str, text: str, form: str) -> bool:
    """Whether a value stands in a text; in a PDF a page may end within it, and a table's head then stands between."""
    if value in text or form != "pdf":
        return value in text
    first = next(cut for cut in range(len(value), 0, -1) if value[:cut] in text)
    return value[first:] in text


def hostile_facts(template: Template) -> dict[str, Any]:
    """Attack strings in every fact that can hold text."""
    values: dict[str, Any] = {}
    for index, (name, sampled) in enumerate(samples(LAW.catalogue, template.declared).items()):
        attack = ATTACKS[index % len(ATTACKS)]
        spec, value = LAW.catalogue[name], sampled
        if spec.type in ("string", "text") and not spec.choices:
            value = attack
        elif spec.type == "list[string]":
            value = [attack, ATTACKS[(index + 7) % len(ATTACKS)]]
        elif spec.type == "list[object]":
            value = [type(value[0])({"sample": attack}, **dict.fromkeys(KEYS, attack))]
        values[name] = value
    return values


KEYS = ("kind", "payee", "address", "asset", "purpose", "beneficiary", "account", "reference", "authority", "item")


@pytest.mark.heavy
@pytest.mark.parametrize("template", EVERY, ids=lambda one: one.id)
@pytest.mark.parametrize("form", ["docx", "pdf", "html"])
def test_no_name_breaks_any_template_in_any_format(template: Template, form: str, tmp_path: Path) -> None:
    case = folder(tmp_path / "case")
    case.ledger.append([ArtefactStored("s", "ab" * 32, 12, ATTACKS[2], "text/plain", ATTACKS[4])])
    case.ledger.append([said(name, value) for name, value in hostile_facts(template).items()])
    draft = make(template, fold(case.ledger.read()), LAW, NOW)
    bare = replace(draft.dress, marks=(), label="", foot="", page_words="")  # running lines would part a value in two
    data = write(replace(draft, dress=bare), form)
    read = {"docx": word_text, "pdf": pdf_text, "html": html_text}[form]
    text = squeezed(read(data))
    for value in (one.text for one in inlines(draft.page) if isinstance(one, Value)):
        assert whole_or_parted(squeezed(drawable(value) if form == "pdf" else value), text, form)


def test_the_desk_lists_what_is_due_and_who_can_tell(tmp_path: Path) -> None:
    case = folder(tmp_path / "case")
    case.ledger.append([said("us_sanctions_jurisdiction", True), said("property_held_with_blocked_interest", True),
                        said("property_blocked_at", "2026-11-20T15:00:00Z")])  # fmt: skip
    state = fold(case.ledger.read())
    shown_sheets = sheets(state, LAW, TEMPLATES)
    shape = desk_json(state, shown_sheets, unwritten(state, LAW, TEMPLATES))
    report = next(one for one in shape["documents"] if one["id"] == "blocked-property-report")
    assert report["standing"] == "due"
    assert report["at"] == "2026-12-08T05:00:00.000000Z"
    assert "us-ofac-blocked-property-initial" in report["obligations"]
    assert {"fact", "meaning", "ask", "who"} == set(report["missing"][0])
    assert not report["ready"]
    assert [one["standing"] for one in shape["documents"]] == sorted(
        (one["standing"] for one in shape["documents"]), key=["due", "undetermined", "done", "possible"].index
    )
    why = explanation(state, LAW, next(one for one in shown_sheets if one.template.id == "blocked-property-report"))
    assert why["facts"][0]["source"]
    assert why["duties"][0]["working"]


def test_a_document_that_is_not_there_is_named_with_the_nearest() -> None:
    from connectors.errors import InputError

    with pytest.raises(InputError) as caught:
        named(TEMPLATES, "blocked-property-reprot")
    assert "blocked-property-report" in caught.value.expected


def test_the_binder_says_what_why_and_what_is_missing(tmp_path: Path) -> None:
    case = folder(tmp_path / "case")
    case.ledger.append([said("litigation_reasonably_anticipated", True), said("nexus_us", True)])
    state = fold(case.ledger.read())
    chosen = [one for one in sheets(state, LAW, TEMPLATES) if one.template.id == "litigation-hold-notice"]
    page = index_page(state, chosen, (), {"litigation-hold-notice": ("file.docx",)})
    text = html_text(html(page, index_dress(state, NOW + timedelta(days=1))))
    assert "Legal hold notice to custodians" in text
    assert "file.docx" in text
    assert LAW.catalogue["counsel_name"].ask in text
    assert word(page, index_dress(state, NOW))
    rows = list(csv.reader(io.StringIO(index_csv(chosen, {}).decode("utf-8-sig"))))
    assert rows[0][0] == "document"
    assert rows[1][0] == "litigation-hold-notice"


@pytest.mark.parametrize("start", ["=", "+", "-", "@"])
def test_no_cell_of_the_index_is_a_formula(start: str) -> None:
    assert cell(start + "cmd|' /C calc'!A0") == "'" + start + "cmd|' /C calc'!A0"
    assert cell("\t=1").startswith("⟦U+0009⟧")


def test_a_firms_master_is_filled_by_the_same_rules(tmp_path: Path) -> None:
    case = folder(tmp_path / "case", "exercise")
    case.ledger.append([said("subject_claimed_name", ATTACKS[3]), said("subject_aliases", list(ATTACKS)),
                        said("company_address", "a\nb")])  # fmt: skip
    master = docx.Document()
    for text in ("{{ facts.subject_claimed_name }}", "{{ facts.counsel_name | upper }}", "{{ facts.company_address | lines }}",
                 "{% if facts.crypto_involved %}YES{% else %}NO{% endif %}", "{%p for one in facts.subject_aliases %}",
                 "{{ one }}", "{%p endfor %}"):  # fmt: skip
        master.add_paragraph(text)
    master.save(str(tmp_path / "firm.docx"))
    state = fold(case.ledger.read())
    draft = make(HOLD, state, LAW, NOW)
    scope = build_scope(state, HOLD, LAW.catalogue, LAW.obligations, NOW)
    words = words_of("en")
    assert words is not None
    data, gaps = fill_master(tmp_path / "firm.docx", scope, words, draft.dress)
    assert data == fill_master(tmp_path / "firm.docx", scope, words, draft.dress)[0]
    document = docx.Document(io.BytesIO(data))
    texts = [one.text for one in document.paragraphs]
    assert texts[0] == shown(ATTACKS[3])
    assert texts[1].startswith("[MISSING: ")
    assert texts[2] == "a\nb"
    assert texts[3].startswith("[MISSING: ")  # neither branch
    assert texts[4:] == [shown(one) for one in ATTACKS]
    assert {gap.fact for gap in gaps} == {"counsel_name", "crypto_involved"}
    assert "EXERCISE" in document.sections[0].header.paragraphs[-1].text


@pytest.mark.parametrize(
    "text", ["{{ nothing }}", "{{ facts.x.__class__ }}", "{{ cycler() }}", "{% include 'x' %}", "{{"]
)
def test_a_wrong_master_is_refused_in_a_sentence(text: str, tmp_path: Path) -> None:
    from connectors.errors import InputError

    case = folder(tmp_path / "case")
    master = docx.Document()
    master.add_paragraph(text)
    master.save(str(tmp_path / "firm.docx"))
    state = fold(case.ledger.read())
    scope = build_scope(state, HOLD, LAW.catalogue, LAW.obligations, NOW)
    words = words_of("en")
    assert words is not None
    with pytest.raises(InputError, match=r"firm\.docx"):
        fill_master(tmp_path / "firm.docx", scope, words, make(HOLD, state, LAW, NOW).dress)
