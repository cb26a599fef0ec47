"""Put back what a cut removed: from the recorded observation, in the reverse order, and never more.

Access keys and the like (`when-asked`) stay off unless they are named, as AWS's own containment runbook does
(AWSSupport-ContainIAMPrincipal, parameter ActivateDisabledKeys, default false).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

from connectors.contract import AccessPath, Outcome, PathState, Undo
from connectors.errors import EvictError, InputError
from runner.case.events import Event, OperationIntended, StepEnded
from runner.case.state import CaseState
from runner.engine.convert import path_from_json, path_to_json, to_json
from runner.engine.execution import Execution
from runner.engine.operations import Operation
from runner.engine.plan import Frame, Plan, PlannedGate, PlannedStep
from runner.engine.reading import discover, observe_all, standing
from runner.engine.sessions import Sessions
from runner.engine.survey import observation_to_json, survey
from runner.engine.waves import Crew, Group
from runner.engine.workers import gather
from runner.playbook.estate import Estate

WIDTH = 64

PATIENCE_S = 30.0
"""How long what was put back may still be missing from a read; AWS speaks of seconds, rarely minutes."""

FIRST_PAUSE_S = 0.25
LONGEST_PAUSE_S = 5.0

GATE = "restore"
"""Name of the one gate before anything is put back."""


@dataclass(frozen=True)
class Left:
    """A path that a restore leaves as it is, and why."""

    key: str
    label: str
    why: str


def cut_paths(state: CaseState) -> dict[str, AccessPath]:
    """Every path that this case cut and has not put back since, as it stood before its first cut."""
    paths: dict[str, AccessPath] = {}
    for plan in state.plans.values():
        for key, operation in plan.operations.items():
            if operation.outcome not in (Outcome.DONE, Outcome.ALREADY_SO):
                continue
            if operation.verb == "restore":
                paths.pop(key, None)
            elif key not in paths:
                paths[key] = path_from_json(operation.path)
    return paths


def make_restore_plan(
    state: CaseState, estate: Estate, sessions: Sessions, *, requested_by: str, asked: frozenset[str]
) -> tuple[Plan, tuple[Left, ...]]:
    """A plan that puts back what this case cut, and what it will not put back.

    Args:
        state: the fold of the case.
        estate: the loaded estate.
        sessions: readers.
        requested_by: e-mail of the person who asks; cannot approve.
        asked: kinds ("key") or exact path ids that are restored although they are `when-asked`.

    Raises:
        InputError: this case cut nothing that can be put back.

    """
    cut = cut_paths(state)
    names = sorted({path.system for path in cut.values()})
    seen = survey(state, sessions, names, lambda _text: None)
    up = {
        path.key for observation in seen.observations for path in observation.paths if path.state is PathState.STANDING
    }
    back, left = _choose(cut, up, asked)
    if not back:
        why = "; ".join(f"{one.label}: {one.why}" for one in left) or "this case cut nothing"
        raise InputError("there is nothing to put back", expected="at least one restorable cut", fix=why)
    touched = sorted({path.system for path in back})
    steps = tuple(_step(name, back, estate, GATE) for name in touched)
    gate = _gate(state, tuple(step.id for step in steps))
    plan = Plan(
        purpose="restore",
        case_id=state.case_id,
        mode=state.mode,
        requested_by=requested_by,
        playbook="restore",
        files={"estate": estate.digest},
        phases=({"name": "cut", "budget_s": None},),
        frames=(Frame("", "", "restore", {}),),
        steps=steps,
        gates=(gate,),
        accounts=tuple(to_json(account) for name in names for account in seen.accounts[name]),
        observed=tuple(observation_to_json(observation) for observation in seen.observations),
        predicted=tuple(
            {"key": path.key, "state": "standing", "reason": "put back", "survives_s": None} for path in back
        ),
        warnings=tuple(f"stays off: {one.label}: {one.why}" for one in left),
        restores=tuple(path_to_json(path) for path in back),
    )
    return plan, left


def _choose(
    cut: dict[str, AccessPath], up: set[str], asked: frozenset[str]
) -> tuple[list[AccessPath], tuple[Left, ...]]:
    back: list[AccessPath] = []
    left: list[Left] = []
    for key, path in sorted(cut.items()):
        named = path.kind.value in asked or path.id in asked
        if key in up:
            left.append(Left(key, path.label, "stands already"))
        elif path.undo is Undo.NO:
            left.append(Left(key, path.label, path.undo_note or "cannot be undone"))
        elif path.undo is Undo.WHEN_ASKED and not named:
            left.append(Left(key, path.label, f"only when asked: --with {path.kind.value}"))
        else:
            back.append(path)
    return back, tuple(left)


def _step(system: str, back: list[AccessPath], estate: Estate, gate: str) -> PlannedStep:
    return PlannedStep(
        id=f"restore-{system}",
        frame="",
        phase="cut",
        uses=f"{estate.systems[system].connector}.restore",
        effect="contain",
        title=f"Put back access in {system}",
        file="restore",
        line=0,
        system=system,
        on_failure="card",
        gates=(gate,),
        cuts=tuple(path.key for path in back if path.system == system),
    )


def _gate(state: CaseState, steps: tuple[str, ...]) -> PlannedGate:
    """The restore is approved by as many, and by the same roles, as the cut was."""
    gates = [
        gate.opened for plan in state.plans.values() for gate in plan.gates.values() if plan.saved.purpose == "run"
    ]
    count = max((gate.count for gate in gates), default=1)
    who = tuple(dict.fromkeys(name for gate in gates for name in gate.who))
    return PlannedGate(GATE, steps, count, who, reason=True)


def restore_group(run: Execution, steps: list[tuple[PlannedStep, str, dict[str, Any]]]) -> None:
    """Put back all these steps' paths; each is (step, system, scope) and has its intent."""
    gather([partial(_restore, run, step, system) for step, system, _scope in steps], WIDTH)


