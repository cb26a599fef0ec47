"""What a report is a fold of: the ledger and its state, the frozen plans, the law, one time."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from runner.case.lines import Record
from runner.case.state import CaseState, JsonObject, PlanState
from runner.documents.casereport.timeline import Lane
from runner.documents.law import Law
from runner.documents.listing import deadlines
from runner.report.figures import Figures, figures
from runner.report.status import waiting


@dataclass(frozen=True)
class Source:
    """The case as the parts of a report read it."""

    records: tuple[Record, ...]
    state: CaseState
    """The fold of `records`."""
    plans: Mapping[str, JsonObject]
    """Frozen plans by their digest."""
    law: Law
    now: datetime
    tool: str

    @functools.cached_property
    def plan(self) -> PlanState | None:
        """The plan that runs, else the last one that was saved."""
        return self.state.current or next(reversed(self.state.plans.values()), None)

    @functools.cached_property
    def cut(self) -> PlanState | None:
        """The last plan under which a cut was ordered: its figures stay true when another plan has followed."""
        return next((one for one in reversed(self.state.plans.values()) if one.ordered_at), None)

    @functools.cached_property
    def figures(self) -> Figures:
        """Time to contain and skew."""
        return figures(self.cut)

    @functools.cached_property
    def waiting(self) -> list[JsonObject]:
        """What waits for people, oldest first."""
        return waiting(self.state)

    @functools.cached_property
    def duties(self) -> list[JsonObject]:
        """Every obligation with its clock, the most urgent first."""
        shape = deadlines(self.state, self.law.duties(self.state), (), (), self.now)
        return list(shape["duties"])

    @functools.cached_property
    def numbers(self) -> dict[str, int]:
        """The number of each artefact, by its digest."""
        return {sha256: number for number, sha256 in enumerate(self.state.artefacts, 1)}

    @functools.cached_property
    def asks(self) -> dict[str, str]:
        """What each question or manual task is called."""
        return {name: ask.opened.title for plan in self.state.plans.values() for name, ask in plan.asks.items()}

    @functools.cached_property
    def _steps(self) -> dict[str, JsonObject]:
        return {step["id"]: step for plan in self.plans.values() for step in plan.get("steps", ())}

    @functools.cached_property
    def _hunts(self) -> frozenset[str]:
        return frozenset(one.step for one in self.state.findings)

    def title_of(self, step: str) -> str:
        """What a step does, in its playbook's words; its id where no plan tells."""
        return str(self._planned(step).get("title") or step)

    def lane_of(self, step: str, effect: str) -> Lane:
        """Where a step is drawn."""
        phase = str(self._planned(step).get("phase", ""))
        if effect in ("contain", "destroy"):
            return Lane.CUT
        if effect in ("ask", "record"):
            return Lane.PEOPLE
        if effect == "notify":
            return Lane.DUTIES
        if step in self._hunts or phase == "hunt":
            return Lane.HUNT
        return Lane.PROOF if effect == "observe" and phase == "verify" else Lane.EVIDENCE

    def _planned(self, step: str) -> Mapping[str, Any]:
        return self._steps.get(step) or self._steps.get(step.partition("[")[0]) or {}
