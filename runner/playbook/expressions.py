"""Expressions: Jinja2 in a sandbox, `{{ … }}`, on values that came from people and from the world.

* A value that is one expression keeps its type; text around it makes a string.
* What an expression yields is never parsed again: a display name `{{ 7*7 }}` or `[1, 2]` stays that text.
* Undefined is an error that names the place. A value that only the run knows is `Unknown`, and what touches
  it is `Unknown` too.
* Only expressions: no statements, no macros, no comments. Only the filters and tests listed here. No attribute
  of a Python object: names after a dot are keys of mappings, nothing else.
* Work is bounded: the length of the source, of lists and of text, and the size of numbers.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from jinja2 import StrictUndefined, TemplateSyntaxError, UndefinedError, nodes
from jinja2.environment import TemplateExpression
from jinja2.exceptions import TemplateError, TemplateRuntimeError

from connectors.errors import InputError, Place, Problem
from runner.authored.sandbox import LONGEST_TEXT, MOST_ITEMS, GuardedEnvironment, allow, bounded_arguments
from runner.playbook.model import Value

LONGEST_SOURCE = 2_000
"""Characters of one expression; longer ones belong into steps."""

_PIECE = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)


@dataclass(frozen=True)
class Unknown:
    """A value that is not known yet, with why."""

    why: str

    def __getitem__(self, _key: object) -> Unknown:
        return self


@dataclass(frozen=True)
class Reference:
    """A name that an expression reads: its root and the constant path below it."""

    root: str
    path: tuple[str, ...]
    place: Place


class _TouchedUnknownError(TemplateRuntimeError):
    """An expression needed a value that is not known yet."""

    def __init__(self, unknown: Unknown) -> None:
        super().__init__(unknown.why)
        self.unknown = unknown


class _Environment(GuardedEnvironment):
    """The shared sandbox, in which a value that is not known yet stops the evaluation."""

    def getitem(self, obj: Any, argument: Any) -> Any:
        """A key or a position; never of an Unknown."""
        if isinstance(obj, Unknown):
            raise _TouchedUnknownError(obj)
        value = super().getitem(obj, argument)
        if isinstance(value, Unknown):
            raise _TouchedUnknownError(value)
        return value


def _guarded(function: Callable[..., Any]) -> Callable[..., Any]:
    """A filter that walks at most MOST_ITEMS elements, and never sees an Unknown."""

    @functools.wraps(function)
    def guarded(*arguments: Any, **named: Any) -> Any:
        for argument in arguments:
            if isinstance(argument, Unknown):
                raise _TouchedUnknownError(argument)
        bounded_arguments(arguments)
        return function(*arguments, **named)

    return guarded


@functools.cache
def _environment() -> _Environment:
    environment = _Environment(undefined=StrictUndefined, autoescape=False, cache_size=400)
    allow(environment)
    environment.filters = {name: _guarded(function) for name, function in environment.filters.items()}
    return environment


@functools.lru_cache(maxsize=2_000)
def _compiled(source: str) -> TemplateExpression:
    if len(source) > LONGEST_SOURCE:
        raise TemplateSyntaxError(f"the expression is longer than {LONGEST_SOURCE} characters", 1)
    environment = _environment()
    tree = environment.parse("{{ (" + source + ") }}")
    _check_tree(tree)
    return environment.compile_expression(f"({source})", undefined_to_none=False)


def _check_tree(tree: nodes.Template) -> None:
    """Only one expression, no calls, no reachable dunder; unknown filters are named by the compiler."""
    if len(tree.body) != 1 or not isinstance(tree.body[0], nodes.Output) or len(tree.body[0].nodes) != 1:
        raise TemplateSyntaxError("only one expression may stand between {{ and }}", 1)
    for node in tree.find_all(nodes.Call):
        raise TemplateSyntaxError("functions cannot be called; use a filter", node.lineno)
    for name in tree.find_all(nodes.Filter):
        if name.name not in _environment().filters:
            raise TemplateSyntaxError(f"there is no filter {name.name!r} (there are: {_filters()})", name.lineno)
    for attribute in tree.find_all(nodes.Getattr):
        if attribute.attr.startswith("_"):
            raise TemplateSyntaxError(f"names that begin with _ are not allowed: {attribute.attr!r}", attribute.lineno)


def _filters() -> str:
    return ", ".join(sorted(_environment().filters))


def evaluate(value: Value, scope: Mapping[str, Any]) -> Any:
    """The plain value with every expression in it replaced by what it yields; Unknown when one is unknown.

    Raises:
        InputError: a wrong expression or an undefined name, with its place.

    """
    unknown: list[Unknown] = []

    def walk(raw: Any, path: str) -> Any:
        if isinstance(raw, str) and "{{" in raw:
            result = _text(raw, value.places.get(path, value.place), scope)
            if isinstance(result, Unknown):
                unknown.append(result)
            return result
        if isinstance(raw, dict):
            return {key: walk(one, f"{path}.{key}" if path else str(key)) for key, one in raw.items()}
        if isinstance(raw, list):
            return [walk(one, f"{path}[{index}]") for index, one in enumerate(raw)]
        return raw

    result = walk(value.raw, "")
    return unknown[0] if unknown else result


def _text(raw: str, place: Place, scope: Mapping[str, Any]) -> Any:
    whole = _PIECE.fullmatch(raw.strip())
    if whole and "{{" not in whole[1]:
        return _one(whole[1], place, scope)
    parts: list[str] = []
    last = 0
    for match in _PIECE.finditer(raw):
        result = _one(match[1], place, scope)
        if isinstance(result, Unknown):
            return result
        parts += [raw[last : match.start()], _plain(result)]
        last = match.end()
    if not last:
        raise _wrong(place, "has {{ without }}", raw)
    return "".join(parts) + raw[last:]


def _plain(result: Any) -> str:
    if isinstance(result, bool):
        return "true" if result else "false"
    return "" if result is None else str(result)


def _one(source: str, place: Place, scope: Mapping[str, Any]) -> Any:
    try:
        result = _compiled(source.strip())(**scope)
    except _TouchedUnknownError as touched:
        return touched.unknown
    except UndefinedError as error:
        raise _wrong(place, f"{error.message} (known here: {', '.join(sorted(scope))})", source) from None
    except (
        TemplateError,
        TypeError,
        ValueError,
        ArithmeticError,
        RecursionError,
        AttributeError,
        LookupError,
    ) as error:
        raise _wrong(place, str(getattr(error, "message", None) or error), source) from None
    return _json(result, place, source)


def _json(result: Any, place: Place, source: str) -> Any:
    """Only plain JSON leaves an expression; iterators become lists, anything else is an error."""
    if isinstance(result, (Unknown, bool, int, float, str)) or result is None:
        if isinstance(result, str) and len(result) > LONGEST_TEXT:
            raise _wrong(place, "the result is too long", source)
        return str(result) if isinstance(result, str) else result
    if isinstance(result, StrictUndefined):
        raise _wrong(place, str(result._undefined_message), source)  # noqa: SLF001 - Jinja's own sentence
    if isinstance(result, Mapping):
        return {str(key): _json(one, place, source) for key, one in result.items()}
    if isinstance(result, (list, tuple)) or hasattr(result, "__iter__"):
        items = []
        for one in result:
            items.append(_json(one, place, source))
            if len(items) > MOST_ITEMS:
                raise _wrong(place, "the result has too many items", source)
        return items
    raise _wrong(place, f"the result is not a plain value ({type(result).__name__})", source)


def _wrong(place: Place, why: str, source: str) -> InputError:
    shown = " ".join(source.split())
    problem = Problem(
        place, "expression", f"in {{{{ {shown[:80]} }}}}: {why}", "see docs/writing-a-playbook.md, Expressions"
    )
    return InputError("an expression cannot be evaluated", (problem,))


def references(value: Value) -> tuple[Reference, ...]:
    """Every name that the expressions of a value read; expressions with errors give none.

    Keys that are written as text, `steps['find-aws']` as well as `steps.find_aws`, are part of the path.
    """
    found: list[Reference] = []
    for source, place in expressions(value):
        try:
            tree = _environment().parse("{{ (" + source + ") }}")
        except TemplateSyntaxError:
            continue
        inner: set[Any] = {getattr(node, "node", None) for node in tree.find_all((nodes.Getattr, nodes.Getitem))}
        for node in tree.find_all((nodes.Name, nodes.Getattr, nodes.Getitem)):
            path = _path(node)
            if path and not any(node is one for one in inner):
                found.append(Reference(path[0], path[1:], place))
    return tuple(dict.fromkeys(found))


def expressions(value: Value) -> tuple[tuple[str, Place], ...]:
    """The source and place of every expression in a value."""
    found: list[tuple[str, Place]] = []

    def walk(raw: Any, path: str) -> None:
        if isinstance(raw, str):
            found.extend((m[1].strip(), value.places.get(path, value.place)) for m in _PIECE.finditer(raw))
        elif isinstance(raw, dict):
            for key, one in raw.items():
                walk(one, f"{path}.{key}" if path else str(key))
        elif isinstance(raw, list):
            for index, one in enumerate(raw):
                walk(one, f"{path}[{index}]")

    walk(value.raw, "")
    return tuple(found)


def syntax_problems(value: Value) -> tuple[Problem, ...]:
    """What is wrong with a value's expressions before anything is known."""
    problems: list[Problem] = []
    for source, place in expressions(value):
        try:
            _compiled(source)
        except TemplateError as error:
            problems.extend(_wrong(place, str(getattr(error, "message", None) or error), source).problems)
    return tuple(problems)


def _path(node: nodes.Node) -> tuple[str, ...]:
    if isinstance(node, nodes.Name):
        return (node.name,)
    if isinstance(node, nodes.Getattr):
        outer = _path(node.node)
        return (*outer, node.attr) if outer else ()
    if isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Const):
        outer = _path(node.node)
        return (*outer, str(node.arg.value)) if outer else ()
    return ()
