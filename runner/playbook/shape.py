"""A playbook as a documented, versioned JSON shape (`evict playbook show --json`)."""

from __future__ import annotations

from typing import Any

from runner.playbook.model import Approval, Phase, Playbook, Step

JsonObject = dict[str, Any]


def playbook_shape(playbook: Playbook) -> JsonObject:
    """What is written in a playbook, in its order.

    Returns:
        `evict-playbook` (version), `id`, `title`, `description`, `attack`, `file`, `sha256`,
        `inputs[] {name, type, description, required, default, choices}`,
        `phases[] {name, budget_s, approval, steps[] {id, uses, title, playbook, with, needs, if, for_each,
        timeout_s, approval, on_failure, more}}`; expressions stay as written.

    """
    return {
        "evict-playbook": 1,
        "id": playbook.id,
        "title": playbook.title,
        "description": playbook.description,
        "attack": list(playbook.attack),
        "file": playbook.file,
        "sha256": playbook.digest,
        "inputs": [
            {
                "name": one.name, "type": one.type, "description": one.description, "required": one.required,
                "default": one.default, "choices": list(one.choices),
            }
            for one in playbook.inputs
        ],
        "phases": [_phase(phase) for phase in playbook.phases],
    }  # fmt: skip


def _phase(phase: Phase) -> JsonObject:
    return {
        "name": phase.name,
        "budget_s": phase.budget_s,
        "approval": _approval(phase.approval),
        "steps": [_step(step) for step in phase.steps],
    }


def _step(step: Step) -> JsonObject:
    return {
        "id": step.id,
        "uses": step.uses,
        "title": step.title,
        "playbook": step.playbook or None,
        "with": {name: value.raw for name, value in step.arguments.items()},
        "needs": list(step.needs),
        "if": step.condition.raw if step.condition else None,
        "for_each": step.for_each.raw if step.for_each else None,
        "timeout_s": step.timeout_s,
        "approval": _approval(step.approval),
        "on_failure": step.on_failure,
        "more": step.more,
    }


def _approval(approval: Approval | None) -> JsonObject | None:
    return {"who": list(approval.who), "count": approval.count, "reason": approval.reason} if approval else None
