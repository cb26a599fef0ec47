"""The closed set of typed ledger events.

An event is a frozen dataclass with a `kind` and a `version`; its fields are JSON values only. Meaning is
written here and in `docs/ledger-format.md`. Times inside events are RFC 3339 UTC strings with microseconds.
An unknown kind or version is an integrity error, never skipped.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

JsonObject = dict[str, Any]


@dataclass(frozen=True)
class Event:
    """Base of every event."""

    kind: ClassVar[str]
    version: ClassVar[int] = 1


@dataclass(frozen=True)
class CaseOpened(Event):
    """The first event of every ledger."""

    kind = "case-opened"
    case_id: str
    title: str
    mode: str
    """"real" or "exercise"; an exercise can never become real."""
    opened_by: str
    tool: str
    """Name and version of the program that opened it."""
    subject: JsonObject


@dataclass(frozen=True)
class FactRecorded(Event):
    """One statement about the case; a later one of the same name supersedes, history stays."""

    kind = "fact-recorded"
    name: str
    type: str
    value: Any
    source: JsonObject
    """{"kind": "case-file|person|step|artefact", "name": …}."""
    confidence: str = "stated"
    why: str = ""
    unknown: bool = False
    """It was asked, and nobody knows: `value` is null then. Not the same as no, and not the same as unasked."""


@dataclass(frozen=True)
class FileFrozen(Event):
    """Bytes kept under `frozen/<sha256>`: a playbook, estate, case file, plan, allowed_signers."""

    kind = "file-frozen"
    role: str
    name: str
    sha256: str
    size: int


@dataclass(frozen=True)
class PlanSaved(Event):
    """A plan exists; approvals and runs bind to its digest."""

    kind = "plan-saved"
    plan: str
    """SHA-256 of the canonical plan, also its name under `frozen/`."""
    purpose: str
    """"run" or "restore"."""
    playbook: str
    requested_by: str
    signature: str = ""


@dataclass(frozen=True)
class RunStarted(Event):
    """A process took the case and begins or resumes a plan."""

    kind = "run-started"
    run: str
    plan: str
    by: str
    process: JsonObject
    resumed: bool = False


@dataclass(frozen=True)
class RunEnded(Event):
    """The process let go. `size` and `head` name the ledger just before this event."""

    kind = "run-ended"
    run: str
    state: str
    """done | residual | waiting | failed | interrupted | drift."""
    why: str
    size: int
    head: str


@dataclass(frozen=True)
class GateOpened(Event):
    """An approval is asked for."""

    kind = "gate-opened"
    gate: str
    steps: list[str]
    plan: str
    count: int
    """How many different people must approve."""
    who: list[str]
    """Roles or people that may."""
    reason_required: bool
    requested_by: str


@dataclass(frozen=True)
class GateAnswered(Event):
    """One signed approval or denial; `statement` is exactly the text that was signed."""

    kind = "gate-answered"
    gate: str
    answer: str
    """"approve" or "deny"."""
    by: str
    statement: str
    signature: str
    key: str
    """Fingerprint of the signing key."""


@dataclass(frozen=True)
class StepExpanded(Event):
    """A data-driven `for_each` got its items; instance ids are `step[0]`, `step[1]`, …."""

    kind = "step-expanded"
    step: str
    items: list[Any]


@dataclass(frozen=True)
class StepStarted(Event):
    """Write-ahead intent of a whole step; durable before the step touches the world."""

    kind = "step-started"
    step: str
    run: str
    attempt: int
    uses: str
    effect: str
    inputs: JsonObject
    system: str = ""


@dataclass(frozen=True)
class StepRetried(Event):
    """An attempt failed in a way that is safe to repeat."""

    kind = "step-retried"
    step: str
    attempt: int
    error: str
    wait_s: float


@dataclass(frozen=True)
class StepEnded(Event):
    """A step's one outcome."""

    kind = "step-ended"
    step: str
    outcome: str
    why: str
    outputs: JsonObject = field(default_factory=dict)


@dataclass(frozen=True)
class Armed(Event):
    """Everything for the cut is ready: sessions open, ids resolved, operations fixed."""

    kind = "armed"
    steps: list[str]
    operations: int


@dataclass(frozen=True)
class CutOrdered(Event):
    """Go: the one moment from which time to contain counts."""

    kind = "cut-ordered"
    steps: list[str]


@dataclass(frozen=True)
class OperationIntended(Event):
    """Write-ahead intent of one cut or restore of one access path."""

    kind = "operation-intended"
    step: str
    verb: str
    """"cut" or "restore"."""
    path: JsonObject
    attempt: int = 1


@dataclass(frozen=True)
class OperationEnded(Event):
    """What the system answered. Accepted is not proven; see `paths-observed`."""

    kind = "operation-ended"
    step: str
    verb: str
    path: str
    """Key of the access path."""
    outcome: str
    why: str
    landed_at: str = ""


