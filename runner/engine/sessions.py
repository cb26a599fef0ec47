"""Opened systems: one reader and one cutter session each, made once and shared by threads."""

from __future__ import annotations

import threading
from collections.abc import Mapping

from connectors.contract import Connector, Session, System
from connectors.errors import InputError
from connectors.rates import RateBudgets
from connectors.registry import Registry


class Sessions:
    """Opens sessions on demand; the cutter's credential is fetched only when the run is armed."""

    def __init__(self, systems: Mapping[str, System], registry: Registry) -> None:
        self.systems = systems
        self._registry = registry
        self._open: dict[tuple[str, bool, bool], Session] = {}
        self._locks: dict[tuple[str, bool, bool], threading.Lock] = {}
        self._budgets: dict[str, RateBudgets] = {}
        self._lock = threading.Lock()

    def system(self, name: str) -> System:
        """The estate's entry.

        Raises:
            InputError: the estate has no such system.

        """
        if name not in self.systems:
            known = ", ".join(sorted(self.systems)) or "none"
            raise InputError(f"the estate has no system {name!r}", expected=f"one of: {known}")
        return self.systems[name]

    def connector(self, name: str) -> Connector:
        """The connector that speaks to a system."""
        return self._registry.connector(self.system(name).connector)

    def reader(self, name: str) -> Session:
        """A session under the reader's credential that refuses every write."""
        return self._session(name, cutter=False, read_only=True)

    def preserver(self, name: str) -> Session:
        """A session under the reader's credential that permits declared evidence holds and no other write."""
        return self._session(name, cutter=False, read_only=False)

    def cutter(self, name: str) -> Session:
        """A session under the cutter's credential."""
        return self._session(name, cutter=True, read_only=False)

    def close(self) -> None:
        """Close all of them."""
        for session in self._open.values():
            session.close()
        self._open.clear()

    def _session(self, name: str, *, cutter: bool, read_only: bool) -> Session:
        key = (name, cutter, read_only)
        with self._lock:
            lock = self._locks.setdefault(key, threading.Lock())
        with lock:
            if key not in self._open:
                self._open[key] = self.connector(name).open(
                    self.system(name), cutter=cutter, read_only=read_only, budgets=self._budgets_of(name)
                )
            return self._open[key]

    def _budgets_of(self, name: str) -> RateBudgets:
        """One set of rate budgets per system, whichever identity calls."""
        with self._lock:
            if name not in self._budgets:
                self._budgets[name] = RateBudgets(self.system(name).rate or self.connector(name).rate)
            return self._budgets[name]
