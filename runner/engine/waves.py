"""Ordered work in many groups at once: inside a group wave follows wave, groups do not wait for each other."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Sequence

Work = Callable[[], object]
Group = Sequence[Sequence[Work]]
"""Waves of one group; the works of one wave run side by side."""


def run_waves(groups: Sequence[Group], width: int) -> None:
    """Run all groups with at most `width` works at once. An error of a work is raised when all have ended."""
    runner = _Waves([[list(wave) for wave in group if wave] for group in groups])
    threads = [
        threading.Thread(target=runner.drain, name=f"evict-cut-{number}", daemon=True)
        for number in range(min(width, sum(len(wave) for group in groups for wave in group)))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if runner.errors:
        raise runner.errors[0]


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
