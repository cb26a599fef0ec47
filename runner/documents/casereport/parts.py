"""What a report is made of: pieces of text with a look, tables, figures, one drawing. No markup is in any of it.

Text of the case enters through `given` and `fixed` only, which show what is hidden in it and cut what is endless.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from runner.documents.casereport.timeline import Timeline
from runner.documents.page.shown import shown

LONGEST = 600
"""A name of more characters is cut and its length told: whole in the ledger, unreadable on a page."""


class Look(StrEnum):
    """How a piece of text is set."""

    PLAIN = "plain"
    """The report's own words."""
    STRONG = "strong"
    QUIET = "quiet"
    GIVEN = "given"
    """The case's words: a direction of writing of their own, never hyphenated."""
    FIXED = "fixed"
    """The case's identifiers and digests, of fixed width."""
    BADGE = "badge"
    """A state in a word; its colour only repeats what the word says."""
    JUMP = "jump"
    """The report's own words, which lead to another place in it."""
    BREAK = "break"


class Tone(StrEnum):
    """What a colour means."""

    GOOD = "good"
    BAD = "bad"
    WARN = "warn"
    DARK = "dark"
    """It is not known."""
    IDLE = "idle"


@dataclass(frozen=True)
class Piece:
    """Some text with a look."""

    look: Look
    text: str
    detail: str = ""
    """The tone of a badge; the anchor of a jump."""


Pieces = tuple[Piece, ...]


@dataclass(frozen=True)
class Prose:
    """A paragraph."""

    pieces: Pieces
    lead: bool = False
    """The one that a reader should take away."""


@dataclass(frozen=True)
class Bullets:
    """A list."""

    items: tuple[Pieces, ...]


@dataclass(frozen=True)
class Row:
    """A row of a table."""

    cells: tuple[Pieces, ...]
    anchor: str = ""


@dataclass(frozen=True)
class Grid:
    """A table whose head repeats on every page."""

    head: tuple[str, ...]
    rows: tuple[Row, ...]
    shares: tuple[int, ...]
    """Width of each column in parts of a hundred, in fives."""


@dataclass(frozen=True)
class Tile:
    """One figure with what it counts."""

    figure: str
    about: str
    tone: Tone


@dataclass(frozen=True)
class Tiles:
    """Figures side by side."""

    tiles: tuple[Tile, ...]


@dataclass(frozen=True)
class Drawing:
    """The timeline as a drawing."""

    timeline: Timeline


@dataclass(frozen=True)
class Under:
    """A heading within a section."""

    pieces: Pieces


Block = Prose | Bullets | Grid | Tiles | Drawing | Under


@dataclass(frozen=True)
class Section:
    """One numbered part."""

    anchor: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Report:
    """The whole report, ready to be written."""

    title: str
    case_id: str
    exercise: bool
    mark: str
    """What stands on every page of an exercise; "" in a real case."""
    label: str
    """The privilege label."""
    lines: tuple[Pieces, ...]
    """Under the title: the case, the time."""
    sections: tuple[Section, ...]
    foot: str
    """Ledger, tool, how old the facts are."""
    as_of: str
    """RFC 3339; the only date inside the files."""
    facts_as_of: str
    """RFC 3339: when the case last learned something."""


def cut(text: str, longest: int = LONGEST) -> str:
    """The text as a page may show it, of a length that a page can hold."""
    whole = shown(text[: longest + 1]) if len(text) > longest else shown(text)
    return whole if len(text) <= longest else f"{whole[:longest]}… ({len(text):,} characters; whole in the ledger)"


def plain(text: str) -> Piece:
    """The report's own words."""
    return Piece(Look.PLAIN, shown(text))


def strong(text: str) -> Piece:
    """The report's own words, in bold."""
    return Piece(Look.STRONG, shown(text))


def quiet(text: object) -> Piece:
    """An aside; it may hold words of the case."""
    return Piece(Look.QUIET, cut(str(text)))


def given(text: object) -> Piece:
    """Words of the case."""
    return Piece(Look.GIVEN, cut(str(text)))


def fixed(text: object) -> Piece:
    """An identifier or digest of the case."""
    return Piece(Look.FIXED, cut(str(text)))


def badge(tone: Tone, word: str) -> Piece:
    """A state, in a word and a colour."""
    return Piece(Look.BADGE, cut(word), tone.value)


def jump(anchor: str, text: str) -> Piece:
    """A way to another place of the report."""
    return Piece(Look.JUMP, shown(text), anchor)


LINE = Piece(Look.BREAK, "")


def row(*cells: Piece | Pieces | str, anchor: str = "") -> Row:
    """A row; a bare string is the report's own words."""
    return Row(tuple(_cell(one) for one in cells), anchor)


def _cell(one: Piece | Pieces | str) -> Pieces:
    if isinstance(one, str):
        return (plain(one),) if one else ()
    return (one,) if isinstance(one, Piece) else one


def joined(pieces: list[Piece], between: Piece) -> Pieces:
    """Pieces with another one between each two."""
    found: list[Piece] = []
    for one in pieces:
        found += [between, one] if found else [one]
    return tuple(found)
