"""The fields that an OData filter names. Pure.

1. Only the first name of a path counts: `status/errorCode` asks of `status`.
2. Names inside `any(…)` and `all(…)` belong to the rows of a list and are not told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_TOKEN = re.compile(
    r"(?P<text>'(?:[^']|'')*')"
    r"|(?P<guid>[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})"
    r"|(?P<number>-?\d[\w:.+-]*)"
    r"|(?P<name>[A-Za-z_][\w.]*(?:/[A-Za-z_$][\w.]*)*)(?P<call>\(|:)?"
)
_OPERATORS = frozenset(
    {"and", "or", "not", "eq", "ne", "gt", "ge", "lt", "le", "in", "has", "add", "sub", "mul", "div"}
)
_LITERALS = frozenset({"true", "false", "null"})


def fields(text: str) -> list[str]:
    """Every field that the filter names, in order."""
    return list(_fields(text))


def _fields(text: str) -> Iterator[str]:
    loops: set[str] = set()
    for token in _TOKEN.finditer(text):
        name = token["name"]
        if name is None or name in _OPERATORS | _LITERALS:
            continue
        if token["call"] == ":":
            loops.add(name)
            continue
        first, *rest = name.split("/")
        function = token["call"] == "(" and not rest
        if not function and first not in loops:
            yield first
