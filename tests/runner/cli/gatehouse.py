"""A connector of another package, small enough for one page: one door, and an answer to what could hinder its cut."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import ClassVar

from connectors.contract import (
    AccessPath,
    Account,
    Check,
    Connector,
    Containment,
    CutOrder,
    Landed,
    Observation,
    PathKind,
    RateBudgets,
    Readiness,
    Session,
    Subject,
    System,
)


class _Hold:
    def close(self) -> None:
        """Nothing to close."""


class _Door(Containment):
    permissions: ClassVar = {verb: (f"gate:{verb}",) for verb in ("discover", "observe", "cut", "restore")}
    notice: ClassVar = {}

    def discover(self, session: Session, subject: Subject) -> tuple[Account, ...]:
        return (Account("gate", "jordan", subject.personas[0].id),)

    def observe(
        self, session: Session, account: Account, subject: Subject, known: tuple[AccessPath, ...] = ()
    ) -> Observation:
        paths = (AccessPath(account.system, account.id, PathKind.KEY, "door", "the door"),)
        return Observation(account, datetime.now(UTC), paths, "gate:Look")

    def cut(self, session: Session, path: AccessPath, order: CutOrder) -> Landed:
        return Landed(datetime.now(UTC))

    restore = cut


class Gatehouse(Connector):
    """One door."""

    name = "gatehouse"
    title = "Gatehouse"
    doc = "For tests."
    containment = _Door()

    def open(self, system: System, *, cutter: bool, read_only: bool, budgets: RateBudgets) -> Session:
        return _Hold()

    def preflight(self, session: Session, accounts: tuple[Account, ...]) -> tuple[Check, ...]:
        return (
            Check("bolt", "the bolt", Readiness.READY),
            Check("role", "the role \x1b[31mof the cutter", Readiness.NOT_READY, "it holds none", "give it Warden"),
        )
