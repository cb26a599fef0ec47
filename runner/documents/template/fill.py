"""Fill a template: run its body with every value kept apart as an opaque token, parse, then put the values in.

A value never passes through the Markdown parser. What it writes there is a token of private-use characters, which
Markdown treats as letters; a body that holds such a character is refused, so no other text can be taken for one.
"""

from __future__ import annotations

import re
import string
import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jinja2.exceptions import TemplateError

from connectors.errors import InputError, InternalError, Problem
from runner.documents.page.read import TOKEN, read_page
from runner.documents.page.shown import lines_shown, shown
from runner.documents.page.tree import Break, Code, Footnote, Inline, Missing, Note, Page, Text, Unknown, Value
from runner.documents.template.compile import compiled
from runner.documents.template.filters import WORDS_KEY
from runner.documents.template.form import Template
from runner.documents.template.operators import FILLING_KEY
from runner.documents.template.values import (
    FromArtefact,
    FromCaseFile,
    FromPerson,
    FromStep,
    Gap,
    Source,
    Sourced,
    plain,
)
from runner.documents.template.words import Words, words_of

FIRST_DIGIT = 0xE100
NOTHING = "—"
"""What stands for a value that is there and empty."""


@dataclass(frozen=True)
class Filled:
    """A filled template."""

    page: Page
    gaps: tuple[Gap, ...]
    """Every gap that stands on the page, each once."""


class Filling:
    """Collects the values, gaps and notes of one document while its body runs."""

    def __init__(self, words: Words) -> None:
        self.words = words
        self.fills: list[tuple[Inline, ...]] = []
        self.gaps: dict[Gap, None] = {}
        self.notes: dict[Source, int] = {}

    def token(self, value: Any) -> str:
        """Keep a value and give the token that stands for it."""
        self.fills.append(self._inlines(value))
        digits = "".join(chr(FIRST_DIGIT + int(digit)) for digit in str(len(self.fills) - 1))
        return f"\ue000{digits}\ue001"

    def words_for(self, value: Any) -> str:
        """A plain value as text."""
        inner = plain(value)
        if isinstance(inner, bool):
            return self.words.say("yes" if inner else "no")
        if inner is None:
            return NOTHING
        if isinstance(inner, (list, tuple)):
            return self.words.listed([self.words_for(one) for one in inner])
        if isinstance(inner, Mapping):
            raise TypeError("this value has several parts: write which one")
        if isinstance(value, Sourced) and value.spec is not None and value.spec.choices:
            return str(inner).replace("_", " ")
        return str(inner)

    def _inlines(self, value: Any) -> tuple[Inline, ...]:
        if isinstance(value, Gap):
            self.gaps[value] = None
            return (self.mark(value),)
        text = self.words_for(value)
        lined = isinstance(value, Sourced) and value.lines
        lines = lines_shown(text) if lined else (shown(text),)
        parts: list[Inline] = []
        for line in lines:
            parts += [Break(), Value(line)] if parts else [Value(line)]
        if isinstance(value, Sourced) and value.cited:
            parts += [Note(self.notes.setdefault(one, len(self.notes) + 1)) for one in value.sources]
        return tuple(parts)

    def mark(self, gap: Gap) -> Inline:
        """The mark of a gap."""
        meaning = shown(gap.meaning)
        if gap.asked:
            return Unknown(gap.fact, self.words.say("unknown", meaning=meaning))
        return Missing(gap.fact, self.words.say("missing", meaning=meaning, who=self.words.who(gap.who) or "?"))

    def footnotes(self) -> tuple[Footnote, ...]:
        """The notes in the order of their numbers."""
        return tuple(Footnote(number, self._note(source)) for source, number in self.notes.items())

    def _note(self, source: Source) -> tuple[Inline, ...]:
        match source:
            case FromArtefact():
                digest = Code((Value(source.sha256),))
                parts: dict[str, Inline] = {
                    "number": Text(str(source.number)),
                    "name": Value(shown(source.name)),
                    "sha256": digest,
                }
                return _filled(self.words.say("artefact"), parts)
            case FromPerson():
                said: dict[str, Inline] = {"name": Value(shown(source.name)), "time": Text(self.words.when(source.at))}
                why = _filled(self.words.say("because"), {"why": Value(shown(source.why))}) if source.why else ()
                return (*_filled(self.words.say("person"), said), *why)
            case FromStep():
                done: dict[str, Inline] = {"name": Value(shown(source.name)), "time": Text(self.words.when(source.at))}
                return _filled(self.words.say("step"), done)
            case FromCaseFile():
                return _filled(self.words.say("case_file"), {"time": Text(self.words.when(source.at))})


def _filled(text: str, parts: Mapping[str, Inline]) -> tuple[Inline, ...]:
    """A text with inlines in its braces."""
    found: list[Inline] = []
    for literal, name, _form, _conversion in string.Formatter().parse(text):
        found += [Text(literal)] if literal else []
        found += [parts[name]] if name else []
    return tuple(found)


def fill(template: Template, scope: Mapping[str, Any]) -> Filled:
    """The page that a template makes of a scope (`scope.py`).

    Raises:
        InputError: the body does something that cannot be done, with its line.

    """
    words = words_of(template.language)
    if words is None:
        raise InternalError(f"template {template.id} was loaded without words for {template.language}")
    filling = Filling(words)
    ready = compiled(template)
    try:
        text = ready.render({**scope, WORDS_KEY: words, FILLING_KEY: filling})
    except (TemplateError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError) as error:
        line = _line_of(error, template)
        why = str(getattr(error, "message", None) or error)
        problem = Problem(template.place(line), "body", why, "see docs/writing-a-template.md")
        raise InputError(f"template {template.id} cannot be filled", (problem,)) from None
    blocks = read_page(text, filling.fills, template.file, template.language)
    return Filled(Page(blocks, filling.footnotes()), tuple(filling.gaps))


def _line_of(error: Exception, template: Template) -> int:
    frames = [one for one in traceback.extract_tb(error.__traceback__) if one.filename == template.file]
    return frames[-1].lineno or 1 if frames else 1


def private_use(text: str) -> re.Match[str] | None:
    """A character that tokens are made of; none may stand in a body."""
    return TOKEN.search(text) or re.search("[\ue000-\uf8ff]", text)
