"""Everything that evict ships about the law, loaded together; each kind of data is described where it is read."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from runner.case.state import CaseState
from runner.documents.contradictions import Conflict, Contradiction, conflicts, load_contradictions
from runner.documents.duties import Duty, evaluate
from runner.documents.facts import UNKNOWN, Catalogue, Facts, facts_of, load_catalogue
from runner.documents.filings import Filings, load_filings
from runner.documents.interactions import Interaction, InteractionWarning, load_interactions, warnings, warnings_about
from runner.documents.obligations import Obligation, load_obligations


@dataclass(frozen=True)
class Law:
    """The data that a case is judged by."""

    catalogue: Catalogue
    obligations: tuple[Obligation, ...]
    filings: Filings
    contradictions: tuple[Contradiction, ...]
    interactions: tuple[Interaction, ...]

    def duties(self, case: CaseState) -> tuple[Duty, ...]:
        """Every obligation on a case, the most urgent first."""
        return evaluate(self.obligations, case, self.facts(case), self.filings)

    def facts(self, case: CaseState) -> Facts:
        """The facts of a case; what does not fit the catalogue, as a playbook may record it, is not known."""
        misfits = {name for name, _wrong in self._misfits(case)}
        return {name: UNKNOWN if name in misfits else value for name, value in facts_of(case).items()}

    def _misfits(self, case: CaseState) -> list[tuple[str, str]]:
        found = [(name, self.catalogue[name].problem(value)) for name, value in _catalogued(self.catalogue, case)]
        return [(name, wrong) for name, wrong in found if wrong]

    def conflicts(self, case: CaseState, now: datetime) -> tuple[Conflict, ...]:
        """Facts of a case that cannot all be true."""
        found = conflicts(self.contradictions, self.facts(case), now)
        misfits = [
            Conflict(f"misfit:{name}", f"{name} {wrong}; it counts as unknown", (name,))
            for name, wrong in self._misfits(case)
        ]
        return (*misfits, *found)

    def warnings(self, case: CaseState, moment: str, about: str = "") -> tuple[InteractionWarning, ...]:
        """What one act does to another, as a person must read it at a moment of `interactions.MOMENTS`."""
        return warnings(self.interactions, self.facts(case), moment, about)

    def warnings_about(self, case: CaseState, about: str) -> tuple[InteractionWarning, ...]:
        """What one act does to another, as a person must read it before acting on one obligation or document."""
        return warnings_about(self.interactions, self.facts(case), about)


def _catalogued(catalogue: Catalogue, case: CaseState) -> Iterator[tuple[str, Any]]:
    return ((name, value) for name, value in facts_of(case).items() if name in catalogue)


@functools.cache
def shipped_law() -> Law:
    """What this installation ships.

    Raises:
        InputError: a shipped file is wrong.

    """
    catalogue = load_catalogue()
    return Law(
        catalogue=catalogue,
        obligations=load_obligations(catalogue),
        filings=load_filings(catalogue),
        contradictions=load_contradictions(catalogue),
        interactions=load_interactions(catalogue),
    )
