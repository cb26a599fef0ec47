"""A statement about the case, as a person types it: NAME=VALUE against the catalogue of facts."""

from __future__ import annotations

import difflib
import json
import re
from typing import Any

from connectors.errors import InputError
from connectors.types import parse_type
from runner.case.events import FactRecorded
from runner.documents.facts import UNKNOWN, Catalogue, FactSpec

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,99}")
WORDS = {"yes": True, "true": True, "y": True, "no": False, "false": False, "n": False}
NOBODY_KNOWS = "unknown"
CLOSE = 0.8
"""How alike a name must be to one of the catalogue to be taken for a slip of the pen (difflib's ratio)."""


def parse_statement(text: str) -> tuple[str, str]:
    """Name and written value.

    Raises:
        InputError: it has no =, or what stands before it is no name.

    """
    name, separator, value = text.partition("=")
    if not separator or not NAME.fullmatch(name.strip()):
        raise InputError(f"{text!r:.80} is not a fact", expected="NAME=VALUE, e.g. nexus_us=yes or nexus_us=unknown")
    return name.strip(), value.strip()


def statement(
    text: str, catalogue: Catalogue, *, by: str, type_name: str = "", confidence: str = "stated", why: str = ""
) -> FactRecorded:
    """The record of one typed statement. A name that is not in the catalogue is the case's own and needs no meaning.

    Raises:
        InputError: the form, the name, or the value is wrong.

    """
    name, written = parse_statement(text)
    spec = catalogue.get(name)
    source = {"kind": "person", "name": by}
    if spec is None:
        _near(name, catalogue, certain=bool(type_name))
        value, kind = _own(name, written, type_name or "string")
        return FactRecorded(name, kind, value, source, confidence, why)
    if type_name and type_name != spec.type:
        raise InputError(f"{name} is of type {spec.type}", fix="leave --type out")
    value = value_of(spec, written)
    if value is UNKNOWN:
        return FactRecorded(name, spec.type, None, source, confidence, why, unknown=True)
    return FactRecorded(name, spec.type, value, source, confidence, why)


def value_of(spec: FactSpec, written: str) -> Any:
    """The value that a person wrote for a fact, or UNKNOWN.

    Raises:
        InputError: it does not fit; the message says what would.

    """
    if written.lower() == NOBODY_KNOWS and NOBODY_KNOWS not in spec.choices:
        return UNKNOWN
    value = typed(written, spec.type)
    wrong = spec.problem(value)
    if wrong:
        raise InputError(f"{spec.name} {wrong}", expected=expectation(spec))
    return value


def typed(written: str, type_name: str) -> Any:
    """The text as the type has it; what does not fit stays text, and the type says so."""
    if type_name == "boolean":
        return WORDS.get(written.lower(), written)
    if type_name in ("string", "text", "email", "date", "date-time", "duration"):
        return written
    try:
        return json.loads(written)
    except ValueError:
        listed = type_name.startswith("list[") and not type_name.startswith("list[object")
        return [part.strip() for part in written.split(",") if part.strip()] if listed else written


def expectation(spec: FactSpec) -> str:
    """What an answer looks like, in words."""
    forms = {
        "boolean": "yes or no",
        "date": "a day such as 2026-11-24",
        "date-time": "a time with its offset such as 2026-11-24T14:30+01:00; if only the day is known, its beginning",
        "integer": "a whole number",
        "number": "a number",
        "list[object]": "a JSON list of objects",
        "object": "a JSON object",
    }
    form = " or ".join(spec.choices) if spec.choices else forms.get(spec.type, "")
    listed = "several parted by commas" if spec.type.startswith("list[") and not form else ""
    return f"{form or listed or 'text'}, or unknown"


def _near(name: str, catalogue: Catalogue, *, certain: bool) -> None:
    near = difflib.get_close_matches(name.replace("-", "_"), catalogue, 1, CLOSE)
    if near and not certain:
        raise InputError(
            f"there is no fact {name!r} in the catalogue",
            expected=f"did you mean {near[0]}?",
            fix="correct the name, or give --type to keep it as a fact of this case alone, which no obligation reads",
        )


def _own(name: str, written: str, type_name: str) -> tuple[Any, str]:
    value = typed(written, type_name)
    try:
        wrong = parse_type(type_name).problem(value)
    except ValueError as error:
        raise InputError(str(error)) from None
    if wrong:
        raise InputError(f"{name} {wrong}")
    return value, type_name
