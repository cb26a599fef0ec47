"""One line for each thing that happens in a run, as the ledger learns of it, and now and then how far a step is."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence

from runner.case import events as ev
from runner.case.lines import Record
from runner.report.text import safe

EVERY_S = 1.0
"""A working step speaks once in this time: long collections report thousands of pages."""


class Throttle:
    """Lets one message of each step through in a while, and always the last one of a count."""

    def __init__(self, every_s: float = EVERY_S, clock: Callable[[], float] = time.monotonic) -> None:
        self._every_s, self._clock = every_s, clock
        self._spoke: dict[str, float] = {}
        self._lock = threading.Lock()

    def lets(self, step: str, done: int, total: int) -> bool:
        """Whether this message may be shown."""
        with self._lock:
            now = self._clock()
            early = now - self._spoke.get(step, -self._every_s) < self._every_s
            if early and not (total and done >= total):
                return False
            self._spoke[step] = now
            return True


class Narrator:
    """Writes a line for the events that a person watching wants to know.

    The first records are what the ledger held before this run; they are passed over.
    """

    def __init__(self, write: Callable[[str], object], throttle: Throttle | None = None) -> None:
        self._write = write
        self._throttle = throttle or Throttle()
        self._live = False

    def watch(self, records: Sequence[Record]) -> None:
        """Tell of new records."""
        if self._live:
            for record in records:
                if text := line(record.event):
                    self._write(f"{record.at:%H:%M:%S} {text}\n")
        self._live = True

    def tell(self, step: str, text: str, done: int, total: int) -> None:
        """Tell how far a step is, not more often than a person reads."""
        if self._throttle.lets(step, done, total):
            count = f" {done}/{total}" if total else ""
            self._write(f"  {safe(step)}: {safe(text)}{count}\n")


def line(event: ev.Event) -> str:
    """What a person is told of an event; "" when nothing."""
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
