"""The report as PDF by typst: PDF/A-2a and PDF/UA-1, the text as data, the timeline as the same drawing.

The layout is `templates/layout/report.typ`. As in `runner.documents.page.pdf`, nothing of the case is ever source.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, assert_never

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
from runner.documents.page.pdf import pieces, typeset

JsonObject = dict[str, Any]

LAYOUT = "report.typ"

UNBROKEN = (Look.GIVEN, Look.FIXED, Look.QUIET)
"""Looks of the case's words: long ones come in pieces between which a line may end."""

LINE_HOLDS = 60
"""Outside a table only a longer word needs to be broken."""


def pdf(report: Report) -> bytes:
    """The PDF of a report.

    Raises:
        InputError: typst is not installed.
        InternalError: the layout does not compile.

    """
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
    return typeset(LAYOUT, data, at)


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
            rows = [[_pieces(cell, anchors, narrow=True) for cell in one.cells] for one in block.rows]
            return {"t": "grid", "head": list(block.head), "rows": rows, "shares": list(block.shares)}
        case _:
            assert_never(block)


def _pieces(found: Pieces, anchors: set[str], *, narrow: bool = False) -> list[JsonObject]:
    return [_piece(one, anchors, narrow=narrow) for one in found]


def _piece(one: Piece, anchors: set[str], *, narrow: bool) -> JsonObject:
    """A piece; a way to a row becomes words, since only sections have a name in the PDF."""
    text = drawable(one.text)
    if one.look is Look.JUMP and one.detail not in anchors:
        return {"t": Look.PLAIN, "s": [text], "d": ""}
    broken = one.look in UNBROKEN and (narrow or any(len(word) > LINE_HOLDS for word in text.split(" ")))
    return {"t": one.look, "s": pieces(text) if broken else [text], "d": one.detail}
