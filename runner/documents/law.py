"""Everything that evict ships about the law, loaded together; each kind of data is described where it is read."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from datetime import datetime

from runner.case.state import CaseState
from runner.documents.contradictions import Conflict, Contradiction, conflicts, load_contradictions
from runner.documents.duties import Duty, evaluate
from runner.documents.facts import Catalogue, facts_of, load_catalogue
from runner.documents.filings import Filings, load_filings
from runner.documents.interactions import Interaction, InteractionWarning, load_interactions, warnings
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
        return evaluate(self.obligations, case, self.filings)

    def conflicts(self, case: CaseState, now: datetime) -> tuple[Conflict, ...]:
        """Facts of a case that cannot all be true."""
        return conflicts(self.contradictions, facts_of(case), now)

    def warnings(self, case: CaseState, moment: str, about: str = "") -> tuple[InteractionWarning, ...]:
        """What one act does to another, as a person must read it at a moment of `interactions.MOMENTS`."""
        return warnings(self.interactions, facts_of(case), moment, about)


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
