"""Rate budgets that all steps and sessions on one system share: token buckets, and a shared pause after a throttle."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from connectors.errors import OutOfTimeError


class RateBudget:
    """At most `per_second` calls on average, `burst` at once. Thread-safe."""

    def __init__(
        self,
        per_second: float,
        burst: float | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._rate = per_second
        self._burst = burst if burst is not None else max(1.0, per_second)
        self._tokens = self._burst
        self._clock, self._sleep = clock, sleep
        self._at = clock()
        self._closed_until = 0.0
        self._lock = threading.Lock()

    def take(self, cost: float = 1.0, cancelled: Callable[[], bool] = lambda: False) -> None:
        """Wait for a turn.

        Raises:
            OutOfTimeError: `cancelled` became true while waiting.

        """
        with self._lock:
            now = self._clock()
            self._tokens = min(self._burst, self._tokens + (now - self._at) * self._rate) - cost
            self._at = now
            wait = max(-self._tokens / self._rate if self._tokens < 0 else 0.0, self._closed_until - now)
        deadline = self._clock() + wait
        while (left := deadline - self._clock()) > 0:
            if cancelled():
                raise OutOfTimeError("stopped while waiting for the rate limit")
            self._sleep(min(left, 0.25))

    def slow_down(self, seconds: float) -> None:
        """Let nobody call for a while: the system asked for it."""
        with self._lock:
            self._closed_until = max(self._closed_until, self._clock() + seconds)


class RateBudgets:
    """All budgets of one system: its own, and narrower ones that a vendor sets for single calls. Thread-safe."""

    def __init__(
        self,
        per_second: float,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._clock, self._sleep = clock, sleep
        self._own = RateBudget(per_second, clock=clock, sleep=sleep)
        self._narrow: dict[tuple[str, ...], RateBudget] = {}
        self._lock = threading.Lock()

    @property
    def own(self) -> RateBudget:
        """What every call takes a turn from."""
        return self._own

    def narrow(self, key: tuple[str, ...], per_second: float, burst: float = 1) -> RateBudget:
        """The budget of some calls (a quota per account, Region and operation, say), made on first use."""
        with self._lock:
            if key not in self._narrow:
                self._narrow[key] = RateBudget(per_second, burst, clock=self._clock, sleep=self._sleep)
            return self._narrow[key]
