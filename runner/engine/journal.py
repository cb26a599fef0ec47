"""The engine's hold on the ledger: the fold it decides on, and the two ways to write.

`intend` is for what has not happened yet: it names the head that the decision was made on, so that a stale
process is fenced off by the chain itself. `record` is for what has happened: it is never refused.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from connectors.errors import BusyError
from runner.case.events import Event, RunStarted
from runner.case.fold import apply
from runner.case.ledger import Head, LedgerPort, StaleHeadError
from runner.case.lines import Record
from runner.case.state import CaseState


class Journal:
    """A ledger, its current fold, and the run that owns the right to intend. Thread-safe."""

    def __init__(self, ledger: LedgerPort, watch: Callable[[Sequence[Record]], None] | None = None) -> None:
        self._ledger = ledger
        self._lock = threading.RLock()
        self._watch = watch
        self._run = ""
        self.state = CaseState()
        self.refresh()

    def refresh(self) -> CaseState:
        """Fold in what was appended since, by this process or another."""
        with self._lock:
            records = tuple(self._ledger.read(after=self.state.last_seq))
            for record in records:
                self._fence(record)
            apply(self.state, records)
            if records and self._watch:
                self._watch(records)
            return self.state

    def begin(self, event: RunStarted) -> None:
        """Write `run-started`; from now on another run's start fences this one off."""
        self.intend([event])
        self._run = event.run

    def intend(self, events: Sequence[Event]) -> None:
        """Append intents, durable when this returns.

        Raises:
            BusyError: another run took the case over since.

        """
        while True:
            with self._lock:
                self.refresh()
                head = Head(self.state.size, self.state.head)
            try:
                self._ledger.append(events, head)
            except StaleHeadError:
                continue
            self.refresh()
            return

    def close(self, make: Callable[[Head], Event]) -> None:
        """Append an event that names the ledger's size and head just before itself."""
        while True:
            self.refresh()
            head = self.head()
            try:
                self._ledger.append([make(head)], head)
            except StaleHeadError:
                continue
            self.refresh()
            return

    def record(self, events: Sequence[Event]) -> None:
        """Append what has happened, whatever else was appended meanwhile."""
        self._ledger.append(events)
        self.refresh()

    def head(self) -> Head:
        """Size and hash of the ledger as folded."""
        with self._lock:
            return Head(self.state.size, self.state.head)

    def _fence(self, record: Record) -> None:
        event = record.event
        if isinstance(event, RunStarted) and self._run and event.run != self._run:
            raise BusyError(
                f"run {event.run} took this case over from run {self._run}",
                expected="one run at a time on a case",
                fix="let the other run go on; follow it with `evict status`",
                safe="everything that was recorded",
            )
