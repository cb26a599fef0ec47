"""`case.yaml`: what was known when the case was opened: the subject's personas and the first facts."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from connectors.contract import Field, Persona, Subject
from connectors.errors import InputError
from connectors.registry import Registry
from connectors.types import EMAIL, parse_type
from runner.authored.leaks import find_leaks
from runner.authored.reader import Reader
from runner.authored.source import Node, read_file, read_yaml

TOP_KEYS = ("evict-case", "id", "title", "mode", "opened-by", "subject", "facts")
PERSONA_KEYS = ("id", "names", "emails", "identifiers")
FACT_KEYS = ("type", "value")
CASE_ID = re.compile(r"[A-Za-z0-9]+([._-][A-Za-z0-9]+)*")
LONGEST_ID = 40
"""The id becomes part of policy names, which AWS limits to 128 characters (IAM quotas)."""


@dataclass(frozen=True)
class Fact:
    """One statement that the case file makes."""

    name: str
    type: str
    value: Any


@dataclass(frozen=True)
class CaseFile:
    """The loaded case file."""

    id: str
    title: str
    opened_by: str
    mode: str
    subject: Subject
    facts: tuple[Fact, ...]
    source: bytes
    digest: str
    file: str


def load_casefile(path: Path, registry: Registry) -> CaseFile:
    """Load a case file.

    Raises:
        InputError: every problem of the file, sorted.

    """
    return parse_casefile(read_file(path), str(path), registry)


def parse_casefile(data: bytes, name: str, registry: Registry) -> CaseFile:
    """Load a case file from bytes."""
    root = read_yaml(data, name)
    reader = Reader(name)
    reader.problems.extend(find_leaks(root))
    if not reader.keys(root, TOP_KEYS, "a case file"):
        reader.finish(f"case file {name}")
    reader.require(root, ("evict-case", "id", "title", "opened-by", "subject"), "a case file")
    version = root.get("evict-case")
    if version is not None and version.value != 1:
        reader.add(version.place, "bad-version", "this version of the case form is not known", "write evict-case: 1")
    case_id = reader.text(root.get("id"), "id")
    id_node = root.get("id")
    if id_node is not None and case_id and (not CASE_ID.fullmatch(case_id) or len(case_id) > LONGEST_ID):
        message = f"id must be letters, digits, dots and dashes, at most {LONGEST_ID}"
        reader.add(id_node.place, "bad-id", message, "e.g. CASE-2026-017; use no names in it")
    made = CaseFile(
        id=case_id,
        title=reader.text(root.get("title"), "title"),
        opened_by=_email(reader, root.get("opened-by"), "opened-by"),
        mode=reader.choice(root.get("mode"), "mode", ("real", "exercise"), "real"),
        subject=_subject(reader, root.get("subject"), registry),
        facts=_facts(reader, root.get("facts")),
        source=data,
        digest=hashlib.sha256(data).hexdigest(),
        file=name,
    )
    reader.finish(f"case file {name}")
    return made


def _email(reader: Reader, node: Node | None, what: str) -> str:
    address = reader.text(node, what)
    if node is not None and address and not EMAIL.fullmatch(address):
        reader.add(
            node.place, "bad-email", f"{what} must be one e-mail address, without wildcards", "e.g. a@example.org"
        )
    return address


def _subject(reader: Reader, node: Node | None, registry: Registry) -> Subject:
    if node is None or not reader.keys(node, ("id", "personas"), "subject"):
        return Subject("", ())
    reader.require(node, ("id", "personas"), "subject")
    personas_node = node.get("personas")
    personas: tuple[Persona, ...] = ()
    if personas_node is not None and (not isinstance(personas_node.value, list) or not personas_node.value):
        reader.add(personas_node.place, "bad-type", "personas must be a list with at least one", "- id: p1")
    elif personas_node is not None:
        personas = tuple(_persona(reader, child, registry) for child in personas_node.children.values())
    twice = {one.id for one in personas if [two.id for two in personas].count(one.id) > 1}
    if twice and personas_node is not None:
        message = f"persona id {', '.join(sorted(twice))} is used twice"
        reader.add(personas_node.place, "duplicate-id", message, "give each persona its own id")
    return Subject(reader.text(node.get("id"), "subject id"), personas)


def _persona(reader: Reader, node: Node, registry: Registry) -> Persona:
    if not reader.keys(node, PERSONA_KEYS, "a persona"):
        return Persona("")
    reader.require(node, ("id",), "a persona")
    emails_node = node.get("emails")
    children = emails_node.children.values() if emails_node is not None and isinstance(emails_node.value, list) else ()
    if emails_node is not None and not isinstance(emails_node.value, list):
        reader.add(emails_node.place, "bad-type", "emails must be a list", "write [a@example.org]")
    return Persona(
        id=reader.text(node.get("id"), "persona id"),
        names=reader.texts(node.get("names"), "names"),
        emails=tuple(_email(reader, child, "each of emails") for child in children),
        identifiers=_identifiers(reader, node.get("identifiers"), registry),
    )


def _identifiers(reader: Reader, node: Node | None, registry: Registry) -> dict[str, dict[str, tuple[str, ...]]]:
    if node is None or not reader.keys(node, node.children, "identifiers"):
        return {}
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for name, child in node.items():
        try:
            known = {field.name: field for field in registry.connector(name).identifiers}
        except InputError as error:
            reader.add(node.keys[name], "unknown-connector", error.what, error.expected)
            continue
        if reader.keys(child, known, f"identifiers of {name}"):
            found[name] = {key: _exact(reader, one, known.get(key), key) for key, one in child.items()}
    return found


def _exact(reader: Reader, node: Node, field: Field | None, key: str) -> tuple[str, ...]:
    """Exact identifiers only: a wildcard could name an innocent person."""
    values = reader.texts(node, key)
    element = parse_type(field.type).item if field is not None else None
    for index, value in enumerate(values):
        place = node.children[index].place
        if any(sign in value for sign in "*?"):
            reader.add(place, "wildcard", f"{key}: wildcards are refused", "write the exact identifier")
        elif element is not None and value and (wrong := element.problem(value)):
            reader.add(place, "bad-identifier", f"{key} {wrong}", field.doc if field else "")
    return values


def _facts(reader: Reader, node: Node | None) -> tuple[Fact, ...]:
    if node is None or not reader.keys(node, node.children, "facts"):
        return ()
    return tuple(_fact(reader, name, child) for name, child in node.items())


def _fact(reader: Reader, name: str, node: Node) -> Fact:
    if not node.is_mapping or "value" not in node.children:
        return Fact(name, _natural(node.value), node.value)
    reader.keys(node, FACT_KEYS, f"fact {name!r}")
    type_name = reader.text(node.get("type"), "type", "any")
    value = node.children["value"]
    try:
        wrong = parse_type(type_name).problem(value.value)
    except ValueError as error:
        reader.add(node.place, "unknown-type", str(error), "choose one of the listed types")
        return Fact(name, "any", value.value)
    if wrong:
        reader.add(value.place, "bad-fact", f"fact {name!r} {wrong}", "correct the value or its type")
    return Fact(name, type_name, value.value)


def _natural(value: Any) -> str:
    names = {bool: "boolean", int: "integer", float: "number", str: "string"}
    return names.get(type(value), "any")
