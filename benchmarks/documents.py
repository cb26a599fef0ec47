"""Documents of a case in which everything is due, against bare typst and python-docx; and `evict deadlines`.

The bound writes the same pages with the same number of processes: headings, paragraphs, lists, tables and runs by
python-docx without any look, and the ready JSON by typst. It fills no template, knows no law and keeps no record.
"""

from __future__ import annotations

import io
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from benchmarks.harness import Figure, folder
from runner.authored.shipped import shipped
from runner.case.clock import utc_now
from runner.case.events import FactRecorded
from runner.case.fold import fold
from runner.case.folder import Case
from runner.case.state import CaseState
from runner.documents.desk import sheets
from runner.documents.law import Law, shipped_law
from runner.documents.page import pdf
from runner.documents.page.tree import (
    Block,
    Code,
    Emphasis,
    Heading,
    Inline,
    List,
    Note,
    Page,
    Paragraph,
    Quote,
    Strong,
    Table,
)
from runner.documents.papers import Order, render
from runner.documents.render import make
from runner.documents.template.form import Template, load_templates
from runner.documents.template.samples import sample

AIM = 1.3
AIM_S = 0.5
BY = "bench@example.org"
EVICT = str(Path(sys.executable).with_name("evict"))


@dataclass(frozen=True)
class Content:
    """One document as the bound is given it: the page for python-docx, JSON for typst."""

    page: Page
    json: str


def measure(repeats: int, documents: int | None = None) -> list[Figure]:
    """Alternating runs; `documents` limits how many of those that are due."""
    law = shipped_law()
    jobs = os.cpu_count() or 1
    ratios: list[float] = []
    bare: list[float] = []
    seconds: list[float] = []
    with folder() as directory:
        state = case_with_everything(directory / "case", law)
        due = due_templates(state, law)[:documents]
        contents = [content(one, state, law) for one in due]
        command = [EVICT, "deadlines", str(directory / "case")]
        _seconds(command)  # warms the byte code and the parsed files
        for repeat in range(repeats):
            bare.append(_bare(contents, jobs))
            ratios.append(_evict(directory / f"run-{repeat}", due, law, jobs) / bare[-1])
            seconds.append(_seconds(command))
        open_duties = sum(one.open for one in law.duties(state))
    spent = statistics.median(bare)
    note = f"{len(due)} documents × DOCX and PDF, {jobs} processes; bare {spent:.2f} s"
    told = f"{len(law.obligations)} obligations, {open_duties} of them due and open"
    return [
        Figure("documents of a case ÷ bare typst and python-docx", "×", AIM, ratios, note),
        Figure("`evict deadlines`", "s", AIM_S, seconds, told),
    ]


def case_with_everything(directory: Path, law: Law) -> CaseState:
    """A case in which every fact has a value, of the choices the gravest: nearly everything is due."""
    case = Case.create(
        directory, case_id="BENCH", title="t", mode="exercise", opened_by=BY, subject={"id": "w"}, tool="bench"
    )
    said = {"kind": "person", "name": BY}
    filed = set(law.filings.values())
    case.ledger.append([
        FactRecorded(name, spec.type, spec.choices[-1] if spec.choices else sample(spec), said)
        for name, spec in law.catalogue.items() if name not in filed
    ])  # fmt: skip
    return fold(case.ledger.read())


def due_templates(state: CaseState, law: Law) -> list[Template]:
    """What `evict documents render --due` would write."""
    return [one.template for one in sheets(state, law, load_templates(law.catalogue)) if one.standing == "due"]


def content(template: Template, state: CaseState, law: Law) -> Content:
    """The same page, ready for the bound."""
    draft = make(template, state, law, datetime(2026, 11, 25, tzinfo=UTC))
    return Content(draft.page, json.dumps(pdf.page_json(draft.page, draft.dress)))


def _evict(directory: Path, due: Sequence[Template], law: Law, jobs: int) -> float:
    state = case_with_everything(directory, law)
    order = Order(("docx", "pdf"), final=False, by=BY)
    start = time.perf_counter()
    papers = render(Case.open(directory), state, due, order, utc_now(), jobs=jobs)
    elapsed = time.perf_counter() - start
    assert all(len(one.new) == 2 for one in papers)
    return elapsed


def _bare(contents: Sequence[Content], jobs: int) -> float:
    with tempfile.TemporaryDirectory(dir=Path.cwd(), prefix=".bench-") as made:
        start = time.perf_counter()
        with ProcessPoolExecutor(min(jobs, len(contents)), get_context("spawn")) as pool:
            for index, (word, paper) in enumerate(pool.map(bare_files, contents)):
                Path(made, f"{index}.docx").write_bytes(word)
                Path(made, f"{index}.pdf").write_bytes(paper)
        return time.perf_counter() - start


def bare_files(one: Content) -> tuple[bytes, bytes]:
    """A Word file and a PDF, as the two libraries make them."""
    return bare_word(one.page), bare_pdf(one.json)


def bare_pdf(data: str) -> bytes:
    """Typst on ready data; the fonts are read once in each process."""
    import typst

    source = (shipped("templates") / "layout" / "page.typ").read_bytes()
    with tempfile.TemporaryDirectory() as root:
        compiler = typst.Compiler(source, root=root, font_paths=pdf._fonts(), sys_inputs={"page": data})  # noqa: SLF001
        made = compiler.compile(format="pdf", pdf_standards=list(pdf.STANDARDS))
    assert isinstance(made, bytes)
    return made


def bare_word(page: Page) -> bytes:
    """python-docx in the plainest way: its own styles, and runs for what is bold."""
    import docx

    document = docx.Document()
    for block in page.blocks:
        _word_block(document, block)
    for note in page.notes:
        _runs(document.add_paragraph(f"{note.number}. "), note.content)
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def _word_block(document: Any, block: Block, look: str | None = None) -> None:
    match block:
        case Heading():
            _runs(document.add_heading(level=block.level), block.content)
        case Paragraph():
            _runs(document.add_paragraph(style=look), block.content)
        case List():
            for item in block.items:
                for inner in item:
                    _word_block(document, inner, "List Number" if block.ordered else "List Bullet")
        case Quote():
            for inner in block.blocks:
                _word_block(document, inner, "Quote")
        case Table():
            rows = (block.head, *block.rows) if block.head else block.rows
            table = document.add_table(rows=len(rows), cols=max(len(block.align), 1))
            for row, contents in zip(table.rows, rows, strict=True):
                for cell, inline in zip(row.cells, contents, strict=False):
                    _runs(cell.paragraphs[0], inline)
        case _:
            document.add_paragraph()


def _runs(paragraph: Any, content: Sequence[Inline], *, bold: bool | None = None) -> None:
    for one in content:
        if isinstance(one, (Strong, Emphasis, Code)):
            _runs(paragraph, one.content, bold=isinstance(one, Strong) or bold)
        else:
            text = str(one.number) if isinstance(one, Note) else getattr(one, "text", "\n")
            paragraph.add_run(text).bold = bold


def _seconds(command: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start
