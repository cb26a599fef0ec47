"""The finished page as a tree: what Word, PDF and HTML are all made of. No markup is in it, only text and structure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Text:
    """The template's own words."""

    text: str


@dataclass(frozen=True)
class Value:
    """Text that came from the case: never hyphenated, never joined with the direction of the words around it."""

    text: str


@dataclass(frozen=True)
class Missing:
    """The mark of a fact that nobody was asked about, or of a decision that hangs on one."""

    fact: str
    text: str


@dataclass(frozen=True)
class Unknown:
    """The mark of a fact that was asked about and that nobody knows."""

    fact: str
    text: str


@dataclass(frozen=True)
class Note:
    """A reference to a numbered note at the end."""

    number: int


@dataclass(frozen=True)
class Break:
    """A new line within a paragraph."""


@dataclass(frozen=True)
class Strong:
    """Bold."""

    content: tuple[Inline, ...]


@dataclass(frozen=True)
class Emphasis:
    """Italic."""

    content: tuple[Inline, ...]


@dataclass(frozen=True)
class Code:
    """Of fixed width: hashes, addresses, identifiers."""

    content: tuple[Inline, ...]


Inline = Text | Value | Missing | Unknown | Note | Break | Strong | Emphasis | Code


@dataclass(frozen=True)
class Heading:
    """A heading of level 1 to 6."""

    level: int
    content: tuple[Inline, ...]


@dataclass(frozen=True)
class Paragraph:
    """A paragraph."""

    content: tuple[Inline, ...]


@dataclass(frozen=True)
class List:
    """A list; numbered from `start` when it is ordered."""

    ordered: bool
    start: int
    items: tuple[tuple[Block, ...], ...]


@dataclass(frozen=True)
class Table:
    """A table whose head repeats on every page."""

    head: tuple[tuple[Inline, ...], ...]
    """Empty when the template's first row is."""
    rows: tuple[tuple[tuple[Inline, ...], ...], ...]
    align: tuple[str, ...]
    """"left", "right" or "center" of each column."""


@dataclass(frozen=True)
class Quote:
    """A quotation."""

    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Rule:
    """A line across the page."""


Block = Heading | Paragraph | List | Table | Quote | Rule


@dataclass(frozen=True)
class Footnote:
    """One note: where facts come from."""

    number: int
    content: tuple[Inline, ...]


@dataclass(frozen=True)
class Page:
    """The whole text of a document."""

    blocks: tuple[Block, ...]
    notes: tuple[Footnote, ...]


@dataclass(frozen=True)
class Dress:
    """What stands on every page around the text, and what the file says of itself."""

    title: str
    language: str
    case_id: str
    marks: tuple[str, ...]
    """DRAFT and EXERCISE, in the document's language; empty on a final document of a real case."""
    label: str
    """The privilege label; "" when there is none."""
    foot: str
    """Case, template and how old the facts are; "" where its readers have no business with them."""
    page_words: str
    """"page {page} of {pages}" in the document's language."""
    sources_title: str
    as_of: str
    """RFC 3339; every date inside the file is this one, so that the same facts make the same bytes."""


def inlines(page: Page) -> Iterator[Inline]:
    """Every inline of a page, containers before what they hold, notes last."""
    for block in page.blocks:
        yield from _of_block(block)
    for note in page.notes:
        yield from _spread(note.content)


def _of_block(block: Block) -> Iterator[Inline]:
    match block:
        case Heading() | Paragraph():
            yield from _spread(block.content)
        case List():
            for item in block.items:
                for inner in item:
                    yield from _of_block(inner)
        case Table():
            for row in (block.head, *block.rows):
                for cell in row:
                    yield from _spread(cell)
        case Quote():
            for inner in block.blocks:
                yield from _of_block(inner)
        case Rule():
            return


def _spread(content: Iterable[Inline]) -> Iterator[Inline]:
    for one in content:
        yield one
        if isinstance(one, (Strong, Emphasis, Code)):
            yield from _spread(one.content)
