"""A seeded range, its sessions, and the little of an engine that an action needs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from connectors.aws.client import AwsSession
from connectors.aws.discover import discover
from connectors.contract import Action, ActionResult, Receipt
from connectors.registry import Registry
from runner.engine.sessions import Sessions
from runner.playbook.casefile import load_casefile
from runner.playbook.estate import load_estate
from runner.range.machines import Machines, seed_machines
from runner.range.organization import Organization, seed_organization
from runner.range.process import AwsRange
from runner.range.seed import World, seed
from tests.connectors.aws.conftest import Lent


@dataclass
class Context(Lent):
    """Waits for nothing, and can run out of time after some looks at it."""

    looks: int | None = None
    """How often `cancelled` still says no; None means always."""
    pauses: list[float] = field(default_factory=list)

    def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)

    def cancelled(self) -> bool:
        if self.looks is None:
            return self.stop
        self.looks -= 1
        return self.looks < 0


@dataclass
class Scene:
    """A range, the case on it, and evict's sessions."""

    running: AwsRange
    world: World
    sessions: Sessions
    context: Context
    machines: Machines | None = None
    organization: Organization | None = None

    @property
    def preserver(self) -> AwsSession:
        made = self.sessions.preserver("aws-main")
        assert isinstance(made, AwsSession)
        return made

    @property
    def reader(self) -> AwsSession:
        made = self.sessions.reader("aws-main")
        assert isinstance(made, AwsSession)
        return made

    def run(self, action: Action, **inputs: Any) -> ActionResult:
        """Run an action as the engine would, with its defaults filled in."""
        filled = {one.name: one.default for one in action.inputs} | inputs
        return action.run(self.preserver, filled, self.context)

    def calls(self, *operations: str) -> list[dict[str, Any]]:
        return [call for call in self.running.calls() if call["operation"] in operations]

    def seed(self, what: str, **given: Any) -> Any:
        return self.running.ask("seed", of=what, **given)


def _scene(running: AwsRange, world: World) -> Scene:
    registry = Registry.installed()
    sessions = Sessions(load_estate(world.directory / "estate.yaml", registry).systems, registry)
    subject = load_casefile(world.directory / "case.yaml", registry).subject
    reader = sessions.reader("aws-main")
    assert isinstance(reader, AwsSession)
    return Scene(running, world, sessions, Context(discover(reader, subject), subject, "EXERCISE-1"))


@pytest.fixture
def scene(running: AwsRange, tmp_path: Path) -> Iterator[Scene]:
    made = _scene(running, seed(running, tmp_path / "world"))
    yield made
    made.sessions.close()


@pytest.fixture
def workshop(running: AwsRange, tmp_path: Path) -> Iterator[Scene]:
    """With the subject's instance in eu-west-1."""
    world = seed(running, tmp_path / "world")
    machines = seed_machines(running, world)
    made = replace(_scene(running, world), machines=machines)
    yield made
    made.sessions.close()


@pytest.fixture
def organization(running: AwsRange, tmp_path: Path) -> Iterator[Scene]:
    """With two member accounts, the subject in both."""
    world = seed(running, tmp_path / "world")
    members = seed_organization(running, world)
    made = replace(_scene(running, world), organization=members)
    yield made
    made.sessions.close()


Pick = Callable[..., Receipt]


@pytest.fixture
def pick() -> Pick:
    """The one receipt whose query has these values."""

    def one(receipts: Iterable[Receipt], **query: Any) -> Receipt:
        found = [receipt for receipt in receipts if _fits(receipt.query, query)]
        assert len(found) == 1, [dict(receipt.query) for receipt in receipts]
        return found[0]

    return one


def _fits(query: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    return all(query.get(name) == value for name, value in wanted.items())
