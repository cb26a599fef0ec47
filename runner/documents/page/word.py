"""Word by python-docx: counsel's working copy, with real styles, lists and tables, in the firm's own look if they like.

A reference document (`--reference firm.docx`) gives styles, fonts and margins; its text is left out. Everything is
written as text runs; nothing that a value holds can become markup, a field or a link.
"""

from __future__ import annotations

import functools
import io
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile

from connectors.errors import InputError
from runner.documents.page import word_parts as parts
from runner.documents.page import word_runs as runs
from runner.documents.page.pdf import LETTER, widths
from runner.documents.page.tree import (
    Block,
    Break,
    Code,
    Dress,
    Emphasis,
    Footnote,
    Heading,
    Inline,
    List,
    Missing,
    Note,
    Page,
    Paragraph,
    Quote,
    Rule,
    Strong,
    Table,
    Text,
    Unknown,
    Value,
)
from runner.documents.page.word_file import copied, packed

if TYPE_CHECKING:
    from docx.document import Document as Docx

RED, AMBER, GREY = "B00020", "8A4B00", "ECECEC"
"""Fill of the mark of a missing fact, of an unknown one, and of a table's head."""

CODE_FONT = "Courier New"


def word(page: Page, dress: Dress, reference: Path | None = None) -> bytes:
    """The Word file of a page.

    Raises:
        InputError: python-docx is not installed, or the reference cannot be read.

    """
    document = copied(_beginning(reference, dress.language))
    parts.set_running_lines(document, dress)
    parts.set_properties(document, dress.title, datetime.fromisoformat(dress.as_of))
    writer = _Writer(document)
    for block in page.blocks:
        writer.block(block, 0)
    if page.notes:
        writer.block(Heading(2, (Text(dress.sources_title),)), 0)
        for note in page.notes:
            writer.note(note)
    return packed(document)


def _beginning(reference: Path | None, language: str) -> Docx:
    """The empty document with its look, to be copied and never written in."""
    try:
        import docx  # noqa: F401 - only whether it is there
    except ImportError:
        raise InputError("Word needs python-docx", fix="pip install 'evict[documents]'") from None
    try:
        return _begun(reference.read_bytes() if reference else None, language)
    except (OSError, BadZipFile, KeyError, ValueError):
        raise InputError(f"{reference} is not a Word file", expected="a .docx with the firm's styles") from None


@functools.lru_cache(maxsize=16)
def _begun(reference: bytes | None, language: str) -> Docx:
    import docx

    document: Docx = docx.Document(io.BytesIO(reference) if reference is not None else None)
    body = document.element.body
    for child in [one for one in body if not one.tag.endswith("}sectPr")]:
        body.remove(child)
    if reference is None:
        parts.set_look(document, language)
        parts.set_paper(document, letter=language in LETTER)
    parts.set_language(document, language)
    return document


class _Writer:
    """Writes blocks in their order."""

    def __init__(self, document: Docx) -> None:
        self._document = document
        self._numbering = parts.Numbering(document)

    def block(self, block: Block, depth: int) -> None:
        """One block; `depth` counts the lists around it."""
        match block:
            case Heading():
                self._content(self._paragraph(f"Heading {block.level}"), block.content)
            case Paragraph():
                paragraph = self._paragraph("Normal")
                parts.indent(paragraph, depth)
                self._content(paragraph, block.content)
            case List():
                self._list(block, depth)
            case Table():
                self._table(block)
            case Quote():
                for inner in block.blocks:
                    self._quoted(inner, depth)
            case Rule():
                parts.line_below(self._paragraph("Normal"))

    def note(self, note: Footnote) -> None:
        """One numbered note at the end."""
        paragraph = self._paragraph("Normal")
        parts.hanging(paragraph)
        paragraph.add_run(f"{note.number}.\t")
        self._content(paragraph, note.content)

    def _quoted(self, block: Block, depth: int) -> None:
        if not isinstance(block, Paragraph):
            self.block(block, depth)
            return
        self._content(self._paragraph("Quote"), block.content)

    def _list(self, block: List, depth: int) -> None:
        number = self._numbering.start(ordered=block.ordered, first=block.start)
        for item in block.items:
            for index, inner in enumerate(item):
                if index == 0 and isinstance(inner, Paragraph):
                    paragraph = self._paragraph("List Number" if block.ordered else "List Bullet")
                    parts.number(paragraph, number, depth)
                    self._content(paragraph, inner.content)
                else:
                    self.block(inner, depth + 1)

    def _table(self, block: Table) -> None:
        heads = 1 if block.head else 0
        rows = (block.head, *block.rows) if block.head else block.rows
        table = self._document.add_table(rows=1, cols=max(len(block.align), 1))
        parts.style(self._document, table, "Table Grid")
        parts.column_widths(self._document, table, widths(block))
        for index, (cells, row) in enumerate(zip(runs.rows(table, len(rows), heads, GREY), rows, strict=True)):
            for paragraph, content, align in zip(cells, row, block.align, strict=False):
                runs.in_cell(paragraph, align)
                self._content(paragraph, content, bold=index < heads)
        parts.small(self._paragraph("Normal"))

    def _paragraph(self, style: str) -> Any:
        paragraph = self._document.add_paragraph()
        parts.style(self._document, paragraph, style)
        return paragraph

    def _content(
        self, paragraph: Any, content: Iterable[Inline], *, bold: bool = False, italic: bool = False, code: bool = False
    ) -> None:
        for one in content:
            match one:
                case Strong():
                    self._content(paragraph, one.content, bold=True, italic=italic, code=code)
                case Emphasis():
                    self._content(paragraph, one.content, bold=bold, italic=True, code=code)
                case Code():
                    self._content(paragraph, one.content, bold=bold, italic=italic, code=True)
                case Break():
                    paragraph.add_run().add_break()
                case Note():
                    paragraph.add_run(str(one.number)).font.superscript = True
                case Text() | Value() if not code:
                    runs.add_run(paragraph, one.text, bold=bold, italic=italic, proofed=isinstance(one, Text))
                case Text() | Value() | Missing() | Unknown():
                    run = paragraph.add_run(one.text)
                    if bold:
                        run.bold = True
                    if italic:
                        run.italic = True
                    _dress_run(run, one, code=code)


def _dress_run(run: Any, one: Text | Value | Missing | Unknown, *, code: bool) -> None:
    if code:
        parts.fixed_width(run, CODE_FONT)
    if isinstance(one, Value):
        parts.no_proofing(run)
    elif isinstance(one, Missing):
        parts.mark(run, RED)
    elif isinstance(one, Unknown):
        parts.mark(run, AMBER)
