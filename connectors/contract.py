"""What a connector is: what a third-party connector imports.

Of evict it needs besides only `connectors.errors`, `connectors.secrets`, and, where it speaks HTTP,
`connectors.routes` and `connectors.http`.

A connector speaks to one vendor. It offers *actions* (typed inputs and outputs, one declared effect each)
and, where the vendor has logins to cut, a *containment*: the four verbs discover, observe, cut, restore.
The registry turns a containment into the actions `<connector>.discover`, `.observe`, `.cut`, `.restore`
and `.verify`, so that playbooks name them like any other action.

Rules of the contract, which `connectors.testing.conformance` checks for a containment in a world that it is lent
(docs/writing-a-connector.md):

1. `discover` and `observe` only read.
2. `cut` of one path, followed by `observe`, no longer shows it standing.
3. `cut` twice is harmless.
4. `restore` gives back what was observed before the cut and never more.
5. Every declared permission is needed, and the declared ones are enough.
6. Only errors of `connectors.errors` leave a connector.
7. No secret is ever part of a path, an output, an artefact name or an error.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Protocol

from connectors.rates import RateBudgets
from connectors.vocabulary import (
    AccessPath,
    Account,
    Effect,
    Json,
    Manual,
    Notice,
    Observation,
    Outcome,
    PathKind,
    PathState,
    Persona,
    Subject,
    Undo,
    settle,
)


@dataclass(frozen=True)
class Field:
    """One typed input, output, setting or identifier. `type` is a name of `connectors.types`."""

    name: str
    type: str
    doc: str
    required: bool = True
    default: Json = None
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class SecretRef:
    """Where a secret is to be fetched: never the secret itself.

    `kind` is one of env, file, keyring, aws-profile, command, none; `value` is the variable name, path,
    "service/user", profile name or argument list.
    """

    kind: str
    value: str | tuple[str, ...]


@dataclass(frozen=True)
class System:
    """One entry of `estate.yaml`: a tenant, an organisation, a directory that evict may act on."""

    name: str
    connector: str
    settings: Mapping[str, Json]
    reader: Mapping[str, SecretRef]
    cutter: Mapping[str, SecretRef]
    rate: float | None = None
    """Calls per second that all steps together may make; None means the connector's own default."""
    settle_s: float | None = None
    """Seconds of eventual consistency to wait out; None means the containment's own `settle_s`."""


class Session(Protocol):
    """An opened, thread-safe hold on one system under one identity."""

    def close(self) -> None:
        """Release connections and forget the credential."""


@dataclass(frozen=True)
class ArtefactRef:
    """An artefact that is already in the evidence store."""

    sha256: str
    size: int
    name: str
    media_type: str


@dataclass(frozen=True)
class Gap:
    """Something that a collection should have brought and did not, with the reason."""

    what: str
    why: str


@dataclass(frozen=True)
class Receipt:
    """What proves that a collection is complete. `complete` is "complete", "incomplete" or "cannot-tell"."""

    source: str
    query: Mapping[str, Json]
    complete: str
    why: str = ""
    start: datetime | None = None
    end: datetime | None = None
    pages: int = 0
    records: int = 0
    duplicates: int = 0
    first: datetime | None = None
    last: datetime | None = None
    gaps: tuple[Gap, ...] = ()
    retention: str = ""
    artefacts: tuple[str, ...] = ()
    """SHA-256 of the artefacts it speaks of."""
    clock_offset_s: float | None = None
    """Seconds that the source's clock was ahead of ours; None where it told no time."""


@dataclass(frozen=True)
class Finding:
    """One thing that a hunt found: how, what it allows, and the action that removes it."""

    id: str
    system: str
    kind: str
    title: str
    found_by: str
    allows: str
    remove: str
    by_subject: bool | None
    """True when the audit log shows the subject made it; None when nobody can tell."""
    severity: str = "high"
    detail: Mapping[str, Json] = field(default_factory=dict)


class Readiness(StrEnum):
    """What a pre-flight question came to."""

    READY = "ready"
    NOT_READY = "not-ready"
    CANNOT_TELL = "cannot-tell"
    NOT_APPLICABLE = "not-applicable"


