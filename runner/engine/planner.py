"""Make a plan: real reads, no writes, and every step resolved against the state that earlier steps leave."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from connectors.errors import InputError, Place, Problem
from connectors.registry import Registry
from connectors.types import parse_type
from runner.case.state import CaseState
from runner.engine.convert import to_json
from runner.engine.expand import AT_RUN, Expansion
from runner.engine.forecast import Forecast
from runner.engine.plan import Plan
from runner.engine.scope import Scopes, by_connector
from runner.engine.sessions import Sessions
from runner.engine.survey import Progress, checks_to_json, observation_to_json, survey
from runner.playbook.estate import Estate
from runner.playbook.model import Playbook

JsonObject = dict[str, Any]


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
    seen = survey(case, sessions, names, progress, preflight=True)
    forecast = Forecast(registry, estate, seen)
    systems = {name: system.connector for name, system in estate.systems.items()}

    def scopes(frames: Any, steps: Any) -> Scopes:
        return Scopes(
            frames=frames,
            steps=steps,
            case={"id": case.case_id, "title": case.title, "mode": case.mode},
            facts={name: fact.value for name, fact in case.facts.items()},
            subject=case.subject,
            estate=by_connector(systems, registry.names()),
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
        unread=tuple({"system": name, "why": why} for name, why in sorted(seen.failed.items())),
        checks=checks_to_json(seen.checks),
    )


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
