"""What may start now. Pure: it opens no file, reads no clock, calls no network.

Given a plan and the fold of the ledger it decides, step by step, by these rules in this order:

1. A step with an outcome is finished; a step that runs is left alone.
2. After a step whose `on_failure` is `stop` failed, nothing new starts except what is already running.
3. A step waits until every step of all earlier phases is finished. A phase whose time budget passed no longer
   holds anything back: its steps that have not started are not attempted.
4. A step waits for the steps it needs. If one failed and its `on_failure` is `card`, it waits for the card;
   with `stop`, it is not attempted; with `continue`, it runs. If one was not attempted, neither is this one.
5. A condition that is false makes a step not applicable.
6. A `for_each` whose items are not known yet is expanded before its instances can start.
7. A step behind a gate waits for it; a denial means that it is not attempted.
8. Cutting steps of the cut phase start together, as one group, when each of them may start or never will,
   or waits for nothing but another cut: the cut is one moment. An interrupted cut goes on at once.
9. A step with an open intent and no process behind it was interrupted: it starts again, and observes first.
10. When nothing may start, nothing runs and nobody is waited for, the plan is finished.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from connectors.vocabulary import Effect, Outcome
from runner.case.state import PlanState, StepState, is_yes
from runner.engine.plan import Plan, PlannedStep

Condition = Callable[[PlannedStep], bool]
"""Evaluates a step's conditions on the fold; raises InputError when an expression is wrong."""

UNSUCCESSFUL = frozenset({Outcome.FAILED.value, Outcome.COULD_NOT_CHECK.value})


@dataclass(frozen=True)
class Skip:
    """A step that gets its outcome without running."""

    step: str
    outcome: Outcome
    why: str


@dataclass
class Decision:
    """What to do next."""

    start: list[PlannedStep] = field(default_factory=list)
    cut: list[PlannedStep] = field(default_factory=list)
    """The group that is cut at one moment."""
    expand: list[PlannedStep] = field(default_factory=list)
    skip: list[Skip] = field(default_factory=list)
    waits: list[str] = field(default_factory=list)
    """Ids of gates and asks that hold something back."""
    finished: bool = False


def live_steps(plan: Plan, state: PlanState) -> list[PlannedStep]:
    """The plan's steps with every expanded `for_each` template replaced by its instances, in plan order."""
    steps: list[PlannedStep] = []
    for step in plan.steps:
        if step.for_each is None or step.template:
            steps.append(step)
        elif step.id in state.expanded:
            steps.extend(
                replace(step, id=f"{step.id}[{index}]", template=step.id, item=item)
                for index, item in enumerate(state.expanded[step.id])
            )
        else:
            steps.append(step)
    return steps


def is_cut(step: PlannedStep) -> bool:
    """Whether a step belongs to the one-moment cut."""
    return step.phase == "cut" and step.effect in (Effect.CONTAIN, Effect.DESTROY)


def schedule(
    plan: Plan, state: PlanState, *, running: frozenset[str], passed: frozenset[str], condition: Condition
) -> Decision:
    """Decide what may start now.

    Args:
        plan: the plan being executed.
        state: the fold of this plan.
        running: ids of the steps that this process is executing.
        passed: names of the phases whose time budget is over.
        condition: evaluates a step's `if`.

    """
    view = _View(plan, state, live_steps(plan, state), passed)
    decision = Decision()
    blocked = False
    stopper = view.stopped_by()
    for step in view.steps:
        done = state.steps.get(step.id, StepState(step.id))
        if done.outcome or step.id in running:
            continue
        if stopper and not done.open:
            decision.skip.append(Skip(step.id, Outcome.NOT_ATTEMPTED, f"stopped because {stopper} failed"))
            continue
        if step.phase in passed and not done.open:
            why = f"the time budget of phase {step.phase} passed before it could start"
            decision.skip.append(Skip(step.id, Outcome.NOT_ATTEMPTED, why))
            continue
        if view.earlier_phase_unfinished(step):
            blocked |= is_cut(step)
            continue
        waits, skip = view.needs(step)
        if skip is None and not waits and not done.open:
            skip = _condition(step, condition)
        if skip is not None:
            decision.skip.append(skip)
            continue
        if step.for_each is not None and not step.template:
            blocked |= is_cut(step)
            if not waits:
                decision.expand.append(step)
            continue
        gate_waits, denied = view.gates(step)
        if denied:
            decision.skip.append(Skip(step.id, Outcome.NOT_ATTEMPTED, denied))
            continue
        waits = [*waits, *gate_waits, *view.own_asks(step)]
        if waits:
            decision.waits.extend(wait for wait in waits if wait not in decision.waits and not view.is_step(wait))
            blocked |= is_cut(step) and not all(view.is_cut_step(wait) for wait in waits)
        elif is_cut(step):
            decision.cut.append(step)
        else:
            decision.start.append(step)
    if blocked:
        decision.cut = [step for step in decision.cut if step.id in state.steps]
    decision.waits.extend(ask for ask in view.open_asks() if ask not in decision.waits)
    nothing = not (decision.start or decision.cut or decision.expand or decision.skip or running)
    decision.finished = nothing and not decision.waits
    return decision


