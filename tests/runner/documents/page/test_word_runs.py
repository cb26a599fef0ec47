"""Runs and cells as elements: the very XML that python-docx writes."""

from __future__ import annotations

from typing import Any

import docx
import pytest
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Pt
from hypothesis import given
from hypothesis import strategies as st

from runner.documents.page.word_runs import add_run, in_cell

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
