"""The tenant's whole state as plain JSON: tables of records by id, a clock that can be moved, and what it was asked.

A record is what the API shows; names that begin with `_` are the emulator's own and never shown.
"""

from __future__ import annotations

import copy
import threading
import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

Record = dict[str, Any]
Table = dict[str, Record]
Job = Callable[["Tenant"], None]

STAMP = "%Y-%m-%dT%H:%M:%SZ"


@dataclass
class Settings:
    """How the tenant behaves, in seconds; a test sets what it is about."""

    latency: float = 0.0
    lag: float = 0.0
    """Writes are seen by reads only after this long."""
    log_delay: float = 0.0
    """A row of a log is shown only after this long."""
    access_token: float = 3600.0
    cae_delay: float = 0.0
    """From an event to the refusal of a token that continuous access evaluation watches."""
    sync_interval: float = 1800.0
    """Between two runs of the directory sync."""
    query_time: float = 0.0
    """How long an asynchronous query runs."""
    device_time: float = 0.0
    """How long an online device takes to do what it was asked."""
    query_fails: int = 0
    """How many of the next audit queries end as failed."""
    query_limit: int = 0
    """Records that one audit query gives at most; 0 for all."""
    query_limit_told: bool = True
    """Whether a query that was cut short says so."""
    hunting_limit: int = 100_000
    """Rows that one hunting query gives at most, in silence."""
    hold_time: float = 0.0
    """How long a hold takes to be applied."""
    beta_sign_ins: bool = True
    """Whether the beta listing of sign-ins is there."""
    page: int = 100
    listing_limit: int = 0
    """Rows that one listing gives at most, in silence; 0 for all."""
    repeated_page: int = 0
    """The number of the page that comes twice; 0 for none. The same for the two below."""
    looping_page: int = 0
    """The page whose next one is itself."""
    empty_page: int = 0
    """The page that comes empty first."""
    licences: tuple[str, ...] = ("P1", "P2", "INTUNE", "E5", "DEFENDER")


@dataclass
class Tenant:
    """One tenant. Everything under `lock`."""

    id: str = "5f0c9a6e-1d2b-4c3d-8e4f-a5b6c7d8e9f0"
    tables: dict[str, Table] = field(default_factory=dict)
    settings: Settings = field(default_factory=Settings)
    offset: timedelta = timedelta()
    lock: threading.RLock = field(default_factory=threading.RLock)
    jobs: list[Job] = field(default_factory=list)
    _versions: list[tuple[datetime, dict[str, Table]]] = field(default_factory=list)

    def now(self) -> datetime:
        """The tenant's clock: this machine's, moved on by `advance`."""
        return datetime.now(UTC) + self.offset

    def stamp(self, at: datetime | None = None) -> str:
        """A time as the API writes it, of now by default."""
        return (at or self.now()).strftime(STAMP)

    def advance(self, seconds: float) -> None:
        """Move the clock on, and run what is then due."""
        self.offset += timedelta(seconds=seconds)
        self.tick()

    def tick(self) -> None:
        """Run what is due: the directory sync, queries that end, devices that answer."""
        for job in self.jobs:
            job(self)

    def table(self, name: str) -> Table:
        """A table as it is now, made when it is first named."""
        return self.tables.setdefault(name, {})

    def put(self, table: str, record: Record) -> Record:
        """Add or replace one record; an id is made when it has none."""
        record.setdefault("id", str(uuid.uuid4()))
        self.table(table)[record["id"]] = record
        return record

    def rows(self, table: str, **wanted: Any) -> list[Record]:
        """Records with these values, in the order in which they were made."""
        found = self.tables.get(table, {}).values()
        return [row for row in found if all(row.get(name) == value for name, value in wanted.items())]

    def first(self, table: str, **wanted: Any) -> Record | None:
        """The first such record."""
        return next(iter(self.rows(table, **wanted)), None)

    def remove(self, table: str, rows: Iterable[Record]) -> None:
        """Take records away."""
        for row in list(rows):
            self.table(table).pop(row["id"], None)

    def remember(self) -> None:
        """Before a write, where reads lag: keep what they go on showing for a while."""
        if self.settings.lag:
            shown = {name: copy.deepcopy(table) for name, table in self.tables.items()}
            self._versions.append((self.now(), shown))

    def as_read(self) -> Tenant:
        """The tenant as a read sees it now: itself, or as it was `lag` ago."""
        if not self.settings.lag:
            return self
        seen_until = self.now() - timedelta(seconds=self.settings.lag)
        stale = next((shown for at, shown in self._versions if at > seen_until), None)
        self._versions = [one for one in self._versions if one[0] > seen_until]
        if stale is None:
            return self
        return Tenant(self.id, stale, self.settings, self.offset, self.lock)

    def licensed(self, name: str) -> bool:
        """Whether the tenant has bought it."""
        return name in self.settings.licences


def shown(record: Record) -> Record:
    """A record without what is the emulator's own."""
    return {name: value for name, value in record.items() if not name.startswith("_")}


def ids(records: Iterable[Record]) -> Iterator[str]:
    """Their ids."""
    return (record["id"] for record in records)
