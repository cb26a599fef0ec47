"""One sentence for every kind of record."""

from __future__ import annotations

from collections import Counter
from typing import assert_never

from runner.case import events as ev
from runner.documents.casereport import told
from runner.documents.casereport.parts import Piece, Pieces, Tone, badge, fixed, given, plain, quiet
from runner.documents.casereport.source import Source
from runner.documents.casereport.tones import outcome_tone, state_tone

SHORT = 12
"""Characters of a digest where only its beginning is shown."""


def sentence(source: Source, event: ev.Event) -> Pieces:
    """What a record says, for a reader who does not know the ledger."""
    match event:
        case ev.CaseOpened():
            return (plain("The case was opened by "), given(event.opened_by), plain(": "), given(event.title))
        case ev.FactRecorded():
            value = (plain("nobody knows"),) if event.unknown else (given(told.value(event.value)),)
            who = f"{event.source.get('kind', '')} {event.source.get('name', '')}".strip()
            return (plain("Fact "), given(event.name), plain(": "), *value, plain(", by "), given(who),
                    *_why(event.why))  # fmt: skip
        case ev.FileFrozen():
            return (plain("File kept: "), given(event.name), quiet(f" ({event.role})"))
        case ev.DocumentRendered():
            kind = "Final document" if event.final else "Draft"
            return (plain(f"{kind} written: "), given(event.file), plain(", by "), given(event.by))
        case ev.TailSetAside():
            return (plain(f"A torn last line of {event.size} bytes was set aside after a crash: "), given(event.file))
        case ev.ObligationChanged() | ev.ObligationMarked() | ev.ContradictionsFound():
            return _duty(event)
        case ev.GateOpened() | ev.GateAnswered() | ev.AskOpened() | ev.AskAnswered() | ev.PaymentGateClosed():
            return _people(source, event)
        case ev.ArtefactStored() | ev.ReceiptMade() | ev.FindingMade():
            return _evidence(source, event)
        case _:
            return _run(source, event)


def _why(text: str) -> Pieces:
    return (plain(": "), given(text)) if text else ()


def _duty(event: ev.ObligationChanged | ev.ObligationMarked | ev.ContradictionsFound) -> Pieces:
    match event:
        case ev.ObligationChanged():
            standing = str(event.now.get("standing", ""))
            until = f", until {told.told(event.now['deadline'])}" if event.now.get("deadline") else ""
            return (plain(f"Obligation now {standing}{until}: "), given(event.now.get("title") or event.id))
        case ev.ObligationMarked():
            verb = "met" if event.done else "open again"
            return (plain(f"Obligation {verb}, says "), given(event.by), plain(": "), given(event.id),
                    *_why(event.reference))  # fmt: skip
        case ev.ContradictionsFound():
            says = [given(one.get("says", "")) for one in event.found]
            return (plain(f"{told.many(len(says), 'contradiction')} between facts "), *says)
        case _:
            assert_never(event)


def answer_badge(event: ev.GateAnswered) -> Piece:
    """Approved or denied."""
    return badge(Tone.GOOD, "approved") if event.answer == "approve" else badge(Tone.BAD, "denied")


def _people(
    source: Source,
    event: ev.GateOpened | ev.GateAnswered | ev.AskOpened | ev.AskAnswered | ev.PaymentGateClosed,
) -> Pieces:
    match event:
        case ev.GateOpened():
            return (plain(f"{told.many(event.count, 'approval')} asked for: "), given(event.gate),
                    plain(", by "), given(event.requested_by))  # fmt: skip
        case ev.GateAnswered():
            return (given(event.by), plain(" "), answer_badge(event), plain(" "), given(event.gate))
        case ev.AskOpened():
            kind = "Manual task" if event.form == "card" else "Question"
            return (plain(f"{kind} waits for a person: "), given(event.title))
        case ev.AskAnswered():
            return (given(event.by), plain(" answered "), given(told.value(event.value)), plain(" to "),
                    given(source.asks.get(event.ask, event.ask)), *_why(event.why))  # fmt: skip
        case ev.PaymentGateClosed():
            return (plain("Payment gate closed by "), given(event.by), *_why(event.why))
        case _:
            assert_never(event)


