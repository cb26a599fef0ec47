"""What is proven of a playbook before anything runs. Every finding at once, sorted; the codes are in docs/lint.md.

1. No step that the subject can notice comes before the cut (E101).
2. Nothing destroys evidence that no earlier step preserved (E102).
3. Everything of effect destroy or notify sits behind an approval, and so does every cut (E103); what moves value does
   so besides the payment gate, which the engine asks itself (E104).
4. Every name resolves and has the right type, every step can be reached, nothing waits for itself (E201-E209).
5. Every fact that a step reads is produced by an earlier step (E301).
"""

from __future__ import annotations

from pathlib import Path

from connectors.errors import InputError, Problem
from connectors.registry import Registry
from runner.playbook.lint.types import Known, argument_problems
from runner.playbook.lint.walk import Caller, LoadSub, Walk
from runner.playbook.model import Phase, Playbook, Step

RULES = {
    "E101": "a step before the cut can be noticed by the subject",
    "E102": "evidence is destroyed that no earlier step preserves",
    "E103": "a cut, a destruction or a notice stands behind no approval",
    "E104": "value is moved without an approval",
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


def lint(
    playbook: Playbook, registry: Registry, load_sub: LoadSub, caller: Caller | None = None
) -> tuple[Problem, ...]:
    """Every finding of one playbook and, by name, of the sub-playbooks that it calls, in the place they are called."""
    walk = Walk(playbook, registry, caller)
    problems: list[Problem] = []
    for phase in playbook.phases:
        for step in phase.steps:
            walk.step(phase, step)
            if step.uses == "playbook":
                problems += _sub(walk, phase, step, registry, load_sub)
    walk.whole()
    return tuple(sorted(dict.fromkeys((*walk.problems, *problems))))


def _sub(walk: Walk, phase: Phase, step: Step, registry: Registry, load_sub: LoadSub) -> list[Problem]:
    try:
        sub = load_sub(step.playbook, Path(walk.playbook.file))
    except InputError as error:
        return [Problem(step.place, "E201", f"sub-playbook {step.playbook!r}: {error.what}", error.expected)]
    if sub.digest == walk.playbook.digest:
        return [Problem(step.place, "E205", "the playbook calls itself", "call another one")]
    inputs = {spec.name: Known(spec.type, spec.required, spec.description) for spec in sub.inputs}
    found = argument_problems(step, sub.id, inputs, walk.type_of)
    return found + list(lint(sub, registry, load_sub, walk.caller(phase, step)))


__all__ = ["RULES", "lint"]
