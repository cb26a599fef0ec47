"""Inputs of a step against what its action, or the playbook it calls, declares."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from connectors.errors import Problem
from connectors.types import parse_type
from runner.playbook.model import Step, Value


@dataclass(frozen=True)
class Known:
    """One declared input."""

    type: str
    required: bool
    doc: str


def argument_problems(
    step: Step, callee: str, known: Mapping[str, Known], type_of: Callable[[Value], str | None], *, extra: str = ""
) -> list[Problem]:
    """Unknown, missing and wrongly typed inputs. `extra` is an input that every such step may have."""
    found: list[Problem] = []
    for name, value in step.arguments.items():
        if name == extra:
            continue
        if name not in known:
            listed = ", ".join(sorted({*known, *([extra] if extra else [])})) or "none"
            found.append(Problem(value.place, "E202", f"{callee} has no input {name!r}", f"inputs: {listed}"))
            continue
        found += _typed(value, name, callee, known[name], type_of)
    for name, one in known.items():
        if one.required and name not in step.arguments:
            message = f"{callee} needs input {name!r}" + (f": {one.doc}" if one.doc else "")
            found.append(Problem(step.place, "E202", message, "add it under with"))
    return found


def _typed(value: Value, name: str, callee: str, known: Known, type_of: Callable[[Value], str | None]) -> list[Problem]:
    wanted = parse_type(known.type)
    if not has_expression(value.raw):
        wrong = wanted.problem(value.raw)
        return [Problem(value.place, "E202", f"input {name!r} of {callee} {wrong}", known.doc)] if wrong else []
    given = type_of(value)
    if given is None or wanted.accepts(parse_type(given)):
        return []
    message = f"input {name!r} of {callee} wants {wanted}, but the expression gives {given}"
    return [Problem(value.place, "E202", message, "read another output, or convert it with a filter")]


def has_expression(raw: object) -> bool:
    """Whether an expression stands anywhere in a raw value."""
    if isinstance(raw, str):
        return "{{" in raw
    if isinstance(raw, dict):
        return any(has_expression(one) for one in raw.values())
    return isinstance(raw, list) and any(has_expression(one) for one in raw)
