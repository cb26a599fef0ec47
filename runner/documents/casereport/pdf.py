"""The report as PDF by typst: PDF/A-2a and PDF/UA-1, the text as data, the timeline as the same drawing.

The layout is `templates/layout/report.typ`. As in `runner.documents.page.pdf`, nothing of the case is ever source.
"""

from __future__ import annotations

import functools
import json
import tempfile
from datetime import datetime
from typing import Any, assert_never

from connectors.errors import InputError, InternalError
from runner.authored.shipped import shipped
from runner.documents.casereport.drawing import draw
from runner.documents.casereport.parts import (
    Block,
    Bullets,
    Drawing,
    Grid,
    Look,
    Piece,
    Pieces,
    Prose,
    Report,
    Tiles,
    Under,
)
from runner.documents.page.glyphs import drawable
from runner.documents.page.pdf import STANDARDS, pieces

JsonObject = dict[str, Any]

UNBROKEN = (Look.GIVEN, Look.FIXED, Look.QUIET)
"""Looks of the case's words: long ones come in pieces between which a line may end."""


def layout() -> bytes:
    """The page's layout."""
    return (shipped("templates") / "layout" / "report.typ").read_bytes()


def pdf(report: Report) -> bytes:
    """The PDF of a report.

    Raises:
        InputError: typst is not installed.
        InternalError: the layout does not compile.

    """
    try:
        import typst
    except ImportError:
        raise InputError("PDF needs typst", fix="pip install 'evict[documents]'") from None
    at = datetime.fromisoformat(report.as_of).replace(microsecond=0)
    anchors = {one.anchor for one in report.sections}
    data = {
        "title": drawable(f"{report.title} {report.case_id}"), "heading": report.title, "label": report.label,
        "mark": drawable(report.mark), "foot": drawable(report.foot), "date": list(at.utctimetuple()[:6]),
        "lines": [_pieces(one, anchors) for one in report.lines],
        "sections": [
            {"anchor": one.anchor, "title": one.title, "blocks": [_block(block, anchors) for block in one.blocks]}
            for one in report.sections
        ],
    }  # fmt: skip
    with tempfile.TemporaryDirectory() as root:
        compiler = typst.Compiler(layout(), root=root, font_paths=_fonts(), sys_inputs={"page": json.dumps(data)})
        try:
            made = compiler.compile(format="pdf", pdf_standards=list(STANDARDS), timestamp=at)
        except typst.TypstError as error:
            raise InternalError(f"the PDF layout does not compile: {error.message}") from error
    if not isinstance(made, bytes):
        raise InternalError("typst gave no PDF")
    return made


@functools.cache
def _fonts() -> Any:
    """Our fonts and those inside the wheel."""
    import typst

    return typst.Fonts(include_system_fonts=False, font_paths=[str(shipped("templates") / "fonts")])


def _block(block: Block, anchors: set[str]) -> JsonObject:
    match block:
        case Prose():
            return {"t": "prose", "lead": block.lead, "c": _pieces(block.pieces, anchors)}
        case Bullets():
            return {"t": "bullets", "items": [_pieces(one, anchors) for one in block.items]}
        case Under():
            return {"t": "under", "c": _pieces(block.pieces, anchors)}
        case Tiles():
            return {"t": "tiles", "tiles": [
                {"figure": drawable(one.figure), "about": drawable(one.about), "tone": one.tone} for one in block.tiles
            ]}  # fmt: skip
        case Drawing():
            return {"t": "drawing", "svg": draw(block.timeline, still=True)}
        case Grid():
            rows = [[_pieces(cell, anchors) for cell in one.cells] for one in block.rows]
            return {"t": "grid", "head": list(block.head), "rows": rows, "shares": list(block.shares)}
        case _:
            assert_never(block)


def _pieces(found: Pieces, anchors: set[str]) -> list[JsonObject]:
    return [_piece(one, anchors) for one in found]


def _piece(one: Piece, anchors: set[str]) -> JsonObject:
    """A piece; a way to a row becomes words, since only sections have a name in the PDF."""
    text = drawable(one.text)
    if one.look is Look.JUMP and one.detail not in anchors:
        return {"t": Look.PLAIN, "s": [text], "d": ""}
    return {"t": one.look, "s": pieces(text) if one.look in UNBROKEN else [text], "d": one.detail}
