"""The clocks of a case: what ends by itself, and budgets that run."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from connectors.vocabulary import PathState
from runner.case.events import BudgetPassed, PlanSaved
from runner.case.state import CaseState, PathStatus, PlanState, StepState
from runner.report.clocks import clocks

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
FROZEN = {
    "phases": [{"name": "preserve", "budget_s": 600}, {"name": "cut", "budget_s": None}],
    "steps": [{"id": "history", "phase": "preserve"}, {"id": "cut[0]", "phase": "cut"}],
}


def plan(**steps: StepState) -> PlanState:
    return PlanState(PlanSaved("d", "run", "p", "r"), NOW, steps=steps)


def begun(name: str, outcome: str = "") -> StepState:
    return StepState(name, started_at=NOW - timedelta(seconds=60), outcome=outcome)


def test_a_budget_runs_from_its_first_step_until_its_last_outcome() -> None:
    rows = clocks(CaseState(), plan(history=begun("history")), FROZEN, NOW)
    assert [(row["form"], row["title"], row["left_s"]) for row in rows] == [("budget", "phase preserve", 540)]
    assert clocks(CaseState(), plan(), FROZEN, NOW) == []
    assert clocks(CaseState(), plan(history=begun("history", "done")), FROZEN, NOW) == []


def test_instances_of_a_step_count_for_its_phase() -> None:
    state = plan(**{"history[0]": begun("history[0]", "done"), "history[1]": begun("history[1]")})
    assert len(clocks(CaseState(), state, FROZEN, NOW)) == 1


def test_a_budget_that_passed_is_no_clock() -> None:
    state = plan(history=begun("history"))
    state.budgets_passed["preserve"] = BudgetPassed("preserve", 600, ["history"])
    assert clocks(CaseState(), state, FROZEN, NOW) == []


def test_what_outlives_the_cut_counts_down_and_then_goes() -> None:
    until = (NOW + timedelta(hours=2)).isoformat()
    status = PathStatus({"system": "s", "label": "token"}, PathState.RESIDUAL, "", until, NOW)
    case = CaseState(paths={"k": status})
    assert [row["left_s"] for row in clocks(case, None, {}, NOW)] == [7200]
    assert clocks(case, None, {}, NOW + timedelta(hours=3)) == []
