"""Proof of a cut: reads by another path than the write's reply, repeated until the system is consistent.

A clean read counts once it is repeated after the connector's settling time. A path that still stands after
its cut was accepted is read again, then cut once more, then given up: it is shouted and becomes a card. A path
that appears after the order (a key made in the seconds in which a deleted one still signs) is cut as well, or
shouted where the step says `more: ask`; then the settling time starts anew. An interrupt proves nothing: the step
stays open, and whoever resumes it reads again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import Any

from connectors.contract import AccessPath, Account, Observation, Outcome, PathState
from connectors.errors import EvictError
from runner.case.events import DriftFound, OperationIntended, SystemVerified
from runner.engine.arm import Target
from runner.engine.convert import path_to_json, stamp
from runner.engine.execution import Execution
from runner.engine.operations import Operation
from runner.engine.reading import observe
from runner.engine.workers import gather

PATIENCE_S = 30.0
"""How long a path that was accepted as cut may still be seen standing; AWS speaks of seconds, rarely minutes."""

ROUNDS = 5
"""Times that new paths may appear before the step gives up; somebody else than the suspect is then at work too."""

FIRST_PAUSE_S = 0.25
LONGEST_PAUSE_S = 5.0


@dataclass
class Verdict:
    """A cut step's outcome, in words and numbers."""

    outcome: Outcome
    why: str
    outputs: dict[str, Any]
    left: list[str] = field(default_factory=list)


class Proof:
    """The read-back of one armed step."""

    def __init__(self, run: Execution, target: Target) -> None:
        self.run, self.target = run, target
        self._accounts = {account.id: account for account in run.accounts(target.system)}
        self._seen: dict[str, Observation] = {}
        self._unread: dict[str, str] = {}
        self._cut = {path.key for path in target.cuts} | {
            key for key, op in run.state.operations.items() if op.step == target.step.id
        }
        self._lag_s = 0.0
        self._settled = True
        """No settling time is being waited for, or it passed in full."""

    def first_read(self, account_id: str) -> None:
        """Read an account for the first time after its last cut was accepted."""
        self._read(self._accounts[account_id])

    def settle(self) -> Verdict | None:
        """Read until nothing stands any more, then once more after the settling time; anew when paths appear.

        None when an interrupt came before that: nothing is proven then, and nothing failed either.
        """
        self._until_clear()
        for _round in range(ROUNDS):
            if self._standing() or self._unread or not self._repeat() or not (self._standing() or self._new()):
                break
            self._until_clear()
        if self.run.stop.is_set() and (self._standing() or self._new() or self._unread or not self._settled):
            return None
        return self._verdict()

    def _until_clear(self) -> None:
        started = self.run.clock()
        self._take_new()
        again = True
        pause = FIRST_PAUSE_S
        while standing := self._standing():
            waited = (self.run.clock() - started).total_seconds()
            if waited > PATIENCE_S or self.run.stop.is_set() or not self._accepted(standing):
                break
            if again and waited > PATIENCE_S / 2:
                again = False
                self._cut_again(standing)
            self.run.wait(pause)
            pause = min(pause * 2, LONGEST_PAUSE_S)
            self._read_all({path.account for path in standing})
            self._lag_s = (self.run.clock() - started).total_seconds()

    def _new(self) -> list[AccessPath]:
        """Standing paths of the step's kinds that nobody saw before the order."""
        return [
            path
            for seen in self._seen.values()
            for path in seen.paths
            if path.state is PathState.STANDING
            and path.manual is None
            and path.key not in self._cut | self.target.declined
            and self.target.wanted(path.kind.value)
        ]

    def _take_new(self) -> None:
        """Cut what appeared since the order, when the step takes more than planned."""
        new = self._new()
        if not new or self.target.step.more != "cut" or self.run.stop.is_set():
            return
        step = self.target.step.id
        intents = [OperationIntended(step, "cut", path_to_json(path), 1) for path in new]
        self.run.journal.intend([DriftFound(step, "cut", [path_to_json(path) for path in new], [], []), *intents])
        self._cut |= {path.key for path in new}
        gather([Operation(self.run, step, "cut", path, self.target.options).perform for path in new], len(new))
        self._read_all({path.account for path in new})

    def _repeat(self) -> bool:
        """Read once more after the settling time; False where a single clean read is enough.

        A single clean read is not trusted where the system is eventually consistent.
        """
        system = self.run.sessions.system(self.target.system)
        containment = self.run.sessions.connector(self.target.system).containment
        settle = system.settle_s if system.settle_s is not None else containment.settle_s if containment else 0.0
        if settle and self._cut:
            self.run.tell(self.target.step.id, f"waiting {settle:g} s to read {system.name} a second time", 0, 0)
            self._settled = False
            self.run.wait(settle)
            self._settled = not self.run.stop.is_set()
            self._read_all(set(self._accounts))
            return True
        return False

    def _read_all(self, accounts: set[str]) -> None:
        gather([partial(self._read, self._accounts[name]) for name in sorted(accounts)], len(accounts) or 1)

    def _read(self, account: Account) -> None:
        try:
            self._seen[account.id] = observe(self.run, self.target.step.id, account, "after")
            self._unread.pop(account.id, None)
        except EvictError as error:
            self._unread[account.id] = error.what

    def _standing(self) -> list[AccessPath]:
        return [
            path
            for seen in self._seen.values()
            for path in seen.paths
            if path.state is PathState.STANDING and path.key in self._cut
        ]

    def _accepted(self, standing: list[AccessPath]) -> bool:
        """Whether any of them was accepted as cut, so that waiting can help."""
        operations = self.run.state.operations
        good = (Outcome.DONE.value, Outcome.ALREADY_SO.value)
        return any(path.key in operations and operations[path.key].outcome in good for path in standing)

    def _cut_again(self, standing: list[AccessPath]) -> None:
        operations = self.run.state.operations
        for path in standing:
            attempt = operations[path.key].attempts + 1 if path.key in operations else 1
            self.run.journal.intend([OperationIntended(self.target.step.id, "cut", path_to_json(path), attempt)])
            Operation(self.run, self.target.step.id, "cut", path, self.target.options).perform()

    def _verdict(self) -> Verdict:
        states = [
            status for status in self.run.journal.state.paths.values() if status.path["system"] == self.target.system
        ]
        left = self._standing() + self._new()
        residual = sum(1 for status in states if status.state is PathState.RESIDUAL)
        outputs = {
            "cut": sum(1 for status in states if status.state is PathState.CUT),
            "standing": sum(1 for status in states if status.state is PathState.STANDING),
            "residual": residual,
        }
        if self._unread:
            why = "; ".join(f"{name} could not be read back: {text}" for name, text in sorted(self._unread.items()))
            return Verdict(Outcome.FAILED, why, outputs, sorted(self._unread))
        if left:
            labels = [f"{path.kind.value}: {path.label}" for path in left]
            return Verdict(Outcome.FAILED, f"{len(left)} access path(s) still stand", outputs, labels)
        self._record(residual)
        cards = len(self.target.manual)
        why = f"verified by a separate read; {cards} left to cards" if cards else "verified by a separate read"
        return Verdict(
            Outcome.DONE if self._cut else Outcome.ALREADY_SO, why if self._cut else "nothing stood", outputs
        )

    def _record(self, residual: int) -> None:
        latest = max((seen.at for seen in self._seen.values()), default=self.run.clock())
        event = SystemVerified(
            self.target.step.id, self.target.system, stamp(latest), 0, residual, round(self._lag_s, 3)
        )
        self.run.journal.record([event])