@dataclass(frozen=True)
class Check:
    """One question asked before anything is touched: whether a credential, a role or a licence will do.

    Holds no time and no counter, so that two plans of an unchanged world are byte-equal.
    """

    id: str
    """Stable, e.g. "cutter-consent/User.RevokeSessions.All"."""
    asks: str
    """What is asked, as a person reads it, e.g. "the cutter's consent to User.RevokeSessions.All"."""
    readiness: Readiness
    why: str = ""
    fix: str = ""
    """The role, consent or licence to add, and where."""


@dataclass(frozen=True)
class ActionResult:
    """What one run of an action gave back."""

    outputs: Mapping[str, Json] = field(default_factory=dict)
    outcome: Outcome = Outcome.DONE
    why: str = ""
    receipts: tuple[Receipt, ...] = ()
    findings: tuple[Finding, ...] = ()


class ActionContext(Protocol):
    """What the engine lends to a running action."""

    @property
    def case_id(self) -> str:
        """The case's id, for names and tags."""
        ...

    @property
    def subject(self) -> Subject:
        """The subject of the case."""
        ...

    @property
    def accounts(self) -> tuple[Account, ...]:
        """The subject's accounts in this step's system."""
        ...

    def now(self) -> datetime:
        """UTC time; the only clock an action may read."""
        ...

    def pause(self, seconds: float) -> None:
        """Wait; wakes early with OutOfTimeError or an interrupt."""
        ...

    def store(self, name: str, data: bytes | Iterable[bytes], media_type: str = "application/json") -> ArtefactRef:
        """Put bytes into the evidence store; `name` is metadata only, never a path."""
        ...

    def progress(self, text: str, done: int = 0, total: int = 0) -> None:
        """Tell a watching person how far a long read is."""
        ...

    def cancelled(self) -> bool:
        """True when the action should stop at the next safe point."""
        ...


class Action(ABC):
    """One thing a connector can do. Subclass it and fill in every declaration."""

    name: ClassVar[str]
    """`connector.action`, as playbooks write it after `uses:`."""
    title: ClassVar[str]
    doc: ClassVar[str]
    effect: ClassVar[Effect]
    inputs: ClassVar[tuple[Field, ...]] = ()
    outputs: ClassVar[tuple[Field, ...]] = ()
    permissions: ClassVar[tuple[str, ...]] = ()
    notice: ClassVar[Notice] = Notice.NEVER
    notice_why: ClassVar[str] = ""
    destroys: ClassVar[tuple[str, ...]] = ()
    """Evidence classes this loses; lint demands that an earlier step preserves each."""
    preserves: ClassVar[tuple[str, ...]] = ()
    attack: ClassVar[tuple[str, ...]] = ()
    """MITRE ATT&CK technique ids that it answers."""
    defend: ClassVar[tuple[str, ...]] = ()
    """MITRE D3FEND technique ids that it is."""
    sources: ClassVar[tuple[str, ...]] = ()
    """Where the vendor documents the calls."""
    repeatable: ClassVar[bool] = True
    """True when doing it twice is the same as once, so that a retry after a lost reply is safe."""
    needs_system: ClassVar[bool] = True
    moves_value: ClassVar[bool] = False
    """True when it moves money or anything of worth, or tells somebody to. The engine then refuses it unless the case's
    payment gate is open for its input `act`, which names the act in the words of the licence or opinion."""

    @abstractmethod
    def run(self, session: Session, inputs: Mapping[str, Json], context: ActionContext) -> ActionResult:
        """Do it.

        Raises:
            WorldError: the system misbehaved; the engine decides on a retry.

        """


@dataclass(frozen=True)
class CutOrder:
    """Who orders a cut and when: names and time-stamps that policies and tags carry."""

    case_id: str
    at: datetime
    subject: Subject | None = None
    options: Mapping[str, Json] = field(default_factory=dict)
    pause: Callable[[float], None] | None = None
    """Wait; wakes early when the step's time is up."""


@dataclass(frozen=True)
class Landed:
    """A system accepted a cut or a restore. Accepted is not proven: the path becomes `issued`."""

    at: datetime
    outcome: Outcome = Outcome.DONE
    detail: str = ""
    one_time_secret: str = field(default="", repr=False)
    """Something a person must be told once (a new password); shown, never recorded."""


