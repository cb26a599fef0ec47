"""Make a plan: real reads, no writes, and every step resolved against the state that earlier steps leave."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from connectors.contract import AccessPath, Account, Observation, PathState
from connectors.errors import InputError, Place, Problem, WorldError
from connectors.registry import ContainmentAction, Registry
from connectors.types import parse_type
from runner.case.state import CaseState
from runner.engine.convert import path_to_json, subject_from_json, to_json
from runner.engine.expand import AT_RUN, Expansion
from runner.engine.plan import Plan, PlannedStep
from runner.engine.scope import Scopes, by_connector
from runner.engine.sessions import Sessions
from runner.engine.workers import gather
from runner.playbook.estate import Estate
from runner.playbook.expressions import Unknown, evaluate
from runner.playbook.model import Playbook

JsonObject = dict[str, Any]
Progress = Callable[[str], None]

WIDTH = 32
"""Systems and accounts read side by side while planning."""


@dataclass(frozen=True)
class Seen:
    """What planning read: accounts and their paths by system, and systems that could not be read."""

    accounts: Mapping[str, tuple[Account, ...]]
    observations: tuple[Observation, ...]
    failed: Mapping[str, str]


def survey(case: CaseState, sessions: Sessions, systems: list[str], progress: Progress) -> Seen:
    """Discover the subject's accounts in each system and observe each account, all side by side."""
    subject = subject_from_json(case.subject)
    failed: dict[str, str] = {}

    def discover(name: str) -> tuple[Account, ...]:
        containment = sessions.connector(name).containment
        if containment is None:
            return ()
        progress(f"finding the subject's accounts in {name}")
        try:
            return containment.discover(sessions.reader(name), subject)
        except WorldError as error:
            failed[name] = error.what
            return ()

    def observe(account: Account) -> Observation | None:
        containment = sessions.connector(account.system).containment
        if containment is None:
            return None
        progress(f"reading access paths in {account.system}")
        try:
            return containment.observe(sessions.reader(account.system), account, subject)
        except WorldError as error:
            failed[account.system] = error.what
            return None

    found = dict(zip(systems, gather([partial(discover, name) for name in systems], WIDTH), strict=True))
    accounts = [account for name in systems for account in found[name]]
    seen = gather([partial(observe, account) for account in accounts], WIDTH)
    return Seen(found, tuple(one for one in seen if one is not None), failed)


def make_plan(
    case: CaseState,
    playbook: Playbook,
    estate: Estate,
    registry: Registry,
    sessions: Sessions,
    *,
    given: Mapping[str, tuple[Any, str]],
    requested_by: str,
    load_sub: Callable[[str, Path | None], Playbook],
    progress: Progress = lambda _text: None,
) -> Plan:
    """Resolve a playbook against a case and an estate.

    Args:
        case: the fold of the case.
        playbook: the loaded playbook.
        estate: the loaded estate.
        registry: the connectors.
        sessions: opened or to be opened readers; the cutter is never fetched here.
        given: input values with their source ("flag", "file", "case").
        requested_by: e-mail of the person who asks; cannot approve.
        load_sub: loads a sub-playbook by id or path, as seen from the calling file.
        progress: told what is being read.

    Raises:
        InputError: inputs or expressions are wrong; every problem at once where possible.

    """
    inputs = resolve_inputs(playbook, given)
    names = sorted(name for name, system in estate.systems.items() if registry.connector(system.connector).containment)
    seen = survey(case, sessions, names, progress)
    forecast = _Forecast(registry, estate, seen)
    systems = {name: system.connector for name, system in estate.systems.items()}

    def scopes(frames: Any, steps: Any) -> Scopes:
        return Scopes(
            frames=frames,
            steps=steps,
            case={"id": case.case_id, "title": case.title, "mode": case.mode},
            facts={name: fact.value for name, fact in case.facts.items()},
            subject=case.subject,
            estate=by_connector(systems),
            results=forecast.results,
            missing=AT_RUN,
        )

    expansion = Expansion(registry, load_sub, scopes, forecast.settle)
    expansion.expand(playbook, inputs)
    if forecast.problems:
        raise InputError(f"{playbook.file} cannot be planned on this estate", tuple(forecast.problems))
    return Plan(
        purpose="run",
        case_id=case.case_id,
        mode=case.mode,
        requested_by=requested_by,
        playbook=playbook.id,
        files={"playbook": playbook.digest, "estate": estate.digest, "sub-playbooks": expansion.subs},
        phases=tuple({"name": phase.name, "budget_s": phase.budget_s} for phase in playbook.phases),
        frames=tuple(expansion.frames),
        steps=tuple(expansion.steps),
        gates=tuple(expansion.gates.values()),
        accounts=tuple(to_json(account) for name in names for account in seen.accounts[name]),
        observed=tuple(observation_to_json(observation) for observation in seen.observations),
        predicted=forecast.predicted(),
        warnings=forecast.warnings(expansion.steps, names),
    )


def observation_to_json(observation: Observation) -> JsonObject:
    """An observation without its time, so that plans of an unchanged world are byte-equal."""
    return {
        "system": observation.account.system,
        "account": observation.account.id,
        "read_by": observation.read_by,
        "paths": [path_to_json(path) for path in observation.paths],
        "unread": {str(kind.value): why for kind, why in observation.unread.items()},
    }


def resolve_inputs(playbook: Playbook, given: Mapping[str, tuple[Any, str]]) -> dict[str, JsonObject]:
    """Every input with its value and where the value came from.

    Raises:
        InputError: unknown, missing or wrongly typed inputs, all at once.

    """
    problems = []
    known = {spec.name for spec in playbook.inputs}
    for name in sorted(set(given) - known):
        expected = ", ".join(sorted(known)) or "none"
        problems.append(
            Problem(Place(playbook.file), "unknown-input", f"input {name!r} does not exist", f"inputs: {expected}")
        )
    resolved: dict[str, JsonObject] = {}
    for spec in playbook.inputs:
        if spec.name not in given and spec.required:
            message = f"input {spec.name!r} ({spec.type}) has no value: {spec.description}"
            problems.append(Problem(spec.place, "missing-input", message, f"give --input {spec.name}=…"))
            continue
        value, source = given.get(spec.name, (spec.default, "default"))
        value = _from_text(value, spec.type) if source == "flag" else value
        wrong = parse_type(spec.type).problem(value) if value is not None else None
        if wrong is None and spec.choices and value not in spec.choices:
            wrong = f"must be one of {', '.join(map(str, spec.choices))}, got {value!r}"
        if wrong:
            problems.append(Problem(spec.place, "bad-input", f"input {spec.name!r} {wrong}", f"it came from {source}"))
        resolved[spec.name] = {"value": value, "source": source}
    if problems:
        raise InputError(f"the inputs of {playbook.id} are wrong", tuple(problems))
    return resolved


def _from_text(value: Any, type_name: str) -> Any:
    """A flag's text as the declared type wants it: only numbers, booleans, lists and objects are parsed."""
    wanted = type_name.startswith("list") or type_name in ("integer", "number", "boolean", "object", "any")
    if not wanted or not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


class _Forecast:
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
            from runner.engine.scope import as_value

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
        """What a person must know before approving: systems unread, uncovered, or without any account."""
        lines = [f"{name} could not be read: {why}" for name, why in sorted(self._seen.failed.items())]
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


def selection(step: PlannedStep, scope: JsonObject) -> Callable[[str], bool]:
    """Which kinds a cut step takes: `only` these, `except` those."""
    from runner.engine.scope import as_value

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
