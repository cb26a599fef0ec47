"""What happened, in order: a row of the table for every record, and of them the drawing's bars and marks. Pure.

1. Every record of the ledger is one row; none is left out, so that the table can be held against the ledger.
2. A step, and each single cut, is a bar from its intent to its one outcome; one that never came stays open.
3. What a person said, a read that was a proof, a finding, a document and a change of a duty is a mark.
4. The order to cut and the moment at which the last system was verified run through all lanes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from runner.case import events as ev
from runner.case.lines import Record
from runner.case.state import path_key
from runner.documents.casereport import told
from runner.documents.casereport.parts import Grid, Pieces, Row, cut, jump, plain, quiet, row
from runner.documents.casereport.reporting import open_duties
from runner.documents.casereport.source import Source
from runner.documents.casereport.timeline import Bar, Lane, Mark, Moment, Timeline
from runner.documents.casereport.words import sentence

LABEL = 120
"""Characters of a label in the drawing: the row that it leads to has all of it."""

NEXT = 6
"""Deadlines that are drawn; the section on obligations has all."""

KEY_EVENTS = (
    ev.CaseOpened, ev.PlanSaved, ev.GateOpened, ev.GateAnswered, ev.RunStarted, ev.RunEnded, ev.Armed, ev.CutOrdered,
    ev.SystemVerified, ev.DriftFound, ev.BudgetPassed, ev.AskAnswered, ev.ObligationMarked, ev.PaymentGateClosed,
    ev.TailSetAside,
)  # fmt: skip
"""Of everything that happened, what a board member would ask about."""


@dataclass(frozen=True)
class _Open:
    """A bar whose end has not been read yet."""

    lane: Lane
    record: Record
    label: str
    minor: bool = False


def anchor(record: Record) -> str:
    """The name of a record's row."""
    return f"e-{record.seq}"


def timeline(source: Source) -> Timeline:
    """The drawing of a case."""
    bars: list[Bar] = []
    marks: list[Mark] = []
    opened: dict[str, _Open] = {}
    for record in source.records:
        event = record.event
        match event:
            case ev.StepStarted():
                lane = source.lane_of(event.step, event.effect)
                opened.setdefault(event.step, _Open(lane, record, source.title_of(event.step)))
            case ev.OperationIntended():
                key = path_key(event.path)
                opened[key] = _Open(Lane.CUT, record, f"{event.verb} {event.path.get('label', key)}", minor=True)
            case ev.StepEnded() if event.step in opened:
                bars.append(_bar(opened.pop(event.step), record, event.outcome))
            case ev.OperationEnded() if event.path in opened:
                bars.append(_bar(opened.pop(event.path), record, event.outcome))
            case _:
                marks += _marks(source, record)
    bars += [_bar(one, None, "") for one in opened.values()]
    marks += _deadlines(source)
    return Timeline(tuple(sorted(bars, key=lambda one: (one.start, one.anchor))), tuple(marks),
                    tuple(_moments(source)), source.now)  # fmt: skip


def _bar(one: _Open, end: Record | None, outcome: str) -> Bar:
    return Bar(one.lane, one.record.at, end.at if end else None, cut(one.label, LABEL), outcome, anchor(one.record),
               one.minor)  # fmt: skip


def _marks(source: Source, record: Record) -> Iterator[Mark]:
    event = record.event
    found: tuple[Lane, str] | None = None
    match event:
        case ev.CaseOpened():
            found = Lane.PEOPLE, ""
        case ev.GateOpened() | ev.AskOpened():
            found = Lane.PEOPLE, "waiting"
        case ev.GateAnswered():
            found = Lane.PEOPLE, "done" if event.answer == "approve" else "failed"
        case ev.AskAnswered() | ev.PaymentGateClosed() | ev.PlanSaved():
            found = Lane.PEOPLE, "done"
        case ev.FactRecorded():
            found = Lane.PEOPLE if event.source.get("kind") in ("person", "case-file") else Lane.EVIDENCE, "done"
        case ev.DriftFound() | ev.BudgetPassed():
            found = Lane.CUT, "could-not-check"
        case ev.Armed():
            found = Lane.CUT, ""
        case ev.PathsObserved() if event.moment != "before":
            found = Lane.PROOF, "could-not-check" if event.unread else ""
        case ev.SystemVerified():
            found = Lane.PROOF, "failed" if event.standing else "done"
        case ev.FindingMade():
            found = Lane.HUNT, "could-not-check"
        case ev.DocumentRendered() | ev.ObligationChanged() | ev.ContradictionsFound():
            found = Lane.DUTIES, ""
        case ev.ObligationMarked():
            found = Lane.DUTIES, "done" if event.done else ""
        case _:
            return
    lane, outcome = found
    text = "".join(one.text for one in sentence(source, event))
    yield Mark(lane, record.at, cut(text, LABEL), outcome, anchor(record))


def _deadlines(source: Source) -> Iterator[Mark]:
    """The next deadlines of the law that can be dated."""
    dated = [(at, one) for one in open_duties(source) if one["law"] and (at := told.read(one["law"]["at"]))]
    for at, one in sorted(dated, key=lambda pair: (pair[0], pair[1]["id"]))[:NEXT]:
        verb, outcome = ("overdue", "failed") if at <= source.now else ("due", "waiting")
        yield Mark(Lane.DUTIES, at, cut(f"{verb}: {one['title']}", LABEL), outcome, "obligations")


def _moments(source: Source) -> Iterator[Moment]:
    if source.cut is None or source.cut.ordered_at is None:
        return
    yield Moment(source.cut.ordered_at, "order to cut")
    verified = [told.read(one.verified_at) for one in source.cut.verified.values()]
    if source.figures.time_to_contain_s is not None:
        yield Moment(max(at for at in verified if at), "verified")


def key_moments(source: Source) -> Grid:
    """The rows that a board member would ask about; each leads to its place in the whole table."""
    rows = [_row(source, one, link=True) for one in source.records if isinstance(one.event, KEY_EVENTS)]
    return Grid(("Time (UTC)", "What happened", "Record"), tuple(rows), (25, 65, 10))


def everything(source: Source) -> Grid:
    """Every record of the ledger."""
    rows = tuple(_row(source, one, link=False) for one in source.records)
    return Grid(("Time (UTC)", "What happened", "Record"), rows, (25, 65, 10))


def _row(source: Source, record: Record, *, link: bool) -> Row:
    at: Pieces = (plain(f"{told.day(record.at)} {told.clock(record.at)}"), quiet(f".{record.at:%f}"[:4]))
    number = jump(anchor(record), str(record.seq)) if link else plain(str(record.seq))
    return row(at, sentence(source, record.event), number, anchor="" if link else anchor(record))
