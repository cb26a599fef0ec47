"""The types that inputs, outputs, settings and facts may have. A typed value stays plain JSON."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

EMAIL = re.compile(r"[^@\s,;<>\"*?\x00-\x1f]+@[^@\s,;<>\"*?\x00-\x1f]+\.[^@\s,;<>\"*?.\x00-\x1f]+")
ARN = re.compile(r"arn:aws[a-z-]*:[a-z0-9-]+:[a-z0-9-]*:(\d{12}|aws)?:[^\s*?\x00-\x1f]+")
AWS_ACCOUNT = re.compile(r"\d{12}")
GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
DURATION = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)")
ISO_DURATION = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?")
UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}


def duration_seconds(text: str) -> float:
    """Seconds of a duration such as 90s, 10m, 2h, 1d or PT10M.

    Raises:
        ValueError: the text is no duration, or is zero.

    """
    match = DURATION.fullmatch(text.strip())
    if match:
        seconds = float(match[1]) * UNITS[match[2]]
    else:
        iso = ISO_DURATION.fullmatch(text.strip())
        if not iso or not any(iso.groups()):
            raise ValueError(f"must be a duration such as 90s, 10m, 2h or PT10M, got {text!r}")
        days, hours, minutes, rest = (float(part or 0) for part in iso.groups())
        seconds = days * UNITS["d"] + hours * UNITS["h"] + minutes * UNITS["m"] + rest
    if seconds <= 0:
        raise ValueError(f"must be longer than zero, got {text!r}")
    return seconds


@dataclass(frozen=True)
class Type:
    """One named type. `item` is the element type of a list."""

    name: str
    item: Type | None = None

    def problem(self, value: Any) -> str | None:
        """What is wrong with a value, as the rest of a sentence that begins with its name; None when fine."""
        if self.name == "list":
            return self._list_problem(value)
        return _CHECKS[self.name](value)

    def _list_problem(self, value: Any) -> str | None:
        if not isinstance(value, list):
            return f"must be a list of {self.item}, got {_got(value)}"
        for index, one in enumerate(value):
            wrong = self.item.problem(one) if self.item else None
            if wrong:
                return f"[{index}] {wrong}"
        return None

    def accepts(self, other: Type) -> bool:
        """Whether a value of the other type may stand where this type is wanted."""
        if "any" in (self.name, other.name) or self == other:
            return True
        if self.name == "list" and other.name == "list" and self.item and other.item:
            return self.item.accepts(other.item)
        return other.name in _NARROWER.get(self.name, ())

    def json_schema(self) -> dict[str, Any]:
        """JSON Schema of this type; a string with `{{` stands for an expression and is always allowed."""
        if self.name == "list":
            return {"type": "array", "items": self.item.json_schema() if self.item else {}}
        return dict(_SCHEMAS[self.name])

    def __str__(self) -> str:
        return f"list[{self.item}]" if self.name == "list" else self.name


def parse_type(name: str) -> Type:
    """The type of this name.

    Raises:
        ValueError: there is no such type; the message suggests the nearest.

    """
    match = re.fullmatch(r"list\[(.+)\]", name)
    if match:
        return Type("list", parse_type(match[1]))
    if name not in _CHECKS:
        near = difflib.get_close_matches(name, _CHECKS, 1)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise ValueError(f"there is no type {name!r}{hint} (types: {', '.join(_CHECKS)}, list[…])")
    return Type(name)


def type_names() -> tuple[str, ...]:
    """All names, without lists."""
    return tuple(_CHECKS)


def _got(value: Any) -> str:
    words = {bool: "a boolean", int: "an integer", float: "a number", str: "text", list: "a list", dict: "an object"}
    kind = "nothing" if value is None else words.get(type(value), type(value).__name__)
    return f"{kind} {value!r:.60}" if isinstance(value, (str, int, float)) else kind


def _string(value: Any) -> str | None:
    return None if isinstance(value, str) else f"must be text, got {_got(value)}"


def _pattern(pattern: re.Pattern[str], what: str) -> Callable[[Any], str | None]:
    def check(value: Any) -> str | None:
        if isinstance(value, str) and pattern.fullmatch(value):
            return None
        return f"must be {what}, got {_got(value)}"

    return check


def _integer(value: Any) -> str | None:
    whole = isinstance(value, int) and not isinstance(value, bool)
    return None if whole else f"must be a whole number, got {_got(value)}"


def _number(value: Any) -> str | None:
    fine = isinstance(value, (int, float)) and not isinstance(value, bool)
    return None if fine else f"must be a number, got {_got(value)}"


def _boolean(value: Any) -> str | None:
    return None if isinstance(value, bool) else f"must be true or false, got {_got(value)}"


def _date(value: Any) -> str | None:
    try:
        if isinstance(value, str) and date.fromisoformat(value).isoformat() == value:
            return None
    except ValueError:
        pass
    return f"must be a date such as 2026-11-24, got {_got(value)}"


def _date_time(value: Any) -> str | None:
    try:
        if isinstance(value, str) and "T" in value.upper() and datetime.fromisoformat(value).tzinfo:
            return None
    except ValueError:
        pass
    return f"must be a time with its offset such as 2026-11-24T02:00:00Z, got {_got(value)}"


def _duration(value: Any) -> str | None:
    try:
        duration_seconds(value)
    except (ValueError, AttributeError):
        return f"must be a duration such as 90s, 10m, 2h or PT10M, got {_got(value)}"
    return None


def _object(value: Any) -> str | None:
    return None if isinstance(value, dict) else f"must be an object, got {_got(value)}"


def _with_id(what: str) -> Callable[[Any], str | None]:
    def check(value: Any) -> str | None:
        if isinstance(value, dict) and isinstance(value.get("id"), str):
            return None
        return f"must be {what} (an object with an id), got {_got(value)}"

    return check


_CHECKS: dict[str, Callable[[Any], str | None]] = {
    "string": _string,
    "text": _string,
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
    "email": _pattern(EMAIL, "one e-mail address"),
    "date": _date,
    "date-time": _date_time,
    "duration": _duration,
    "aws-account-id": _pattern(AWS_ACCOUNT, "12 digits (an AWS account id, in quotes)"),
    "arn": _pattern(ARN, "an ARN without wildcards"),
    "guid": _pattern(GUID, "a GUID such as 8a1c0c5e-58a2-4d0e-9a3f-6f0e5c3b2a10"),
    "subject": _with_id("a subject"),
    "account": _with_id("an account"),
    "object": _object,
    "any": lambda _value: None,
}

_TEXTUAL = ("string", "text", "email", "date", "date-time", "duration", "aws-account-id", "arn", "guid")
_NARROWER: dict[str, tuple[str, ...]] = {
    "string": _TEXTUAL,
    "text": _TEXTUAL,
    "number": ("integer",),
    "object": ("subject", "account"),
    **dict.fromkeys(_TEXTUAL[2:], ("string", "text")),
}
"""What else is accepted: a string output may feed an e-mail input, whose value is checked when it is known."""

_SCHEMAS: dict[str, dict[str, Any]] = {
    **{name: {"type": "string"} for name in _TEXTUAL},
    "integer": {"type": "integer"},
    "number": {"type": "number"},
    "boolean": {"type": "boolean"},
    "subject": {"type": "object", "required": ["id"]},
    "account": {"type": "object", "required": ["id"]},
    "object": {"type": "object"},
    "any": {},
}
