"""PDF by typst: PDF/A-2a and PDF/UA-1, the text as data, our own fonts, the same bytes every time.

The layout is `templates/layout/page.typ`. The page goes in as JSON and is set by `text()`, never as source. Nothing is
read but the layout and the fonts: the root is an empty folder, and system fonts are off.
"""

from __future__ import annotations

import functools
import json
import tempfile
from datetime import datetime
from typing import TYPE_CHECKING, Any

from connectors.errors import InputError, InternalError
from runner.authored.shipped import shipped
from runner.documents.page.glyphs import drawable
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

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

JsonObject = dict[str, Any]

STANDARDS: Any = ("a-2a", "ua-1")
"""Archivable with structure (ISO 19005-2 level A), and accessible (ISO 14289-1). Both fail on a missing glyph."""

LONGEST_WORD, PIECE = 18, 6
"""Words of a value that are longer may be broken after each so many characters: a hash must not leave the page."""

LETTER = ("en-US",)
"""Languages whose readers file on US Letter."""

NARROWEST, WIDEST = 6, 40
"""Bounds in characters for the share of a table's width that a column gets."""


def pdf(page: Page, dress: Dress) -> bytes:
    """The PDF of a page.

    Raises:
        InputError: typst is not installed.
        InternalError: the layout does not compile.

    """
    return typeset("page.typ", page_json(page, dress), _moment(dress.as_of))


def page_json(page: Page, dress: Dress) -> JsonObject:
    """What the layout is given."""
    return {
        "dress": _dress(dress),
        "blocks": [_block(one) for one in _outlined(page.blocks)],
        "sources-level": min(2, _deepest(page) + 1),
        "notes": [{"n": one.number, "c": _inlines(one.content)} for one in page.notes],
    }


def typeset(layout: str, data: JsonObject, at: datetime) -> bytes:
    """The PDF that a layout of `templates/layout` makes of JSON; `at` is the only date in it.

    Raises:
        InputError: typst is not installed.
        InternalError: the layout does not compile.

    """
    try:
        import typst
    except ImportError:
        raise InputError("PDF needs typst", fix="pip install 'evict[documents]'") from None
    source = (shipped("templates") / "layout" / layout).read_bytes()
    with tempfile.TemporaryDirectory() as root:
        compiler = typst.Compiler(source, root=root, font_paths=_fonts(), sys_inputs={"page": json.dumps(data)})
        try:
            made = compiler.compile(format="pdf", pdf_standards=list(STANDARDS), timestamp=at)
        except typst.TypstError as error:
            raise InternalError(f"the PDF layout does not compile: {error.message}") from error
    if not isinstance(made, bytes):
        raise InternalError("typst gave no PDF")
    return made


@functools.cache
def _fonts() -> Any:
    """Our fonts and those inside the wheel; reading them takes longer than a page."""
    import typst

    return typst.Fonts(include_system_fonts=False, font_paths=[str(shipped("templates") / "fonts")])


def _moment(as_of: str) -> datetime:
    """To the second, which is as fine as the date of a PDF is."""
    return datetime.fromisoformat(as_of).replace(microsecond=0)


def _dress(dress: Dress) -> JsonObject:
    at = _moment(dress.as_of).utctimetuple()
    language, _, region = dress.language.partition("-")
    return {
        "title": drawable(dress.title), "lang": language, "region": region.lower() or None, "label": dress.label,
        "marks": [drawable(one) for one in dress.marks], "foot": drawable(dress.foot), "page-words": dress.page_words,
        "sources-title": dress.sources_title, "date": list(at[:6]),
        "paper": "us-letter" if dress.language in LETTER else "a4",
    }  # fmt: skip


def _outlined(blocks: Iterable[Block]) -> Iterator[Block]:
    """Headings that begin at level 1 and skip none, as PDF/UA demands of what is read aloud."""
    last = 0
    for block in blocks:
        if not isinstance(block, Heading):
            yield block
            continue
        if not _visible(block.content):
            yield Paragraph(block.content)
            continue
        last = min(block.level, last + 1)
        yield Heading(last, block.content)


