"""The cut: armed, then one moment, then proof by a separate read.

Order: open sessions and read the world (`arm`) → all intents, cards and the order itself in one durable
flush → every system at once, wave after wave inside an account → each account read back as soon as its
last cut was accepted → the step's outcome. A system that hangs or fails holds up none of the others.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from typing import Any

from connectors.contract import Outcome
from connectors.errors import EvictError
from runner.case.events import Armed, AskOpened, CutOrdered, Event, OperationEnded, OperationIntended, StepEnded
from runner.engine.arm import Target, arm
from runner.engine.convert import path_to_json
from runner.engine.execution import Execution
from runner.engine.faults import fault
from runner.engine.operations import Operation
from runner.engine.plan import PlannedStep
from runner.engine.proof import Proof
from runner.engine.waves import Crew, Group, Work
from runner.engine.workers import spawn

WIDTH = 64
"""Calls in flight at once; measured: above it one process is bound by its CPU, not by the wait."""

ARM_PATIENCE_S = 60.0
"""How long one system may take to be armed when its step names no timeout; then the others are cut without it."""

Member = tuple[PlannedStep, str, dict[str, Any]]
"""A cutting step with its system and the scope of its expressions."""


def cut_group(run: Execution, steps: list[Member]) -> None:
    """Cut all these steps' access paths at one moment; their intents are written."""
    targets = _armed(run, steps)
    stopped = [target for target in targets if target.drift]
    ready = [target for target in targets if not target.drift]
    for target in stopped:
        why = f"drift: {target.drift}; make a new plan with `evict plan` and have it approved"
        run.journal.record([*target.events, StepEnded(target.step.id, Outcome.NOT_ATTEMPTED.value, why)])
    if not ready:
        return
    crew = Crew(min(WIDTH, sum(len(target.cuts) + 1 for target in ready)))
    try:
        run.journal.intend(_orders(run, ready))
    except BaseException:
        crew.dismiss()
        raise
    finishes = [Finish(run, target) for target in ready]
    crew.run([group for finish in finishes for group in finish.groups()])
    for finish in finishes:
        finish.wait()


def _armed(run: Execution, steps: list[Member]) -> list[Target]:
    """Every step that could be armed in its time; what could not fails alone."""
    begun = [(member, spawn(partial(_arm, run, *member), f"arm-{member[0].id}")) for member in steps]
    started = run.clock()
    targets = []
    for (step, system, _scope), future in begun:
        patience = step.timeout_s or ARM_PATIENCE_S
        left = patience - (run.clock() - started).total_seconds()
        try:
            armed: Target | str = future.result(timeout=max(0.0, left))
        except TimeoutError:
            armed = f"{system} did not answer within {patience:g} s"
        if isinstance(armed, Target):
            targets.append(armed)
        else:
            _unarmed(run, step, system, armed)
    return targets


def _arm(run: Execution, step: PlannedStep, system: str, scope: dict[str, Any]) -> Target | str:
    """The armed step, or why it could not be armed."""
    try:
        return arm(run, step, system, scope)
    except EvictError as error:
        return error.what
    except Exception as error:  # noqa: BLE001 - the step boundary: recorded and re-classified
        return fault(error, f"arming {step.id}").what


def _unarmed(run: Execution, step: PlannedStep, system: str, reason: str) -> None:
    why = f"could not be armed: {reason}"
    events: list[Event] = [StepEnded(step.id, Outcome.FAILED.value, why)]
    if step.on_failure == "card":
        events.append(failure_card(run, step, why, [f"Cut the subject's access in {system} by hand, at once."]))
    run.journal.record(events)


def _orders(run: Execution, targets: list[Target]) -> list[Event]:
    """Everything that must be durable before the first cut, in one flush."""
    operations = sum(len(target.cuts) for target in targets)
    names = [target.step.id for target in targets]
    events: list[Event] = [Armed(names, operations)]
    for target in targets:
        events.extend(target.events)
        done = {event.path for event in target.events if isinstance(event, OperationEnded)}
        for path in target.cuts:
            earlier = run.state.operations.get(path.key)
            attempt = earlier.attempts + 1 if earlier and path.key not in done else 1
            events.append(OperationIntended(target.step.id, "cut", path_to_json(path), attempt))
        events.extend(_card(run, target, path) for path in target.manual)
    return [*events, CutOrdered(names)]


def _card(run: Execution, target: Target, path: Any) -> AskOpened:
    return AskOpened(
        ask=run.ask_id(target.step.id, path.id),
        step=target.step.id,
        form="card",
        title=path.manual.title,
        text=list(path.manual.instructions),
        expect=path.manual.expect,
        type="boolean",
        who=[],
        path=path.key,
    )


class Finish:
    """One step's cuts, and its end: begun by itself as soon as its last account was read back."""

    def __init__(self, run: Execution, target: Target) -> None:
        self._run, self._target = run, target
        self._proof = Proof(run, target)
        self._accounts = _waves(run, target)
        self._left = len(self._accounts)
        self._lock = threading.Lock()
        self._end: Future[None] | None = None

    def groups(self) -> list[Group]:
        """One group per account: its waves in order, then its first read-back."""
        return [
            [*waves, [partial(self._proof.first_read, account)], [self._account_read]]
            for account, waves in self._accounts.items()
        ]

    def wait(self) -> None:
        """Wait for the step's end; raise what went wrong in recording it."""
        if self._end is None:
            self._begin()
        assert self._end is not None, "begun above"  # noqa: S101
        self._end.result()

    def _account_read(self) -> None:
        with self._lock:
            self._left -= 1
            last = not self._left
        if last:
            self._begin()

    def _begin(self) -> None:
        self._end = spawn(partial(_finish, self._run, self._target, self._proof), f"prove-{self._target.step.id}")


def _waves(run: Execution, target: Target) -> dict[str, list[list[Work]]]:
    """By account, the operations of each wave; an account without any is still read back."""
    by_account: dict[str, dict[int, list[Callable[[], object]]]] = {
        account.id: {} for account in run.accounts(target.system)
    }
    for path in sorted(target.cuts, key=lambda path: (path.wave, path.key)):
        operation = Operation(run, target.step.id, "cut", path, target.options)
        by_account.setdefault(path.account, {}).setdefault(path.wave, []).append(operation.perform)
    return {account: [waves[wave] for wave in sorted(waves)] for account, waves in by_account.items()}


def _finish(run: Execution, target: Target, proof: Proof) -> None:
    """Wait out the system's consistency, then record the step's one outcome; an interrupt leaves it open."""
    verdict = proof.settle()
    if verdict is None:
        return
    asked = run.state.asks.get(run.ask_id(target.step.id, "more"))
    if asked is not None and asked.answer is None:
        return
    events: list[Event] = [StepEnded(target.step.id, verdict.outcome.value, verdict.why, verdict.outputs)]
    if verdict.outcome is Outcome.FAILED and target.step.on_failure == "card":
        events.append(failure_card(run, target.step, verdict.why, verdict.left))
    run.journal.record(events)


def failure_card(run: Execution, step: PlannedStep, why: str, text: list[str]) -> AskOpened:
    """The manual task that a failed step becomes."""
    return AskOpened(
        ask=run.ask_id(step.id, "failed"),
        step=step.id,
        form="card",
        title=f"{step.title or step.id} failed: do it by hand",
        text=[why, *text],
        expect="answer yes when it is done by hand, no when it is not",
        type="boolean",
        who=[],
    )
