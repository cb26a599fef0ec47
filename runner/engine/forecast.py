"""The predicted world, threaded from step to step: what each step would cut, and what later steps would see. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from connectors.contract import AccessPath, Check, PathState, Readiness
from connectors.errors import Place, Problem
from connectors.registry import ContainmentAction, Registry
from runner.engine.convert import path_to_json, to_json
from runner.engine.plan import PlannedStep
from runner.engine.scope import AT_RUN, as_value
from runner.engine.survey import Seen
from runner.playbook.estate import Estate
from runner.playbook.expressions import Unknown, evaluate

JsonObject = dict[str, Any]


class Forecast:
    """The predicted world, threaded from step to step."""

    def __init__(self, registry: Registry, estate: Estate, seen: Seen) -> None:
        self._registry = registry
        self._estate = estate
        self._seen = seen
        self._world: dict[str, AccessPath] = {
            path.key: path for observation in seen.observations for path in observation.paths
        }
        self.results: dict[str, Any] = {}
        self.problems: list[Problem] = []

    def settle(self, step: PlannedStep, scope: JsonObject) -> PlannedStep:
        """The step with its system and cuts; its predicted result becomes visible to later steps."""
        action = self._registry.action(step.uses)
        if not action.needs_system:
            self.results[step.id] = AT_RUN
            return step
        step = replace(step, system=self._system(step, scope))
        if not isinstance(action, ContainmentAction) or not step.system or step.decided_no:
            self.results[step.id] = AT_RUN
            return step
        if action.verb == "restore":
            fix = "remove the step; `evict restore CASE` makes its own plan with its own approval"
            self._wrong(step, "restore-in-playbook", "a playbook cannot restore", fix)
        if action.verb == "cut":
            step = self._cut(step, scope)
        outputs = self._outputs(action.verb, step)
        self.results[step.id] = {"outcome": "done", "why": "predicted", "outputs": outputs}
        return step

    def _system(self, step: PlannedStep, scope: JsonObject) -> str:
        connector = step.uses.split(".", 1)[0]
        fitting = [name for name, system in sorted(self._estate.systems.items()) if system.connector == connector]
        if "system" in step.arguments:
            name = evaluate(as_value(step.arguments["system"], step.file, step.line), scope)
            if isinstance(name, Unknown):
                return ""
            if name not in fitting:
                expected = ", ".join(fitting) or "none"
                self._wrong(
                    step, "unknown-system", f"the estate has no {connector} system {name!r}", f"it has: {expected}"
                )
                return ""
            return str(name)
        if len(fitting) != 1:
            got = ", ".join(fitting) or "none"
            message = f"{step.uses} needs a system; the estate has {len(fitting)} of connector {connector} ({got})"
            self._wrong(step, "which-system", message, "name one under `with: system:`")
            return ""
        return fitting[0]

    def _wrong(self, step: PlannedStep, code: str, message: str, fix: str) -> None:
        self.problems.append(Problem(Place(step.file, step.line, 1), code, f"step {step.id}: {message}", fix))

    def _cut(self, step: PlannedStep, scope: JsonObject) -> PlannedStep:
        containment = self._registry.connector(self._estate.systems[step.system].connector).containment
        wanted = selection(step, scope)
        standing = [
            path
            for path in self._world.values()
            if path.system == step.system and path.state is PathState.STANDING and wanted(path.kind.value)
        ]
        cuts = sorted(path.key for path in standing if path.manual is None)
        manual = sorted(path.key for path in standing if path.manual is not None)
        for key in cuts:
            self._world[key] = containment.predict(self._world[key], None) if containment else self._world[key]
        return replace(step, cuts=tuple(cuts), manual=tuple(manual))

    def _outputs(self, verb: str, step: PlannedStep) -> JsonObject:
        accounts = [to_json(account) for account in self._seen.accounts.get(step.system, ())]
        if verb == "discover":
            return {"accounts": accounts}
        paths = [path for path in self._world.values() if path.system == step.system]
        counts = count_paths(path.state.value for path in paths)
        if verb == "cut":
            return {"cut": len(step.cuts), "standing": counts["standing"], "residual": counts["residual"]}
        return {"paths": [path_to_json(path) for path in sorted(paths, key=lambda path: path.key)], **counts}

    def predicted(self) -> tuple[JsonObject, ...]:
        """Every path as it is expected to be at the end."""
        return tuple(
            {"key": key, "state": path.state.value, "reason": path.reason, "survives_s": path.survives_s}
            for key, path in sorted(self._world.items())
        )

    def warnings(self, steps: list[PlannedStep], systems: list[str]) -> tuple[str, ...]:
        """What a person must know before approving: systems unread, not ready, uncovered, or without any account."""
        lines = [f"{name} could not be read: {why}" for name, why in sorted(self._seen.failed.items())]
        lines.extend(_hindrances(self._seen))
        covered = {step.system for step in steps if step.cuts or step.manual or step.uses.endswith(".cut")}
        for name in systems:
            if name in self._seen.failed:
                continue
            if not self._seen.accounts[name]:
                lines.append(f"{name}: no account of the subject was found by exact identifier")
            elif name not in covered:
                lines.append(f"{name}: the subject has access here and no step of this playbook cuts it")
        left = [key for key, path in sorted(self._world.items()) if path.state is PathState.UNKNOWN]
        lines.extend(f"could not be read, so nothing is known of it: {key}" for key in left)
        return tuple(lines)


_NOT_READY = {
    Readiness.NOT_READY: "is not ready",
    Readiness.CANNOT_TELL: "may not be ready, which could not be read",
}


def _hindrances(seen: Seen) -> list[str]:
    """Every check that is not ready or could not be read: one sentence each, with its fix."""
    return sorted(
        _sentence(name, check)
        for name, checks in seen.checks.items()
        for check in checks
        if check.readiness in _NOT_READY
    )


def _sentence(system: str, check: Check) -> str:
    said = f"{system} {_NOT_READY[check.readiness]}: {check.asks}"
    return said + (f": {check.why}" if check.why else "") + (f"; {check.fix}" if check.fix else "")


def selection(step: PlannedStep, scope: JsonObject) -> Callable[[str], bool]:
    """Which kinds a cut step takes: `only` these, `except` those."""
    only = evaluate(as_value(step.arguments.get("only"), step.file, step.line), scope)
    but = evaluate(as_value(step.arguments.get("except"), step.file, step.line), scope)
    return lambda kind: (not only or kind in only) and (not but or kind not in but)


def count_paths(states: Any) -> dict[str, int]:
    """How many paths stand, are residual, are unknown."""
    counts = {"standing": 0, "residual": 0, "unknown": 0}
    for state in states:
        if state in counts:
            counts[state] += 1
    return counts
