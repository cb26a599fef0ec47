"""The catalogue of facts: one name per fact for all jurisdictions, with meaning, type, who can know it, sensitivity.

Values live in the ledger (`fact-recorded`). A fact that nobody was asked about is *unasked*; one whose answer is
"nobody knows" is *unknown*, which is a value of its own and never the same as no. Rules treat both as unknown; the
interview asks only what is unasked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from connectors.types import parse_type
from runner.authored.reader import Reader
from runner.authored.shipped import shipped
from runner.authored.source import Node, read_file, read_yaml
from runner.case.state import CaseState

ROLES = ("responder", "security", "hr", "finance", "counsel", "privacy", "management")
"""Who can know a fact, and who acts on an obligation."""

SENSITIVITIES = ("ordinary", "personal", "confidential", "privileged")
"""personal: about a natural person; confidential: the company's own secret; privileged: counsel's assessment."""

FACT_KEYS = ("type", "choices", "meaning", "ask", "who", "sensitivity", "part")
PARTS = ("attribution", "subject", "money", "sanctions", "access", "data", "incident", "company", "place", "employment",
         "extortion", "reporting")  # fmt: skip
"""Headings under which an interview groups its questions."""


class _Unknown:
    """The value of a fact that nobody knows; there is just one."""

    def __repr__(self) -> str:
        return "unknown"


UNKNOWN = _Unknown()

Facts = Mapping[str, Any]
"""Values by name: a JSON value, or UNKNOWN when it was asked and nobody knows. Unasked facts are absent."""


@dataclass(frozen=True)
class FactSpec:
    """One fact that a case may hold."""

    name: str
    type: str
    """A name of `connectors.types`."""
    choices: tuple[str, ...]
    """Allowed values of a fact of type string; empty when it is free text."""
    meaning: str
    ask: str
    """The question as a person is asked it."""
    who: tuple[str, ...]
    sensitivity: str
    part: str

    def problem(self, value: Any) -> str | None:
        """What is wrong with a value, as the rest of a sentence; None when it fits. UNKNOWN always fits."""
        if value is UNKNOWN:
            return None
        wrong = parse_type(self.type).problem(value)
        if wrong is None and self.choices and value not in self.choices:
            wrong = f"must be one of {', '.join(self.choices)}, got {value!r:.60}"
        return wrong


Catalogue = Mapping[str, FactSpec]


def load_catalogue(path: Path | None = None) -> Catalogue:
    """The shipped catalogue, or another file of the same form.

    Raises:
        InputError: every problem of the file, sorted.

    """
    file = path or shipped("templates") / "facts.yaml"
    root = read_yaml(read_file(file), str(file))
    reader = Reader(str(file))
    reader.keys(root, ("evict-facts", "facts"), "the catalogue of facts")
    reader.require(root, ("evict-facts", "facts"), "the catalogue of facts")
    found = root.get("facts")
    specs = {name: _spec(reader, name, node) for name, node in found.items()} if found else {}
    reader.finish(f"catalogue of facts {file}")
    return specs


def _spec(reader: Reader, name: str, node: Node) -> FactSpec:
    what = f"fact {name!r}"
    reader.keys(node, FACT_KEYS, what)
    reader.require(node, ("type", "meaning", "ask", "who", "sensitivity", "part"), what)
    return FactSpec(
        name=name,
        type=_type(reader, node.get("type"), what),
        choices=reader.texts(node.get("choices"), f"choices of {what}"),
        meaning=reader.text(node.get("meaning"), f"meaning of {what}"),
        ask=reader.text(node.get("ask"), f"ask of {what}"),
        who=_who(reader, node.get("who"), what),
        sensitivity=reader.choice(node.get("sensitivity"), f"sensitivity of {what}", SENSITIVITIES, "ordinary"),
        part=reader.choice(node.get("part"), f"part of {what}", PARTS, "attribution"),
    )


def _type(reader: Reader, node: Node | None, what: str) -> str:
    name = reader.text(node, f"type of {what}", "any")
    try:
        parse_type(name)
    except ValueError as error:
        if node is not None:
            reader.add(node.place, "unknown-type", f"{what}: {error}", "choose one of the listed types")
        return "any"
    return name


def _who(reader: Reader, node: Node | None, what: str) -> tuple[str, ...]:
    who = reader.texts(node, f"who of {what}")
    for index, one in enumerate(who):
        if one and one not in ROLES and node is not None:
            place = node.children[index].place
            reader.add(place, "bad-choice", f"{what}: {one!r} is no role", f"one of {', '.join(ROLES)}")
    return who


def facts_of(case: CaseState) -> Facts:
    """The current values of a case."""
    return {name: UNKNOWN if fact.unknown else fact.value for name, fact in case.facts.items()}
