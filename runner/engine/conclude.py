"""How a run ended, in one word and one sentence: the word that `status` shows and that becomes the exit code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from connectors.vocabulary import PathState
from runner.case.state import CaseState, PlanState
from runner.engine.schedule import UNSUCCESSFUL

EXIT_CODES = {
    "done": 0,
    "residual": 1,
    "waiting": 3,
    "failed": 4,
    "drift": 4,
    "interrupted": 130,
}
"""By the state of `run-ended`."""


@dataclass(frozen=True)
class Ending:
    """State, why, and what is waited for."""

    state: str
    why: str
    waits: tuple[str, ...] = ()
    """Ids of the gates and asks that people are waited for."""
    look_again_at: datetime | None = None
    """When something changes by itself: a phase's budget or a residual path ends. None when nothing will."""

    @property
    def exit_code(self) -> int:
        """The documented exit code of this state."""
        return EXIT_CODES[self.state]


def conclude(
    case: CaseState, plan: PlanState, waits: list[str], budgets: Mapping[str, datetime], *, interrupted: bool
) -> Ending:
    """Name the state, the worst first: interrupted, drift, waiting, failed, residual, done.

    `budgets` says when each phase that has begun and is not over runs out of its time.
    """
    ending = _ending(case, plan, waits, interrupted=interrupted)
    ends = [datetime.fromisoformat(one.until) for one in case.paths.values() if one.until]
    if ending.state == "waiting":
        ends += budgets.values()
    now = case.last_at
    return replace(ending, look_again_at=min((end for end in ends if now is None or end > now), default=None))


def _ending(case: CaseState, plan: PlanState, waits: list[str], *, interrupted: bool) -> Ending:
    if interrupted:
        return Ending("interrupted", "interrupted; everything in flight was finished and recorded", tuple(waits))
    stopped = sorted(drift.step for drift in plan.drift if drift.decision == "stop")
    if stopped:
        return Ending("drift", f"the world moved since the plan: {', '.join(stopped)}", tuple(waits))
    if waits:
        return Ending("waiting", f"{len(waits)} answer(s) or approval(s) are waited for", tuple(waits))
    failed = [step for step in plan.steps.values() if step.outcome in UNSUCCESSFUL]
    handled = {ask.opened.step for ask in plan.asks.values() if ask.answer is not None}
    open_failures = [step.id for step in failed if step.id not in handled]
    if open_failures:
        return Ending("failed", f"failed: {', '.join(open_failures)}")
    return _paths(case, plan)


def _paths(case: CaseState, plan: PlanState) -> Ending:
    if plan.saved.purpose == "restore":
        return Ending("done", "what was asked for was put back")
    left: dict[PathState, int] = {}
    for status in case.paths.values():
        if status.state not in (PathState.CUT, PathState.NOT_APPLICABLE):
            left[status.state] = left.get(status.state, 0) + 1
    denied = [step.id for step in plan.steps.values() if step.outcome == "not-attempted"]
    if left:
        words = ", ".join(f"{count} {state.value}" for state, count in sorted(left.items()))
        return Ending("residual", f"access paths not proven cut: {words}")
    if denied:
        return Ending("residual", f"not attempted: {', '.join(denied)}")
    return Ending("done", "every access path that was found is cut, and proven cut by a separate read")
