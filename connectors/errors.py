"""The one error tree of evict. Every error can explain itself to a person.

EvictError
├── OperatorError            somebody must change a file, an argument or a permission (exit 2)
│   ├── InputError           a playbook, estate, case file or argument is wrong; carries every Problem
│   ├── SecretError          a secret reference cannot be resolved
│   └── ApprovalError        a signature, an approver or a plan digest does not fit
├── WorldError               a system outside misbehaved (exit 4)
│   ├── ThrottledError       asked to slow down; did not act
│   ├── UnreachableError     no connection was made; did not act
│   ├── RefusedError         the credential lacks a permission; did not act
│   ├── NotFoundError        the thing is not there
│   ├── UnsupportedError     the system does not offer this call
│   ├── AmbiguousError       the reply was lost: whether it acted is unknown
│   ├── RejectedError        the system refused the request itself; did not act
│   ├── OutOfTimeError       a step's time-out passed
│   └── DriftError           the world moved between plan and run
├── BusyError                another process holds this case (exit 2)
├── ReadOnlyError            a write was tried where only reads are allowed (exit 4)
├── IntegrityError           ledger, evidence or signature is broken (exit 5)
└── InternalError            a fault of evict itself; please report it (exit 4)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, order=True)
class Place:
    """Where in a file something stands; line and column count from 1, 0 means the whole file."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


@dataclass(frozen=True, order=True)
class Problem:
    """One thing wrong in an authored file: where, which rule, what, and what to do."""

    place: Place
    code: str
    message: str
    fix: str = ""

    def __str__(self) -> str:
        return f"{self.place}: {self.code}: {self.message}" + (f"\n    fix: {self.fix}" if self.fix else "")


class EvictError(Exception):
    """Base of every error that evict raises on purpose."""

    exit_code: ClassVar[int] = 4

    def __init__(self, what: str, *, expected: str = "", fix: str = "", safe: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.expected = expected
        self.fix = fix
        self.safe = safe

    def explain(self) -> str:
        """What happened, what was expected, what to do next and which evidence is safe, one line each."""
        parts = [self.what]
        for label, text in (("expected", self.expected), ("do next", self.fix), ("safe", self.safe)):
            if text:
                parts.append(f"{label}: {text}")
        return "\n".join(parts)


class OperatorError(EvictError):
    """Somebody must change a file, an argument or a permission."""

    exit_code = 2


class InputError(OperatorError):
    """An authored file or an argument is wrong; `problems` lists all of it, sorted."""

    def __init__(self, what: str, problems: tuple[Problem, ...] = (), *, expected: str = "", fix: str = "") -> None:
        super().__init__(what, expected=expected, fix=fix)
        self.problems = tuple(sorted(problems))

    def explain(self) -> str:
        """The summary followed by every problem with its place and its fix."""
        return "\n".join([super().explain(), *(str(problem) for problem in self.problems)])


class SecretError(OperatorError):
    """A secret reference cannot be resolved. The message never holds the value."""


class ApprovalError(OperatorError):
    """A signature, an approver or a plan digest does not fit."""


class BusyError(OperatorError):
    """Another process holds this case."""


class WorldError(EvictError):
    """A system outside misbehaved. `acted` tells what is known about the effect: no, unknown."""

    acted: ClassVar[str] = "no"


class ThrottledError(WorldError):
    """The system asked to slow down; it did not act. `retry_after` is in seconds, None when unsaid."""

    def __init__(self, what: str, *, retry_after: float | None = None, fix: str = "") -> None:
        super().__init__(what, fix=fix)
        self.retry_after = retry_after


class UnreachableError(WorldError):
    """No connection was made; nothing was done."""


class RefusedError(WorldError):
    """The credential lacks a permission; nothing was done.

    `permission` names it where the reply does; `challenge` is what the reply asks the caller to prove anew
    (WWW-Authenticate, RFC 9110, 11.6.1).
    """

    def __init__(self, what: str, *, permission: str = "", fix: str = "", challenge: str = "") -> None:
        super().__init__(what, fix=fix)
        self.permission = permission
        self.challenge = challenge


class NotFoundError(WorldError):
    """The thing asked for is not there."""


class UnsupportedError(WorldError):
    """The system does not offer this call (closed service, missing licence, emulator gap)."""


class AmbiguousError(WorldError):
    """The reply was lost after the request left: whether it acted is unknown and must be read back."""

    acted = "unknown"


class RejectedError(WorldError):
    """The system refused the request itself (conflict, validation); it did not act."""


class OutOfTimeError(WorldError):
    """A step's time-out passed."""

    acted = "unknown"


class DriftError(WorldError):
    """The world moved between plan and run in a way that the approvals do not cover."""


class ReadOnlyError(EvictError):
    """A write was tried where only declared reads are allowed; it never left this machine."""


class IntegrityError(EvictError):
    """Ledger, evidence or signature is broken."""

    exit_code = 5


class InternalError(EvictError):
    """A fault of evict itself."""
