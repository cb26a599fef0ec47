"""A seeded world and a case on it: planned, approved or run as a test asks."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from connectors.registry import Registry
from runner.case.fold import fold
from runner.case.folder import Case
from runner.case.state import CaseState
from runner.engine.advance import advance
from runner.engine.gates import answer_gate
from runner.engine.plan import Plan
from runner.engine.planner import make_plan
from runner.engine.restore import make_restore_plan
from runner.engine.saving import open_case, save_plan
from runner.engine.sessions import Sessions
from runner.playbook.casefile import load_casefile
from runner.playbook.estate import Estate, load_estate
from runner.playbook.load import find_playbook, load_playbook, load_sub
from runner.range.machines import Machines, seed_machines
from runner.range.organization import Organization, seed_organization
from runner.range.process import AwsRange
from runner.range.seed import World, seed
from runner.report.status import status

RESPONDER = "responder@initech.example"


@dataclass
class Incident:
    """Everything of one case on one range."""

    running: AwsRange
    world: World
    registry: Registry
    estate: Estate
    case: Case

    @property
    def state(self) -> CaseState:
        return fold(self.case.ledger.read())

    def plan(self, playbook: str = "cut-only") -> Plan:
        loaded = load_playbook(find_playbook(playbook))
        sessions = Sessions(self.estate.systems, self.registry)
        made = make_plan(
            self.state,
            loaded,
            self.estate,
            self.registry,
            sessions,
            given={},
            requested_by=RESPONDER,
            load_sub=load_sub,
        )
        sessions.close()
        save_plan(self.case, made, self.estate, [loaded])
        return made

    def approve(self, gate: str = "phase:cut", people: tuple[str, ...] = ("mei", "tomas")) -> None:
        for who in people:
            email = f"{who}@initech.example"
            answer_gate(
                self.case, self.registry, gate, by=email, answer="approve", reason="ok", key=self.world.key_of(email)
            )

    def restore(self, asked: frozenset[str] = frozenset()) -> None:
        sessions = Sessions(self.estate.systems, self.registry)
        plan, _left = make_restore_plan(self.state, self.estate, sessions, requested_by=RESPONDER, asked=asked)
        save_plan(self.case, plan, self.estate, [])
        self.approve("restore")
        ending = advance(self.case, self.registry, by=RESPONDER)
        assert ending.state == "done", status(self.state)["steps"]


@pytest.fixture(autouse=True)
def _less_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is refused for good need not be looked at for half a minute."""
    monkeypatch.setattr("runner.engine.proof.PATIENCE_S", 3.0)
    monkeypatch.setattr("runner.engine.steps.VERIFY_PATIENCE_S", 3.0)


@pytest.fixture
def incident(running: AwsRange, tmp_path: Path) -> Iterator[Incident]:
    world = seed(running, tmp_path / "world")
    yield opened(running, world, tmp_path / "case")


@pytest.fixture
def organization(running: AwsRange, tmp_path: Path) -> Iterator[tuple[Incident, Organization]]:
    """The same company inside an organisation with member accounts and IAM Identity Center."""
    world = seed(running, tmp_path / "world")
    made = seed_organization(running, world)
    yield opened(running, world, tmp_path / "case"), made


@pytest.fixture
def workshop(running: AwsRange, tmp_path: Path) -> Iterator[tuple[Incident, Machines]]:
    """The same company with machines: instances, open channels, a cluster."""
    world = seed(running, tmp_path / "world")
    made = seed_machines(running, world)
    yield opened(running, world, tmp_path / "case"), made


def reopened(incident: Incident, settings: dict[str, object]) -> Incident:
    """A new case on the same range, with more settings in the estate."""
    path = incident.world.directory / "estate.yaml"
    estate = json.loads(path.read_text())
    estate["systems"]["aws-main"] |= settings
    path.write_text(json.dumps(estate))
    return opened(incident.running, incident.world, incident.case.directory.parent / "case-again")


def opened(running: AwsRange, world: World, directory: Path) -> Incident:
    """A case on a seeded world, with no settling time."""
    path = world.directory / "estate.yaml"
    path.write_text(path.read_text().replace('"settle": "1s"', '"settle": 0'))
    registry = Registry.installed()
    estate = load_estate(path, registry)
    casefile = load_casefile(world.directory / "case.yaml", registry)
    return Incident(running, world, registry, estate, open_case(directory, casefile, estate, "test"))
