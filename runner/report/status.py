"""The status of a case as a documented, versioned JSON shape (`evict status --json`)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from runner.case.fold import fold
from runner.case.folder import Case
from runner.case.state import AskState, CaseState, GateState, PathStatus, PlanState
from runner.report.clocks import clocks
from runner.report.figures import figures
from runner.report.naming import endings

JsonObject = dict[str, Any]

STATUS_VERSION = 1


def case_status(case: Case) -> JsonObject:
    """The status of a case folder as it is now."""
    state = fold(case.ledger.read())
    return status(state, frozen=frozen_plan_json(case, state))


def frozen_plan_json(case: Case, state: CaseState) -> JsonObject:
    """The plan that runs, or the last one that was saved, as JSON; empty when there is none.

    Raises:
        IntegrityError: it is missing or altered.

    """
    plan = state.current or _last_plan(state)
    return dict(json.loads(case.frozen(plan.saved.plan))) if plan else {}


def status(case: CaseState, now: datetime | None = None, *, frozen: Mapping[str, Any] | None = None) -> JsonObject:
    """Everything the board shows.

    Args:
        case: the fold of the ledger.
        now: the time.
        frozen: the current plan as JSON; without it the clocks of phase budgets are not known.

    Returns:
        `evict-status` (version), `case`, `title`, `mode`, `exercise`, `state`, `why`, `plan`, `playbook`,
        `time_to_contain_s`, `skew_s`, `consistent_after_s`, `paths[] {system, account, kind, id, label, state,
        until, left_s, reason}`, `steps[] {id, uses, outcome, why, attempts}`, `conflicts[] {id, says, facts}`,
        `clocks[] {form, title, until, left_s}`, `waiting[] {id, name, form, title, who, text}`, `facts`,
        `receipts`, `incomplete_receipts`, `findings`, `artefacts`, `ledger {size, head}`.

    """
    now = now or datetime.now(UTC)
    plan = case.current or _last_plan(case)
    numbers = figures(plan)
    word, why = state_of(case)
    return {
        "evict-status": STATUS_VERSION,
        "case": case.case_id,
        "title": case.title,
        "mode": case.mode,
        "exercise": case.mode == "exercise",
        "state": word,
        "why": why,
        "plan": plan.saved.plan if plan else None,
        "playbook": plan.saved.playbook if plan else None,
        "time_to_contain_s": numbers.time_to_contain_s,
        "skew_s": numbers.skew_s,
        "consistent_after_s": numbers.consistent_after_s,
        "paths": [_path(one, now) for _key, one in sorted(case.paths.items())],
        "steps": [
            {
                "id": step.id,
                "uses": step.uses,
                "outcome": step.outcome or None,
                "why": step.why,
                "attempts": step.attempts,
            }
            for step in (plan.steps.values() if plan else ())
        ],
        "conflicts": case.contradictions,
        "clocks": clocks(case, plan, frozen or {}, now),
        "waiting": waiting(case),
        "facts": {name: fact.value for name, fact in sorted(case.facts.items())},
        "receipts": len(case.receipts),
        "incomplete_receipts": sum(1 for one in case.receipts if one.receipt.get("complete") != "complete"),
        "findings": [one.finding for one in case.findings],
        "artefacts": len(case.artefacts),
        "ledger": {"size": case.size, "head": case.head},
    }


def state_of(case: CaseState) -> tuple[str, str]:
    """One word and a sentence: opened, planned, running, or how the last run ended."""
    if not case.plans:
        return "opened", "no plan yet"
    if not case.runs:
        return "planned", "not run yet"
    last = case.runs[-1]
    if last.ended is None:
        process = last.started.process
        return (
            "running",
            f"run {last.started.run} (process {process.get('pid')} on {process.get('host')}) has not ended",
        )
    if last.ended.state == "waiting" and not waiting(case):
        return "ready", "everything that was waited for is answered; go on with `evict resume`"
    return last.ended.state, last.ended.why


def waiting(case: CaseState) -> list[JsonObject]:
    """Approvals, questions and cards that wait for a person, oldest first."""
    rows: list[tuple[datetime, JsonObject]] = []
    for plan in case.plans.values():
        if plan.started and plan is not case.current:
            continue
        rows.extend((gate.opened_at, _gate(gate)) for gate in plan.gates.values() if gate.waiting)
        rows.extend((ask.opened_at, _ask(ask)) for ask in plan.asks.values() if ask.answer is None)
    found = [row for _at, row in sorted(rows, key=lambda pair: pair[0])]
    names = endings([row["id"] for row in found])
    return [{**row, "name": names[row["id"]]} for row in found]


def _last_plan(case: CaseState) -> PlanState | None:
    return list(case.plans.values())[-1] if case.plans else None


def _path(one: PathStatus, now: datetime) -> JsonObject:
    left = None
    if one.until:
        left = max(0, int((datetime.fromisoformat(one.until) - now).total_seconds()))
    return {
        "system": one.path["system"],
        "account": one.path["account"],
        "kind": one.path["kind"],
        "id": one.path["id"],
        "label": one.path["label"],
        "state": one.state.value,
        "until": one.until,
        "left_s": left,
        "reason": one.reason,
    }


def _gate(gate: GateState) -> JsonObject:
    opened = gate.opened
    given = [answer.by for answer in gate.approvals]
    return {
        "id": opened.gate,
        "form": "approval",
        "title": f"{len(given)} of {opened.count} approvals for {opened.gate.split('/', 1)[1]}",
        "who": opened.who,
        "not": opened.requested_by,
        "given": given,
        "text": opened.steps,
        "plan": opened.plan,
    }


def _ask(ask: AskState) -> JsonObject:
    opened = ask.opened
    return {
        "id": opened.ask,
        "form": opened.form,
        "title": opened.title,
        "who": opened.who,
        "text": opened.text,
        "expect": opened.expect,
        "type": opened.type,
        "choices": opened.choices,
    }
