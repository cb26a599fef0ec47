"""The append-only, hash-chained ledger in a file.

Many threads and several processes append. Threads that append at the same moment share one write and one
fsync (group commit): the first becomes the leader and writes for all that queued meanwhile. Processes take
turns under an advisory lock, and read what the others wrote before they write themselves.

A last line without its newline is a torn tail of a crash: it is moved to `torn/`, its sequence number is
never used again, and the ledger says so.
"""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol

from connectors.errors import EvictError, IntegrityError
from runner.case.canonical import sha256_hex
from runner.case.clock import utc_now
from runner.case.events import Event, TailSetAside
from runner.case.lines import FIRST_PREV, Record, make_record, read_record


@dataclass(frozen=True)
class Head:
    """How many records there are, and the hash of the last one."""

    size: int
    hash: str


EMPTY = Head(0, FIRST_PREV)


class StaleHeadError(EvictError):
    """The ledger moved on since the caller looked; `head` is where it is now."""

    def __init__(self, head: Head) -> None:
        super().__init__("the ledger has moved on", expected="the head that the decision was made on")
        self.head = head


class LedgerPort(Protocol):
    """What the engine needs of a ledger, in a file today and in a database later."""

    def append(self, events: Sequence[Event], expected: Head | None = None) -> tuple[Record, ...]:
        """Append durably; with `expected`, only if the head is still that one."""
        ...

    def read(self, after: int = 0) -> Iterator[Record]:
        """Records with a sequence number above `after`, checked."""
        ...

    def head(self) -> Head:
        """The current head."""
        ...


@dataclass
class _Request:
    events: Sequence[Event]
    expected: Head | None
    done: threading.Event = field(default_factory=threading.Event)
    records: tuple[Record, ...] = ()
    error: BaseException | None = None


