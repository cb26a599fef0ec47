"""What evict itself says in a document, by language: marks, headings, dates, numbers (`templates/words.yaml`)."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from runner.authored.reader import Reader
from runner.authored.shipped import shipped
from runner.authored.source import Node, read_file, read_yaml
from runner.documents.facts import ROLES

TEXTS = (
    "missing", "unknown", "or", "and", "comma", "yes", "no", "draft", "exercise", "page", "facts_as_of", "sources",
    "open_points", "artefact", "person", "because", "step", "case_file", "privileged", "work_product", "date",
    "date_time", "decimal", "thousands",
)  # fmt: skip
KEYS = (*TEXTS, "months", "roles")
MONTHS = 12
WHOLE_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True)
class Words:
    """The words of one language."""

    language: str
    """The language as the template names it (BCP 47)."""
    texts: Mapping[str, str]
    months: tuple[str, ...]
    roles: Mapping[str, str]

    def say(self, key: str, **values: object) -> str:
        """One of the texts, filled in."""
        return self.texts[key].format(**values) if values else self.texts[key]

    def listed(self, items: Sequence[str], last: str = "and") -> str:
        """Items as a sentence lists them: a, b and c."""
        if len(items) < 2:  # noqa: PLR2004 - one item needs no joining word
            return "".join(items)
        return self.texts["comma"].join(items[:-1]) + self.texts[last] + items[-1]

    def who(self, roles: Sequence[str]) -> str:
        """Roles as a sentence names them."""
        return self.listed([self.roles[role] for role in roles], "or")

    def date(self, value: date) -> str:
        """A day."""
        month = self.months[value.month - 1]
        return self.say("date", day=value.day, month=month, number=value.month, year=value.year)

    def moment(self, value: datetime) -> str:
        """A minute in UTC."""
        utc = value.astimezone(UTC)
        return self.say("date_time", date=self.date(utc), hour=f"{utc.hour:02}", minute=f"{utc.minute:02}")

    def when(self, text: str, *, day_only: bool = False) -> str:
        """A date or a date-time in its written form.

        Raises:
            ValueError: it is neither.

        """
        if WHOLE_DATE.fullmatch(text):
            return self.date(date.fromisoformat(text))
        moment = datetime.fromisoformat(text).astimezone(UTC)
        return self.date(moment) if day_only else self.moment(moment)

    def number(self, value: float, places: int | None = None) -> str:
        """A number with the language's separators."""
        text = f"{value:,}" if places is None else f"{value:,.{places}f}"
        marks = {",": self.texts["thousands"], ".": self.texts["decimal"]}
        return "".join(marks.get(character, character) for character in text)


@functools.cache
def load_words(path: Path | None = None) -> Mapping[str, Words]:
    """Every language's words.

    Raises:
        InputError: every problem of the file, sorted.

    """
    file = path or shipped("templates") / "words.yaml"
    root = read_yaml(read_file(file), str(file))
    reader = Reader(str(file))
    reader.keys(root, ("evict-words", "languages"), "the file of words")
    languages = root.get("languages")
    found = {name: _words(reader, name, node) for name, node in (languages.items() if languages else ())}
    reader.finish(f"words {file}")
    return found


def words_of(language: str) -> Words | None:
    """The words of a language, or of its first part; None when there are none."""
    known = load_words()
    base = known.get(language) or known.get(language.partition("-")[0])
    return Words(language, base.texts, base.months, base.roles) if base else None


def _words(reader: Reader, name: str, node: Node) -> Words:
    what = f"language {name!r}"
    reader.keys(node, KEYS, what)
    reader.require(node, KEYS, what)
    texts = {key: _text(reader, node.get(key), f"{key} of {what}") for key in TEXTS}
    months = reader.texts(node.get("months"), f"months of {what}")
    if len(months) != MONTHS:
        reader.add(node.place, "bad-months", f"{what} names {len(months)} months", "write twelve")
    roles_node = node.get("roles")
    roles: dict[str, Any] = dict(roles_node.value) if roles_node is not None and roles_node.is_mapping else {}
    if set(roles) != set(ROLES):
        reader.add(node.place, "bad-roles", f"roles of {what} are not the roles of the catalogue", ", ".join(ROLES))
    return Words(name, texts, months, {key: str(value) for key, value in roles.items()})


def _text(reader: Reader, node: Node | None, what: str) -> str:
    """Text that may be a single space: thousands are separated by one in French."""
    if node is None or not isinstance(node.value, str) or not node.value:
        place = node.place if node is not None else None
        if place is not None:
            reader.add(place, "bad-type", f"{what} must be text", "put it in quotes")
        return ""
    return node.value
