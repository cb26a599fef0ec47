"""The binder for counsel: every draft that is due, with an index that says what, why, by when, what is missing.

The index is made from the same tree as the documents, in Word and HTML; a CSV of it opens in any spreadsheet.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import datetime

from runner.case.state import CaseState
from runner.documents.desk import Sheet
from runner.documents.duties import Duty
from runner.documents.page.shown import shown
from runner.documents.page.tree import (
    Block,
    Break,
    Code,
    Dress,
    Heading,
    Inline,
    List,
    Missing,
    Page,
    Paragraph,
    Strong,
    Table,
    Text,
    Value,
)
from runner.documents.template.scope import facts_as_of
from runner.documents.template.words import Words, load_words

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for a formula; such a cell gets an apostrophe before it."""

COLUMNS = ("document", "title", "standing", "by", "why", "missing", "who can tell", "files")


def index_page(case: CaseState, sheets: Sequence[Sheet], absent: Sequence[Duty], files: Mapping[str, Sequence[str]]
               ) -> Page:  # fmt: skip
    """The index of the binder."""
    words = load_words()["en"]
    blocks: list[Block] = [
        Heading(1, (Text("Documents for counsel"),)),
        Paragraph((Text("Case "), Value(shown(case.case_id)), Text(": "), Value(shown(case.title)))),
        Paragraph((Text("Drafts that the case calls for, the most urgent first. Nothing in this binder was sent to "
                        "anyone. Times of the law and of this project are told apart by `evict deadlines`."),)),
        _overview(sheets, words),
        *_questions(sheets, words),
    ]  # fmt: skip
    for one in sheets:
        blocks += _entry(one, files.get(one.template.id, ()), words)
    if absent:
        rows = tuple((Paragraph((Text(f"{one.obligation.title} ({one.obligation.id})"),)),) for one in absent)
        blocks += [Heading(2, (Text("Due, and no template yet"),)), List(ordered=False, start=1, items=rows)]
    return Page(tuple(blocks), ())


def index_dress(case: CaseState, now: datetime) -> Dress:
    """What stands around the index."""
    words = load_words()["en"]
    as_of = facts_as_of(case) or now
    age = words.say("facts_as_of", time=words.moment(as_of))
    return Dress(
        title="Documents for counsel", language="en", case_id=case.case_id,
        marks=(words.say("exercise"),) if case.mode == "exercise" else (), label=words.say("privileged"),
        foot=f"{case.case_id} · {age}", page_words=words.texts["page"], sources_title="", as_of=as_of.isoformat(),
    )  # fmt: skip


def _overview(sheets: Sequence[Sheet], words: Words) -> Table:
    rows = tuple(
        ((Text(one.template.title),), (Text(_by(one, words)),), _missing_count(one)) for one in sheets
    )  # fmt: skip
    head: tuple[tuple[Inline, ...], ...] = ((Text("Document"),), (Text("By"),), (Text("Missing"),))
    return Table(head, rows, ("left", "left", "right"))


def _questions(sheets: Sequence[Sheet], words: Words) -> list[Block]:
    """What is missing, each question once, under the role that is asked first; the ones that free most come first."""
    waiting: dict[str, int] = {}
    specs = {spec.name: spec for one in sheets for spec in one.missing}
    for one in sheets:
        for spec in one.missing:
            waiting[spec.name] = waiting.get(spec.name, 0) + 1
    blocks: list[Block] = [Heading(2, (Text("What is missing, and who can tell"),))] if specs else []
    for role in dict.fromkeys(spec.who[0] for spec in specs.values()):
        mine = sorted((one for one in specs.values() if one.who[0] == role), key=lambda one: -waiting[one.name])
        rows = tuple(
            ((Text(one.ask),), (Code((Text(one.name),)),), (Text(str(waiting[one.name])),)) for one in mine
        )  # fmt: skip
        heads = ("Question", "Record it with evict fact", "Documents")
        head: tuple[tuple[Inline, ...], ...] = tuple((Text(one),) for one in heads)
        title = words.roles[role]
        blocks += [Heading(3, (Text(title[:1].upper() + title[1:]),)), Table(head, rows, ("left", "left", "right"))]
    return blocks


def _missing_count(one: Sheet) -> tuple[Inline, ...]:
    count = len(one.missing) + len(one.unknown)
    return (Missing("", f"{count} facts" if count > 1 else "1 fact"),) if count else (Text("nothing"),)


def _by(one: Sheet, words: Words) -> str:
    return words.moment(one.at) if one.at else "no date: see the duties"


def _entry(one: Sheet, files: Sequence[str], words: Words) -> list[Block]:
    template = one.template
    why: list[Inline] = []
    for duty in one.duties:
        line = f"{duty.obligation.title} ({duty.obligation.citation})"
        why += [*([Break()] if why else []), Text(line)]
    rows: list[tuple[tuple[Inline, ...], ...]] = [
        ((Text("Goes to"),), (Text(template.authority),)),
        ((Text("Why"),), tuple(why) or (Text("asked for"),)),
        ((Text("By"),), (Text(_by(one, words)),)),
        ((Text("Files"),), tuple(Code((Text(name), Text(" "))) for name in files) or (Text("none"),)),
        ((Text("Read by counsel"),), (Text(template.reviewed_on),)),
    ]
    if template.moves_value:
        rows.append(((Text("Payment gate"),), (Strong((Text("ask `evict payment-gate` before doing what it says"),)),)))
    head: tuple[tuple[Inline, ...], ...] = ((Text(template.id),), (Text(one.standing),))
    if one.missing:
        names = words.listed([spec.name for spec in one.missing])
        rows.append(((Text("Missing"),), (Missing("", names),)))
    return [Heading(2, (Text(template.title),)), Table(head, tuple(rows), ("left", "left"))]


def index_csv(sheets: Sequence[Sheet], files: Mapping[str, Sequence[str]]) -> bytes:
    """The index for a spreadsheet; no cell of it is a formula."""
    made = io.StringIO()
    writer = csv.writer(made, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for one in sheets:
        because = "; ".join(dict.fromkeys(line for duty in one.duties for line in duty.because))
        row = (one.template.id, one.template.title, one.standing, one.at.isoformat() if one.at else "", because,
               "; ".join(spec.name for spec in one.missing), "; ".join(one.who),
               "; ".join(files.get(one.template.id, ())))  # fmt: skip
        writer.writerow([cell(text) for text in row])
    return ("\ufeff" + made.getvalue()).encode()


def cell(text: str) -> str:
    """A cell that no spreadsheet runs."""
    clean = shown(text)
    return "'" + clean if clean.startswith(FORMULA) else clean