def _block(block: Block) -> JsonObject:
    match block:
        case Heading():
            return {"t": "heading", "level": block.level, "c": _inlines(block.content)}
        case Paragraph():
            return {"t": "paragraph", "c": _inlines(block.content)}
        case List():
            items = [[_inner(one) for one in item] for item in block.items]
            return {"t": "list", "ordered": block.ordered, "start": block.start, "items": items}
        case Table():
            rows = [[_inlines(cell) for cell in row] for row in block.rows]
            head = [_inlines(cell) for cell in block.head]
            return {"t": "table", "head": head, "rows": rows, "align": list(block.align), "widths": widths(block)}
        case Quote():
            return {"t": "quote", "c": [_inner(one) for one in block.blocks]}
        case Rule():
            return {"t": "rule"}


def _deepest(page: Page) -> int:
    return max((one.level for one in _outlined(page.blocks) if isinstance(one, Heading)), default=0)


def _inner(block: Block) -> JsonObject:
    """A block within a list or a quotation, where a heading is only bold: it is no part of the outline."""
    return _block(Paragraph((Strong(block.content),)) if isinstance(block, Heading) else block)


def _inlines(content: Iterable[Inline]) -> list[JsonObject]:
    return [_inline(one) for one in content]


def _inline(one: Inline) -> JsonObject:
    match one:
        case Text():
            return {"t": "text", "s": drawable(one.text)}
        case Value():
            return {"t": "value", "s": pieces(drawable(one.text))}
        case Missing():
            return {"t": "missing", "s": drawable(one.text)}
        case Unknown():
            return {"t": "unknown", "s": drawable(one.text)}
        case Note():
            return {"t": "note", "n": one.number}
        case Break():
            return {"t": "break"}
        case Strong():
            return {"t": "strong", "c": _inlines(one.content)}
        case Emphasis():
            return {"t": "emphasis", "c": _inlines(one.content)}
        case Code():
            return {"t": "code", "c": _inlines(one.content)}


def pieces(text: str) -> list[str]:
    """The text in pieces between which a line may end: within a word only when it is long."""
    found: list[str] = []
    for index, word in enumerate(text.split(" ")):
        size = PIECE if len(word) > LONGEST_WORD else LONGEST_WORD
        cut = [word[at : at + size] for at in range(0, len(word), size)] or [""]
        if index:
            found[-1] += " " + cut[0]
        else:
            found.append(cut[0])
        found += cut[1:]
    return found


def widths(table: Table) -> list[int]:
    """The share of each column, by its longest cell, within bounds."""
    columns = range(len(table.align))
    rows = (table.head, *table.rows) if table.head else table.rows
    lengths = [max((_length(row[index]) for row in rows if index < len(row)), default=0) for index in columns]
    titles = [_longest_word(table.head[index]) if index < len(table.head) else 0 for index in columns]
    return [max(min(max(length, NARROWEST), WIDEST), title) for length, title in zip(lengths, titles, strict=True)]


def _longest_word(content: Iterable[Inline]) -> int:
    """So that no title of a column is broken within a word."""
    return max((len(word) + 2 for one in content for word in getattr(one, "text", "").split()), default=0)


def _visible(content: Iterable[Inline]) -> bool:
    """Whether anything of it can be seen: a heading that is a nameless person's name is no heading."""
    return any(
        _visible(one.content) if isinstance(one, (Strong, Emphasis, Code)) else bool(getattr(one, "text", "").strip())
        for one in content
    )


def _length(content: Iterable[Inline]) -> int:
    total = 0
    for one in content:
        match one:
            case Strong() | Emphasis() | Code():
                total += _length(one.content)
            case Text() | Value() | Missing() | Unknown():
                total += len(one.text)
            case Note() | Break():
                total += 1
    return total
