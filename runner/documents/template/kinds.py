"""What each expression of a template is, before there is a case: the part of `check` that follows names and filters.

It knows less than the renderer and says nothing where it cannot tell; what it reports is certainly wrong.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from jinja2 import nodes

from runner.documents.facts import Catalogue, FactSpec
from runner.documents.template.compile import LOOP_KEYS
from runner.documents.template.scope import LISTS, SHAPES

Form = Literal["facts", "keys", "rows", "fact", "row", "text", "any", "loop", "own"]
NUMBERS = ("integer", "number")
TIMES = ("date", "date-time")
SAME = ("cited", "lines", "where", "where_not", "sort", "unique")
"""Filters that give what they get."""


@dataclass(frozen=True)
class Kind:
    """What an expression yields."""

    form: Form
    shape: str = ""
    """For keys and rows: a name of SHAPES."""
    spec: FactSpec | None = None


ANY, TEXT, OWN = Kind("any"), Kind("text"), Kind("own")
SOURCED = ("artefacts", "timeline")
"""Rows whose values know where they come from; what evict knows otherwise is its own."""


@dataclass
class Walk:
    """Follows one template's syntax tree."""

    catalogue: Catalogue
    found: list[tuple[int, str, str, str]] = field(default_factory=list)
    """Line, code, message, fix."""
    used: dict[str, int] = field(default_factory=dict)
    """Facts that the body reads, with the first line."""

    def body(self, statements: list[nodes.Node], names: Mapping[str, Kind]) -> None:
        """Follow statements; names that they set hold for those after them."""
        here = dict(names)
        for node in statements:
            match node:
                case nodes.Output():
                    for one in node.nodes:
                        if not isinstance(one, nodes.TemplateData):
                            self._output(one, here)
                case nodes.If():
                    self._if(node, here)
                case nodes.For():
                    self._for(node, here)
                case nodes.Assign():
                    here |= dict.fromkeys(_targets(node.target), self.kind(node.node, here))
                case _:
                    continue

    def _if(self, node: nodes.If, names: Mapping[str, Kind]) -> None:
        for branch in (node, *node.elif_):
            self.kind(branch.test, names)
            self.body(branch.body, names)
        self.body(node.else_, names)

    def _for(self, node: nodes.For, names: Mapping[str, Kind]) -> None:
        kind = self.kind(node.iter, names)
        if kind.form in ("facts", "keys", "text") or (kind.form == "fact" and not _is_list(kind)):
            self._add(node.lineno, "wrong-type", "this is no list: it cannot be walked", "walk a list")
        targets = _targets(node.target)
        item = ANY
        if len(targets) == 1:
            item = Kind("keys", kind.shape) if kind.form == "rows" else ANY
            item = Kind("row", spec=kind.spec) if kind.form == "fact" else item
        self.body(node.body, {**names, **dict.fromkeys(targets, item), "loop": Kind("loop")})
        self.body(node.else_, names)

    def _output(self, node: nodes.Node, names: Mapping[str, Kind]) -> None:
        kind = self.kind(node, names)
        objects = kind.form == "fact" and kind.spec is not None and "object" in kind.spec.type
        if kind.form in ("facts", "keys", "rows", "loop") or objects:
            self._add(node.lineno, "wrong-type", "this has several parts", "write which one, or walk it with for")

    def kind(self, node: nodes.Node, names: Mapping[str, Kind]) -> Kind:
        """What an expression yields; its problems are noted on the way."""
        match node:
            case nodes.Name():
                if node.name not in names:
                    self._add(node.lineno, "unknown-name", f"there is no name {node.name!r}", ", ".join(sorted(names)))
                return names.get(node.name, ANY)
            case nodes.Getattr():
                return self._key(self.kind(node.node, names), node.attr, node.lineno)
            case nodes.Getitem():
                base = self.kind(node.node, names)
                if isinstance(node.arg, nodes.Const) and isinstance(node.arg.value, str):
                    return self._key(base, node.arg.value, node.lineno)
                return self._item(base)
            case nodes.Filter():
                return self._filter(node, names)
            case nodes.Const():
                return TEXT if isinstance(node.value, str) else ANY
            case _:
                for child in node.iter_child_nodes():
                    self.kind(child, names)
                return ANY

    def _key(self, base: Kind, key: str, line: int) -> Kind:
        match base.form:
            case "facts":
                return self._fact(key, line)
            case "keys":
                if key not in SHAPES[base.shape]:
                    known = ", ".join(SHAPES[base.shape])
                    self._add(line, "unknown-name", f"{base.shape} has no {key!r}", f"it has {known}")
                found = shape_of(f"{base.shape}.{key}")
                return found if found is not ANY or base.shape in SOURCED else OWN
            case "loop":
                if key not in LOOP_KEYS:
                    self._add(line, "unknown-name", f"loop has no {key!r}", f"it has {', '.join(LOOP_KEYS)}")
                return ANY
            case "rows" | "text":
                self._add(line, "wrong-type", f"{key!r} is asked of something without keys", "walk a list with for")
                return ANY
            case "fact" if base.spec is not None and base.spec.type != "object":
                self._add(line, "wrong-type", f"{base.spec.name} is {base.spec.type}: it has no {key!r}", "see facts")
                return ANY
            case _:
                return ANY

    def _fact(self, name: str, line: int) -> Kind:
        self.used.setdefault(name, line)
        spec = self.catalogue.get(name)
        if spec is None:
            self._add(line, "unknown-fact", f"there is no fact {name!r}", "see templates/facts.yaml")
            return ANY
        return Kind("fact", spec=spec)

    @staticmethod
    def _item(base: Kind) -> Kind:
        if base.form == "rows":
            return Kind("keys", base.shape)
        return Kind("row", spec=base.spec) if base.form == "fact" else ANY

    def _filter(self, node: nodes.Filter, names: Mapping[str, Kind]) -> Kind:
        if node.node is None:
            return ANY
        base = self.kind(node.node, names)
        for argument in node.args:
            self.kind(argument, names)
        for keyword in node.kwargs:
            self.kind(keyword.value, names)
        problem = _misuse(node, base)
        if problem:
            self._add(node.lineno, "wrong-type", problem, "see docs/writing-a-template.md, Filters")
        if node.name in SAME:
            return base
        return self._item(base) if node.name in ("first", "last") else ANY

    def _add(self, line: int, code: str, message: str, fix: str) -> None:
        self.found.append((line, code, message, fix))


