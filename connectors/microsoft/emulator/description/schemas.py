"""Schemas as short facts: a field is one word, a type is a list of fields. No prose is taken over.

Words: `string`, `boolean`, `integer`, `number`, `object` (free), `any`, `link` (another entity), formats such as
`uuid` and `date-time`, `@name` for a type, `[word]` for a list; a `?` at the end says that null will do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from connectors.microsoft.emulator.description.source import Document

DEPTH = 3
"""How many types deep a body or an answer is described; below that an object is free."""
KINDS = 12
"""Of a type with more derived types than these only the names of their fields are kept."""
_OWN = frozenset({"@odata.type", "@odata.count", "@odata.nextLink"})
_FORMATS = frozenset({"uuid", "date-time", "date", "duration", "time", "base64url"})
_BASIC = frozenset({"string", "boolean", "integer", "number"})
_PREFIX = "#/components/schemas/"


@dataclass
class Types:
    """The named types that some operations of one description use, gathered while their schemas are read."""

    document: Document
    gathered: dict[str, dict[str, Any]] = field(default_factory=dict)
    _depths: dict[str, int] = field(default_factory=dict)
    _free: set[str] = field(default_factory=set)
    _named_by: set[str] = field(default_factory=set)

    def word(self, schema: Mapping[str, Any], owner: str, depth: int = DEPTH) -> str:
        """One schema as a word; types that it names are gathered. An inline type is named after its owner."""
        if "$ref" in schema:
            return self._named(schema["$ref"], depth)
        if schema.get("x-ms-navigationProperty"):
            return "[link]" if schema.get("type") == "array" else "link?"
        if choices := schema.get("anyOf") or schema.get("oneOf"):
            return self._chosen(choices, owner, depth)
        end = "?" if schema.get("nullable") else ""
        if schema.get("type") == "array":
            return f"[{self.word(schema.get('items', {}), owner, depth)}]{end}"
        if "enum" in schema:
            return self._gather(owner, {"enum": sorted(str(one) for one in schema["enum"] if one is not None)}) + end
        if "properties" in schema or "allOf" in schema:
            return self._object(owner, schema, depth) + end
        kind = str(schema.get("type", "any"))
        return (schema["format"] if schema.get("format") in _FORMATS else kind) + end

    def _chosen(self, choices: list[Mapping[str, Any]], owner: str, depth: int) -> str:
        """Of several: the one that is described, when the rest only say that null will do; else the loosest."""
        real = [
            one for one in choices if "$ref" in one or set(one) - {"nullable", "type"} or one.get("type") != "object"
        ]
        if len(real) == 1:
            word = self.word(real[0], owner, depth)
            return word if word.endswith("?") or len(choices) == 1 else word + "?"
        words = {self.word(one, owner, depth).rstrip("?") for one in real}
        return "number?" if "number" in words else "any?"

    def _named(self, reference: str, depth: int) -> str:
        schema = self.document.at(reference)
        name = self.name(reference)
        self._named_by.add(reference)
        if "enum" in schema or schema.get("type") in _BASIC | {"array"}:
            return self.word(schema, name, depth)
        word = self._object(name, schema, depth)
        if word == "@" + name and len(kinds := self._kinds(reference)) <= KINDS:
            for kind in kinds:
                self._object(self.name(kind), self.document.at(kind), depth)
        return word

    def name(self, reference: str) -> str:
        """How a type is called in the facts."""
        bare = reference.removeprefix(_PREFIX).removeprefix("microsoft.graph.")
        return bare if "microsoft.com" in self.document.name else f"{_stem(self.document.name)}/{bare}"

    def _object(self, name: str, schema: Mapping[str, Any], depth: int) -> str:
        if name in self._free:
            return "object"
        if depth == 0:
            return "@" + name if name in self.gathered else "object"
        if self._depths.get(name, 0) >= depth:
            return "@" + name
        self._depths[name] = depth
        fields = dict(self._fields(name, schema, depth - 1))
        if not fields:
            self._free.add(name)
            return "object"
        needed = sorted(one for one in _required(self.document, schema) if one in fields)
        return self._gather(name, {"fields": fields} | ({"needs": needed} if needed else {}))

    def _fields(self, name: str, schema: Mapping[str, Any], depth: int) -> Iterator[tuple[str, str]]:
        for one in flat(self.document, schema):
            for key, value in one.get("properties", {}).items():
                if key not in _OWN:
                    yield key, self.word(value, f"{name}.{key}", depth)

    def _gather(self, name: str, entry: dict[str, Any]) -> str:
        self.gathered[name] = entry
        return "@" + name

    def loosen(self, name: str) -> None:
        """Notes that capitals do not matter in the names of an action's parameters, as Graph's own examples show."""
        if name in self.gathered:
            self.gathered[name]["loose"] = True

    def finished(self) -> dict[str, dict[str, Any]]:
        """All gathered types; at each those derived from it, or where they are many the names of their fields."""
        for reference in sorted(self._named_by):
            entry, kinds = self.gathered.get(self.name(reference)), self._kinds(reference)
            if entry is not None and "fields" in entry and kinds:
                parts = (part for kind in kinds for part in flat(self.document, self.document.at(kind)))
                derived = {key for part in parts for key in part.get("properties", {}) if key not in _OWN}
                entry["also"] = sorted(derived - set(entry["fields"]))
                entry["kinds"] = sorted(one for one in map(self.name, kinds) if one in self.gathered)
        return self.gathered

    def _kinds(self, reference: str) -> list[str]:
        return sorted(set(self._descendants(reference)))

    def _descendants(self, reference: str) -> Iterator[str]:
        for one in self._children.get(reference, ()):
            yield one
            yield from self._descendants(one)

    @cached_property
    def _children(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for name, schema in self.document.content.get("components", {}).get("schemas", {}).items():
            for one in schema.get("allOf", ()):
                if "$ref" in one:
                    found.setdefault(one["$ref"], []).append(_PREFIX + name)
        return found


def flat(document: Document, schema: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """A schema and all it is made of, the base first."""
    schema = document.resolved(schema)
    for one in schema.get("allOf", ()):
        yield from flat(document, one)
    yield schema


def _required(document: Document, schema: Mapping[str, Any]) -> set[str]:
    return {name for one in flat(document, schema) for name in one.get("required", ())}


def _stem(name: str) -> str:
    return name.rsplit("/", 1)[-1].removesuffix(".json")
