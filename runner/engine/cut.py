"""The cut: armed, then one moment, then proof by a separate read.

Order: open sessions and read the world (`arm`) → all intents, cards and the order itself in one durable
flush → every system at once, wave after wave inside an account → each account read back as soon as its
last cut was accepted → the step's outcome.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from connectors.contract import Outcome
from connectors.errors import EvictError, InternalError
from runner.case.events import Armed, AskOpened, CutOrdered, Event, OperationEnded, OperationIntended, StepEnded
from runner.engine.arm import Target, arm
from runner.engine.convert import path_to_json
from runner.engine.execution import Execution
from runner.engine.operations import Operation
from runner.engine.plan import PlannedStep
from runner.engine.proof import Proof
from runner.engine.waves import Crew, Group
from runner.engine.workers import gather

WIDTH = 64
"""Calls in flight at once; measured: above it one process is bound by its CPU, not by the wait."""


def cut_group(run: Execution, steps: list[tuple[PlannedStep, str, dict[str, Any]]]) -> None:
    """Cut all these steps' access paths at one moment. Each is (step, system, scope); intents are written."""
    targets = [target for target in gather([partial(_arm, run, *one) for one in steps], WIDTH) if target]
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
    proofs = [Proof(run, target) for target in ready]
    groups: list[Group] = [
        group for target, proof in zip(ready, proofs, strict=True) for group in _groups(run, target, proof)
    ]
    crew.run(groups)
    gather([partial(_finish, run, target, proof) for target, proof in zip(ready, proofs, strict=True)], WIDTH)


def _arm(run: Execution, step: PlannedStep, system: str, scope: dict[str, Any]) -> Target | None:
    """Arm one step; what cannot be armed fails alone and does not hold up the others."""
    try:
        return arm(run, step, system, scope)
    except EvictError as error:
        failure = error
    except Exception as error:  # noqa: BLE001 - the step boundary: recorded and re-classified
        failure = InternalError(f"{type(error).__name__} while arming {step.id}: please report it")
    why = f"could not be armed: {failure.what}"
    events: list[Event] = [StepEnded(step.id, Outcome.FAILED.value, why)]
    if step.on_failure == "card":
        events.append(failure_card(run, step, why, [f"Cut the subject's access in {system} by hand, at once."]))
    run.journal.record(events)
    return None


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


def _groups(run: Execution, target: Target, proof: Proof) -> list[Group]:
    """One group per account: its waves in order, then its first read-back."""
    by_account: dict[str, dict[int, list[Any]]] = {account.id: {} for account in run.accounts(target.system)}
    for path in sorted(target.cuts, key=lambda path: (path.wave, path.key)):
        operation = Operation(run, target.step.id, "cut", path, target.options)
        by_account.setdefault(path.account, {}).setdefault(path.wave, []).append(operation.perform)
    return [
        [*(waves[wave] for wave in sorted(waves)), [partial(proof.first_read, account)]]
        for account, waves in by_account.items()
    ]


def _finish(run: Execution, target: Target, proof: Proof) -> None:
    """Wait out the system's consistency, then record the step's one outcome."""
    verdict = proof.settle()
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
