"""One line of a ledger: how it is made, and every rule it must keep. Pure; `docs/ledger-format.md` says the same.

Rules, in the order they are checked:

1. The line is UTF-8 JSON: an object with exactly the keys v, seq, at, kind, event_version, data, prev, hash.
2. `v` is 1.
3. The bytes are the RFC 8785 form of that object.
4. `hash` is the SHA-256 of the RFC 8785 form of the object without `hash`.
5. `prev` is the hash of the line before; 64 zeros on the first.
6. `seq` is one more than the line before; after a torn tail it is two more, and the kind is `tail-set-aside`.
7. `at` never goes back.
8. `kind`, `event_version` and the fields of `data` are known.
"""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, get_type_hints

from connectors.errors import IntegrityError
from runner.case.canonical import canonical, sha256_hex
from runner.case.clock import stamp, unstamp
from runner.case.events import EVENTS, Event, TailSetAside

FIRST_PREV = "0" * 64
LINE_VERSION = 1
KEYS = frozenset({"v", "seq", "at", "kind", "event_version", "data", "prev", "hash"})


@dataclass(frozen=True)
class Record:
    """One event in its place in the chain."""

    seq: int
    at: datetime
    event: Event
    prev: str
    hash: str
    line: bytes
    """The bytes in the file, newline included."""

    @property
    def kind(self) -> str:
        """The event's kind."""
        return self.event.kind


def make_record(seq: int, at: datetime, event: Event, prev: str) -> Record:
    """The record of an event at its place in the chain."""
    data = {field.name: getattr(event, field.name) for field in dataclasses.fields(event)}
    # The keys of a line in canonical order are at, data, event_version, hash, kind, prev, seq, v: the parts on both
    # sides of the hash are made once and serve for the hashed bytes and for the line.
    left = canonical({"at": stamp(at), "data": data, "event_version": event.version})[:-1]
    right = canonical({"kind": event.kind, "prev": prev, "seq": seq, "v": LINE_VERSION})[1:]
    digest = sha256_hex(left + b"," + right)
    return Record(seq, at, event, prev, digest, left + f',"hash":"{digest}",'.encode() + right + b"\n")


def read_record(line: bytes, number: int, before: Record | None) -> Record:
    """Check one line against the record before it.

    Raises:
        IntegrityError: a rule is broken; the message names the line and the rule.

    """
    body = _parse(line, number)
    if canonical(body) + b"\n" != line:
        raise _broken(number, "is not in RFC 8785 canonical form")
    claimed = body.pop("hash")
    if sha256_hex(canonical(body)) != claimed:
        raise _broken(number, "has a hash that does not fit its content")
    prev = before.hash if before else FIRST_PREV
    if body["prev"] != prev:
        raise _broken(number, f"does not chain: prev is {str(body['prev'])[:16]}…, expected {prev[:16]}…")
    event = decode(body["kind"], body["event_version"], body["data"], number)
    step = 2 if isinstance(event, TailSetAside) else 1
    expected = (before.seq if before else 0) + step
    if body["seq"] != expected:
        raise _broken(number, f"has sequence number {body['seq']}, expected {expected}")
    try:
        at = unstamp(body["at"])
    except (ValueError, TypeError) as error:
        raise _broken(number, f"has no valid time: {error}") from error
    if before and at < before.at:
        raise _broken(number, f"goes back in time: {body['at']} after {stamp(before.at)}")
    return Record(body["seq"], at, event, prev, claimed, line)


def decode(kind: object, version: object, data: object, number: int) -> Event:
    """The typed event of a line's kind, version and data.

    Raises:
        IntegrityError: the kind, the version or a field is unknown, missing or of the wrong type.

    """
    cls = EVENTS.get(kind) if isinstance(kind, str) else None
    if cls is None or version != cls.version:
        raise _broken(number, f"has an unknown kind of event: {str(kind)[:40]!r} version {str(version)[:10]}")
    fields = _field_types(cls)
    if not isinstance(data, dict) or set(data) != set(fields):
        raise _broken(number, f"does not have the fields of {kind}")
    for name, wanted in fields.items():
        if wanted is not object and not _fits(data[name], wanted):
            raise _broken(number, f"has a wrong {kind}.{name}: expected {wanted.__name__}")
    return cls(**data)


_TYPES: dict[type[Event], dict[str, type]] = {}


def _field_types(cls: type[Event]) -> dict[str, type]:
    """Field names of an event with their plain types, computed once for each kind."""
    if cls not in _TYPES:
        hints = get_type_hints(cls)
        _TYPES[cls] = {field.name: _plain(hints[field.name]) for field in dataclasses.fields(cls)}
    return _TYPES[cls]


def _plain(hint: Any) -> type:
    origin = object if hint is Any else getattr(hint, "__origin__", hint)
    return origin if isinstance(origin, type) else object


def _fits(value: object, wanted: type) -> bool:
    if wanted is float:
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    if wanted is int:
        return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(value, wanted)


def _parse(line: bytes, number: int) -> dict[str, Any]:
    try:
        body = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise _broken(number, "is not JSON") from error
    if not isinstance(body, dict) or set(body) != KEYS:
        raise _broken(number, "does not have exactly the keys of a ledger line")
    if body["v"] != LINE_VERSION or isinstance(body["v"], bool):
        raise _broken(number, f"has format version {body['v']!r}, expected {LINE_VERSION}")
    return body


def _broken(number: int, why: str) -> IntegrityError:
    return IntegrityError(
        f"ledger line {number} {why}",
        expected="an unbroken chain",
        fix="keep the folder as it is; compare with a copy, a signed approval or a hand-over",
        safe=f"lines 1 to {number - 1}",
    )