def shape_of(name: str) -> Kind:
    """What a name of the scope, or a key of one, yields."""
    if name in LISTS:
        return Kind("rows", name)
    return Kind("keys", name) if SHAPES.get(name) else ANY


def _is_list(kind: Kind) -> bool:
    return kind.spec is not None and (kind.spec.type.startswith("list[") or kind.spec.type == "any")


def _targets(node: nodes.Node) -> list[str]:
    return [one.name for one in (node, *node.find_all(nodes.Name)) if isinstance(one, nodes.Name)]


def _misuse(node: nodes.Filter, base: Kind) -> str | None:
    """Why a filter cannot work on what it is given; None when it can."""
    if node.name == "cited":
        plain = base.form in ("facts", "text", "own") or (base.form in ("keys", "rows") and base.shape not in SOURCED)
        return "cited needs a fact or an artefact: nothing else has a source" if plain else None
    if base.form != "fact" or base.spec is None:
        return None
    return next(_wrong_fact(node, base.spec), None)


def _wrong_fact(node: nodes.Filter, spec: FactSpec) -> Iterator[str]:
    name, kind = node.name, f"{spec.name} is {spec.type}"
    if name in ("date", "day") and spec.type not in TIMES:
        yield f"{name} on a fact that is no time: {kind}"
    if name in ("money", "number", "round") and spec.type not in NUMBERS:
        yield f"{name} on a fact that is no number: {kind}"
    lists = ("listed", "join", "total", "where", "where_not", "sort", "unique", "first", "last")
    if name in lists and not spec.type.startswith("list["):
        yield f"{name} on a fact that is no list: {kind}"
    if name == "say":
        wanted = spec.choices or (("yes", "no") if spec.type == "boolean" else ())
        given = {keyword.key for keyword in node.kwargs}
        missing = [one for one in wanted if one not in given]
        if missing or not wanted:
            yield f"say has no words for {', '.join(missing)}" if wanted else f"say needs a choice: {kind}"
