"""A seeded tenant and a session as the engine would open it for an action's effect."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from connectors.contract import Action, ActionResult, Effect
from connectors.microsoft.client import MicrosoftSession, opened
from connectors.microsoft.discover import discover
from connectors.rates import RateBudgets
from tests.connectors.microsoft.evidence.conftest import Clock, Context
from tests.connectors.microsoft.kit import MicrosoftWorld, microsoft_world


@dataclass
class Bench:
    """A tenant, the case on it, and sessions of both identities."""

    world: MicrosoftWorld
    preserver: MicrosoftSession
    cutter: MicrosoftSession
    context: Context

    def run(self, action: Action, **inputs: Any) -> ActionResult:
        """Run an action as the engine would, with its defaults filled in."""
        filled = {one.name: one.default for one in action.inputs} | inputs
        session = self.preserver if action.effect is Effect.PRESERVE else self.cutter
        return action.run(session, filled, self.context)

    def change(self, table: str, id_: str, **values: Any) -> None:
        """Change a record of the tenant."""
        self.world.control.does("change", {"table": table, "id": id_, "values": values})

    def settings(self, **values: Any) -> None:
        self.world.control.does("settings", values)

    def calls(self, name: str) -> list[dict[str, Any]]:
        return [one for one in self.world.gate.calls if one["name"] == name]

    def rows(self, table: str, **wanted: Any) -> list[dict[str, Any]]:
        return self.world.tenant.rows(table, **wanted)


def _opened(world: MicrosoftWorld, *, cutter: bool) -> MicrosoftSession:
    clock = Clock()
    budgets = RateBudgets(10_000.0, clock=clock, sleep=clock.sleep)
    return opened(world.connector.open(world.system, cutter=cutter, read_only=False, budgets=budgets))


@pytest.fixture
def bench() -> Iterator[Bench]:
    with microsoft_world() as world:
        preserver, cutter = _opened(world, cutter=False), _opened(world, cutter=True)
        made = Bench(world, preserver, cutter, Context(world, discover(preserver, world.subject), world.subject))
        yield made
        preserver.close()
        cutter.close()
