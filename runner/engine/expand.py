"""From a playbook to planned steps: sub-playbooks flattened, `for_each` expanded where its items are known.

A sub-playbook's steps run in the phase of the step that calls it, its own phases one after the other; their
ids are `caller/step`. Needs are what was written, plus every step that an expression refers to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from connectors.contract import Effect
from connectors.errors import InputError, Problem
from connectors.registry import Registry
from runner.engine.plan import Frame, PlannedGate, PlannedStep
from runner.engine.scope import AT_RUN, Scopes
from runner.playbook.expressions import Unknown, evaluate, references
from runner.playbook.model import Approval, Playbook, Step, Value

MAX_DEPTH = 8
"""Sub-playbooks inside sub-playbooks; deeper is a mistake or a loop."""

MAX_ITEMS = 10_000
"""Instances of one `for_each`: more than any estate has, few enough to fold quickly."""

LoadSub = Callable[[str, Path | None], Playbook]
Settle = Callable[[PlannedStep, dict[str, Any]], PlannedStep]
ScopeOf = Callable[[list[Frame], list[PlannedStep]], Scopes]


class Expansion:
    """Collects frames, steps and gates of one playbook."""

    def __init__(self, registry: Registry, load_sub: LoadSub, scopes: ScopeOf, settle: Settle) -> None:
        """`settle` resolves a new step's system and cuts and predicts its result, in the order of the plan."""
        self._registry = registry
        self._load_sub = load_sub
        self._scopes = scopes
        self._settle = settle
        self.frames: list[Frame] = []
        self.steps: list[PlannedStep] = []
        self.gates: dict[str, PlannedGate] = {}
        self.subs: dict[str, str] = {}

    def expand(self, playbook: Playbook, inputs: dict[str, Any]) -> None:
        """Expand the outermost playbook with its given inputs ({"name": {"value", "source"}})."""
        outputs = {name: value.raw for name, value in playbook.outputs.items()}
        self.frames.append(Frame("", "", playbook.file, inputs, outputs))
        for phase in playbook.phases:
            gate = self._gate(f"phase:{phase.name}", phase.approval)
            for step in phase.steps:
                self._step(playbook, step, prefix="", phase=phase.name, needs=(), gates=gate, conditions=(), depth=0)
        self.gates = {name: gate for name, gate in self.gates.items() if gate.steps}

    def _step(
        self,
        playbook: Playbook,
        step: Step,
        *,
        prefix: str,
        phase: str,
        needs: tuple[str, ...],
        gates: tuple[str, ...],
        conditions: tuple[dict[str, Any], ...],
        depth: int,
    ) -> None:
        step_id = prefix + step.id
        all_gates = gates + self._gate(step_id, step.approval)
        wanted = tuple(
            dict.fromkeys((*(prefix + need for need in step.needs), *_referred(playbook, step, prefix), *needs))
        )
        for suffix, item in self._items(step, prefix):
            own = self._conditions(step, prefix, item)
            if step.uses == "playbook":
                self._sub(
                    playbook, step, prefix, step_id + suffix, phase, wanted, all_gates, conditions + own, item, depth
                )
                continue
            action = self._registry.action(step.uses)
            planned = PlannedStep(
                id=step_id + suffix,
                frame=prefix,
                phase=phase,
                uses=step.uses,
                effect=Effect(action.effect).value,
                title=step.title or action.title,
                file=step.place.file,
                line=step.place.line,
                arguments={name: value.raw for name, value in step.arguments.items()},
                needs=wanted,
                conditions=conditions + own,
                for_each=step.for_each.raw if step.for_each else None,
                template=step_id if suffix else "",
                item=item,
                timeout_s=step.timeout_s,
                retry=_retry(step),
                on_failure=step.on_failure,
                more=step.more,
                outputs={name: value.raw for name, value in step.outputs.items()},
                gates=all_gates,
                notice=action.notice.value,
            )
            self.steps.append(planned)
            self.steps[-1] = self._settle(planned, self._scope(prefix, item))
            self._guard(planned)

    def _guard(self, step: PlannedStep) -> None:
        for name in step.gates:
            gate = self.gates[name]
            self.gates[name] = replace(gate, steps=(*gate.steps, step.id))

    def _sub(
        self,
        caller: Playbook,
        step: Step,
        prefix: str,
        step_id: str,
        phase: str,
        needs: tuple[str, ...],
        gates: tuple[str, ...],
        conditions: tuple[dict[str, Any], ...],
        item: Any,
        depth: int,
    ) -> None:
        if depth >= MAX_DEPTH:
            problem = Problem(
                step.place, "too-deep", f"sub-playbooks are nested more than {MAX_DEPTH} deep", "call fewer"
            )
            raise InputError(f"{caller.file} cannot be planned", (problem,))
        sub = self._load_sub(step.playbook, Path(caller.file))
        self.subs[sub.id] = sub.digest
        given = {name: value.raw for name, value in step.arguments.items()}
        defaults = {spec.name: spec.default for spec in sub.inputs if not spec.required}
        outputs = {name: value.raw for name, value in sub.outputs.items()}
        inner = f"{step_id}/"
        self.frames.append(Frame(inner, prefix, sub.file, {**defaults, **given}, outputs, item))
        before = needs
        for sub_phase in sub.phases:
            gate = gates + self._gate(f"{inner}phase:{sub_phase.name}", sub_phase.approval)
            for child in sub_phase.steps:
                self._step(
                    sub,
                    child,
                    prefix=inner,
                    phase=phase,
                    needs=before,
                    gates=gate,
                    conditions=conditions,
                    depth=depth + 1,
                )
            before = (*needs, *(inner + child.id for child in sub_phase.steps)) if sub_phase.steps else before

    def _items(self, step: Step, prefix: str) -> Iterator[tuple[str, Any]]:
        if step.for_each is None:
            yield "", None
            return
        items = evaluate(step.for_each, self._scope(prefix))
        if isinstance(items, Unknown):
            if step.uses == "playbook":
                raise self._wrong(step.for_each, "must be known when planning, because it repeats a whole playbook")
            yield "", None
            return
        for index, item in enumerate(checked_items(items, step.for_each)):
            yield f"[{index}]", item

    def _conditions(self, step: Step, prefix: str, item: Any) -> tuple[dict[str, Any], ...]:
        if step.condition is None:
            return ()
        decided = "at-run"
        if step.for_each is None or item is not None:
            value = evaluate(step.condition, self._scope(prefix, item))
            if not isinstance(value, Unknown):
                decided = "yes" if value else "no"
        return ({"frame": prefix, "raw": step.condition.raw, "decided": decided},)

    def _scope(self, prefix: str, item: Any = None) -> dict[str, Any]:
        return self._scopes(self.frames, self.steps).of(prefix, item)

    def _gate(self, name: str, approval: Approval | None) -> tuple[str, ...]:
        if approval is None:
            return ()
        self.gates[name] = PlannedGate(name, (), approval.count, approval.who, approval.reason)
        return (name,)

    @staticmethod
    def _wrong(value: Value, message: str) -> InputError:
        return InputError("the playbook cannot be planned", (Problem(value.place, "bad-for-each", message, ""),))