@dataclass(frozen=True)
class PathsObserved(Event):
    """What one read saw of one account."""

    kind = "paths-observed"
    step: str
    system: str
    account: str
    read_at: str
    read_by: str
    moment: str
    """before | after | watch."""
    paths: list[JsonObject]
    unread: JsonObject = field(default_factory=dict)


@dataclass(frozen=True)
class SystemVerified(Event):
    """No operable path of a step still stands by a separate read; `consistent_after_s` is the measured lag."""

    kind = "system-verified"
    step: str
    system: str
    verified_at: str
    standing: int
    residual: int
    consistent_after_s: float


@dataclass(frozen=True)
class DriftFound(Event):
    """The world differs from the plan."""

    kind = "drift-found"
    step: str
    decision: str
    """cut | ask | stop | already-so."""
    more: list[JsonObject]
    less: list[str]
    changed: list[JsonObject]


@dataclass(frozen=True)
class BudgetPassed(Event):
    """A phase's time budget ended; what was not finished is named, and the cut goes ahead."""

    kind = "budget-passed"
    phase: str
    budget_s: float
    unfinished: list[str]


@dataclass(frozen=True)
class AskOpened(Event):
    """A question or a card (a manual task) waits for a person."""

    kind = "ask-opened"
    ask: str
    step: str
    form: str
    """"question" or "card"."""
    title: str
    text: list[str]
    expect: str
    type: str
    who: list[str]
    choices: list[str] = field(default_factory=list)
    path: str = ""
    fact: str = ""


@dataclass(frozen=True)
class AskAnswered(Event):
    """A person answered."""

    kind = "ask-answered"
    ask: str
    value: Any
    by: str
    why: str = ""


@dataclass(frozen=True)
class ArtefactStored(Event):
    """One artefact is in the evidence store."""

    kind = "artefact-stored"
    step: str
    sha256: str
    size: int
    name: str
    media_type: str
    source: str


@dataclass(frozen=True)
class ReceiptMade(Event):
    """What proves how complete a collection is."""

    kind = "receipt-made"
    step: str
    receipt: JsonObject


@dataclass(frozen=True)
class FindingMade(Event):
    """A hunt found something."""

    kind = "finding-made"
    step: str
    finding: JsonObject


@dataclass(frozen=True)
class DocumentRendered(Event):
    """A document was written to `documents/<file>`."""

    kind = "document-rendered"
    document: str
    """Id of its template, which is frozen under the role `template/<id>`."""
    format: str
    """docx, pdf or html."""
    file: str
    sha256: str
    template: str
    """SHA-256 of the template."""
    missing: list[str]
    """Facts whose mark stands on it because nobody was asked."""
    unknown: list[str]
    """Facts whose mark stands on it because nobody knows."""
    facts_as_of: str
    final: bool
    by: str


@dataclass(frozen=True)
class ObligationChanged(Event):
    """A fact changed what an obligation asks for; recorded with it, so that it shows what was known when."""

    kind = "obligation-changed"
    id: str
    was: JsonObject
    """What the record said before; empty when it said nothing."""
    now: JsonObject
    """{"standing", "deadline", "last_day", "kind", "basis", "title", "who", "done"}."""
    because: list[str]
    """The conditions that decided, or the facts that are missing."""
    working: list[str]
    """How the deadline was counted: event, rule, calendar, days, zone."""


@dataclass(frozen=True)
class ObligationMarked(Event):
    """A person says that an obligation was met, or takes that back."""

    kind = "obligation-marked"
    id: str
    done: bool
    reference: str
    """What proves it: a receipt number, a portal reference, a letter."""
    by: str
    why: str = ""


@dataclass(frozen=True)
class ContradictionsFound(Event):
    """Facts that cannot all be true, as they stand after the last change; an empty list means there are none now."""

    kind = "contradictions-found"
    found: list[JsonObject]
    """{"id", "says", "facts"}."""


@dataclass(frozen=True)
class PaymentGateClosed(Event):
    """Somebody closes the payment gate again; anybody of the estate's people may, at any time."""

    kind = "payment-gate-closed"
    gate: str
    by: str
    why: str


@dataclass(frozen=True)
class TailSetAside(Event):
    """A torn last line was found after a crash and kept as a file."""

    kind = "tail-set-aside"
    file: str
    size: int
    sha256: str
    after_seq: int


EVENTS: dict[str, type[Event]] = {
    cls.kind: cls
    for cls in (
        CaseOpened,
        FactRecorded,
        FileFrozen,
        PlanSaved,
        RunStarted,
        RunEnded,
        GateOpened,
        GateAnswered,
        StepExpanded,
        StepStarted,
        StepRetried,
        StepEnded,
        Armed,
        CutOrdered,
        OperationIntended,
        OperationEnded,
        PathsObserved,
        SystemVerified,
        DriftFound,
        BudgetPassed,
        AskOpened,
        AskAnswered,
        ArtefactStored,
        ReceiptMade,
        FindingMade,
        DocumentRendered,
        ObligationChanged,
        ObligationMarked,
        ContradictionsFound,
        PaymentGateClosed,
        TailSetAside,
    )
}
