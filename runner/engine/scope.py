"""What expressions see: inputs, case, facts, subject, estate, steps and item, at plan time and at run time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any

from connectors.errors import Place
from runner.case.state import CaseState, PlanState, StepState
from runner.engine.plan import Frame, Plan, PlannedStep
from runner.playbook.expressions import Unknown, evaluate
from runner.playbook.model import Value

JsonObject = dict[str, Any]

AT_RUN = Unknown("known when the playbook runs")


class Lazy(Mapping[str, Any]):
    """Values that are made when they are first read: a sub-playbook's inputs may read its neighbours' outputs."""

    def __init__(self, makers: Mapping[str, Callable[[], Any]]) -> None:
        self._makers = makers
        self._made: JsonObject = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._made:
            self._made[name] = self._makers[name]()
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._makers)

    def __len__(self) -> int:
        return len(self._makers)


class Scopes:
    """Builds scopes frame by frame from one set of known things."""

    def __init__(
        self,
        *,
        frames: Iterable[Frame],
        steps: Iterable[PlannedStep],
        case: JsonObject,
        facts: Mapping[str, Any],
        subject: JsonObject,
        estate: Mapping[str, list[str]],
        results: Mapping[str, JsonObject],
        missing: Any = None,
    ) -> None:
        """`results` maps step ids to {"outcome", "why", "outputs"}; `missing` stands for a step not there yet."""
        self._frames = {frame.prefix: frame for frame in frames}
        self._steps = list(steps)
        self._shared = {"case": case, "facts": dict(facts), "subject": subject, "estate": dict(estate)}
        self._results = results
        self._missing = missing

    def of(self, prefix: str, item: Any = None) -> JsonObject:
        """The scope of one frame, with the `for_each` item where there is one."""
        frame = self._frames[prefix]
        scope: JsonObject = {**self._shared, "inputs": self._inputs(frame), "steps": self._step_results(prefix)}
        item = frame.item if item is None else item
        return {**scope, "item": item} if item is not None else scope

    def _inputs(self, frame: Frame) -> Mapping[str, Any]:
        if not frame.prefix:
            return {name: given["value"] for name, given in frame.inputs.items()}

        def one(raw: Any) -> Callable[[], Any]:
            return lambda: evaluate(as_value(raw, frame.playbook), self.of(frame.parent, frame.item))

        return Lazy({name: one(raw) for name, raw in frame.inputs.items()})

    def _step_results(self, prefix: str) -> Mapping[str, Any]:
        results: dict[str, Callable[[], Any]] = {}
        for step in self._steps:
            if step.frame != prefix:
                continue
            name = (step.template or step.id)[len(prefix) :]
            if step.template:
                results[name] = partial(self._joined, [s.id for s in self._steps if s.template == step.template])
            elif step.for_each is not None:
                results.setdefault(name, self._missing_result)
            else:
                results[name] = partial(self._result, step.id)
        for child in self._frames.values():
            if child.prefix and child.parent == prefix:
                results[child.prefix[len(prefix) :].rstrip("/")] = partial(self._frame_result, child)
        return Lazy({alias: made for name, made in results.items() for alias in (name, name.replace("-", "_"))})

    def _result(self, step_id: str) -> Any:
        return self._results.get(step_id, self._missing_result())

    def _missing_result(self) -> Any:
        return self._missing if self._missing is not None else {"outcome": "", "why": "", "outputs": {}}

    def _joined(self, ids: list[str]) -> Any:
        """The result of a `for_each` step: each output is a list with one entry per item."""
        parts = [self._result(step_id) for step_id in ids]
        if any(isinstance(part, Unknown) for part in parts):
            return AT_RUN
        names = sorted({name for part in parts for name in part["outputs"]})
        return {
            "outcome": [part["outcome"] for part in parts],
            "why": [part["why"] for part in parts],
            "outputs": {name: [part["outputs"].get(name) for part in parts] for name in names},
        }

    def _frame_result(self, frame: Frame) -> JsonObject:
        inner = self.of(frame.prefix) if frame.outputs else {}
        outputs = {name: evaluate(as_value(raw, frame.playbook), inner) for name, raw in frame.outputs.items()}
        return {"outcome": "", "why": "", "outputs": outputs}


def as_value(raw: Any, file: str, line: int = 0) -> Value:
    """A value whose every node is placed at one line, for expressions that come from a plan."""
    places: dict[str, Place] = {}

    def walk(node: Any, path: str) -> None:
        places[path] = Place(file, line, 1 if line else 0)
        if isinstance(node, dict):
            for key, child in node.items():
                walk(child, f"{path}.{key}" if path else str(key))
        elif isinstance(node, list):
            for index, child in enumerate(node):
                walk(child, f"{path}[{index}]")

    walk(raw, "")
    return Value(raw, places)


def run_scopes(
    plan: Plan, steps: list[PlannedStep], case: CaseState, state: PlanState, estate: Mapping[str, list[str]]
) -> Scopes:
    """The scopes of a run: everything from the fold. `estate` is what `by_connector` makes."""
    return Scopes(
        frames=plan.frames,
        steps=steps,
        case={"id": case.case_id, "title": case.title, "mode": case.mode},
        facts={name: fact.value for name, fact in case.facts.items()},
        subject=case.subject,
        estate=estate,
        results={step.id: step_result(step) for step in state.steps.values() if step.outcome},
    )


def step_result(step: StepState) -> JsonObject:
    """What expressions see of a finished step."""
    return {"outcome": step.outcome, "why": step.why, "outputs": step.outputs}


def by_connector(systems: Mapping[str, str], connectors: Iterable[str]) -> dict[str, list[str]]:
    """System names by connector, sorted; none for a connector that the estate has no system of."""
    grouped: dict[str, list[str]] = {name: [] for name in sorted(connectors)}
    for name, connector in sorted(systems.items()):
        grouped.setdefault(connector, []).append(name)
    return grouped
