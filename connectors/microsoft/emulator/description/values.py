"""Whether a JSON value fits a word of the facts. Pure; what does not fit comes back as sentences.

1. A field that a type does not have does not fit, unless a type derived from it that the value names has it.
2. Several values of an enumeration may stand in one string, with commas.
3. What is described as free, or is another entity, is not looked into.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

_SPELLED = {
    "uuid": re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"),
    "date-time": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)"),
    "date": re.compile(r"\d{4}-\d\d-\d\d"),
    "time": re.compile(r"\d\d:\d\d(:\d\d(\.\d+)?)?"),
    "duration": re.compile(r"-?P(?=.)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?"),
    "base64url": re.compile(r"[A-Za-z0-9+/=_-]*"),
}
_KIND = "@odata.type"
_SAID = frozenset({"@odata.id", "@odata.type", "@odata.etag", "@odata.context"})
_TOLD = 12
_BIND = "@odata.bind"

Types = Mapping[str, Mapping[str, Any]]


def misfits(word: str, value: Any, types: Types, where: str, *, answer: bool = False) -> Iterator[str]:
    """What does not fit. An answer may leave out fields, and may hold those of any derived type."""
    bare = word.removesuffix("?")
    if value is None:
        if bare == word and not answer and bare != "any":
            yield f"{where}: null will not do, {bare} is expected"
    elif bare.startswith("["):
        yield from _listed(bare[1:-1], value, types, where, answer=answer)
    elif bare.startswith("@"):
        yield from _typed(bare[1:], value, types, where, answer=answer)
    elif "|" in bare:
        yield from _listed_words(bare.split("|"), value, where)
    elif not _fits(bare, value):
        yield f"{where}: {_called(value)} where {bare} is expected"


def _fits(word: str, value: Any) -> bool:
    match word:
        case "any":
            return True
        case "object" | "link":
            return isinstance(value, dict)
        case "boolean":
            return isinstance(value, bool)
        case "integer":
            return isinstance(value, int) and not isinstance(value, bool)
        case "number":
            return isinstance(value, int | float) and not isinstance(value, bool)
        case "string":
            return isinstance(value, str)
    return isinstance(value, str) and _SPELLED[word].fullmatch(value) is not None


def _listed(word: str, value: Any, types: Types, where: str, *, answer: bool) -> Iterator[str]:
    if not isinstance(value, list):
        yield f"{where}: {_called(value)} where a list is expected"
        return
    for index, one in enumerate(value):
        yield from misfits(word, one, types, f"{where}[{index}]", answer=answer)


def _typed(name: str, value: Any, types: Types, where: str, *, answer: bool) -> Iterator[str]:
    entry = types.get(name, {})
    if "enum" in entry:
        yield from _listed_words(entry["enum"], value, where)
    elif not isinstance(value, dict):
        yield f"{where}: {_called(value)} where an object is expected"
    elif "fields" in entry:
        yield from _object(name, value, types, where, answer=answer)


def _listed_words(allowed: list[str], value: Any, where: str) -> Iterator[str]:
    if not isinstance(value, str):
        yield f"{where}: {_called(value)} where one of {_some(allowed)} is expected"
        return
    for one in value.split(","):
        if one not in allowed:
            yield f"{where}: {one!r} is none of {_some(allowed)}"


def _object(name: str, value: Mapping[str, Any], types: Types, where: str, *, answer: bool) -> Iterator[str]:
    said = str(value.get(_KIND, "")).removeprefix("#microsoft.graph.")
    if said and said != name:
        if said in types[name].get("kinds", ()):
            name = said
        elif not answer:
            yield f"{where}: {said} is no kind of {name}"
    fields, also = types[name]["fields"], types[name].get("also", ()) if answer else ()
    spelled = {one.lower(): one for one in fields} if types[name].get("loose") else {}
    held = {spelled.get(key.lower(), key): one for key, one in value.items()}
    for key, one in held.items():
        if key in fields:
            yield from misfits(fields[key], one, types, f"{where}.{key}", answer=answer)
        elif key not in also and not _annotation(key, fields, answer=answer):
            yield f"{where}: {name} has no field {key}"
    missing = [] if answer else [one for one in types[name].get("needs", ()) if one not in held]
    yield from (f"{where}: {one} is missing" for one in missing)


def _annotation(key: str, fields: Mapping[str, str], *, answer: bool) -> bool:
    """OData's own words: which kind it is, and links given by address."""
    if key.endswith(_BIND):
        return "link" in fields.get(key.removesuffix(_BIND), "")
    return key in _SAID or (answer and "@" in key)


def _some(words: list[str]) -> str:
    return ", ".join(words[:_TOLD]) + (", …" if len(words) > _TOLD else "")


def _called(value: Any) -> str:
    return {
        bool: "a boolean",
        str: "a string",
        int: "a number",
        float: "a number",
        list: "a list",
        dict: "an object",
    }.get(type(value), "something else")
