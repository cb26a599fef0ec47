"""What in a request does not fit Microsoft's description of it. Pure but for the facts, which are read once.

1. A route, a method, a parameter or a field that is not described does not fit; nor does a value of another type.
2. Names in `$select`, `$expand`, `$orderby` and `$filter` are fields of what is answered, where those are known.
3. Tokens that continue a listing always fit: the vendor made them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from connectors.microsoft.emulator.description import facts, filters
from connectors.microsoft.emulator.description.facts import Fact
from connectors.microsoft.emulator.description.places import ARM, placed
from connectors.microsoft.emulator.description.values import misfits

_TOKENS = frozenset({"$skiptoken", "$deltatoken", "$skipToken", "$deltaToken"})
_VERSION = re.compile(r"\d{4}-\d\d-\d\d(-preview)?")


def problems(service: str, method: str, path: str, query: Mapping[str, str], body: Any) -> list[str]:
    """What does not fit: nothing when the request is as described. `body` is parsed JSON, None when there is none."""
    service, path = placed(service, path)
    found = facts.of(service, path)
    if not found:
        return [f"{service} has no route {path}"]
    fact = next((one for one in found if one.method == method), None)
    if fact is None:
        return [f"{path} takes {', '.join(sorted({one.method for one in found}))}, not {method}"]
    return [*_query(fact, query), *_body(fact, body)]


def answer_problems(service: str, method: str, path: str, answer: Any) -> list[str]:
    """What in the answer to a request is not as described: of a page of rows, each row."""
    service, path = placed(service, path)
    fact = next((one for one in facts.of(service, path) if one.method == method), None)
    if fact is None or fact.returns is None or answer is None:
        return []
    rows = fact.returns.startswith("[")
    if rows and not isinstance(answer, dict):
        return ["answer: a page of rows is an object"]
    return list(misfits(fact.returns, answer.get("value") if rows else answer, fact.types, "answer", answer=True))


def _query(fact: Fact, query: Mapping[str, str]) -> Iterator[str]:
    for name, value in query.items():
        if name in _TOKENS:
            continue
        if name not in fact.query:
            yield f"{fact.path}: no parameter {name}"
        else:
            yield from _parameter(fact, name, value)
    yield from (f"{fact.path}: parameter {name} is missing" for name in fact.needs if name not in query)


def _parameter(fact: Fact, name: str, value: str) -> Iterator[str]:
    if name == "api-version" and fact.service == ARM and not _VERSION.fullmatch(value):
        yield f"{name}: {value!r} is no version"
    known = fact.names() if fact.service != ARM else None
    if known is not None:
        yield from (f"{name}: no field {one}" for one in _named(name, value) if one not in known)
    yield from misfits(fact.query[name], _read(fact.query[name], value), fact.types, name)


def _named(name: str, value: str) -> list[str]:
    """The fields that a parameter of OData names."""
    match name:
        case "$filter":
            return filters.fields(value)
        case "$select" | "$expand":
            return [re.split(r"[/(]", one)[0] for one in _parts(value)]
        case "$orderby":
            return [re.split(r"[/ ]", one)[0] for one in _parts(value)]
    return []


def _parts(value: str) -> list[str]:
    """The comma-separated parts, without what stands in brackets."""
    while (bare := re.sub(r"\([^()]*\)", "", value)) != value:
        value = bare
    return [one.strip() for one in value.split(",")]


def _read(word: str, value: str) -> Any:
    """A parameter's text as the value that its word expects; the text itself where it cannot be one."""
    bare = word.rstrip("?")
    if bare == "boolean":
        return {"true": True, "false": False}.get(value, value)
    if bare in {"integer", "number"}:
        return int(value) if re.fullmatch(r"-?\d+", value) else value
    return value.split(",") if bare.startswith("[") else value


def _body(fact: Fact, body: Any) -> Iterator[str]:
    if fact.body is None:
        if body not in (None, {}):
            yield f"{fact.path}: takes no body"
    elif body is None:
        if fact.must:
            yield f"{fact.path}: the body is missing"
    else:
        yield from misfits(fact.body, body, fact.types, "body")
