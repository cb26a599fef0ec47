"""What an action is lent when no engine runs it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from connectors.contract import Account, ArtefactRef, Persona, Subject


@dataclass
class Lent:
    """An action's context that keeps in memory what it is given."""

    accounts: tuple[Account, ...] = ()
    subject: Subject = field(default_factory=lambda: Subject("worker-1", (Persona("p1"),)))
    case_id: str = "CASE-1"
    stored: dict[str, bytes] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)
    stop: bool = False

    def now(self) -> datetime:
        return datetime.now(UTC)

    def pause(self, seconds: float) -> None:
        raise AssertionError("a test waits for nothing")

    def store(self, name: str, data: bytes | Iterable[bytes], media_type: str = "application/json") -> ArtefactRef:
        content = data if isinstance(data, bytes) else b"".join(data)
        self.stored[name] = content
        return ArtefactRef(hashlib.sha256(content).hexdigest(), len(content), name, media_type)

    def progress(self, text: str, done: int = 0, total: int = 0) -> None:
        self.told.append(text)

    def cancelled(self) -> bool:
        return self.stop


@pytest.fixture
def lent() -> Callable[..., Lent]:
    """Makes an action's context."""
    return Lent
