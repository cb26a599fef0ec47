"""Ordered work in many groups at once: inside a group wave follows wave, groups do not wait for each other."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Sequence

Work = Callable[[], object]
Group = Sequence[Sequence[Work]]
"""Waves of one group; the works of one wave run side by side."""


class Crew:
    """Threads that stand ready before the order is given, so that starting them costs the cut nothing."""

    def __init__(self, width: int) -> None:
        self._go = threading.Event()
        self._waves: _Waves | None = None
        self._threads = [
            threading.Thread(target=self._work, name=f"evict-cut-{number}", daemon=True) for number in range(width)
        ]
        for thread in self._threads:
            thread.start()

    def run(self, groups: Sequence[Group]) -> None:
        """Run all groups, at most one work per thread at once. An error of a work is raised when all have ended."""
        waves = self._waves = _Waves([[list(wave) for wave in group if wave] for group in groups])
        self.dismiss()
        if waves.errors:
            raise waves.errors[0]

    def dismiss(self) -> None:
        """Let the threads end, after what they have to do."""
        self._go.set()
        for thread in self._threads:
            thread.join()

    def _work(self) -> None:
        self._go.wait()
        if self._waves is not None:
            self._waves.drain()


class _Waves:
    """A queue of what may run; the last work of a wave releases the next wave."""

    def __init__(self, groups: list[list[list[Work]]]) -> None:
        self._groups = groups
        self._left = [len(group[0]) if group else 0 for group in groups]
        self._at = [0] * len(groups)
        self._unfinished = sum(1 for group in groups if group)
        self._ready: queue.SimpleQueue[tuple[int, Work] | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self.errors: list[BaseException] = []
        if not self._unfinished:
            self._ready.put(None)
        for index, group in enumerate(groups):
            for work in group[0] if group else ():
                self._ready.put((index, work))

    def drain(self) -> None:
        while True:
            item = self._ready.get()
            if item is None:
                self._ready.put(None)
                return
            index, work = item
            try:
                work()
            except BaseException as error:  # noqa: BLE001 - raised again when all have ended
                self.errors.append(error)
            self._finished(index)

    def _finished(self, index: int) -> None:
        with self._lock:
            self._left[index] -= 1
            if self._left[index]:
                return
            self._at[index] += 1
            if self._at[index] < len(self._groups[index]):
                wave = self._groups[index][self._at[index]]
                self._left[index] = len(wave)
                for work in wave:
                    self._ready.put((index, work))
                return
            self._unfinished -= 1
            if not self._unfinished:
                self._ready.put(None)
