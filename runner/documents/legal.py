"""What every piece of legal data has, read once for all forms: conditions, roles, sources, a date, how sure it is."""

from __future__ import annotations

import re
from dataclasses import dataclass

from connectors.errors import Place
from runner.authored.reader import Reader
from runner.authored.source import Node
from runner.documents.facts import ROLES, Catalogue
from runner.documents.rules import Condition, Rule, parse_condition

CONFIDENCES = ("high", "medium", "low")
ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def read_rows(reader: Reader, root: Node, key: str) -> list[Node]:
    """The entries of a file; one that has anything but a list there is at fault, never an empty file."""
    rows = root.get(key)
    if rows is None:
        return []
    if not isinstance(rows.value, list):
        reader.add(rows.place, "bad-type", f"{key} must be a list", "write `- id: …` entries")
        return []
    return list(rows.children.values())


def read_entry(reader: Reader, node: Node, noun: str, keys: tuple[str, ...], required: tuple[str, ...]) -> str:
    """The id of an entry whose keys are the ones that its form has."""
    name = reader.text(node.get("id"), "id")
    what = f"{noun} {name!r}"
    reader.keys(node, keys, what)
    reader.require(node, required, what)
    if name and not ID.fullmatch(name):
        reader.add(node.place, "bad-id", f"{what}: an id is lower-case words joined by -", "rename it")
    return name


@dataclass(frozen=True)
class Provenance:
    """Where a statement comes from, of when it is, and how sure it is."""

    citation: str
    sources: tuple[str, ...]
    as_of: str
    confidence: str
    confidence_note: str
    """What could not be confirmed; never empty when the confidence is low."""


PROVENANCE_KEYS = ("citation", "sources", "as_of", "confidence", "confidence_note")
PROVENANCE_REQUIRED = ("citation", "sources", "as_of", "confidence")


def read_provenance(reader: Reader, node: Node, what: str) -> Provenance:
    """Citation, sources, date and confidence of a node; low confidence needs a note."""
    confidence = reader.choice(node.get("confidence"), f"confidence of {what}", CONFIDENCES, "low")
    note = optional_text(node.get("confidence_note"))
    if confidence == "low" and not note and node.get("confidence") is not None:
        message = f"{what} has low confidence and says nowhere why"
        reader.add(node.place, "no-note", message, "add confidence_note: what could not be confirmed")
    return Provenance(
        citation=reader.text(node.get("citation"), f"citation of {what}"),
        sources=read_sources(reader, node, what),
        as_of=reader.text(node.get("as_of"), f"as_of of {what}"),
        confidence=confidence,
        confidence_note=note,
    )


def read_sources(reader: Reader, node: Node, what: str) -> tuple[str, ...]:
    """The sources of a node; at least one must be named."""
    sources = reader.texts(node.get("sources"), f"sources of {what}")
    if not sources:
        reader.add(node.place, "no-source", f"{what} names no source", "legal content carries its source")
    return sources


def read_roles(reader: Reader, node: Node, what: str) -> tuple[str, ...]:
    """The roles under `who`."""
    return read_choices(reader, node.get("who"), f"who of {what}", "role", ROLES)


def read_choices(reader: Reader, node: Node | None, what: str, noun: str, choices: tuple[str, ...]) -> tuple[str, ...]:
    """A list of words, each one of some choices."""
    found = reader.texts(node, what)
    for index, one in enumerate(found):
        if one and one not in choices and node is not None:
            message = f"{what}: {one!r} is no {noun}"
            reader.add(node.children[index].place, "bad-choice", message, f"one of {', '.join(choices)}")
    return found


def read_conditions(reader: Reader, node: Node, what: str, catalogue: Catalogue) -> Rule:
    """The rule under `all` and `any` of a node; at least one condition must be written."""
    if not (node.get("all") or node.get("any")):
        reader.add(node.place, "no-rule", f"{what} has no condition", "write all: or any:")
    return Rule(
        _conditions(reader, node.get("all"), what, catalogue), _conditions(reader, node.get("any"), what, catalogue)
    )


def _conditions(reader: Reader, node: Node | None, what: str, catalogue: Catalogue) -> tuple[Condition, ...]:
    found = []
    for index, text in enumerate(reader.texts(node, f"conditions of {what}")):
        try:
            found.append(parse_condition(text, catalogue))
        except ValueError as error:
            place = node.children[index].place if node is not None else Place(reader.name)
            reader.add(place, "bad-condition", f"{what}: {error}", "see templates/facts.yaml")
    return tuple(found)


def read_boolean(reader: Reader, node: Node | None, what: str) -> bool:
    """True or false; false with a noted problem for anything else."""
    if node is not None and not isinstance(node.value, bool):
        reader.add(node.place, "bad-type", f"{what} must be true or false", "write true or false")
        return False
    return bool(node.value) if node is not None else False


def optional_text(node: Node | None) -> str:
    """The text of a node that may be left out."""
    return str(node.value) if node is not None and node.value is not None else ""
