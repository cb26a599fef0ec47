"""Eventual consistency: for some seconds after a write, reads and decisions are those of before it.

AWS speaks of minutes for IAM; outside measurements found three to four seconds in which a deleted key still signs.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable
from typing import TypeVar

Value = TypeVar("Value")


class Lag:
    """What was seen before the last write, kept for as long as the range is told to lag."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._written: dict[str, float] = {}
        self._before: dict[Hashable, object] = {}
        self._lock = threading.Lock()

    def wrote(self, account: str) -> None:
        """A write to an account was accepted now."""
        with self._lock:
            self._written[account] = time.monotonic()

    def seen(self, account: str, what: Hashable, fresh: Callable[[], Value]) -> Value:
        """The fresh value, or inside the lag the one from before the write when there was one."""
        inside = time.monotonic() - self._written.get(account, float("-inf")) < self.seconds
        with self._lock:
            if inside and (account, what) in self._before:
                return self._before[account, what]  # type: ignore[return-value]  # stored under the same key
        value = fresh()
        if not inside:
            with self._lock:
                self._before[account, what] = value
        return value
