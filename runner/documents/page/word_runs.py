"""Runs of text and rows of tables as elements: what python-docx would write, at a fifth of its time.

A case with everything due has tens of thousands of both, and python-docx looks up a name and a place for each child.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from typing import Any

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
SPACE = "{http://www.w3.org/XML/1998/namespace}space"
BREAKS = re.compile(r"([\t\r\n])")

AFTER_CELL = "20"
"""Space after a paragraph of a table, in twentieths of a point."""


def _child(parent: Any, name: str) -> Any:
    made = parent.makeelement(W + name)
    parent.append(made)
    return made


def add_run(paragraph: Any, text: str, *, bold: bool, italic: bool, proofed: bool) -> None:
    """Append a run; tabs and line ends become elements of their own.

    Args:
        paragraph: a paragraph of python-docx.
        text: any text that XML can hold.
        bold: in bold.
        italic: in italics.
        proofed: False for names and identifiers, which are no spelling mistakes.

    """
    run = _child(paragraph._p, "r")  # noqa: SLF001 - the element of the paragraph
    marks = [name for name, wanted in (("b", bold), ("i", italic), ("noProof", not proofed)) if wanted]
    if marks:
        properties = _child(run, "rPr")
        for name in marks:
            _child(properties, name)
    for piece in BREAKS.split(text):
        if piece == "\t":
            _child(run, "tab")
        elif piece in {"\r", "\n"}:
            _child(run, "br")
        elif piece:
            content = _child(run, "t")
            content.text = piece
            if piece != piece.strip():
                content.set(SPACE, "preserve")


def styled(element: Any, style_id: str | None) -> None:
    """The style of a paragraph's element that is still empty; None is the style that paragraphs have anyway."""
    properties = _child(element, "pPr")
    if style_id is not None:
        _child(properties, "pStyle").set(f"{W}val", style_id)


def in_cell(paragraph: Any, align: str) -> None:
    """The look of the one, still empty paragraph of a table cell; `align` is left, right or center."""
    properties = _child(paragraph._p, "pPr")  # noqa: SLF001 - the element of the paragraph
    _child(properties, "spacing").set(f"{W}after", AFTER_CELL)
    if align in {"right", "center"}:
        _child(properties, "jc").set(f"{W}val", align)


def rows(table: Any, count: int, heads: int, fill: str) -> Iterator[list[Any]]:
    """Write rows like the one that a table of python-docx has, in its place; of each, the paragraphs of its cells.

    No row is broken over pages. The first `heads` are shaded with `fill` and repeat on every page.
    """
    from docx.text.paragraph import Paragraph

    whole = table._tbl  # noqa: SLF001 - the element of the table
    body = whole.tr_lst[0]
    whole.remove(body)
    _child(body.get_or_add_trPr(), "cantSplit")
    head = copy.deepcopy(body)
    _child(head.trPr, "tblHeader")
    for cell in head.tc_lst:
        shade = _child(cell.get_or_add_tcPr(), "shd")
        for key, value in (("val", "clear"), ("color", "auto"), ("fill", fill)):
            shade.set(W + key, value)
    for index in range(count):
        line = copy.deepcopy(head if index < heads else body)
        whole.append(line)
        yield [Paragraph(one, table) for one in line.iterfind(f"{W}tc/{W}p")]
