"""The figures of a run: time to contain and skew, from the ledger alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from runner.case.state import PlanState


@dataclass(frozen=True)
class Figures:
    """All in seconds; None while it cannot be said."""

    time_to_contain_s: float | None
    """From the order to cut until the last system was verified."""
    skew_s: float | None
    """From the first cut that landed until the last cut that landed, over all systems."""
    consistent_after_s: float | None
    """The longest that a system still showed a path standing after its cut was accepted."""


def figures(plan: PlanState | None) -> Figures:
    """The figures of one plan's cut."""
    if plan is None or plan.ordered_at is None:
        return Figures(None, None, None)
    landed = sorted(_moment(op.landed_at) for op in plan.operations.values() if op.verb == "cut" and op.landed_at)
    verified = [_moment(event.verified_at) for event in plan.verified.values()]
    systems = {op.path["system"] for op in plan.operations.values() if op.verb == "cut"}
    proven = {event.system for event in plan.verified.values()}
    contained = max(verified) if verified and systems <= proven else None
    return Figures(
        _seconds(plan.ordered_at, contained) if contained else None,
        _seconds(landed[0], landed[-1]) if landed else None,
        max((event.consistent_after_s for event in plan.verified.values()), default=None),
    )


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _seconds(start: datetime, end: datetime) -> float:
    return round((end - start).total_seconds(), 3)
