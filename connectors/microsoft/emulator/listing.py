"""Listings as OData answers them: filtered, cut down to the named properties, page by page."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any

from odata_query import ast
from odata_query.exceptions import ODataException
from odata_query.grammar import ODataLexer, ODataParser

from connectors.microsoft.emulator.area import Answered, Call, Refusal
from connectors.microsoft.emulator.paging import paged
from connectors.microsoft.emulator.tenant import Record, Tenant, shown

Scope = Mapping[str, Any]
Test = Callable[[Scope], Any]

_COMPARE: dict[type, Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq, ast.NotEq: operator.ne, ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}  # fmt: skip
_WORDS: dict[str, Callable[[str, str], bool]] = {
    "startswith": str.startswith, "endswith": str.endswith, "contains": lambda text, part: part in text,
}  # fmt: skip


def listing(
    tenant: Tenant, call: Call, rows: Iterable[Record], *, only_selected: tuple[str, ...] = (), filters: bool = True
) -> Answered:
    """One page of these rows. `only_selected` are properties that are not shown unless `$select` names them."""
    found = list(rows)
    wanted = call.query.get("$filter")
    if filters and wanted:
        test = parsed(wanted)
        found = [row for row in found if test(row)]
    page, onward = paged(tenant, call, found)
    body: dict[str, Any] = {"value": [chosen(row, call, only_selected) for row in page], **onward}
    return Answered(200, body)


def chosen(row: Record, call: Call, only_selected: tuple[str, ...] = ()) -> Record:
    """What of a record an answer shows."""
    names = [name for name in call.query.get("$select", "").split(",") if name]
    plain = shown(row)
    if names:
        kind = ("@odata.type",) if "@odata.type" in plain else ()
        return {name: plain.get(name) for name in dict.fromkeys((*kind, "id", *names))}
    return {name: value for name, value in plain.items() if name not in only_selected}


@lru_cache(maxsize=256)
def parsed(text: str) -> Test:
    """A `$filter` as a test of records.

    Raises:
        Refusal: it cannot be read, as Graph would say.

    """
    try:
        return _test(ODataParser().parse(ODataLexer().tokenize(text.replace("startsWith(", "startswith("))))
    except ODataException:
        raise Refusal(400, "Request_UnsupportedQuery", "Invalid filter clause") from None


def _test(node: Any) -> Test:
    if isinstance(node, ast.BoolOp):
        left, right = _test(node.left), _test(node.right)
        if isinstance(node.op, ast.And):
            return lambda scope: left(scope) and right(scope)
        return lambda scope: left(scope) or right(scope)
    if isinstance(node, ast.UnaryOp):
        inner = _test(node.operand)
        return lambda scope: not inner(scope)
    if isinstance(node, ast.Compare):
        return _compared(_COMPARE[type(node.comparator)], _value(node.left), _value(node.right))
    if isinstance(node, ast.CollectionLambda):
        return _any(node)
    if isinstance(node, ast.Call) and node.func.name.lower() in _WORDS:
        word, (text, part) = _WORDS[node.func.name.lower()], [_value(one) for one in node.args]
        return lambda scope: word(str(text(scope) or "").casefold(), str(part(scope)).casefold())
    raise Refusal(400, "Request_UnsupportedQuery", f"Unsupported filter clause {type(node).__name__}")


def _compared(how: Callable[[Any, Any], bool], left: Test, right: Test) -> Test:
    def test(scope: Scope) -> bool:
        mine, theirs = left(scope), right(scope)
        if isinstance(mine, str) and isinstance(theirs, str):
            mine, theirs = mine.casefold(), theirs.casefold()
        if (mine is None or theirs is None) and how not in (operator.eq, operator.ne):
            return False
        return how(mine, theirs)

    return test


def _any(node: Any) -> Test:
    owner, name, inner = _value(node.owner), node.lambda_.identifier.name, _test(node.lambda_.expression)
    every = isinstance(node.operator, ast.All)

    def test(scope: Scope) -> bool:
        results = [inner({**scope, name: one}) for one in owner(scope) or []]
        return all(results) if every else any(results)

    return test


def _value(node: Any) -> Test:
    if isinstance(node, ast.Identifier):
        return lambda scope: scope.get(node.name)
    if isinstance(node, ast.Attribute):
        owner = _value(node.owner)
        return lambda scope: (owner(scope) or {}).get(node.attr)
    if isinstance(node, ast.Null):
        return lambda _scope: None
    if isinstance(node, ast.Boolean):
        truth = str(node.val).lower() == "true"
        return lambda _scope: truth
    if isinstance(node, ast.Integer):
        number = int(node.val)
        return lambda _scope: number
    text = str(node.val)
    return lambda _scope: text
