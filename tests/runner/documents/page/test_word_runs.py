"""Runs, paragraphs and rows as elements: the very XML that python-docx writes."""

from __future__ import annotations

from typing import Any

import docx
import pytest
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Pt
from hypothesis import given
from hypothesis import strategies as st

from runner.documents.page.word_runs import add_run, in_cell, rows, styled

TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc")) | st.sampled_from("\t\r\n <&>\"'"), max_size=40)


def written(paragraph: Any) -> str:
    return str(paragraph._p.xml)


@given(text=TEXT, bold=st.booleans(), italic=st.booleans(), proofed=st.booleans())
def test_a_run_is_what_python_docx_writes(text: str, bold: bool, italic: bool, proofed: bool) -> None:
    document = docx.Document()
    mine, theirs = document.add_paragraph(), document.add_paragraph()
    add_run(mine, text, bold=bold, italic=italic, proofed=proofed)
    run = theirs.add_run(text)
    run.bold, run.italic, run.font.no_proof = bold or None, italic or None, not proofed or None
    if not (bold or italic) and proofed:
        run._r.remove(run._r.rPr)
    assert written(mine) == written(theirs)


@pytest.mark.parametrize(
    ("align", "theirs"),
    [("left", None), ("right", WD_ALIGN_PARAGRAPH.RIGHT), ("center", WD_ALIGN_PARAGRAPH.CENTER)],
)
def test_a_cell_is_what_python_docx_writes(align: str, theirs: Any) -> None:
    document = docx.Document()
    one, other = document.add_paragraph(), document.add_paragraph()
    in_cell(one, align)
    other.paragraph_format.space_after = Pt(1)
    if theirs is not None:
        other.alignment = theirs
    assert written(one) == written(other)


@pytest.mark.parametrize("style_id", [None, "Heading1"])
def test_a_paragraphs_style_is_what_python_docx_writes(style_id: str | None) -> None:
    document = docx.Document()
    mine, theirs = document.add_paragraph(), document.add_paragraph()
    styled(mine._p, style_id)
    theirs._p.style = style_id
    assert written(mine) == written(theirs)


@pytest.mark.parametrize(("count", "heads"), [(0, 0), (1, 1), (3, 1), (2, 0)])
def test_rows_are_what_python_docx_writes(count: int, heads: int) -> None:
    document = docx.Document()
    mine, theirs = document.add_table(1, 2), document.add_table(count, 2)
    for index, cells in enumerate(rows(mine, count, heads, "ECECEC")):
        for at, paragraph in enumerate(cells):
            paragraph.add_run(f"{index}-{at}")
    for index, row in enumerate(theirs.rows):
        properties = row._tr.get_or_add_trPr()
        properties.append(OxmlElement("w:cantSplit"))
        if index < heads:
            properties.append(OxmlElement("w:tblHeader"))
        for at, cell in enumerate(row.cells):
            cell.paragraphs[0].add_run(f"{index}-{at}")
            if index < heads:
                shade = f'<w:shd {nsdecls("w")} w:val="clear" w:color="auto" w:fill="ECECEC"/>'
                cell._tc.get_or_add_tcPr().append(parse_xml(shade))
    assert mine._tbl.xml == theirs._tbl.xml
