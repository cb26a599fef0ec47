"""The state of a case, as `runner.case.fold` makes it from the ledger. Board, exit code and scheduler read it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from connectors.vocabulary import PathState
from runner.case import events as ev

JsonObject = dict[str, Any]

PAYMENT_CASE = "payment-case"
"""Role of the frozen file that a payment gate binds to: who asks for which act, on what ground, until when."""


@dataclass
class FactState:
    """The current value of one fact, and what it was before."""

    name: str
    type: str
    value: Any
    source: JsonObject
    confidence: str
    at: datetime
    why: str
    unknown: bool = False
    """It was asked, and nobody knows."""
    history: list[FactState] = field(default_factory=list)


@dataclass
class StepState:
    """One step (or one instance of a `for_each` step)."""

    id: str
    uses: str = ""
    effect: str = ""
    system: str = ""
    inputs: JsonObject = field(default_factory=dict)
    attempts: int = 0
    started_at: datetime | None = None
    ended_at: datetime | None = None
    outcome: str = ""
    why: str = ""
    outputs: JsonObject = field(default_factory=dict)

    @property
    def open(self) -> bool:
        """Started, and no outcome is known."""
        return self.started_at is not None and not self.outcome


@dataclass
class OperationState:
    """One cut or restore of one access path."""

    step: str
    verb: str
    path: JsonObject
    key: str
    attempts: int
    intended_at: datetime
    outcome: str = ""
    why: str = ""
    landed_at: str = ""


@dataclass
class GateState:
    """One approval that is asked for."""

    opened: ev.GateOpened
    opened_at: datetime
    approvals: list[ev.GateAnswered] = field(default_factory=list)
    denials: list[ev.GateAnswered] = field(default_factory=list)
    closed: ev.PaymentGateClosed | None = None
    """Only a payment gate can be closed again."""

    @property
    def granted(self) -> bool:
        """Enough different people approved and nobody denied."""
        return not self.denials and len({answer.by for answer in self.approvals}) >= self.opened.count

    @property
    def waiting(self) -> bool:
        """Neither granted nor denied."""
        return not self.denials and not self.granted


@dataclass
class AskState:
    """One question or card."""

    opened: ev.AskOpened
    opened_at: datetime
    answer: ev.AskAnswered | None = None
    answered_at: datetime | None = None


@dataclass
class PathStatus:
    """What is known of one access path now."""

    path: JsonObject
    state: PathState
    reason: str
    until: str | None
    at: datetime


@dataclass
class RunState:
    """One process's hold on the case."""

    started: ev.RunStarted
    started_at: datetime
    ended: ev.RunEnded | None = None
    ended_at: datetime | None = None


@dataclass
class PlanState:
    """A saved plan and how far its execution is."""

    saved: ev.PlanSaved
    at: datetime
    steps: dict[str, StepState] = field(default_factory=dict)
    expanded: dict[str, list[Any]] = field(default_factory=dict)
    operations: dict[str, OperationState] = field(default_factory=dict)
    gates: dict[str, GateState] = field(default_factory=dict)
    asks: dict[str, AskState] = field(default_factory=dict)
    budgets_passed: dict[str, ev.BudgetPassed] = field(default_factory=dict)
    drift: list[ev.DriftFound] = field(default_factory=list)
    phase_started: dict[str, datetime] = field(default_factory=dict)
    armed_at: datetime | None = None
    ordered_at: datetime | None = None
    verified: dict[str, ev.SystemVerified] = field(default_factory=dict)
    """By "step|system"."""
    started: bool = False


@dataclass
class ObligationState:
    """What the record says of one obligation."""

    id: str
    now: JsonObject = field(default_factory=dict)
    """As the last `obligation-changed` says; empty before the first."""
    changed_at: datetime | None = None
    marked: ev.ObligationMarked | None = None


@dataclass
class CaseState:
    """Everything that the ledger says, folded."""

    case_id: str = ""
    title: str = ""
    mode: str = "real"
    subject: JsonObject = field(default_factory=dict)
    opened_by: str = ""
    opened_at: datetime | None = None
    facts: dict[str, FactState] = field(default_factory=dict)
    frozen: dict[str, ev.FileFrozen] = field(default_factory=dict)
    """The latest frozen file of each role."""
    plans: dict[str, PlanState] = field(default_factory=dict)
    runs: list[RunState] = field(default_factory=list)
    paths: dict[str, PathStatus] = field(default_factory=dict)
    artefacts: dict[str, ev.ArtefactStored] = field(default_factory=dict)
    receipts: list[ev.ReceiptMade] = field(default_factory=list)
    findings: list[ev.FindingMade] = field(default_factory=list)
    documents: list[ev.DocumentRendered] = field(default_factory=list)
    known_at: datetime | None = None
    """When the case last learned something: the time of the last record that is not about its own papers."""
    obligations: dict[str, ObligationState] = field(default_factory=dict)
    contradictions: list[JsonObject] = field(default_factory=list)
    payment_gates: dict[str, GateState] = field(default_factory=dict)
    """By gate, in the order in which they were asked for; the digest of each one's frozen case stands in it."""
    torn_tails: list[ev.TailSetAside] = field(default_factory=list)
    size: int = 0
    last_seq: int = 0
    head: str = ""
    last_at: datetime | None = None
    current: PlanState | None = None


def path_key(path: JsonObject) -> str:
    """The identity of a path that stands in an event, as `AccessPath.key` gives it."""
    return f"{path['system']}|{path['account']}|{path['kind']}|{path['id']}"


def is_yes(value: object) -> bool:
    """Whether a card's answer says that the task was done."""
    return value is True or str(value).strip().lower() in {"yes", "done", "true"}