def checked_items(items: Any, value: Value) -> list[Any]:
    """The items of a `for_each`.

    Raises:
        InputError: not a list, or longer than MAX_ITEMS.

    """
    if not isinstance(items, list):
        message = f"for_each needs a list, got {type(items).__name__}"
        raise InputError("the playbook cannot be run", (Problem(value.place, "bad-for-each", message, "give a list"),))
    if len(items) > MAX_ITEMS:
        message = f"for_each has {len(items)} items, at most {MAX_ITEMS} are allowed"
        raise InputError("the playbook cannot be run", (Problem(value.place, "bad-for-each", message, "narrow it"),))
    return items


def _referred(playbook: Playbook, step: Step, prefix: str) -> list[str]:
    """Steps that the step's expressions read: reading implies needing."""
    names = {alias: other.id for other in playbook.steps for alias in (other.id, other.id.replace("-", "_"))}
    values = [*step.arguments.values(), *(v for v in (step.condition, step.for_each) if v is not None)]
    return [
        prefix + names.get(reference.path[0], reference.path[0])
        for value in values
        for reference in references(value)
        if reference.root == "steps" and reference.path
    ]


def _retry(step: Step) -> dict[str, Any] | None:
    if step.retry is None:
        return None
    return {"times": step.retry.times, "delay_s": step.retry.delay_s, "backoff": step.retry.backoff}


__all__ = ["AT_RUN", "Expansion", "checked_items"]
