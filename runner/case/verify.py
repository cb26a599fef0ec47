"""Check a whole case folder from its bytes: chain, artefacts, frozen files, signatures, a cut-off tail."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from connectors.errors import EvictError, IntegrityError
from runner.case.canonical import sha256_hex
from runner.case.events import (
    ArtefactStored,
    DocumentRendered,
    FileFrozen,
    GateAnswered,
    GateOpened,
    PlanSaved,
    RunEnded,
    RunStarted,
    TailSetAside,
)
from runner.case.folder import Case
from runner.case.lines import FIRST_PREV, Record
from runner.case.signatures import verify_signature

NAMESPACE = "evict-approval"


@dataclass
class VerificationReport:
    """What was checked and what is wrong; sound when `faults` is empty."""

    directory: Path
    records: int = 0
    artefacts: int = 0
    frozen: int = 0
    approvals: int = 0
    documents: int = 0
    head: str = FIRST_PREV
    anchored: int = 0
    """How many records a signed approval or a run's end vouches for."""
    faults: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        """Nothing is wrong."""
        return not self.faults


def verify_case(directory: Path) -> VerificationReport:
    """Check everything that can be checked; every fault is listed, the ledger's first one first."""
    report = VerificationReport(directory)
    case = Case.open(directory)
    records = _records(case, report)
    for check in (_artefacts, _frozen, _documents, _approvals, _ends, _kept_approvals, _kept_ends):
        check(case, records, report)
    _torn(case, records, report)
    return report


def _records(case: Case, report: VerificationReport) -> list[Record]:
    records: list[Record] = []
    try:
        records.extend(case.ledger.read())
    except IntegrityError as error:
        report.faults.append(error.what)
        records = case.ledger.sound_part()
    report.records = len(records)
    report.head = records[-1].hash if records else FIRST_PREV
    if not records:
        report.faults.append("the ledger has no sound record")
    elif records[0].kind != "case-opened":
        report.faults.append("the ledger does not begin with case-opened")
    return records


def _artefacts(case: Case, records: list[Record], report: VerificationReport) -> None:
    named = {r.event.sha256: r.event.size for r in records if isinstance(r.event, ArtefactStored)}
    for sha256, size in sorted(named.items()):
        _try(report, partial(case.store.check, sha256, size))
        report.artefacts += 1
    stray = [path for path in _files(case.directory / "evidence") if path.name not in named]
    if stray:
        report.notes.append(f"{len(stray)} file(s) in evidence/ that no record names (an interrupted collection)")


def _frozen(case: Case, records: list[Record], report: VerificationReport) -> None:
    for sha256 in sorted({r.event.sha256 for r in records if isinstance(r.event, FileFrozen)}):
        _try(report, partial(case.frozen, sha256))
        report.frozen += 1
    plans = {r.event.plan for r in records if isinstance(r.event, PlanSaved)}
    known = {r.event.sha256 for r in records if isinstance(r.event, FileFrozen)}
    report.faults.extend(f"plan {plan[:16]}… is not among the frozen files" for plan in sorted(plans - known))
    gates = [r.event for r in records if isinstance(r.event, GateOpened) and r.event.plan not in known]
    report.faults.extend(f"gate {gate.gate} binds to no frozen file" for gate in gates)


def _documents(case: Case, records: list[Record], report: VerificationReport) -> None:
    """Rendered documents: a final one must be as it was; a draft is there to be worked on, so that is only noted."""
    for event in [r.event for r in records if isinstance(r.event, DocumentRendered)]:
        path = case.directory / "documents" / Path(event.file).name
        if not path.exists():
            report.notes.append(f"documents/{path.name} is not there any more")
            continue
        report.documents += 1
        if sha256_hex(path.read_bytes()) != event.sha256:
            where = report.faults if event.final else report.notes
            where.append(f"documents/{path.name} was changed after it was rendered")


def _approvals(case: Case, records: list[Record], report: VerificationReport) -> None:
    signers = ""
    for index, record in enumerate(records):
        event = record.event
        if isinstance(event, FileFrozen) and event.role == "allowed-signers":
            signers = _text(case, event.sha256)
        if isinstance(event, GateAnswered):
            report.approvals += 1
            _approval(event, signers, records[:index], report)


