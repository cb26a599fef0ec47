"""Which fact says that an obligation was met: `templates/filings.yaml`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from runner.authored.reader import Reader
from runner.authored.shipped import shipped
from runner.authored.source import read_file, read_yaml
from runner.documents.facts import Catalogue

Filings = Mapping[str, str]
"""Obligation id to the fact that is true, or a time, once it was filed."""


def load_filings(catalogue: Catalogue, path: Path | None = None) -> Filings:
    """The shipped table, or another file of the same form.

    Raises:
        InputError: every problem of the file, sorted.

    """
    file = path or shipped("templates") / "filings.yaml"
    root = read_yaml(read_file(file), str(file))
    reader = Reader(str(file))
    reader.keys(root, ("evict-filings", "filings"), "the table of filings")
    reader.require(root, ("evict-filings", "filings"), "the table of filings")
    found = root.get("filings")
    filings: dict[str, str] = {}
    for name, node in found.items() if found is not None and found.is_mapping else ():
        fact = reader.text(node, f"fact of {name}")
        if fact and fact not in catalogue:
            reader.add(node.place, "unknown-fact", f"{name}: there is no fact {fact!r}", "see templates/facts.yaml")
        filings[name] = fact
    reader.finish(f"table of filings {file}")
    return filings
