"""The report as one HTML file: no script, no request, a style that its policy knows by digest; it prints.

What the case says stands in `<bdi>`, so that its direction of writing cannot reorder the words around it.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from html import escape
from typing import assert_never

from runner.authored.shipped import shipped
from runner.documents.casereport.drawing import draw
from runner.documents.casereport.parts import (
    Block,
    Bullets,
    Drawing,
    Grid,
    Look,
    Piece,
    Prose,
    Report,
    Row,
    Section,
    Tiles,
    Under,
)

STYLE = "report.css"

POLICY = "default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
"""Nothing is loaded, nothing runs, and no style applies but the one in the file."""


def html(report: Report) -> bytes:
    """The HTML of a report."""
    css = "\n" + (shipped("templates") / "layout" / STYLE).read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    mark = f"<p class=mark>{_text(report.mark)}</p>\n" if report.mark else ""
    running = f"<p class=running>{_text(report.mark)}</p>\n" if report.mark else ""
    title = f"{report.mark}: " if report.mark else ""
    lines = "".join(f"<p>{_pieces(one)}</p>\n" for one in report.lines)
    contents = "".join(f'<li><a href="#{one.anchor}">{_text(one.title)}</a></li>\n' for one in report.sections)
    body = "".join(_section(index, one) for index, one in enumerate(report.sections, 1))
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY.format(digest=digest)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{_text(title)}{_text(report.title)} {_text(report.case_id)}</title>\n"
        f"<style>{css}</style>\n</head>\n<body>\n{running}"
        f"<header>{mark}<p class=label>{_text(report.label)}</p>\n<h1>{_text(report.title)}</h1>\n{lines}</header>\n"
        f"<nav><ol>\n{contents}</ol></nav>\n<main>\n{body}</main>\n"
        f"<footer><p>{_text(report.label)}</p><p><bdi>{_text(report.foot)}</bdi></p>{mark}</footer>\n</body>\n</html>\n"
    ).encode()


def _text(text: str) -> str:
    return escape(text, quote=True)


def _section(index: int, section: Section) -> str:
    blocks = "".join(_block(one) for one in section.blocks)
    return f'<section id="{section.anchor}">\n<h2>{index}. {_text(section.title)}</h2>\n{blocks}</section>\n'


def _block(block: Block) -> str:
    match block:
        case Prose():
            return f"<p{' class=lead' if block.lead else ''}>{_pieces(block.pieces)}</p>\n"
        case Bullets():
            return f"<ul>\n{''.join(f'<li>{_pieces(one)}</li>' for one in block.items)}</ul>\n"
        case Under():
            return f"<h3>{_pieces(block.pieces)}</h3>\n"
        case Tiles():
            tiles = "".join(
                f"<div class={one.tone}><b>{_text(one.figure)}</b><span>{_text(one.about)}</span></div>\n"
                for one in block.tiles
            )
            return f"<div class=tiles>\n{tiles}</div>\n"
        case Drawing():
            return f"<figure>\n{draw(block.timeline)}</figure>\n"
        case Grid():
            return _grid(block)
        case _:
            assert_never(block)


def _grid(grid: Grid) -> str:
    columns = "".join(f"<col class=w{share}>" for share in grid.shares)
    head = "".join(f"<th scope=col>{_text(one)}</th>" for one in grid.head)
    rows = "".join(map(_row, grid.rows))
    return f"<table><colgroup>{columns}</colgroup>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}</tbody></table>\n"


def _row(one: Row) -> str:
    name = f' id="{_text(one.anchor)}"' if one.anchor else ""
    return f"<tr{name}>{''.join(f'<td>{_pieces(cell)}</td>' for cell in one.cells)}</tr>\n"


def _pieces(pieces: Iterable[Piece]) -> str:
    return "".join(_piece(one) for one in pieces)


def _piece(one: Piece) -> str:
    text = _text(one.text)
    match one.look:
        case Look.PLAIN:
            return text
        case Look.STRONG:
            return f"<strong>{text}</strong>"
        case Look.QUIET:
            return f"<small><bdi>{text}</bdi></small>"
        case Look.GIVEN:
            return f"<bdi>{text}</bdi>"
        case Look.FIXED:
            return f"<code><bdi>{text}</bdi></code>"
        case Look.BADGE:
            return f'<span class="badge {one.detail}">{text}</span>'
        case Look.JUMP:
            return f'<a href="#{one.detail}">{text}</a>'
        case Look.BREAK:
            return "<br>"
        case _:
            assert_never(one.look)
