"""Reference values: penalty maxima, base penalties and limitation periods that memos quote. Figures, never deadlines.

One file per jurisdiction, `templates/reference/<jurisdiction>.yaml`. A value is text, because the law mostly says
"the greater of"; nothing is computed with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from connectors.errors import Place
from runner.authored.reader import Reader
from runner.authored.shipped import shipped
from runner.authored.source import Node, read_file, read_yaml
from runner.documents.legal import (
    PROVENANCE_KEYS,
    PROVENANCE_REQUIRED,
    Provenance,
    read_entry,
    read_provenance,
    read_rows,
)

FILE_KEYS = ("evict-reference", "jurisdiction", "values")
KEYS = ("id", "title", "value", *PROVENANCE_KEYS)
REQUIRED = ("id", "title", "value", *PROVENANCE_REQUIRED)


@dataclass(frozen=True)
class ReferenceValue:
    """One figure with where it comes from."""

    id: str
    jurisdiction: str
    title: str
    value: str
    provenance: Provenance
    place: Place


def load_reference(folder: Path | None = None) -> tuple[ReferenceValue, ...]:
    """Every reference value of every jurisdiction, sorted by id.

    Raises:
        InputError: every problem of all files, sorted.

    """
    everything = Reader("reference values")
    found: list[ReferenceValue] = []
    for file in sorted((folder or shipped("templates") / "reference").glob("*.yaml")):
        reader = Reader(str(file))
        found += _file(reader, read_yaml(read_file(file), str(file)))
        everything.problems.extend(reader.problems)
    _unique(everything, found)
    everything.finish("the reference values")
    return tuple(sorted(found, key=lambda one: one.id))


def _file(reader: Reader, root: Node) -> list[ReferenceValue]:
    if not reader.keys(root, FILE_KEYS, "a file of reference values"):
        return []
    reader.require(root, FILE_KEYS, "a file of reference values")
    jurisdiction = reader.text(root.get("jurisdiction"), "jurisdiction")
    return [_value(reader, node, jurisdiction) for node in read_rows(reader, root, "values")]


def _value(reader: Reader, node: Node, jurisdiction: str) -> ReferenceValue:
    name = read_entry(reader, node, "reference value", KEYS, REQUIRED)
    what = f"reference value {name!r}"
    return ReferenceValue(
        id=name,
        jurisdiction=jurisdiction,
        title=reader.text(node.get("title"), f"title of {what}"),
        value=reader.text(node.get("value"), f"value of {what}"),
        provenance=read_provenance(reader, node, what),
        place=node.place,
    )


def _unique(reader: Reader, found: list[ReferenceValue]) -> None:
    seen: set[str] = set()
    for one in found:
        if one.id in seen:
            reader.add(one.place, "duplicate-id", f"reference value {one.id} is written twice", "keep one")
        seen.add(one.id)
