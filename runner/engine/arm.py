"""Arming: read the world again, hold it against the plan, and fix what will be cut.

What moved is told apart: *more* access than planned is cut or asked about, as the step says; *less* is fine
and recorded; anything planned that *changed* its nature stops the cut, because the approvals were for
something else.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from connectors.contract import AccessPath, Outcome
from runner.case.canonical import canonical
from runner.case.events import AskOpened, DriftFound, Event, OperationEnded
from runner.case.state import is_yes
from runner.engine.convert import path_to_json, stamp
from runner.engine.execution import Execution
from runner.engine.forecast import selection
from runner.engine.plan import PlannedStep
from runner.engine.reading import discover, observe_all, standing

ACCEPTED = frozenset({Outcome.DONE.value, Outcome.ALREADY_SO.value, Outcome.NOT_APPLICABLE.value})
"""Outcomes of an operation after which the system is not asked again at once."""


@dataclass
class Target:
    """One cutting step, armed: what to cut, what only a person can cut, what stopped it."""

    step: PlannedStep
    system: str
    cuts: list[AccessPath] = field(default_factory=list)
    manual: list[AccessPath] = field(default_factory=list)
    drift: str = ""
    """Why the cut may not go ahead; "" when it may."""
    events: list[Event] = field(default_factory=list)
    """To be recorded together with the intents."""
    options: dict[str, Any] = field(default_factory=dict)
    wanted: Callable[[str], bool] = lambda _kind: True
    """Which kinds of path the step takes."""
    declined: frozenset[str] = frozenset()
    """Keys of paths that were found beside the plan and are left standing until a person says otherwise."""


def arm(run: Execution, step: PlannedStep, system: str, scope: dict[str, Any]) -> Target:
    """Open both sessions, find and read the accounts, and fix this step's operations."""
    run.sessions.cutter(system)
    discover(run, system)
    moment = "after" if run.state.ordered_at else "before"
    observations = observe_all(run, step.id, system, moment)
    wanted = selection(step, scope)
    target = Target(step, system, wanted=wanted)
    now = {key: path for key, path in standing(observations).items() if wanted(path.kind.value)}
    target.manual = [path for path in now.values() if path.manual is not None]
    now = {key: path for key, path in now.items() if path.manual is None}
    begun = {op.key: op for op in run.state.operations.values() if op.step == step.id}
    if begun:
        _take_up(run, target, now)
    else:
        _compare(run, target, now)
    target.declined = frozenset(now) - {path.key for path in target.cuts}
    return target


def _take_up(run: Execution, target: Target, now: dict[str, AccessPath]) -> None:
    """Go on after an interruption: what was intended and no longer stands was done; the rest is still to do.

    What was accepted and is still seen standing is left to the proof, which reads it again before it cuts it again.
    """
    at = stamp(run.clock())
    for operation in run.state.operations.values():
        if operation.step != target.step.id or operation.outcome in ACCEPTED:
            continue
        if operation.key in now:
            target.cuts.append(now[operation.key])
        elif not operation.outcome:
            why = "read back after an interruption: no longer standing"
            target.events.append(OperationEnded(operation.step, "cut", operation.key, "done", why, at))
    begun = run.state.operations
    extra = [path for key, path in now.items() if key not in begun and key not in target.step.cuts]
    if target.step.more == "cut" or _answered_yes(run, target.step):
        target.cuts.extend(extra)
    target.cuts.extend(path for key, path in now.items() if key not in begun and key in target.step.cuts)


def _compare(run: Execution, target: Target, now: dict[str, AccessPath]) -> None:
    planned = {key: path for key, path in run.plan.paths().items() if key in target.step.cuts}
    more = [path for key, path in now.items() if key not in planned]
    less = sorted(key for key in planned if key not in now)
    changed = [_change(planned[key], now[key]) for key in planned if key in now and _differs(planned[key], now[key])]
    if changed:
        names = ", ".join(sorted(now[one["path"]].label for one in changed))
        target.drift = f"{len(changed)} planned access path(s) changed since the plan: {names}"
    target.cuts = [path for key, path in now.items() if key in planned or target.step.more == "cut"]
    decision = "stop" if target.drift else (target.step.more if more else "already-so")
    if more or less or changed:
        drift = DriftFound(target.step.id, decision, [path_to_json(path) for path in more], less, changed)
        target.events.append(drift)
    if more and target.step.more == "ask" and not target.drift:
        target.events.append(_question(run, target.step, more))


def _differs(planned: dict[str, Any], now: AccessPath) -> bool:
    return canonical(planned.get("before", {})) != canonical(path_to_json(now).get("before", {}))


def _change(planned: dict[str, Any], now: AccessPath) -> dict[str, Any]:
    return {"path": now.key, "planned": planned.get("before", {}), "now": path_to_json(now).get("before", {})}


def _question(run: Execution, step: PlannedStep, more: list[AccessPath]) -> AskOpened:
    labels = [f"{path.kind.value}: {path.label}" for path in more]
    return AskOpened(
        ask=run.ask_id(step.id, "more"),
        step=step.id,
        form="question",
        title=f"{len(more)} more access path(s) than planned. Cut them as well?",
        text=labels,
        expect="yes cuts them at once; no leaves them standing",
        type="boolean",
        who=[],
    )


def _answered_yes(run: Execution, step: PlannedStep) -> bool:
    ask = run.state.asks.get(run.ask_id(step.id, "more"))
    return ask is not None and ask.answer is not None and is_yes(ask.answer.value)
