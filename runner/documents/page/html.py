"""HTML: one file without script, style sheet or picture from elsewhere; it prints, and a mail gateway lets it through.

A value stands in `<bdi>`, so that its direction of writing cannot reorder the words around it.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from runner.authored.shipped import shipped
from runner.documents.page.tree import (
    Block,
    Break,
    Code,
    Dress,
    Emphasis,
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

POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
"""Nothing is loaded and nothing runs; the only style is the one in the file."""


def html(page: Page, dress: Dress) -> bytes:
    """The HTML of a page."""
    style = (shipped("templates") / "layout" / "page.css").read_text(encoding="utf-8")
    notes = "".join(
        f'<li id="note-{one.number}" value="{one.number}">{_inlines(one.content)}</li>\n' for one in page.notes
    )
    sources = f"<section><h2>{_text(dress.sources_title)}</h2>\n<ol class=notes>\n{notes}</ol></section>\n"
    marks = "".join(f"<strong>{_text(one)}</strong>" for one in dress.marks)
    return (
        f'<!doctype html>\n<html lang="{_text(dress.language)}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{_text(dress.title)}</title>\n<style>\n{style}</style>\n</head>\n<body>\n"
        f"<header><span>{_text(dress.label)}</span><span>{marks}</span></header>\n"
        f"<main>\n{''.join(_block(one) for one in page.blocks)}{sources if page.notes else ''}</main>\n"
        f"<footer>{_text(dress.foot)}</footer>\n</body>\n</html>\n"
    ).encode()


def _text(text: str) -> str:
    return escape(text, quote=True)


def _block(block: Block) -> str:
    match block:
        case Heading():
            return f"<h{block.level}>{_inlines(block.content)}</h{block.level}>\n"
        case Paragraph():
            return f"<p>{_inlines(block.content)}</p>\n"
        case List():
            tag, start = ("ol", f' start="{block.start}"') if block.ordered else ("ul", "")
            items = "".join(f"<li>{''.join(_block(one) for one in item)}</li>\n" for item in block.items)
            return f"<{tag}{start}>\n{items}</{tag}>\n"
        case Table():
            return _table(block)
        case Quote():
            return f"<blockquote>{''.join(_block(one) for one in block.blocks)}</blockquote>\n"
        case Rule():
            return "<hr>\n"


def _table(table: Table) -> str:
    rows = "".join(_row(row, table.align, "td") for row in table.rows)
    head = f"<thead>{_row(table.head, table.align, 'th')}</thead>\n" if table.head else ""
    return f"<table>\n{head}<tbody>\n{rows}</tbody>\n</table>\n"


def _row(row: Iterable[tuple[Inline, ...]], align: Iterable[str], tag: str) -> str:
    cells = zip(row, align, strict=False)
    return f"<tr>{''.join(f'<{tag} class={word}>{_inlines(cell)}</{tag}>' for cell, word in cells)}</tr>\n"


def _inlines(content: Iterable[Inline]) -> str:
    return "".join(_inline(one) for one in content)


def _inline(one: Inline) -> str:
    match one:
        case Text():
            return _text(one.text)
        case Value():
            return f"<bdi>{_text(one.text)}</bdi>"
        case Missing():
            return f"<mark class=missing>{_text(one.text)}</mark>"
        case Unknown():
            return f"<mark class=unknown>{_text(one.text)}</mark>"
        case Note():
            return f'<sup><a href="#note-{one.number}">{one.number}</a></sup>'
        case Break():
            return "<br>"
        case Strong():
            return f"<strong>{_inlines(one.content)}</strong>"
        case Emphasis():
            return f"<em>{_inlines(one.content)}</em>"
        case Code():
            return f"<code>{_inlines(one.content)}</code>"
