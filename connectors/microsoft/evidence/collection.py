"""What all collections share: whole listings page by page, each record counted once, and what a receipt may say.

1. A listing never ends in silence: it ends at its last page, or a gap says why it ended before.
2. A page that did not come (throttled, no connection) is asked for again by the link that led to it: nothing that was
   read is read anew, and nothing is passed over.
3. A record is counted once, by its id. The bytes of every page are kept as they came, repetitions included.
4. `incomplete` is said where something is known to be missing, `cannot-tell` where something may be, and `complete`
   only where neither is so: the three are never merged.
5. A source's clock is read from the `Date` of its answers, and told as its offset from ours.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from connectors.contract import ActionContext, Gap, Receipt
from connectors.errors import UnsupportedError, WorldError
from connectors.microsoft.clouds import Service
from connectors.microsoft.evidence.kept import Kept
from connectors.microsoft.evidence.patience import STOPPED, patiently
from connectors.microsoft.evidence.windows import Window, looks_cut, stamp
from connectors.microsoft.odata import onward, rows
from connectors.microsoft.paths import moment
from connectors.replies import Answer
from connectors.vocabulary import Json

if TYPE_CHECKING:
    from connectors.microsoft.client import MicrosoftSession

Row = dict[str, Any]

LOOPS = "the listing names a page again that it gave before: what would come after it is missing"
SKEW_S = 30.0
"""From this on a difference of clocks is told in words; `Date` has whole seconds."""


@dataclass
class Run:
    """One listing to its end, or to where it broke."""

    pages: int = 0
    records: int = 0
    """Records in it, each once."""
    whole: bool = True
    counted: int | None = None
    """How many the source itself says there are (`@odata.count`); None when it does not say."""


@dataclass
class Collection:
    """One query, and what came of it."""

    context: ActionContext
    source: str
    name: str
    """Of its artefacts; metadata, without text that the subject chose."""
    query: dict[str, Json]
    stamped: str = "createdDateTime"
    """The property that holds a record's time; "" when it has none."""
    pages: int = 0
    records: int = 0
    duplicates: int = 0
    """Records that one listing gave more than once."""
    first: datetime | None = None
    last: datetime | None = None
    missing: list[Gap] = field(default_factory=list)
    doubts: list[Gap] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    absent: str = ""
    """Why the tenant has nothing of the sort: a licence that it lacks."""
    clock: float | None = None
    _seen: dict[str, bytes] = field(default_factory=dict)
    _changed: int = 0
    _kept: Kept | None = None

    def listing(
        self,
        session: MicrosoftSession,
        path: str,
        *,
        part: str = "",
        query: Mapping[str, Json] | None = None,
        headers: Mapping[str, str] | None = None,
        service: Service = Service.GRAPH,
        each: Callable[[Row], None] = lambda _row: None,
        scope: str = "",
        optional: bool = False,
        **values: str,
    ) -> Run:
        """Read all pages of a listing; what keeps it from its end becomes a gap of `part`.

        `each` is called with every record that is new to this collection. Ids are unique within a `scope`. An
        `optional` listing is one that a tenant without the licence has nothing in: its lack is told and no gap.
        """
        run, what = Run(), part or path
        links: set[str] = set()
        pages: dict[tuple[str, ...], int] = {}
        found: set[str] = set()
        try:
            answer = patiently(
                self.context,
                lambda: session.call("GET", path, query=query, body=None, headers=headers, service=service, **values),
            )
            while True:
                self.take(answer, {"path": values, "query": dict(query or {}), "page": run.pages + 1})
                run.pages += 1
                ids = self._counted(rows(answer), found, each, scope)
                self._repeated(ids, pages, run.pages, what)
                run.counted = _count(answer, run.counted)
                link = onward(answer)
                if not link:
                    break
                if link in links:
                    run.whole = False
                    self.missing.append(Gap(what, LOOPS))
                    break
                links.add(link)
                answer = patiently(self.context, lambda: session.follow(answer, link, headers=headers, service=service))  # noqa: B023 - called at once
        except UnsupportedError as error:
            run.whole = False
            if optional:
                self.notes.append(f"{what}: {error.what}")
            else:
                self.unread(what, error)
        except WorldError as error:
            run.whole = False
            self.unread(what, error)
        run.records = len(found)
        return run

    def answer(self, session: MicrosoftSession, path: str, *, part: str = "", query: Mapping[str, Json] | None = None,
               service: Service = Service.GRAPH, counts: bool = True, **values: str) -> Json:  # fmt: skip
        """One object, kept as it came and counted as a record if it `counts`; None when it could not be read."""
        try:
            answer = patiently(
                self.context,
                lambda: session.call("GET", path, query=query, body=None, headers=None, service=service, **values),
            )
            self.take(answer, {"path": values, "query": dict(query or {})})
            found = answer.json()
        except WorldError as error:
            self.unread(part or path, error)
            return None
        self.records += counts
        return found

    def take(self, answer: Answer, asked: Mapping[str, Any]) -> None:
        """Keep an answer's bytes, and read its clock."""
        if self._kept is None:
            self._kept = Kept(self.context, self.name)
        self._kept.page(answer, asked)
        self.pages += 1
        offset = offset_of(answer, self.context.now())
        if offset is not None and (self.clock is None or abs(offset) > abs(self.clock)):
            self.clock = offset

    def records_of(self, found: Iterable[Row], each: Callable[[Row], None] = lambda _row: None) -> int:
        """Count the records of an answer that is no listing; how many it has, each once."""
        own: set[str] = set()
        self._counted(found, own, each)
        return len(own)

    @property
    def ids(self) -> frozenset[str]:
        """The records that it holds, by id: what two collections share is one record."""
        return frozenset(self._seen)

    def unread(self, what: str, error: WorldError) -> None:
        """A part that could not be read."""
        if isinstance(error, UnsupportedError):
            self.absent = error.what
        self.missing.append(Gap(what, error.what))

    def receipt(self, window: Window | None = None, *, delay: timedelta = timedelta(), retention: str = "") -> Receipt:
        """What proves how complete it is. `delay` is how late a record may arrive."""
        self._strays(window)
        late = self._late(window, delay)
        doubt = bool(self.doubts or late)
        told = [*(f"{gap.what}: {gap.why}" for gap in (*self.missing, *self.doubts)), late, *self.notes, *self._words()]
        return Receipt(
            self.source, self.query, "incomplete" if self.missing else "cannot-tell" if doubt else "complete",
            "; ".join(dict.fromkeys(one for one in told if one)),
            start=window.start if window else None, end=window.end if window else self.context.now(),
            pages=self.pages, records=self.records, duplicates=self.duplicates, first=self.first, last=self.last,
            gaps=(*self.missing, *self.doubts), retention=retention,
            artefacts=self._kept.close() if self._kept else (), clock_offset_s=self.clock,
        )  # fmt: skip

    def _counted(
        self, found: Iterable[Row], run: set[str], each: Callable[[Row], None], scope: str = ""
    ) -> tuple[str, ...]:
        ids = []
        for row in found:
            content = digest(row)
            id_ = scope + (identity(row) or content.hex())
            ids.append(id_)
            self._changed += self._seen.get(id_, content) != content
            self.duplicates += id_ in run
            run.add(id_)
            if id_ in self._seen:
                continue
            self._seen[id_] = content
            self.records += 1
            self._timed(row)
            each(row)
        return tuple(ids)

    def _timed(self, row: Row) -> None:
        at = moment(row.get(self.stamped)) if self.stamped else None
        if at is not None:
            at = at if at.tzinfo else at.replace(tzinfo=UTC)
            self.first, self.last = min(self.first or at, at), max(self.last or at, at)

    def _repeated(self, ids: tuple[str, ...], pages: dict[tuple[str, ...], int], number: int, what: str) -> None:
        """A page that came before, under another link: whether it stands in another's place nobody can tell."""
        if ids and ids in pages:
            why = f"page {number} repeats page {pages[ids]}: another page may be missing in its place"
            self.doubts.append(Gap(what, why))
        pages.setdefault(ids, number)

    def _strays(self, window: Window | None) -> None:
        if window is None or self.first is None or self.last is None:
            return
        late = not window.open and self.last > window.end + timedelta(seconds=1)
        if self.first < window.start or late:
            why = "records outside the window that was asked: the source's clock, or how it filters, differs from ours"
            self.doubts.append(Gap("window", why))

    def _late(self, window: Window | None, delay: timedelta) -> str:
        if window is None or not delay or window.end <= self.context.now() - delay:
            return ""
        edge, again = stamp(window.end - delay), stamp(window.end + delay)
        return f"records after {edge} may still arrive; collect again after {again}"

    def _words(self) -> list[str]:
        words = []
        if self._changed:
            words.append(f"{self._changed} records came again with other content: each version is in the pages")
        if self.clock is not None and abs(self.clock) >= SKEW_S:
            words.append(
                f"the source's clock was {abs(self.clock):.0f} s {'ahead of' if self.clock > 0 else 'behind'} ours"
            )
        return words


