"""The facts as the check uses them: one object a route, found by a request's path. Read once."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from connectors.microsoft.emulator.description import spelling
from connectors.microsoft.emulator.description.later import LATER
from connectors.microsoft.emulator.description.undescribed import UNDESCRIBED, Undescribed

FOLDER = Path(__file__).parent / "facts"


@dataclass(frozen=True)
class Fact:
    """What is known of one method of one path; `types` holds what its words name."""

    service: str
    method: str
    path: str
    query: Mapping[str, str]
    needs: tuple[str, ...] = ()
    body: str | None = None
    must: bool = False
    returns: str | None = None
    why: str = ""
    """Why it is known by hand only."""
    types: Mapping[str, Mapping[str, Any]] = field(default_factory=dict, compare=False)

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The concrete paths that it is about."""
        return spelling.pattern(self.path)

    def names(self) -> frozenset[str] | None:
        """The fields that an answer's rows may have; None when they are not known."""
        entry = self.types.get((self.returns or "").strip("[]?").removeprefix("@"), {})
        if "fields" not in entry:
            return None
        return frozenset(entry["fields"]) | frozenset(entry.get("also", ()))


@lru_cache
def known(folder: Path = FOLDER) -> tuple[Fact, ...]:
    """All facts, those of the most literal path first."""
    found = [*(one for file in sorted(folder.glob("*.json")) for one in _read(file)), *map(_by_hand, UNDESCRIBED)]
    return tuple(sorted(found, key=lambda one: (-spelling.literal(one.path), one.service, one.path, one.method)))


def of(service: str, path: str, folder: Path = FOLDER) -> list[Fact]:
    """The facts of every method of a concrete path, the most literal first."""
    return [one for one in known(folder) if one.service == service and one.pattern.fullmatch(path)]


def _read(file: Path) -> Iterator[Fact]:
    content = json.loads(file.read_text())
    for later in LATER:
        if later.service == content["head"]["service"] and later.type in content["types"]:
            later.add(content["types"][later.type])
    for one in content["operations"]:
        yield Fact(
            content["head"]["service"], one["method"], one["path"], one["query"], tuple(one.get("needs", ())),
            one.get("body"), bool(one.get("must")), one.get("returns"), types=content["types"],
        )  # fmt: skip


def _by_hand(one: Undescribed) -> Fact:
    fields = dict(one.body or {})
    entry = {"fields": fields, "needs": [name for name in one.needs if name in fields]}
    needs = tuple(name for name in one.needs if name not in fields)
    word = "[@body]" if one.rows else "@body"
    body = None if one.body is None else word
    return Fact(
        one.service,
        one.method,
        one.path,
        one.query,
        needs,
        body,
        bool(entry["needs"]),
        why=one.why,
        types={"body": entry, **{name: {"fields": of} for name, of in one.types.items()}},
    )