def _condition(step: PlannedStep, condition: Condition) -> Skip | None:
    if step.for_each is not None and not step.template:
        return None
    if step.decided_no or (step.conditions and not condition(step)):
        return Skip(step.id, Outcome.NOT_APPLICABLE, "its condition is false")
    return None


def _names(step: PlannedStep) -> set[str]:
    """All names under which a need may mean this step: itself, its template, the sub-playbooks around it."""
    names = {step.id, step.template} - {""}
    parts = step.id.split("/")
    for depth in range(1, len(parts)):
        outer = "/".join(parts[:depth])
        names |= {outer, outer.rsplit("[", 1)[0]}
    return names


class _View:
    """The rules' questions to plan and fold."""

    def __init__(self, plan: Plan, state: PlanState, steps: list[PlannedStep], passed: frozenset[str]) -> None:
        self.plan, self.state, self.steps, self.passed = plan, state, steps, passed
        self._order = {phase["name"]: index for index, phase in enumerate(plan.phases)}
        self._by_id: Mapping[str, PlannedStep] = {step.id: step for step in steps}
        self._members: dict[str, list[PlannedStep]] = {}
        for step in steps:
            for name in _names(step):
                self._members.setdefault(name, []).append(step)
        self._unfinished = {
            phase: any(not self._outcome(step.id) for step in steps if step.phase == phase) for phase in self._order
        }

    def _outcome(self, step_id: str) -> str:
        step = self.state.steps.get(step_id)
        return step.outcome if step else ""

    def is_step(self, name: str) -> bool:
        return name in self._by_id

    def is_cut_step(self, name: str) -> bool:
        return name in self._by_id and is_cut(self._by_id[name])

    def stopped_by(self) -> str:
        for step in self.steps:
            if step.on_failure == "stop" and self._outcome(step.id) in UNSUCCESSFUL:
                return step.id
        return ""

    def earlier_phase_unfinished(self, step: PlannedStep) -> bool:
        here = self._order[step.phase]
        return any(
            self._unfinished[phase] and phase not in self.passed for phase, order in self._order.items() if order < here
        )

    def members(self, step_id: str) -> list[PlannedStep]:
        """A need may name a step, a `for_each` template or a sub-playbook step: all that it stands for."""
        return self._members.get(step_id, [])

    def needs(self, step: PlannedStep) -> tuple[list[str], Skip | None]:
        waits: list[str] = []
        for need in (member for name in step.needs for member in self.members(name)):
            outcome = self._outcome(need.id)
            if not outcome:
                waits.append(need.id)
            elif outcome == Outcome.NOT_ATTEMPTED:
                return [], Skip(step.id, Outcome.NOT_ATTEMPTED, f"it needs {need.id}, which was not attempted")
            elif outcome in UNSUCCESSFUL and need.on_failure == "card":
                answer = self._card(need.id)
                if answer is None:
                    waits.append(f"{self.plan.digest[:12]}/{need.id}/failed")
                elif not answer:
                    return [], Skip(step.id, Outcome.NOT_ATTEMPTED, f"it needs {need.id}, which was not done")
        return waits, None

    def _card(self, step_id: str) -> bool | None:
        ask = self.state.asks.get(f"{self.plan.digest[:12]}/{step_id}/failed")
        return is_yes(ask.answer.value) if ask and ask.answer else None

    def gates(self, step: PlannedStep) -> tuple[list[str], str]:
        waits = []
        for name in step.gates:
            gate = self.state.gates.get(self.plan.gate_id(name))
            if gate is not None and gate.denials:
                return [], f"{gate.denials[0].by} denied {name}"
            if gate is None or not gate.granted:
                waits.append(self.plan.gate_id(name))
        return waits, ""

    def own_asks(self, step: PlannedStep) -> list[str]:
        """Unanswered questions that an open step itself asked and waits for."""
        return [
            ask.opened.ask
            for ask in self.state.asks.values()
            if ask.opened.step == step.id and ask.opened.form == "question" and ask.answer is None
        ]

    def open_asks(self) -> list[str]:
        return [ask.opened.ask for ask in self.state.asks.values() if ask.answer is None]


def outcomes(state: PlanState) -> dict[str, Any]:
    """Outcome by step id, for summaries."""
    return {step.id: step.outcome for step in state.steps.values()}