class Ledger:
    """`ledger.jsonl` of one case folder. Thread-safe and multi-process safe."""

    def __init__(self, path: Path, clock: Callable[[], datetime] = utc_now) -> None:
        self._path = path
        self._clock = clock
        self._queue: list[_Request] = []
        self._queue_lock = threading.Lock()
        self._writing = threading.Lock()
        self._cache: list[Record] = []
        self._offset = 0
        self._cache_lock = threading.RLock()

    def append(self, events: Sequence[Event], expected: Head | None = None) -> tuple[Record, ...]:
        """Append events; durable when this returns.

        Raises:
            StaleHeadError: `expected` is not the head any more; nothing was written.
            IntegrityError: the ledger is broken; nothing was written.

        """
        if not events:
            return ()
        request = _Request(events, expected)
        with self._queue_lock:
            self._queue.append(request)
        while not request.done.is_set():
            if self._writing.acquire(timeout=0.05):
                try:
                    if not request.done.is_set():
                        self._lead()
                finally:
                    self._writing.release()
        if request.error is not None:
            raise request.error
        return request.records

    def read(self, after: int = 0) -> Iterator[Record]:
        """Records with a sequence number above `after`, in order, each checked against the one before.

        Raises:
            IntegrityError: the first line that breaks a rule, by number.

        """
        with self._cache_lock:
            self._catch_up()
            start = _first_after(self._cache, after)
            records = self._cache[start:]
        yield from records

    def head(self) -> Head:
        """Size and hash as of now."""
        with self._cache_lock:
            self._catch_up()
            return self._cached_head()

    def torn_tail(self) -> bytes:
        """Bytes after the last newline: a write in flight, or the trace of a crash."""
        with self._cache_lock:
            self._catch_up()
            return self._path.read_bytes()[self._offset :] if self._path.exists() else b""

    def sound_part(self) -> list[Record]:
        """The records up to the first broken line."""
        with self._cache_lock:
            return list(self._cache)

    def _cached_head(self) -> Head:
        return Head(len(self._cache), self._cache[-1].hash) if self._cache else EMPTY

    def _lead(self) -> None:
        """Write for everybody who queued."""
        with self._queue_lock:
            batch, self._queue = self._queue, []
        try:
            with self._locked() as descriptor, self._cache_lock:
                self._catch_up()
                self._set_tail_aside(descriptor)
                self._write(descriptor, batch)
        except BaseException as error:  # noqa: BLE001 - every waiting thread must learn of it
            for request in batch:
                request.error = request.error or error
        finally:
            for request in batch:
                request.done.set()

    def _write(self, descriptor: int, batch: list[_Request]) -> None:
        lines: list[bytes] = []
        records: list[Record] = []
        for request in batch:
            head = Head(len(self._cache) + len(records), self._last(records))
            if request.expected is not None and request.expected != head:
                request.error = StaleHeadError(head)
                continue
            own = self._chain(request.events, records)
            request.records = tuple(own)
            records.extend(own)
            lines.extend(record.line for record in own)
        if not lines:
            return
        data = b"".join(lines)
        _write_all(descriptor, data)
        os.fsync(descriptor)
        self._cache.extend(records)
        self._offset += len(data)

    def _chain(self, events: Sequence[Event], before: list[Record]) -> list[Record]:
        chained: list[Record] = []
        for event in events:
            last = (chained or before or self._cache)[-1:]
            seq = (last[0].seq if last else 0) + (2 if isinstance(event, TailSetAside) else 1)
            now = self._clock()
            at = max(now, last[0].at) if last else now
            chained.append(make_record(seq, at, event, last[0].hash if last else FIRST_PREV))
        return chained

    def _last(self, records: list[Record]) -> str:
        return records[-1].hash if records else self._cached_head().hash

    def _set_tail_aside(self, descriptor: int) -> None:
        """Keep what a crash left after the last newline, then go on from the last whole line."""
        tail = os.pread(descriptor, os.fstat(descriptor).st_size - self._offset, self._offset)
        if not tail:
            return
        digest = sha256_hex(tail)
        folder = self._path.parent / "torn"
        folder.mkdir(mode=0o700, exist_ok=True)
        kept = folder / f"{digest}.bin"
        with os.fdopen(os.open(kept, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as file:
            file.write(tail)
            file.flush()
            os.fsync(file.fileno())
        os.ftruncate(descriptor, self._offset)
        after = self._cache[-1].seq if self._cache else 0
        event = TailSetAside(f"torn/{kept.name}", len(tail), digest, after)
        self._write(descriptor, [_Request([event], None)])

    def _catch_up(self) -> None:
        """Read and check whole lines that were added since; a line without a newline is left alone."""
        try:
            if self._path.stat().st_size == self._offset:
                return
        except FileNotFoundError:
            return
        with self._path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            if size < self._offset:
                raise IntegrityError(
                    f"{self._path} became shorter: {size} bytes, {self._offset} were read before",
                    expected="an append-only file",
                    fix="compare with a copy or a signed approval",
                )
            file.seek(self._offset)
            data = file.read()
        end = data.rfind(b"\n") + 1
        for line in _split(data[:end]):
            before = self._cache[-1] if self._cache else None
            self._cache.append(read_record(line, len(self._cache) + 1, before))
            self._offset += len(line)

    @contextmanager
    def _locked(self) -> Iterator[int]:
        """The file, opened for appending, under the lock that processes share. A symlink is refused."""
        flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC
        try:
            descriptor = os.open(self._path, flags, 0o600)
        except OSError as error:
            raise IntegrityError(f"{self._path} cannot be opened for appending: {error.strerror}") from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield descriptor
        finally:
            os.close(descriptor)


def _split(data: bytes) -> list[bytes]:
    return [line + b"\n" for line in data.split(b"\n")[:-1]]


def _first_after(records: list[Record], seq: int) -> int:
    """Index of the first record above a sequence number (numbers rise, with gaps after torn tails)."""
    low, high = 0, len(records)
    while low < high:
        middle = (low + high) // 2
        if records[middle].seq > seq:
            high = middle
        else:
            low = middle + 1
    return low


def _write_all(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]
