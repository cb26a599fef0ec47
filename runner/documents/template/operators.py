"""Operators and output of templates: what `and`, `==`, `+`, `if`, `for` and `{{ }}` do with sources and gaps.

Their names begin with _, which no template can write; `compile.py` puts them in.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from jinja2 import pass_context
from jinja2.exceptions import TemplateRuntimeError
from jinja2.runtime import Context, Undefined

from runner.authored.sandbox import bounded_operands
from runner.documents.template.values import Gap, Sourced, elements, is_true, plain, sources_of

FILLING_KEY = "_filling"
"""Name in the scope of what collects this document's values."""

_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "eq": operator.eq, "ne": operator.ne, "lt": operator.lt, "lteq": operator.le, "gt": operator.gt,
    "gteq": operator.ge,
}  # fmt: skip
_CALCULATIONS: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv,
}  # fmt: skip


def known(value: Any) -> bool:
    """The test `is known`."""
    return not isinstance(value, Gap)


def missing(value: Any) -> bool:
    """The test `is missing`: nobody was asked."""
    return isinstance(value, Gap) and not value.asked


def unknown(value: Any) -> bool:
    """The test `is unknown`: asked, and nobody knows."""
    return isinstance(value, Gap) and value.asked


def _not(value: Any) -> Any:
    return value if isinstance(value, Gap) else not is_true(value)


def _and(left: Any, right: Any) -> Any:
    """Kleene's and: one no decides."""
    for one in (left, right):
        if not isinstance(one, Gap) and not is_true(one):
            return False
    return next((one for one in (left, right) if isinstance(one, Gap)), True)


def _or(left: Any, right: Any) -> Any:
    """Kleene's or: one yes decides."""
    for one in (left, right):
        if not isinstance(one, Gap) and is_true(one):
            return True
    return next((one for one in (left, right) if isinstance(one, Gap)), False)


def _compare(left: Any, how: str, right: Any) -> Any:
    for side in (left, right):
        if isinstance(side, Gap):
            return side
    one, other = plain(left), plain(right)
    if how in ("in", "notin"):
        return (one in [plain(item) for item in elements(other)]) == (how == "in")
    return _COMPARISONS[how](one, other)


def _calculate(left: Any, how: str, right: Any) -> Any:
    for side in (left, right):
        if isinstance(side, Gap):
            return side
    one, other = plain(left), plain(right)
    bounded_operands(how, one, other)
    sources = sources_of((left, right))
    result = _CALCULATIONS[how](one, other)
    return Sourced(result, sources) if sources else result


@pass_context
def _concat(context: Context, parts: list[Any]) -> Any:
    for part in parts:
        if isinstance(part, Gap):
            return part
    return Sourced("".join(context[FILLING_KEY].words_for(part) for part in parts), sources_of(parts))


def _undecided(value: Any) -> bool:
    return isinstance(value, Gap)


def _true(value: Any) -> bool:
    if isinstance(value, Undefined):
        raise TemplateRuntimeError(str(value._undefined_message))  # noqa: SLF001 - Jinja's own sentence
    return is_true(value)


def _pairs(value: Any) -> list[list[Any]]:
    """Elements that are lists themselves, for a loop over several names."""
    return [elements(one) for one in elements(value)]


OPERATORS: dict[str, Callable[..., Any]] = {
    "_not": _not, "_and": _and, "_or": _or, "_compare": _compare, "_calculate": _calculate, "_concat": _concat,
    "_undecided": _undecided, "_true": _true, "_each": elements, "_pairs": _pairs,
}  # fmt: skip


@pass_context
def finalize(context: Context, value: Any) -> str:
    """What `{{ }}` writes into the Markdown: an opaque token, never the value."""
    if isinstance(value, Undefined):
        raise TemplateRuntimeError(str(value._undefined_message))  # noqa: SLF001 - Jinja's own sentence
    return str(context[FILLING_KEY].token(value))