def _restore(run: Execution, step: PlannedStep, system: str) -> None:
    wanted = {path.key: path for path in map(path_from_json, run.plan.restores) if path.key in step.cuts}
    try:
        discover(run, system)
        before = standing(observe_all(run, step.id, system, "after"))
        todo = [path for key, path in wanted.items() if key not in before]
        intents: list[Event] = [OperationIntended(step.id, "restore", path_to_json(path)) for path in todo]
        run.journal.intend(intents)
        Crew(WIDTH).run(_groups(run, step, todo))
        after = _until_back(run, step, system, {key for key, path in wanted.items() if not path.survives_s})
    except EvictError as error:
        run.journal.record([StepEnded(step.id, Outcome.FAILED.value, error.what)])
        return
    missing = [path.label for key, path in wanted.items() if key not in after and not path.survives_s]
    extra = [
        path.label
        for key, path in after.items()
        if key not in wanted and key not in before and path.undo is not Undo.NO
    ]
    run.journal.record([_outcome(step, missing, extra, len(wanted) - len(missing))])


def _until_back(run: Execution, step: PlannedStep, system: str, wanted: set[str]) -> dict[str, AccessPath]:
    """What stands, read until all that was wanted does or patience ends: systems are eventually consistent."""
    started, pause = run.clock(), FIRST_PAUSE_S
    while True:
        after = standing(observe_all(run, step.id, system, "after"))
        late = (run.clock() - started).total_seconds() > PATIENCE_S
        if wanted <= set(after) or late or run.stop.is_set():
            return after
        run.wait(pause)
        pause = min(pause * 2, LONGEST_PAUSE_S)


def _groups(run: Execution, step: PlannedStep, todo: list[AccessPath]) -> list[Group]:
    """Per account, the waves of the cut in the reverse order."""
    groups: dict[str, dict[int, list[Any]]] = {}
    for path in sorted(todo, key=lambda path: (-path.wave, path.key)):
        operation = Operation(run, step.id, "restore", path, {})
        groups.setdefault(path.account, {}).setdefault(path.wave, []).append(operation.perform)
    return [[waves[wave] for wave in sorted(waves, reverse=True)] for waves in groups.values()]


def _outcome(step: PlannedStep, missing: list[str], extra: list[str], back: int) -> StepEnded:
    outputs = {"restored": back, "missing": missing, "extra": extra}
    if extra:
        return StepEnded(step.id, Outcome.FAILED.value, f"more came back than was asked: {', '.join(extra)}", outputs)
    if missing:
        return StepEnded(step.id, Outcome.FAILED.value, f"not seen standing again: {', '.join(missing)}", outputs)
    return StepEnded(step.id, Outcome.DONE.value, "put back, seen by a separate read", outputs)
