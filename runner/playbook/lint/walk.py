"""One walk through a playbook in its order: names, order, effects, and what earlier steps leave."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from connectors.contract import Action, Effect, Notice
from connectors.errors import InputError, Place, Problem
from connectors.registry import Registry
from runner.playbook.expressions import references
from runner.playbook.lint.types import Known, argument_problems
from runner.playbook.model import PHASES, Phase, Playbook, Step, Value

LoadSub = Callable[[str, Path | None], Playbook]
ROOTS = ("inputs", "case", "facts", "subject", "estate", "steps", "item", "result")


@dataclass(frozen=True)
class Caller:
    """Where a sub-playbook is called: its steps run in that phase, behind those gates, after those steps."""

    phase: str
    gated: bool
    preserved: frozenset[str]
    facts: frozenset[str]
    verified: frozenset[str]
    """Connectors that the calling playbooks verify, before or after."""


class Walk:
    """Walks one playbook in its order, knowing what came before."""

    def __init__(self, playbook: Playbook, registry: Registry, caller: Caller | None = None) -> None:
        self.playbook, self.registry = playbook, registry
        self._caller = caller
        self.problems: list[Problem] = []
        self._actions: dict[str, Action] = {}
        self._ids = {alias: step for step in playbook.steps for alias in (step.id, step.id.replace("-", "_"))}
        self._preserved: set[str] = set(caller.preserved if caller else ())
        self._facts: set[str] = set(caller.facts if caller else ())
        self._read: set[str] = set()
        self._cut_from: set[str] = set()
        self._verified: set[str] = set(caller.verified if caller else ())

    def add(self, place: Place, code: str, message: str, fix: str) -> None:
        self.problems.append(Problem(place, code, message, fix))

    def step(self, phase: Phase, step: Step) -> None:
        """All rules on one step."""
        for need in step.needs:
            self._earlier(step, need, step.places.get("needs", step.place), "needs")
        for value in _values(step):
            self._names(step, value)
        if step.condition is not None and step.condition.raw is False:
            self.add(step.condition.place, "E206", f"step {step.id} can never run: its condition is false", "remove it")
        if step.uses == "playbook":
            return
        try:
            action = self.registry.action(step.uses)
        except InputError as error:
            self.add(step.places.get("uses", step.place), "E201", error.what, error.expected)
            return
        self._actions[step.id] = action
        known = {field.name: Known(field.type, field.required, field.doc) for field in action.inputs}
        extra = "system" if action.needs_system else ""
        self.problems += argument_problems(step, step.uses, known, self.type_of, extra=extra)
        self._order(phase, step, action)
        self._produces(step, action)

    def whole(self) -> None:
        """Rules on the playbook as a whole."""
        for spec in self.playbook.inputs:
            if spec.name not in self._read:
                self.add(spec.place, "E207", f"input {spec.name!r} is never used", "remove it, or use it")
        for connector in sorted(self._cut_from - self._verified):
            fix = f"add a step with `uses: {connector}.verify` in phase verify"
            place = next(step.place for step in self.playbook.steps if step.uses == f"{connector}.cut")
            self.add(place, "E209", f"what {connector}.cut cuts is never verified by a later step", fix)
        self._cycles()

    def _order(self, phase: Phase, step: Step, action: Action) -> None:
        effect, place = action.effect, step.places.get("uses", step.place)
        runs_in = self._caller.phase if self._caller else phase.name
        before_cut = PHASES.index(runs_in) < PHASES.index("cut")
        if before_cut and action.notice is not Notice.NEVER:
            why = f"{step.uses} can be noticed by the subject ({action.notice.value}) and runs before the cut"
            self.add(
                place, "E101", f"{why}: {action.notice_why or 'it tips them off'}", "move it into or after the cut"
            )
        if effect in (Effect.CONTAIN, Effect.DESTROY) and runs_in != "cut":
            self.add(place, "E208", f"{step.uses} cuts, but phase {runs_in} is not the cut", "move it into phase cut")
        for lost in action.destroys:
            if lost not in self._preserved:
                message = f"{step.uses} destroys {lost}, which no earlier step preserves"
                self.add(place, "E102", message, f"preserve {lost} in phase preserve")
        gated = step.approval is not None or phase.approval is not None or bool(self._caller and self._caller.gated)
        if effect in (Effect.CONTAIN, Effect.DESTROY, Effect.NOTIFY) and not gated:
            self.add(place, "E103", f"{step.uses} ({effect.value}) stands behind no approval", "add `approval:`")
        if action.moves_value and not gated:
            message = f"{step.uses} moves value and stands behind no approval; the payment gate alone is not one"
            self.add(place, "E104", message, "add `approval:`; `evict payment-gate` opens the other gate")

    def _produces(self, step: Step, action: Action) -> None:
        self._preserved |= set(action.preserves)
        connector, _, verb = step.uses.partition(".")
        if verb == "cut":
            self._cut_from.add(connector)
        if verb == "verify":
            self._verified.add(connector)
        name = step.arguments.get("name" if step.uses == "case.fact" else "fact")
        if step.uses in ("case.fact", "case.ask") and name is not None and isinstance(name.raw, str):
            self._facts.add(name.raw)

    def type_of(self, value: Value) -> str | None:
        """The type of a value that is nothing but one reference to an input or an output."""
        found = references(value)
        bare = isinstance(value.raw, str) and value.raw.strip().removeprefix("{{").removesuffix("}}").strip()
        if len(found) != 1 or bare != ".".join((found[0].root, *found[0].path)):
            return None
        root, path = found[0].root, found[0].path
        if root == "inputs" and len(path) == 1:
            return next((spec.type for spec in self.playbook.inputs if spec.name == path[0]), None)
        if root == "steps" and len(path) == 3 and path[1] == "outputs":  # noqa: PLR2004 - steps.id.outputs.name
            source = self._ids.get(path[0])
            action = self._actions.get(source.id) if source else None
            kind = next((one.type for one in action.outputs if one.name == path[2]), None) if action else None
            return f"list[{kind}]" if kind and source and source.for_each is not None else kind
        return None

    def caller(self, phase: Phase, step: Step) -> Caller:
        """What a sub-playbook that this step calls may rely on."""
        gated = step.approval is not None or phase.approval is not None or bool(self._caller and self._caller.gated)
        name = self._caller.phase if self._caller else phase.name
        verified = {one.uses.removesuffix(".verify") for one in self.playbook.steps if one.uses.endswith(".verify")}
        verified |= self._caller.verified if self._caller else frozenset()
        return Caller(name, gated, frozenset(self._preserved), frozenset(self._facts), frozenset(verified))

    def _names(self, step: Step, value: Value) -> None:
        for one in references(value):
            if one.root not in ROOTS:
                self.add(one.place, "E203", f"there is no {one.root!r} here", f"names: {', '.join(ROOTS)}")
            elif one.root == "item" and step.for_each is None:
                self.add(one.place, "E203", "item exists only in a step with for_each", "add for_each")
            elif one.root == "inputs" and one.path:
                self._read.add(one.path[0])
                if one.path[0] not in {spec.name for spec in self.playbook.inputs}:
                    self.add(one.place, "E203", f"the playbook has no input {one.path[0]!r}", "declare it under inputs")
            elif one.root == "steps" and one.path:
                self._output(step, one.path, one.place)
            elif one.root == "facts" and one.path and one.path[0] not in self._facts:
                message = f"fact {one.path[0]!r} is read, but no earlier step records or asks it"
                self.add(one.place, "E301", message, f"add a step with case.ask and `fact: {one.path[0]}`")

    def _output(self, step: Step, path: tuple[str, ...], place: Place) -> None:
        source = self._earlier(step, path[0], place, "reads")
        action = self._actions.get(source.id) if source is not None else None
        if action is None or source is None or len(path) < 3 or path[1] != "outputs":  # noqa: PLR2004 - as above
            return
        known = {*(field.name for field in action.outputs), *source.outputs}
        if path[2] not in known:
            message = f"step {source.id} has no output {path[2]!r}"
            self.add(place, "E203", message, f"outputs: {', '.join(sorted(known)) or 'none'}")

    def _earlier(self, step: Step, name: str, place: Place, verb: str) -> Step | None:
        source = self._ids.get(name)
        if source is None:
            expected = ", ".join(sorted({one.id for one in self.playbook.steps}))
            self.add(place, "E204", f"step {step.id} {verb} step {name!r}, which does not exist", f"steps: {expected}")
            return None
        if PHASES.index(source.phase) > PHASES.index(step.phase):
            message = f"step {step.id} {verb} {source.id}, which runs later, in phase {source.phase}"
            self.add(place, "E204", message, "move one of them")
        return source

    def _cycles(self) -> None:
        """Steps that wait for each other, by repeatedly taking away what waits for nothing."""
        waits = {step.id: self._waits(step) for step in self.playbook.steps}
        while free := [name for name, needs in waits.items() if not needs & set(waits)]:
            for name in free:
                del waits[name]
        for name in sorted(waits):
            others = ", ".join(sorted(waits[name] & set(waits)))
            self.add(self._ids[name].place, "E205", f"step {name} waits for itself through {others}", "cut the circle")

    def _waits(self, step: Step) -> set[str]:
        read = [one.path[0] for value in _values(step) for one in references(value) if one.root == "steps" and one.path]
        return {self._ids[name].id for name in (*step.needs, *read) if name in self._ids}


def _values(step: Step) -> list[Value]:
    loose = [value for value in (step.condition, step.for_each) if value is not None]
    return [*step.arguments.values(), *step.outputs.values(), *loose]
