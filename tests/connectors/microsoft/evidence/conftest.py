"""A seeded tenant, a session that may hold evidence, and the little of an engine that an action needs.

Budgets run on a clock of their own: what Microsoft allows in a minute takes no time here.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from connectors.contract import Account, Action, ActionResult, ArtefactRef, Receipt, Subject
from connectors.microsoft.client import MicrosoftSession, opened
from connectors.microsoft.discover import discover
from connectors.rates import RateBudgets
from tests.connectors.microsoft.kit import MicrosoftWorld, microsoft_world

TOKEN_S = 30 * 24 * 3600.0
"""Of a token: the tenant's clock is moved by days, and what renews a token goes by this machine's."""


@dataclass
class Context:
    """Keeps what it is given; a pause moves the tenant's clock and its own."""

    world: MicrosoftWorld
    accounts: tuple[Account, ...]
    subject: Subject
    case_id: str = "CASE-1"
    stored: dict[str, bytes] = field(default_factory=dict)
    pauses: list[float] = field(default_factory=list)
    looks: int | None = None
    """How often `cancelled` still says no; None means always."""
    offset: timedelta = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.offset

    def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.offset += timedelta(seconds=seconds)
        with self.world.tenant.lock:
            self.world.tenant.advance(seconds)

    def store(self, name: str, data: bytes | Iterable[bytes], media_type: str = "application/json") -> ArtefactRef:
        content = data if isinstance(data, bytes) else b"".join(data)
        self.stored[name] = content
        return ArtefactRef(hashlib.sha256(content).hexdigest(), len(content), name, media_type)

    def progress(self, text: str, done: int = 0, total: int = 0) -> None:
        del text, done, total

    def cancelled(self) -> bool:
        if self.looks is None:
            return False
        self.looks -= 1
        return self.looks < 0

    def index(self, part: str) -> list[dict[str, Any]]:
        """The lines of the index of one query's pages."""
        name = next(one for one in self.stored if part in one and one.endswith(".index.jsonl"))
        return [json.loads(line) for line in self.stored[name].splitlines()]


class Clock:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.at += seconds


@dataclass
class Scene:
    """A tenant, the case on it, and a session that reads and holds."""

    world: MicrosoftWorld
    session: MicrosoftSession
    context: Context

    def run(self, action: Action, **inputs: Any) -> ActionResult:
        """Run an action as the engine would, with its defaults filled in."""
        filled = {one.name: one.default for one in action.inputs} | inputs
        return action.run(self.session, filled, self.context)

    def settings(self, **values: Any) -> None:
        self.world.control.does("settings", values)

    def faults(self, *faults: Mapping[str, Any]) -> None:
        self.world.control.does("faults", {"faults": [dict(one) for one in faults]})

    def calls(self, name: str) -> list[dict[str, Any]]:
        return [one for one in self.world.gate.calls if one["name"] == name]

    def rows(self, table: str, **wanted: Any) -> list[dict[str, Any]]:
        return self.world.tenant.rows(table, **wanted)

    def empty(self, *tables: str) -> None:
        for table in tables:
            self.world.tenant.table(table).clear()


def opened_scene(world: MicrosoftWorld, *, read_only: bool = False) -> Scene:
    world.tenant.settings.access_token = TOKEN_S
    clock = Clock()
    budgets = RateBudgets(10_000.0, clock=clock, sleep=clock.sleep)
    session = opened(world.connector.open(world.system, cutter=False, read_only=read_only, budgets=budgets))
    return Scene(world, session, Context(world, discover(session, world.subject), world.subject))


@pytest.fixture
def scene() -> Iterator[Scene]:
    with microsoft_world() as world:
        made = opened_scene(world)
        yield made
        made.session.close()


Pick = Callable[..., Receipt]


@pytest.fixture
def pick() -> Pick:
    """The one receipt whose query has these values; `young` and `settled` say which window."""

    def one(receipts: Iterable[Receipt], *, young: bool = False, **query: Any) -> Receipt:
        found = [
            receipt for receipt in receipts
            if all(receipt.query.get(name) == value for name, value in query.items())
            and str(receipt.query.get("window", "")).endswith("now") == young
        ]  # fmt: skip
        assert len(found) == 1, [dict(receipt.query) for receipt in receipts]
        return found[0]

    return one