def _approval(event: GateAnswered, signers: str, before: list[Record], report: VerificationReport) -> None:
    name = f"approval of {event.gate} by {event.by}"
    try:
        verify_signature(event.statement, event.signature, event.by, signers, NAMESPACE)
        said = json.loads(event.statement)
        agrees = (said["gate"], said["by"], said["answer"]) == (event.gate, event.by, event.answer)
        anchored = _anchor(before, said["ledger_size"], said["ledger_head"])
    except EvictError as error:
        report.faults.append(f"{name}: {error.what}")
        return
    except (ValueError, KeyError, TypeError):
        report.faults.append(f"{name}: the signed statement is not readable")
        return
    if not agrees:
        report.faults.append(f"{name}: the record says something else than the signed statement")
    elif not anchored:
        report.faults.append(f"{name}: it was signed over another ledger")
    else:
        report.anchored = max(report.anchored, said["ledger_size"])


def _anchor(records: list[Record], size: Any, head: Any) -> bool:
    if not isinstance(size, int) or not 0 <= size <= len(records):
        return False
    return bool(head == (records[size - 1].hash if size else FIRST_PREV))


def _ends(_case: Case, records: list[Record], report: VerificationReport) -> None:
    """A run's end names the ledger just before itself."""
    open_run = ""
    for index, record in enumerate(records):
        event = record.event
        if isinstance(event, RunStarted):
            open_run = event.run
        if not isinstance(event, RunEnded):
            continue
        open_run = ""
        if event.size != index or not _anchor(records[:index], event.size, event.head):
            report.faults.append(f"the end of run {event.run} names another ledger than the one before it")
        else:
            report.anchored = max(report.anchored, event.size)
    if open_run:
        report.notes.append(f"run {open_run} has no end: it runs now, or was killed; records after it may be missing")


def _kept_approvals(case: Case, records: list[Record], report: VerificationReport) -> None:
    """Approvals are kept as files too: one that the ledger does not hold shows that its tail was cut off."""
    in_ledger = {r.event.statement for r in records if isinstance(r.event, GateAnswered)}
    try:
        kept = case.approvals()
    except IntegrityError as error:
        report.faults.append(error.what)
        return
    for path, body in kept:
        if body["statement"] in in_ledger:
            continue
        size = _claimed_size(body["statement"])
        report.faults.append(
            f"signatures/{path.name} was signed when the ledger had {size} records, and the ledger does not hold it: "
            "its tail was cut off, or the file does not belong here"
        )


def _kept_ends(case: Case, records: list[Record], report: VerificationReport) -> None:
    """Where the ledger stood at each run's end is kept as a file too: a shorter or another ledger shows."""
    try:
        kept = case.ends()
    except IntegrityError as error:
        report.faults.append(error.what)
        return
    for path, head in kept:
        if _anchor(records, head.size, head.hash):
            report.anchored = max(report.anchored, head.size)
        else:
            report.faults.append(
                f"signatures/{path.name} says that the ledger had {head.size} records when its run ended, and the "
                "ledger does not hold them: its tail was cut off, or the file does not belong here"
            )


def _claimed_size(statement: str) -> Any:
    try:
        return json.loads(statement)["ledger_size"]
    except (ValueError, KeyError, TypeError):
        return "an unknown number of"


def _torn(case: Case, records: list[Record], report: VerificationReport) -> None:
    for record in records:
        if isinstance(record.event, TailSetAside):
            _torn_file(case, record.event, report)
    try:
        tail = case.ledger.torn_tail()
    except IntegrityError:
        return
    if tail:
        report.notes.append("the last line has no newline: a write in flight, or a crash; the next write sets it aside")


def _torn_file(case: Case, event: TailSetAside, report: VerificationReport) -> None:
    from runner.case.canonical import sha256_hex

    path = case.directory / "torn" / Path(event.file).name
    if not path.exists() or sha256_hex(path.read_bytes()) != event.sha256:
        report.faults.append(f"{event.file}, kept after a crash, is missing or altered")
    else:
        report.notes.append(f"a torn line of {event.size} bytes was kept after a crash: {event.file}")


def _text(case: Case, sha256: str) -> str:
    try:
        return case.frozen(sha256).decode()
    except (EvictError, UnicodeDecodeError):
        return ""


def _files(directory: Path) -> Iterator[Path]:
    yield from (path for path in sorted(directory.rglob("*")) if path.is_file())


def _try(report: VerificationReport, check: Callable[[], object]) -> None:
    try:
        check()
    except IntegrityError as error:
        report.faults.append(error.what)
