"""The clocks that run in a case: residual access that ends by itself, phases with a time budget, deadlines of the law.

Of the law they tell what the record last said; `evict deadlines` counts anew.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from runner.case.state import CaseState, PlanState, StepState

JsonObject = dict[str, Any]


def clocks(case: CaseState, plan: PlanState | None, frozen: Mapping[str, Any], now: datetime) -> list[JsonObject]:
    """Every clock that has not run out, the first to end first.

    Args:
        case: the fold of the ledger.
        plan: the plan that runs.
        frozen: that plan as JSON; empty when nobody has it.
        now: the time.

    Returns:
        `form` (residual, budget or obligation), `title`, `until`, `left_s`. An obligation stays after its time.

    """
    rows = [
        ("residual", f"{one.path['system']}: {one.path['label']}", datetime.fromisoformat(one.until))
        for one in case.paths.values()
        if one.until
    ]
    rows += _budgets(plan, frozen) if plan else []
    rows += _obligations(case)
    return [
        {"form": form, "title": title, "until": until.isoformat(), "left_s": int((until - now).total_seconds())}
        for form, title, until in sorted(rows, key=lambda row: (row[2], row[1]))
        if until > now or form == "obligation"
    ]


def _obligations(case: CaseState) -> list[tuple[str, str, datetime]]:
    """Open duties with a date, law and target told apart."""
    rows = []
    for one in case.obligations.values():
        now = one.now
        done = now.get("done") or (one.marked is not None and one.marked.done)
        if now.get("standing") == "due" and now["deadline"] and now["basis"] != "retention" and not done:
            basis = "" if now["basis"] == "law" else " (target, not law)"
            rows.append(("obligation", f"{now['title']}{basis}", datetime.fromisoformat(now["deadline"])))
    return rows


def _budgets(plan: PlanState, frozen: Mapping[str, Any]) -> list[tuple[str, str, datetime]]:
    """The budget of each phase that has begun and has a step without an outcome."""
    rows = []
    for phase in frozen.get("phases", ()):
        members = _members(plan, frozen.get("steps", ()), phase["name"])
        begun = [step.started_at for step in members if step.started_at]
        over = phase["name"] in plan.budgets_passed or all(step.outcome for step in members)
        if phase.get("budget_s") and begun and not over:
            rows.append(("budget", f"phase {phase['name']}", min(begun) + timedelta(seconds=phase["budget_s"])))
    return rows


def _members(plan: PlanState, steps: Sequence[JsonObject], phase: str) -> list[StepState]:
    """The phase's steps as far as they are known; one that has not begun counts too."""
    names = {step["id"] for step in steps if step["phase"] == phase}
    known = [step for name, step in plan.steps.items() if name in names or name.partition("[")[0] in names]
    missing = names - {step.id for step in known} - {step.id.partition("[")[0] for step in known}
    return [*known, *(StepState(name) for name in sorted(missing))]
