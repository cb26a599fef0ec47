"""What every sandbox for authored expressions shares: limits, allowed filters and tests, no Python attributes.

Rules, in the order of the code:

1. Work is bounded: the length of text and lists, the size of numbers.
2. Only listed filters and tests exist.
3. A name after a dot is a key of a mapping, never an attribute of a Python object; nothing can be called.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment

LONGEST_TEXT = 1_000_000
"""Characters that one expression may yield or pass on."""

MOST_ITEMS = 100_000
"""Elements that a filter may walk."""

LARGEST_NUMBER = 2**63
"""Numbers beyond this are a mistake or an attack on the CPU."""

ALLOWED_FILTERS = (
    "abs", "count", "default", "dictsort", "first", "float", "groupby", "int", "items", "join", "last",
    "length", "list", "lower", "map", "max", "min", "reject", "rejectattr", "replace", "reverse", "round", "select",
    "selectattr", "sort", "string", "sum", "title", "trim", "truncate", "unique", "upper",
)  # fmt: skip
ALLOWED_TESTS = (
    "boolean", "defined", "divisibleby", "eq", "equalto", "even", "false", "float", "ge", "greaterthan", "gt", "in",
    "integer", "le", "lessthan", "lower", "lt", "mapping", "ne", "none", "number", "odd", "sequence", "string",
    "true", "undefined", "upper", "==", "!=", ">", ">=", "<", "<=",
)  # fmt: skip


class GuardedEnvironment(ImmutableSandboxedEnvironment):
    """Mappings and lists only; no Python attribute is ever reached and nothing is called."""

    intercepted_binops = frozenset({"*", "**", "+", "%"})

    def getattr(self, obj: Any, attribute: str) -> Any:
        """A key of a mapping; attributes do not exist."""
        return self.getitem(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """A key of a mapping, or a position in a list or a text; undefined otherwise."""
        value: Any = self.undefined(obj=obj, name=str(argument))
        if isinstance(obj, Mapping):
            return obj.get(argument, value)
        if isinstance(obj, (list, str)) and isinstance(argument, (int, slice)) and not isinstance(argument, bool):
            try:
                return obj[argument]
            except IndexError:
                return value
        return value

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Arithmetic within the limits."""
        bounded_operands(operator, left, right)
        return super().call_binop(context, operator, left, right)

    def is_safe_callable(self, obj: Any) -> bool:
        """Nothing may be called; filters are enough."""
        del obj
        return False


def bounded_operands(operator: str, left: Any, right: Any) -> None:
    """Refuse arithmetic that grows without need.

    Raises:
        SecurityError: text formatting, repetition, powers, or a value beyond the limits.

    """
    if operator == "%" and isinstance(left, str):
        raise SecurityError("text formatting with % is not allowed")
    if operator == "*" and (isinstance(left, (str, list)) or isinstance(right, (str, list))):
        raise SecurityError("text and lists cannot be repeated")
    if operator == "**":
        raise SecurityError("powers are not allowed")
    for side in (left, right):
        if isinstance(side, (int, float)) and abs(side) > LARGEST_NUMBER:
            raise SecurityError("a number is too large")
    if operator == "+" and all(isinstance(side, (str, list)) for side in (left, right)):
        limit = LONGEST_TEXT if isinstance(left, str) else MOST_ITEMS
        if len(left) + len(right) > limit:
            raise SecurityError("a value grows too long")


def bounded_arguments(arguments: Iterable[Any]) -> None:
    """Refuse arguments of a filter that are too long to walk.

    Raises:
        SecurityError: one of them is.

    """
    for argument in arguments:
        if isinstance(argument, str) and len(argument) > LONGEST_TEXT:
            raise SecurityError("a value is too long")
        if isinstance(argument, (list, dict)) and len(argument) > MOST_ITEMS:
            raise SecurityError("a value is too long")


def replace(value: Any, old: str, new: str) -> str:
    """Text with each `old` written as `new`, within the limit.

    Raises:
        SecurityError: the result would be too long.

    """
    text = str(value)
    if not old or len(text) + text.count(old) * len(new) > LONGEST_TEXT:
        raise SecurityError("replace would make the text too long")
    return text.replace(old, new)


def truncate(value: Any, length: int = 255) -> str:
    """Text cut to a length, with an ellipsis where it was cut."""
    text = str(value)
    return text if len(text) <= length else text[: max(0, length - 1)] + "…"


def allow(environment: GuardedEnvironment) -> None:
    """Keep only the listed filters and tests, and no globals."""
    filters = {name: environment.filters[name] for name in ALLOWED_FILTERS if name in environment.filters}
    environment.filters = {**filters, "replace": replace, "truncate": truncate}
    environment.tests = {name: environment.tests[name] for name in ALLOWED_TESTS if name in environment.tests}
    environment.globals = {}
