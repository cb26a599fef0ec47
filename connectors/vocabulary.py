"""The closed word lists and records that all vendors share: effects, access paths, accounts, personas."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, NewType

Json = Any
"""A JSON value: null, boolean, integer, string, list or object with string keys."""

CaseId = NewType("CaseId", str)
SystemName = NewType("SystemName", str)


class Effect(StrEnum):
    """What an action does to the world."""

    OBSERVE = "observe"
    PRESERVE = "preserve"
    CONTAIN = "contain"
    DESTROY = "destroy"
    NOTIFY = "notify"
    ASK = "ask"
    RECORD = "record"


READ_EFFECTS = frozenset({Effect.OBSERVE, Effect.PRESERVE})
"""Effects under which the seam refuses every call that is not a declared read."""


class Notice(StrEnum):
    """Whether the subject can notice an action."""

    NEVER = "never"
    MAYBE = "maybe"
    ALWAYS = "always"


class PathKind(StrEnum):
    """Kinds of access path, the same for all vendors."""

    PASSWORD = "password"
    KEY = "key"
    CERTIFICATE = "certificate"
    SESSION = "session"
    TOKEN = "token"
    FACTOR = "factor"
    MEMBERSHIP = "membership"
    ROLE = "role"
    PERMISSION = "permission"
    TRUST = "trust"
    APP_SECRET = "app-secret"
    DEVICE = "device"
    FORWARDING = "forwarding"
    SHARE = "share"
    NETWORK = "network"
    AUTOMATION = "automation"


class PathState(StrEnum):
    """State of an access path. Never merged: `issued` is not `cut`, `unknown` is not `not-applicable`."""

    STANDING = "standing"
    CUT = "cut"
    ISSUED = "issued"
    RESIDUAL = "residual"
    NOT_APPLICABLE = "not-applicable"
    UNKNOWN = "unknown"


class Outcome(StrEnum):
    """Outcome of a step or operation."""

    DONE = "done"
    ALREADY_SO = "already-so"
    NOT_APPLICABLE = "not-applicable"
    COULD_NOT_CHECK = "could-not-check"
    NOT_ATTEMPTED = "not-attempted"
    FAILED = "failed"


class Undo(StrEnum):
    """What `restore` does with a path: gives it back, only when asked by name, or cannot."""

    YES = "yes"
    WHEN_ASKED = "when-asked"
    NO = "no"


@dataclass(frozen=True)
class Persona:
    """One claimed identity of the subject."""

    id: str
    names: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    identifiers: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    """Exact identifiers by connector: {"aws": {"user-names": ("dev-jlee",)}}."""

    def exact(self, connector: str, key: str) -> tuple[str, ...]:
        """The exact identifiers of one sort that the case names for one connector; empty when none."""
        return tuple(self.identifiers.get(connector, {}).get(key, ()))


@dataclass(frozen=True)
class Subject:
    """The suspected worker: one person behind one or more personas."""

    id: str
    personas: tuple[Persona, ...]


@dataclass(frozen=True, order=True)
class Account:
    """A persona's login in one system. `id` is the vendor's own stable identifier (an ARN, an object id)."""

    system: str
    id: str
    persona: str
    kind: str = "user"
    label: str = ""
    """What the vendor shows for it; adversary-chosen text, for display only."""


@dataclass(frozen=True)
class Manual:
    """What a person must do where no API exists: exact instructions, expected sight, what to write down."""

    title: str
    instructions: tuple[str, ...]
    expect: str
    ask: str = "What did you see?"
    source: str = ""


@dataclass(frozen=True)
class AccessPath:
    """One concrete way in, as one read saw it.

    `before` is all that `restore` needs; it never holds a secret, and never a volatile value (last-used
    times, counters), so that two reads of an unchanged world are equal.
    """

    system: str
    account: str
    kind: PathKind
    id: str
    """Stable and unique within the system, the same before and after the cut."""
    label: str
    state: PathState = PathState.STANDING
    reason: str = ""
    until: datetime | None = None
    """UTC end of a residual path."""
    survives_s: int | None = None
    """Seconds that this path outlives its cut (None: dies with the cut)."""
    wave: int = 1
    """Order of cutting inside one system: 0 is first, the cut that the subject cannot undo."""
    undo: Undo = Undo.YES
    undo_note: str = ""
    destroys: tuple[str, ...] = ()
    """Evidence classes that cutting this path loses."""
    manual: Manual | None = None
    """Set when no API can cut it: it becomes a card."""
    before: Mapping[str, Json] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """The identity of this path within a case."""
        return f"{self.system}|{self.account}|{self.kind}|{self.id}"

    def seen(self, state: PathState, reason: str = "", until: datetime | None = None) -> AccessPath:
        """The same path in another state."""
        return replace(self, state=state, reason=reason, until=until)


@dataclass(frozen=True)
class Observation:
    """What one read of one account in one system saw."""

    account: Account
    at: datetime
    paths: tuple[AccessPath, ...]
    read_by: str
    """The calls used, so that a reader can tell the read path from the write's own reply."""
    unread: Mapping[PathKind, str] = field(default_factory=dict)
    """Kinds that could not be read, each with why; nothing may be concluded from their absence."""


def settle(known: tuple[AccessPath, ...], later: Observation) -> tuple[AccessPath, ...]:
    """What a later read says of paths known from an earlier one, plus those it newly found.

    A known path that a later read does not show is `cut`, unless its kind could not be read: then it is
    `unknown` with the reason. Nothing disappears.
    """
    found = {path.key: path for path in later.paths}
    settled = []
    for path in known:
        if path.key in found:
            settled.append(found.pop(path.key))
        elif path.kind in later.unread:
            settled.append(path.seen(PathState.UNKNOWN, later.unread[path.kind]))
        else:
            settled.append(path.seen(PathState.CUT, f"absent from {later.read_by}"))
    return tuple(settled) + tuple(found.values())