def _evidence(source: Source, event: ev.ArtefactStored | ev.ReceiptMade | ev.FindingMade) -> Pieces:
    match event:
        case ev.ArtefactStored():
            number = source.numbers.get(event.sha256, 0)
            return (plain(f"Artefact {number} kept: "), given(event.name), quiet(f" ({told.size(event.size)})"))
        case ev.ReceiptMade():
            word = str(event.receipt.get("complete", ""))
            return (plain("Receipt for "), given(event.receipt.get("source", "")), plain(": "), given(word))
        case ev.FindingMade():
            return (plain("Found: "), given(event.finding.get("title", "")))
        case _:
            assert_never(event)


def _run(source: Source, event: ev.Event) -> Pieces:
    match event:
        case ev.PlanSaved():
            what = "A plan to put access back" if event.purpose == "restore" else "A plan"
            return (plain(f"{what} was saved by "), given(event.requested_by), plain(": playbook "),
                    given(event.playbook), plain(", digest "), fixed(event.plan[:SHORT] + "…"))  # fmt: skip
        case ev.RunStarted():
            verb = "resumed" if event.resumed else "started"
            return (plain(f"Run {verb} by "), given(event.by))
        case ev.RunEnded():
            return (plain("Run ended: "), given(event.state), *_why(event.why))
        case ev.StepExpanded():
            return (plain(f"Step with {told.many(len(event.items), 'item')}: "), given(event.step))
        case ev.StepStarted():
            return (plain("Started: "), given(source.title_of(event.step)), quiet(f" ({event.step})"))
        case ev.StepRetried():
            return (plain(f"Tried again (attempt {event.attempt}): "), given(event.step), *_why(event.error))
        case ev.StepEnded():
            return (plain("Ended "), badge(outcome_tone(event.outcome), event.outcome), plain(": "),
                    given(source.title_of(event.step)), quiet(f" ({event.step})"), *_why(event.why))  # fmt: skip
        case ev.Armed():
            return (plain(f"Ready to cut: {told.many(event.operations, 'operation')} prepared"),)
        case ev.CutOrdered():
            return (plain("The order to cut was given; time to contain counts from here"),)
        case ev.SystemVerified():
            return (plain("Verified by a separate read: "), given(event.system),
                    plain(f"; {event.standing} standing, {event.residual} residual"))  # fmt: skip
        case ev.DriftFound():
            return (plain(f"The world differed from the plan: {len(event.more)} more, {len(event.less)} less, "
                          f"{len(event.changed)} changed; decided: "), given(event.decision))  # fmt: skip
        case ev.BudgetPassed():
            return (plain("The time budget ended of phase "), given(event.phase), plain("; not finished: "),
                    given(", ".join(event.unfinished)))  # fmt: skip
        case _:
            return _paths(event)


def _paths(event: ev.Event) -> Pieces:
    match event:
        case ev.OperationIntended():
            label = event.path.get("label") or event.path.get("id", "")
            return (plain(f"About to {event.verb}: "), given(label))
        case ev.OperationEnded():
            return (plain(f"Answer to {event.verb}: "), badge(outcome_tone(event.outcome), event.outcome), plain(" "),
                    given(event.path), *_why(event.why))  # fmt: skip
        case ev.PathsObserved():
            counts = Counter(str(one.get("state", "")) for one in event.paths)
            states: list[Piece] = []
            for word, count in sorted(counts.items()):
                states += [plain(" "), badge(state_tone(word), f"{count} {word}")]
            unread = f"; could not read {', '.join(sorted(event.unread))}" if event.unread else ""
            when = {"before": "before the cut", "after": "after the cut", "watch": "while watching"}
            return (plain(f"Read {when.get(event.moment, event.moment)}: "), given(event.account), *states,
                    given(unread))  # fmt: skip
        case _:
            return (given(event.kind),)