class Containment(ABC):
    """The four verbs over access paths in one vendor's systems."""

    permissions: ClassVar[Mapping[str, tuple[str, ...]]]
    """Permissions by verb: "discover", "observe", "cut", "restore"."""
    notice: ClassVar[Mapping[str, Notice]]
    """Whether the subject can notice each verb."""
    attack: ClassVar[tuple[str, ...]] = ()
    defend: ClassVar[tuple[str, ...]] = ()
    sources: ClassVar[tuple[str, ...]] = ()
    destroys: ClassVar[tuple[str, ...]] = ()
    settle_s: ClassVar[float] = 0.0
    """Seconds of eventual consistency: a read counts as proof only when repeated after this long."""

    @abstractmethod
    def discover(self, session: Session, subject: Subject) -> tuple[Account, ...]:
        """The subject's accounts, from exact identifiers only, sorted."""

    @abstractmethod
    def observe(
        self, session: Session, account: Account, subject: Subject, known: tuple[AccessPath, ...] = ()
    ) -> Observation:
        """List the access paths of one account, standing or not. Reads only; sorted by key.

        `known` are paths of earlier reads. A path that could be missed only because the way to it was cut (the
        running sessions of a role that may not be assumed any more) must be judged on its own, not left out:
        what an observation leaves out counts as cut.
        """

    @abstractmethod
    def cut(self, session: Session, path: AccessPath, order: CutOrder) -> Landed:
        """Remove one standing path. Cutting what no longer stands is `already-so`."""

    @abstractmethod
    def restore(self, session: Session, path: AccessPath, order: CutOrder) -> Landed:
        """Put one path back as `path.before` recorded it, and no more."""

    def predict(self, path: AccessPath, at: datetime | None) -> AccessPath:
        """The path as a later read will show it once cut; pure. `at` is None in a plan."""
        if path.manual is not None:
            return path
        if path.survives_s:
            return path.seen(PathState.RESIDUAL, path.reason)
        return path.seen(PathState.CUT, "predicted")


class Connector(ABC):
    """One vendor."""

    name: ClassVar[str]
    title: ClassVar[str]
    doc: ClassVar[str]
    settings: ClassVar[tuple[Field, ...]] = ()
    """Keys that `estate.yaml` may give under this system."""
    identifiers: ClassVar[tuple[Field, ...]] = ()
    """Exact identifiers that a persona may carry for this connector in `case.yaml`."""
    credentials: ClassVar[tuple[Field, ...]] = ()
    """Names of the secrets that `reader` and `cutter` may reference."""
    rate: ClassVar[float] = 50.0
    """Default calls per second to one system."""
    containment: ClassVar[Containment | None] = None
    extra_actions: ClassVar[tuple[Action, ...]] = ()
    preflight_permissions: ClassVar[tuple[str, ...]] = ()
    """What the reader needs for `preflight` beyond what discover and observe need; without one a check cannot tell."""

    @abstractmethod
    def open(self, system: System, *, cutter: bool, read_only: bool, budgets: RateBudgets) -> Session:
        """Open a session with the reader's or the cutter's credential, behind the read-only guard if asked.

        `budgets` are this system's, the same for all of its sessions: take a turn before each call.

        Raises:
            SecretError: the credential's reference cannot be resolved.
            WorldError: the system cannot be reached or refuses the credential.

        """

    def preflight(self, session: Session, accounts: tuple[Account, ...]) -> tuple[Check, ...]:
        """What could keep a cut of these accounts from working, asked with the reader's session, sorted by id.

        Without accounts only what concerns the system itself is asked. A question that cannot be read is
        `CANNOT_TELL` with the reason, never left out.
        """
        del session, accounts
        return ()


__all__ = [
    "AccessPath",
    "Account",
    "Action",
    "ActionContext",
    "ActionResult",
    "ArtefactRef",
    "Check",
    "Connector",
    "Containment",
    "CutOrder",
    "Effect",
    "Field",
    "Finding",
    "Gap",
    "Json",
    "Landed",
    "Manual",
    "Notice",
    "Observation",
    "Outcome",
    "PathKind",
    "PathState",
    "Persona",
    "RateBudgets",
    "Readiness",
    "Receipt",
    "SecretRef",
    "Session",
    "Subject",
    "System",
    "Undo",
    "settle",
]