def in_windows(collection: Collection, windows: Iterable[Window], read: Callable[[Window], Run], most: int) -> None:
    """Read window by window; one whose answer looks cut short is asked again in halves, until none does."""
    todo = list(windows)
    while todo:
        window = todo.pop(0)
        if collection.context.cancelled():
            collection.missing.append(Gap(str(window), STOPPED))
            continue
        run = read(window)
        if not run.whole or not looks_cut(run.records, most):
            continue
        halves = window.halves()
        todo[:0] = halves
        if halves:
            collection.notes.append(f"{window}: {run.records} records looked cut short; asked again in halves")
        else:
            collection.doubts.append(Gap(str(window), f"{run.records} records in one second: more may be missing"))


def offset_of(answer: Answer, now: datetime) -> float | None:
    """Seconds that the clock of whoever answered is ahead of ours; None when it told no time."""
    try:
        at = parsedate_to_datetime(answer.headers.get("date", ""))
    except (ValueError, TypeError):
        return None
    return round(((at if at.tzinfo else at.replace(tzinfo=UTC)) - now).total_seconds())


def identity(row: Row) -> str:
    """What a record is known by: its id; "" when it has none."""
    return str(row.get("id") or "")


def digest(row: Row) -> bytes:
    """What a record says, as a short hash."""
    return hashlib.blake2b(json.dumps(row, sort_keys=True, default=str).encode(), digest_size=16).digest()


def _count(answer: Answer, before: int | None) -> int | None:
    found = answer.json()
    value = found.get("@odata.count") if isinstance(found, dict) else None
    return value if isinstance(value, int) else before
