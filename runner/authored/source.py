"""Read the YAML that people write: safely, with the place of every node, and with YAML 1.2 core scalars.

PyYAML parses (its C parser where there is one); the tree is built here, because a person needs file, line
and column for every node, because YAML 1.1 turns `NO` into false and `12:30` into 750, and because limits
must hold before anything is expanded. Aliases are refused altogether: they save a few lines and make bombs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from connectors.errors import InputError, Place, Problem

LARGEST = 1 << 20
"""Bytes of an authored file; the largest real playbooks are a few dozen kilobytes."""

DEEPEST = 32
"""Nesting of an authored file; a playbook needs about eight."""

MOST_NODES = 50_000
"""Nodes of an authored file: a megabyte of dense YAML would have more, no person writes it."""

_INT = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_WORDS: dict[str, Any] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip
_SAFEST_INT = 2**53 - 1
"""Integers beyond this have no canonical JSON form (RFC 8785, I-JSON)."""

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Node:
    """A YAML node: its plain value, its place, and its children by key or index."""

    value: Any
    place: Place
    children: dict[Any, Node]
    keys: dict[Any, Place]
    """Place of each key of a mapping."""

    def get(self, key: str) -> Node | None:
        """The child of this key, None when it is not written."""
        return self.children.get(key)

    @property
    def is_mapping(self) -> bool:
        """Whether this is a mapping."""
        return isinstance(self.value, dict)

    def items(self) -> Iterator[tuple[Any, Node]]:
        """Children in the order of writing."""
        yield from self.children.items()

    def places(self) -> dict[str, Place]:
        """Place of every node below, by path ("a.b[0]"; "" is this node)."""
        found: dict[str, Place] = {"": self.place}
        for key, child in self.children.items():
            step = f"[{key}]" if isinstance(self.value, list) else str(key)
            for path, place in child.places().items():
                joined = step + (path if not path or path.startswith("[") else f".{path}")
                found[joined] = place
        return found


def read_file(path: Path) -> bytes:
    """The bytes of an authored file, within the size limit.

    Raises:
        InputError: it cannot be read or is too large.

    """
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}", fix="check the name and its permissions") from None
    if len(data) > LARGEST:
        raise _wrong(path.name, "too-long", f"is longer than {LARGEST} bytes", "split it into sub-playbooks")
    return data


def read_yaml(data: bytes, name: str) -> Node:
    """The tree of one YAML document.

    Raises:
        InputError: every duplicate key and unfit scalar at once, or the first thing that ends the reading.

    """
    if len(data) > LARGEST:
        raise _wrong(name, "too-long", f"is longer than {LARGEST} bytes", "split it")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise _wrong(name, "not-utf-8", "is not UTF-8 text", "save it as UTF-8", Place(name, line, 1)) from None
    builder = _Builder(name)
    try:
        root = builder.document(yaml.parse(text, Loader=_Loader))
    except yaml.MarkedYAMLError as error:
        raise _syntax(name, error) from None
    except (yaml.YAMLError, RecursionError) as error:
        what = getattr(error, "reason", "") or "a character or a nesting that YAML does not allow"
        raise _wrong(name, "yaml-syntax", f"cannot be read: {what}", "remove it") from None
    if builder.problems:
        raise InputError(f"{name} cannot be read", tuple(builder.problems))
    return root


class _Builder:
    """Builds nodes from parse events, keeping limits."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._nodes = 0
        self.problems: list[Problem] = []

    def document(self, events: Iterator[Any]) -> Node:
        root: Node | None = None
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent) and root is not None:
                self._stop(event, "many-documents", "holds more than one YAML document", "keep one document in a file")
            if isinstance(event, yaml.NodeEvent):
                root = self._node(event, events, 1)
        if root is None:
            raise _wrong(self._name, "empty", "is empty", "start from `evict init` or a shipped playbook")
        return root

    def _node(self, event: Any, events: Iterator[Any], depth: int) -> Node:
        self._nodes += 1
        if self._nodes > MOST_NODES:
            self._stop(event, "too-many-nodes", f"has more than {MOST_NODES} nodes", "split it")
        if depth > DEEPEST:
            self._stop(event, "too-deep", f"is nested more than {DEEPEST} deep", "flatten it")
        if isinstance(event, yaml.AliasEvent):
            self._stop(event, "alias", f"uses the alias *{event.anchor}", "write the value out; aliases are refused")
        if event.tag is not None and event.tag != "!":
            self._add(self._place(event), "tag", f"uses the tag {event.tag}", "write a plain value")
        if event.anchor is not None:
            self._add(self._place(event), "alias", f"defines the anchor &{event.anchor}", "remove it")
        if isinstance(event, yaml.ScalarEvent):
            return Node(self._scalar(event), self._place(event), {}, {})
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(event, events, depth)
        return self._mapping(event, events, depth)

    def _sequence(self, start: Any, events: Iterator[Any], depth: int) -> Node:
        children: dict[Any, Node] = {}
        for event in events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            children[len(children)] = self._node(event, events, depth + 1)
        return Node([child.value for child in children.values()], self._place(start), children, {})

    def _mapping(self, start: Any, events: Iterator[Any], depth: int) -> Node:
        children: dict[Any, Node] = {}
        keys: dict[Any, Place] = {}
        for event in events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            key = self._node(event, events, depth + 1)
            child = self._node(next(events), events, depth + 1)
            name = key.value
            if not isinstance(name, str) and isinstance(event, yaml.ScalarEvent):
                name = event.value
            if not isinstance(name, str):
                self._add(key.place, "bad-key", "a key must be text", "write a plain word as the key")
            elif name == "<<":
                self._add(key.place, "bad-key", "merge keys (<<) are not allowed", "write the values out")
            elif name in children:
                first = f"it is already given in line {keys[name].line}"
                self._add(key.place, "duplicate-key", f"key {name!r} is given twice", f"keep one; {first}")
            else:
                children[name], keys[name] = child, key.place
        return Node({name: child.value for name, child in children.items()}, self._place(start), children, keys)

    def _scalar(self, event: Any) -> Any:
        text: str = event.value
        if not event.implicit[0] or event.style:
            return text
        if text in _WORDS:
            return _WORDS[text]
        if _INT.fullmatch(text):
            number = int(text, 0) if text.startswith(("0o", "0x")) else int(text)
            if abs(number) > _SAFEST_INT:
                self._add(self._place(event), "big-number", f"the number {text[:30]} is too large", "put it in quotes")
            return number
        if _FLOAT.fullmatch(text):
            return float(text)
        return text

    def _place(self, event: Any) -> Place:
        mark = event.start_mark
        return Place(self._name, mark.line + 1, mark.column + 1)

    def _add(self, place: Place, code: str, message: str, fix: str) -> None:
        self.problems.append(Problem(place, code, message, fix))

    def _stop(self, event: Any, code: str, message: str, fix: str) -> None:
        self._add(self._place(event), code, message, fix)
        raise InputError(f"{self._name} cannot be read", tuple(self.problems))


def _wrong(name: str, code: str, message: str, fix: str, place: Place | None = None) -> InputError:
    problem = Problem(place or Place(name), code, f"the file {message}", fix)
    return InputError(f"{name} cannot be read", (problem,))


def _syntax(name: str, error: yaml.MarkedYAMLError) -> InputError:
    mark = error.problem_mark or error.context_mark
    place = Place(name, mark.line + 1, mark.column + 1) if mark else Place(name)
    message = f"not valid YAML: {error.problem or error.context}"
    fix = "check indentation, quotes and brackets here and in the line above"
    return InputError(f"{name} cannot be read", (Problem(place, "yaml-syntax", message, fix),))
