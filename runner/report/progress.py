"""One line for each thing that happens in a run, as the ledger learns of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from runner.case import events as ev
from runner.case.lines import Record
from runner.report.text import safe


class Narrator:
    """Writes a line for the events that a person watching wants to know. Records before the run are passed over."""

    def __init__(self, write: Callable[[str], object]) -> None:
        self._write = write
        self._live = False

    def watch(self, records: Sequence[Record]) -> None:
        """Tell of new records."""
        for record in records:
            if isinstance(record.event, ev.RunStarted):
                self._live = True
            line = _line(record.event) if self._live else ""
            if line:
                self._write(f"{record.at:%H:%M:%S} {line}\n")


def _line(event: ev.Event) -> str:
    match event:
        case ev.StepStarted():
            return f"> {safe(event.step)}"
        case ev.StepEnded():
            why = f": {safe(event.why, 120)}" if event.why else ""
            return f"{'!' if event.outcome == 'failed' else '='} {safe(event.step)} {event.outcome}{why}"
        case ev.Armed():
            return f"armed: {event.operations} operations"
        case ev.CutOrdered():
            return "CUT"
        case ev.OperationEnded():
            return f"  {event.verb} {event.outcome}: {safe(event.path.rsplit('|', 1)[1], 100)}"
        case ev.SystemVerified():
            return f"verified: nothing that was cut stands in {safe(event.system)}"
        case ev.DriftFound():
            more, less, changed = len(event.more), len(event.less), len(event.changed)
            return f"drift: {more} more, {less} less, {changed} changed since the plan: {event.decision}"
        case ev.BudgetPassed():
            return f"the time budget of {event.phase} passed; not finished: {', '.join(map(safe, event.unfinished))}"
        case ev.AskOpened():
            return f"? {event.form}: {safe(event.title)}"
        case ev.FindingMade():
            return f"found: {safe(event.finding.get('title', ''))}"
        case _:
            return ""
