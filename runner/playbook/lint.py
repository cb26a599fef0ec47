"""What is proven of a playbook before anything runs. Every finding at once, sorted; the codes are in docs/lint.md.

1. No step that the subject can notice comes before the cut (E101).
2. Nothing destroys evidence that no earlier step preserved (E102).
3. Everything of effect destroy or notify sits behind an approval, and so does every cut (E103).
4. Every name resolves and has the right type, every step can be reached, nothing waits for itself (E201-E209).
5. Every fact that a step reads is produced by an earlier step (E301).
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from connectors.contract import Action, Effect, Notice
from connectors.errors import InputError, Place, Problem
from connectors.registry import Registry
from connectors.types import parse_type
from runner.playbook.expressions import references
from runner.playbook.model import PHASES, Phase, Playbook, Step, Value

LoadSub = Callable[[str, Path | None], Playbook]
ROOTS = ("inputs", "case", "facts", "subject", "estate", "steps", "item", "result")

RULES = {
    "E101": "a step before the cut can be noticed by the subject",
    "E102": "evidence is destroyed that no earlier step preserves",
    "E103": "a cut, a destruction or a notice stands behind no approval",
    "E201": "an action does not exist",
    "E202": "an input of an action is unknown, missing or of the wrong type",
    "E203": "a name in an expression does not exist",
    "E204": "a step needs or reads a step that does not exist or runs later",
    "E205": "steps wait for each other",
    "E206": "a step can never run",
    "E207": "an input of the playbook is never used",
    "E208": "a cutting step stands outside the cut phase",
    "E209": "what is cut is never verified",
    "E301": "a fact is read that no earlier step produces",
}


def lint(playbook: Playbook, registry: Registry, load_sub: LoadSub) -> tuple[Problem, ...]:
    """Every finding of one playbook and, by name, of the sub-playbooks that it calls."""
    run = _Lint(playbook, registry)
    for phase in playbook.phases:
        for step in phase.steps:
            run.step(phase, step)
    run.whole()
    problems = list(run.problems)
    for step in playbook.steps:
        if step.uses == "playbook":
            problems += _sub(playbook, step, registry, load_sub)
    return tuple(sorted(dict.fromkeys(problems)))


def _sub(playbook: Playbook, step: Step, registry: Registry, load_sub: LoadSub) -> list[Problem]:
    try:
        sub = load_sub(step.playbook, Path(playbook.file))
    except InputError as error:
        return [Problem(step.place, "E201", f"sub-playbook {step.playbook!r}: {error.what}", error.expected)]
    if sub.digest == playbook.digest:
        return [Problem(step.place, "E205", "the playbook calls itself", "call another one")]
    known = {spec.name: spec for spec in sub.inputs}
    found = [
        Problem(value.place, "E202", f"{sub.id} has no input {name!r}", f"inputs: {', '.join(known) or 'none'}")
        for name, value in step.arguments.items()
        if name not in known
    ]
    missing = [name for name, spec in known.items() if spec.required and name not in step.arguments]
    found += [Problem(step.place, "E202", f"{sub.id} needs input {name!r}", "add it under with") for name in missing]
    return found + list(lint(sub, registry, load_sub))


class _Lint:
    """Walks one playbook in its order, knowing what came before."""

    def __init__(self, playbook: Playbook, registry: Registry) -> None:
        self.playbook, self.registry = playbook, registry
        self.problems: list[Problem] = []
        self._actions: dict[str, Action] = {}
        self._ids = {alias: step for step in playbook.steps for alias in (step.id, step.id.replace("-", "_"))}
        self._preserved: set[str] = set()
        self._facts: set[str] = set()
        self._read: set[str] = set()
        self._cut_from: set[str] = set()
        self._verified: set[str] = set()

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
        self._arguments(step, action)
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
        before_cut = PHASES.index(phase.name) < PHASES.index("cut")
        if before_cut and action.notice is not Notice.NEVER:
            why = f"{step.uses} can be noticed by the subject ({action.notice.value}) and runs before the cut"
            self.add(
                place, "E101", f"{why}: {action.notice_why or 'it tips them off'}", "move it into or after the cut"
            )
        if effect in (Effect.CONTAIN, Effect.DESTROY) and phase.name != "cut":
            self.add(
                place, "E208", f"{step.uses} cuts, but phase {phase.name} is not the cut", "move it into phase cut"
            )
        for lost in action.destroys:
            if lost not in self._preserved:
                message = f"{step.uses} destroys {lost}, which no earlier step preserves"
                self.add(place, "E102", message, f"preserve {lost} in phase preserve")
        gated = step.approval is not None or phase.approval is not None
        if effect in (Effect.CONTAIN, Effect.DESTROY, Effect.NOTIFY) and not gated:
            self.add(place, "E103", f"{step.uses} ({effect.value}) stands behind no approval", "add `approval:`")

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

    def _arguments(self, step: Step, action: Action) -> None:
        known = {field.name: field for field in action.inputs}
        extra = {"system"} if action.needs_system else set()
        for name, value in step.arguments.items():
            if name in extra:
                continue
            if name not in known:
                expected = f"inputs: {', '.join(sorted({*known, *extra})) or 'none'}"
                self.add(value.place, "E202", f"{step.uses} has no input {name!r}", expected)
                continue
            wanted = parse_type(known[name].type)
            if not _has_expression(value.raw):
                wrong = wanted.problem(value.raw)
                if wrong:
                    self.add(value.place, "E202", f"input {name!r} of {step.uses} {wrong}", known[name].doc)
                continue
            given = self._type_of(value)
            if given is not None and not wanted.accepts(parse_type(given)):
                message = f"input {name!r} of {step.uses} wants {wanted}, but the expression gives {given}"
                self.add(value.place, "E202", message, "read another output, or convert it with a filter")
        missing = [name for name, field in known.items() if field.required and name not in step.arguments]
        for name in missing:
            self.add(step.place, "E202", f"{step.uses} needs input {name!r}: {known[name].doc}", "add it under with")

    def _type_of(self, value: Value) -> str | None:
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


def _has_expression(raw: object) -> bool:
    if isinstance(raw, str):
        return "{{" in raw
    if isinstance(raw, dict):
        return any(_has_expression(one) for one in raw.values())
    return isinstance(raw, list) and any(_has_expression(one) for one in raw)
