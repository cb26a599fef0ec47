"""One execution of one plan: what every part of the engine shares, and what it lends to running actions."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from connectors.contract import AccessPath, Account, ArtefactRef, CutOrder, Subject
from connectors.errors import OutOfTimeError
from connectors.registry import Registry
from runner.case.folder import Case
from runner.case.state import PlanState
from runner.engine.convert import account_from_json, path_from_json, subject_from_json
from runner.engine.journal import Journal
from runner.engine.plan import Plan, PlannedStep
from runner.engine.schedule import live_steps
from runner.engine.scope import Scopes, by_connector, run_scopes
from runner.engine.sessions import Sessions

JsonObject = dict[str, Any]
Clock = Callable[[], datetime]
Tell = Callable[[str, str, int, int], None]
"""Told step, text, done, total while a step works."""


def utc_now() -> datetime:
    """The time now, in UTC."""
    return datetime.now(UTC)


@dataclass
class Execution:
    """A plan in the hands of one process."""

    case: Case
    plan: Plan
    journal: Journal
    registry: Registry
    sessions: Sessions
    run_id: str
    clock: Clock = utc_now
    stop: threading.Event = field(default_factory=threading.Event)
    """Set by the first interrupt: start nothing more, finish what is in flight."""
    tell: Tell = lambda _step, _text, _done, _total: None
    digest: str = ""
    """Digest of the plan, computed once."""
    secret: Callable[[str, str], None] = lambda _label, _secret: None
    """Shows a one-time secret to the person at the terminal; it is recorded nowhere."""
    discovered: dict[str, tuple[Account, ...]] = field(default_factory=dict)
    """Accounts as found when arming, where that was done."""

    @property
    def state(self) -> PlanState:
        """The current fold of this plan."""
        state = self.journal.state.current
        assert state is not None, "an execution begins with run-started"  # noqa: S101
        return state

    @property
    def subject(self) -> Subject:
        """The subject of the case."""
        return subject_from_json(self.journal.state.subject)

    def ask_id(self, step: str, name: str) -> str:
        """The durable identity of a question or card of this plan."""
        return f"{self.digest[:12]}/{step}/{name}"

    def accounts(self, system: str) -> tuple[Account, ...]:
        """The subject's accounts in a system: as found when arming, else as the plan found them."""
        if system in self.discovered:
            return self.discovered[system]
        return tuple(account_from_json(data) for data in self.plan.accounts if data["system"] == system)

    def known(self, account: Account) -> tuple[AccessPath, ...]:
        """Every path of an account that the plan or an earlier read saw, so that a later read judges each."""
        seen = {key: path for key, path in self.plan.paths().items() if path["account"] == account.id}
        seen |= {k: s.path for k, s in self.journal.state.paths.items() if s.path["account"] == account.id}
        mine = [path for path in seen.values() if path["system"] == account.system]
        return tuple(path_from_json(path) for path in mine)

    def scopes(self) -> Scopes:
        """What expressions see now."""
        systems = {name: system.connector for name, system in self.sessions.systems.items()}
        estate = by_connector(systems, self.registry.names())
        return run_scopes(self.plan, live_steps(self.plan, self.state), self.journal.state, self.state, estate)

    def order(self, options: JsonObject | None = None) -> CutOrder:
        """Who orders a cut, and when."""
        at = self.state.ordered_at or self.clock()
        return CutOrder(self.journal.state.case_id, at, self.subject, options or {}, self.wait)

    def wait(self, seconds: float) -> None:
        """Wait, but wake at once when the run is interrupted."""
        self.stop.wait(seconds)


@dataclass
class StepContext:
    """What a running action may use; satisfies `connectors.contract.ActionContext`."""

    execution: Execution
    step: PlannedStep
    system: str
    deadline: datetime | None = None
    stored: list[tuple[ArtefactRef, str]] = field(default_factory=list)
    interrupted: bool = False
    """The action learnt that the run is being interrupted, so what it gives back may be cut short."""

    @property
    def case_id(self) -> str:
        """The case's id, for names and tags."""
        return self.execution.journal.state.case_id

    @property
    def subject(self) -> Subject:
        """The subject of the case."""
        return self.execution.subject

    @property
    def accounts(self) -> tuple[Account, ...]:
        """The subject's accounts in this step's system."""
        return self.execution.accounts(self.system)

    def now(self) -> datetime:
        """UTC time."""
        return self.execution.clock()

    def pause(self, seconds: float) -> None:
        """Wait; an interrupt or the step's time-out ends it early.

        Raises:
            OutOfTimeError: the step's time is up.

        """
        self.execution.wait(seconds)
        self.interrupted |= self.execution.stop.is_set()
        if self.deadline is not None and self.now() >= self.deadline:
            raise OutOfTimeError(f"step {self.step.id} ran out of its {self.step.timeout_s:g} s")

    def store(self, name: str, data: bytes | Iterable[bytes], media_type: str = "application/json") -> ArtefactRef:
        """Put bytes into the evidence store; the ledger names them when the step ends."""
        artefact = self.execution.case.store.put(name, data, media_type)
        self.stored.append((artefact, self.system))
        return artefact

    def progress(self, text: str, done: int = 0, total: int = 0) -> None:
        """Tell a watching person how far the step is."""
        self.execution.tell(self.step.id, text, done, total)

    def cancelled(self) -> bool:
        """The run was interrupted, the step's time is up, or its phase's budget passed."""
        self.interrupted |= self.execution.stop.is_set()
        late = self.deadline is not None and self.now() >= self.deadline
        return late or self.interrupted or self.step.phase in self.execution.state.budgets_passed
