"""Run one step that is not part of the cut: reads, evidence, hunts, notices, and the containment's own reads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from connectors.contract import Action, ActionResult, Effect, Outcome, Session
from connectors.errors import (
    EvictError,
    OutOfTimeError,
    RefusedError,
    ThrottledError,
    UnreachableError,
    UnsupportedError,
    WorldError,
)
from connectors.registry import ContainmentAction
from connectors.types import parse_type
from runner.case.events import ArtefactStored, AskOpened, Event, FindingMade, ReceiptMade, StepEnded, StepRetried
from runner.case.state import path_key
from runner.engine.convert import path_to_json, to_json
from runner.engine.execution import Execution, StepContext
from runner.engine.faults import fault
from runner.engine.forecast import count_paths
from runner.engine.payment import refusal
from runner.engine.plan import PlannedStep
from runner.engine.reading import discover, observe_all
from runner.engine.scope import as_value
from runner.engine.workers import gather, spawn
from runner.playbook.expressions import evaluate

JsonObject = dict[str, Any]

READ_RETRIES = {"times": 3, "delay_s": 0.5, "backoff": 2.0}
"""Default for steps that only read; steps that act are repeated only when the playbook says so."""

GRACE_S = 5.0
"""After its time-out a step may still hand in what it has; then it is left behind, and its outcome is unknown."""

VERIFY_PATIENCE_S = 30.0
"""How long `verify` keeps reading while something that was cut is still seen standing."""


@dataclass(frozen=True)
class Prepared:
    """A step with everything evaluated, ready to run."""

    step: PlannedStep
    action: Action
    inputs: JsonObject
    system: str
    scope: JsonObject


def run_step(run: Execution, prepared: Prepared) -> None:
    """Run it to its one outcome. Whatever goes wrong is recorded here; nothing is raised.

    A reading step that an interrupt cut short gets no outcome: what it has is recorded, and a resume reads anew.
    """
    step = prepared.step
    if prepared.action.moves_value and (why := refusal(run, prepared)):
        run.journal.record([StepEnded(step.id, Outcome.NOT_ATTEMPTED.value, why)])
        return
    deadline = run.clock() + timedelta(seconds=step.timeout_s) if step.timeout_s else None
    context = StepContext(run, step, prepared.system, deadline)
    work = spawn(lambda: _attempts(run, prepared, context), f"step-{step.id}")
    try:
        events = work.result(timeout=step.timeout_s + GRACE_S if step.timeout_s else None)
    except TimeoutError:
        why = f"ran out of its {step.timeout_s:g} s; whether it acted is unknown"
        events = [*_artefacts(context), *_failed(run, prepared, OutOfTimeError(why))]
    if context.interrupted and _reads(prepared.action):
        events = [event for event in events if not isinstance(event, (StepEnded, AskOpened))]
    if events:
        run.journal.record(events)


def _attempts(run: Execution, prepared: Prepared, context: StepContext) -> list[Event]:
    retry = prepared.step.retry or (
        READ_RETRIES if _reads(prepared.action) else {"times": 1, "delay_s": 0, "backoff": 1}
    )
    wait = float(retry["delay_s"])
    for attempt in range(1, int(retry["times"]) + 1):
        try:
            result = _work(run, prepared, context)
            return [*_artefacts(context), *_speaks(prepared.step, result), *_ended(prepared, result)]
        except (ThrottledError, UnreachableError, WorldError) as error:
            failure: EvictError = error
            last = attempt == int(retry["times"])
            if last or not _repeatable(prepared.action, error) or context.cancelled():
                break
            wait = max(wait, getattr(error, "retry_after", None) or 0.0)
            run.journal.record([StepRetried(prepared.step.id, attempt + 1, error.what, wait)])
            run.wait(wait)
            wait *= float(retry["backoff"])
        except EvictError as error:
            failure = error
            break
        except Exception as error:  # noqa: BLE001 - the step boundary: recorded and re-classified
            failure = fault(error, f"running {prepared.step.uses}")
            break
    return [*_artefacts(context), *_failed(run, prepared, failure)]


def _work(run: Execution, prepared: Prepared, context: StepContext) -> ActionResult:
    if isinstance(prepared.action, ContainmentAction):
        return _VERBS[prepared.action.verb](run, prepared, context)
    return prepared.action.run(_session(run, prepared), prepared.inputs, context)


def _session(run: Execution, prepared: Prepared) -> Session:
    effect = prepared.action.effect
    if effect is Effect.OBSERVE:
        return run.sessions.reader(prepared.system)
    if effect is Effect.PRESERVE:
        return run.sessions.preserver(prepared.system)
    return run.sessions.cutter(prepared.system)


def _discover(run: Execution, prepared: Prepared, _context: StepContext) -> ActionResult:
    accounts = discover(run, prepared.system)
    why = "" if accounts else "no account of the subject was found by exact identifier"
    return ActionResult({"accounts": [to_json(account) for account in accounts]}, why=why)


def _observe(run: Execution, prepared: Prepared, _context: StepContext) -> ActionResult:
    moment = "after" if run.state.ordered_at else "before"
    observations = observe_all(run, prepared.step.id, prepared.system, moment)
    paths = [path_to_json(path) for seen in observations for path in seen.paths]
    return ActionResult({"paths": paths, **count_paths(path["state"] for path in paths)})


def _verify(run: Execution, prepared: Prepared, context: StepContext) -> ActionResult:
    """Read again; while something that was cut is seen standing, keep reading within the patience."""
    if _never_cut(run, prepared.system):
        why = "the cut was not attempted, so there is nothing to prove"
        return ActionResult(_observe(run, prepared, context).outputs, Outcome.NOT_ATTEMPTED, why)
    started = run.clock()
    pause = 0.5
    while True:
        result = _observe(run, prepared, context)
        cut = {op.key for op in run.state.operations.values() if op.verb == "cut"}
        again = [path for path in result.outputs["paths"] if path["state"] == "standing" and path_key(path) in cut]
        waited = (run.clock() - started).total_seconds()
        if not again or waited > VERIFY_PATIENCE_S or context.cancelled():
            break
        context.pause(pause)
        pause = min(pause * 2, 5.0)
    standing = [path for path in result.outputs["paths"] if path["state"] == "standing" and not path.get("manual")]
    if standing:
        labels = ", ".join(f"{path['kind']} {path['label']}" for path in standing[:5])
        more = f" and {len(standing) - 5} more" if len(standing) > 5 else ""  # noqa: PLR2004 - a readable sentence
        return ActionResult(result.outputs, Outcome.FAILED, f"{len(standing)} access path(s) stand: {labels}{more}")
    return result


def _never_cut(run: Execution, system: str) -> bool:
    """Whether this plan was to cut a system and none of its cuts was attempted (denied, or stopped by drift)."""
    cuts = [step for step in run.plan.steps if step.system == system and step.uses.endswith(".cut")]
    states = [run.state.steps.get(step.id) for step in cuts]
    return bool(cuts) and all(state is not None and state.outcome == Outcome.NOT_ATTEMPTED for state in states)


_VERBS: dict[str, Callable[[Execution, Prepared, StepContext], ActionResult]] = {
    "discover": _discover,
    "observe": _observe,
    "verify": _verify,
}


def _reads(action: Action) -> bool:
    return action.effect in (Effect.OBSERVE, Effect.PRESERVE)


def _repeatable(action: Action, error: WorldError) -> bool:
    """Repeating is safe when the system did not act, or when doing it twice is the same as once."""
    transient = isinstance(error, (ThrottledError, UnreachableError))
    return transient or (error.acted == "unknown" and action.repeatable and not isinstance(error, OutOfTimeError))


def _artefacts(context: StepContext) -> list[Event]:
    return [
        ArtefactStored(context.step.id, one.sha256, one.size, one.name, one.media_type, source)
        for one, source in context.stored
    ]


def _speaks(step: PlannedStep, result: ActionResult) -> list[Event]:
    receipts: list[Event] = [ReceiptMade(step.id, to_json(receipt)) for receipt in result.receipts]
    return [*receipts, *(FindingMade(step.id, to_json(finding)) for finding in result.findings)]


def _ended(prepared: Prepared, result: ActionResult) -> list[Event]:
    step, outputs = prepared.step, to_json(dict(result.outputs))
    if step.outputs:
        scope = {**prepared.scope, "result": outputs}
        extra = {name: evaluate(as_value(raw, step.file, step.line), scope) for name, raw in step.outputs.items()}
        outputs = {**outputs, **extra}
    outcome = Outcome(result.outcome)
    return [StepEnded(step.id, outcome.value, result.why, outputs)]


def _failed(run: Execution, prepared: Prepared, failure: EvictError) -> list[Event]:
    step = prepared.step
    unreadable = isinstance(failure, (RefusedError, UnsupportedError)) and prepared.action.effect is Effect.OBSERVE
    outcome = Outcome.COULD_NOT_CHECK if unreadable else Outcome.FAILED
    events: list[Event] = [StepEnded(step.id, outcome.value, failure.what)]
    if step.on_failure == "card":
        from runner.engine.cut import failure_card

        events.append(failure_card(run, step, failure.what, [failure.fix] if failure.fix else []))
    return events


def check_inputs(action: Action, inputs: JsonObject) -> JsonObject:
    """The inputs with defaults filled in; a wrong one raises ValueError with a sentence."""
    known = {field.name: field for field in action.inputs}
    filled = {name: field.default for name, field in known.items() if not field.required}
    filled.update(inputs)
    for name, value in filled.items():
        if name not in known:
            continue
        if value is None and not known[name].required:
            continue
        wrong = parse_type(known[name].type).problem(value)
        if wrong:
            raise ValueError(f"input {name!r} {wrong}")
    missing = sorted(name for name, field in known.items() if field.required and name not in filled)
    if missing:
        raise ValueError(f"missing input(s): {', '.join(missing)}")
    return filled


__all__ = ["Prepared", "check_inputs", "gather", "run_step"]
