"""Markdown to the tree: CommonMark with tables, and nothing that could become code, a link or markup.

Links, images, references and raw HTML are switched off, so that their characters stay text. Whatever the parser still
gives that the tree has no place for is an error, never dropped.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token

from connectors.errors import InputError, Place, Problem
from runner.documents.page.shown import shown
from runner.documents.page.tree import (
    Block,
    Break,
    Code,
    Emphasis,
    Heading,
    Inline,
    List,
    Paragraph,
    Quote,
    Rule,
    Strong,
    Table,
    Text,
)

TOKEN = re.compile("\ue000([\ue100-\ue109]+)\ue001")
OFF = ("link", "image", "autolink", "html_inline", "html_block", "reference", "code", "lheading")
"""Rules that are switched off; `code` and `lheading` because indentation and a line of dashes are accidents here."""
UNSPACED = ("ja", "zh")
"""Languages that write no space where a line of the source ends."""

Fills = Sequence[tuple[Inline, ...]]


@functools.cache
def parser() -> MarkdownIt:
    """The one parser."""
    return MarkdownIt("commonmark", {"html": False}).enable("table").disable(list(OFF))


def read_page(text: str, fills: Fills, file: str, language: str = "en") -> tuple[Block, ...]:
    """The blocks of a Markdown text whose tokens stand for `fills`.

    Raises:
        InputError: something that a document cannot hold, with the line of the text.

    """
    tokens = parser().parse(text)
    reader = _Reader(tokens, fills, file, " " if language.partition("-")[0] not in UNSPACED else "")
    return reader.blocks()


class _Reader:
    """Walks the flat list of tokens once."""

    def __init__(self, tokens: list[Token], fills: Fills, file: str, soft: str) -> None:
        self._tokens, self._fills, self._file, self._soft = tokens, fills, file, soft
        self._at = 0

    def blocks(self, end: str = "") -> tuple[Block, ...]:
        """Blocks up to the token that ends them."""
        found: list[Block] = []
        while self._at < len(self._tokens):
            token = self._tokens[self._at]
            self._at += 1
            if token.type == end:
                break
            found.append(self._block(token))
        return tuple(found)

    def _block(self, token: Token) -> Block:
        match token.type:
            case "heading_open":
                return Heading(int(token.tag[1:]), self._content("heading_close"))
            case "paragraph_open":
                return Paragraph(self._content("paragraph_close"))
            case "bullet_list_open" | "ordered_list_open":
                ordered = token.type.startswith("ordered")
                end = token.type.replace("open", "close")
                return List(ordered, int(token.attrGet("start") or 1), self._items(end))
            case "blockquote_open":
                return Quote(self.blocks("blockquote_close"))
            case "table_open":
                return self._table()
            case "hr":
                return Rule()
            case _:
                raise self._refuse(token)

    def _content(self, end: str) -> tuple[Inline, ...]:
        content: tuple[Inline, ...] = ()
        while (token := self._next()).type != end:
            content += self._inline(token.children or [])
        return content

    def _items(self, end: str) -> tuple[tuple[Block, ...], ...]:
        items = []
        while self._next().type != end:
            items.append(self.blocks("list_item_close"))
        return tuple(items)

    def _table(self) -> Table:
        rows: list[tuple[tuple[Inline, ...], ...]] = []
        align: list[str] = []
        row: list[tuple[Inline, ...]] = []
        heads = 0
        while (token := self._next()).type != "table_close":
            if token.type == "tr_open":
                row = []
            elif token.type == "tr_close":
                rows.append(tuple(row))
            elif token.type in ("th_open", "td_open"):
                if token.type == "th_open":
                    heads = 1
                    align.append(str(token.attrGet("style") or "").rpartition(":")[2] or "left")
                row.append(self._content(token.type.replace("open", "close")))
        head = rows[0] if heads and any(rows[0]) else ()
        return Table(head, tuple(rows[heads:]), tuple(align))

    def _next(self) -> Token:
        token = self._tokens[self._at]
        self._at += 1
        return token

    def _inline(self, tokens: Sequence[Token]) -> tuple[Inline, ...]:
        stack: list[tuple[Callable[[tuple[Inline, ...]], Inline] | None, list[Inline]]] = [(None, [])]
        for token in tokens:
            here = stack[-1][1]
            match token.type:
                case "text" | "text_special":
                    here += self._filled(token.content)
                case "code_inline":
                    here.append(Code(self._filled(token.content)))
                case "softbreak":
                    here += [Text(self._soft)] if self._soft else []
                case "hardbreak":
                    here.append(Break())
                case "strong_open":
                    stack.append((Strong, []))
                case "em_open":
                    stack.append((Emphasis, []))
                case "strong_close" | "em_close":
                    make, content = stack.pop()
                    if make is not None:
                        stack[-1][1].append(make(tuple(content)))
                case _:
                    raise self._refuse(token)
        return tuple(stack[0][1])

    def _filled(self, text: str) -> tuple[Inline, ...]:
        """The text with the values in the places of their tokens."""
        found: list[Inline] = []
        last = 0
        for match in TOKEN.finditer(text):
            if match.start() > last:
                found.append(Text(shown(text[last : match.start()])))
            number = int("".join(str(ord(digit) - 0xE100) for digit in match[1]))
            found += self._fills[number]
            last = match.end()
        if last < len(text):
            found.append(Text(shown(text[last:])))
        return tuple(found)

    def _refuse(self, token: Token) -> InputError:
        line = token.map[0] + 1 if token.map else 0
        what = token.type.removesuffix("_open").replace("_", " ")
        fix = "use headings, paragraphs, lists, tables, quotations, bold, italic and `code`"
        problem = Problem(Place(self._file, line, 1), "markdown", f"a document cannot hold: {what}", fix)
        return InputError(f"{self._file} cannot be rendered", (problem,))
