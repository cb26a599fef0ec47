"""Queries of the unified audit log: posted once, found again by their names, waited for, asked anew in halves.

A query is an object of the tenant that runs for minutes or hours. Its name is made from what it asks and from the day
of asking, and says nothing else: a run that was killed finds what it had posted, and the next day asks anew, because
records arrive up to a day late.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from connectors.contract import ActionContext, Gap
from connectors.errors import AmbiguousError, OutOfTimeError, ThrottledError, UnreachableError, WorldError
from connectors.microsoft.evidence.collection import Collection
from connectors.microsoft.evidence.patience import patiently, pause
from connectors.microsoft.evidence.windows import Window, looks_cut, stamp
from connectors.microsoft.paths import moment

if TYPE_CHECKING:
    from connectors.microsoft.client import MicrosoftSession

QUERIES = "/v1.0/security/auditLog/queries"
QUERY, RECORDS = QUERIES + "/{id}", QUERIES + "/{id}/records"
RUNNING = frozenset({"notStarted", "running"})
ATTEMPTS = 2
"""Of a query that failed or was cancelled."""
POLL_S, LONGEST_POLL_S = 5.0, 60.0


@dataclass
class Query:
    """One window of one question, and the object in the tenant that answers it."""

    window: Window
    attempt: int = 1
    id: str = ""
    status: str = ""
    found: bool = False
    """It was there already: an earlier run posted it."""


class Queries:
    """All queries of one question."""

    def __init__(self, tenant: MicrosoftSession, context: ActionContext, made: Collection, asks: dict[str, Any],
                 most: int) -> None:  # fmt: skip
        """`asks` are the filters of the question, without its window."""
        self._tenant, self._context, self._made, self._asks, self._most = tenant, context, made, asks, most
        self._today = context.now().date()
        self._there: dict[str, dict[str, Any]] | None = None

    def run(self, windows: list[Window], until: datetime) -> None:
        """Ask all windows at once, and collect each as it is answered; what is not by `until` is a gap."""
        todo = [self._asked(Query(one)) for one in windows]
        wait = POLL_S
        while todo := [one for one in todo if one.id]:
            ended = [one for one in todo if one.status not in RUNNING]
            if ended:
                fresh = [query for one in ended for query in self._ended(one)]
                todo = [*(one for one in todo if one.status in RUNNING), *fresh]
                continue
            self._context.progress(f"{len(todo)} audit queries run")
            if self._context.now() >= until or not self._waited(todo, wait):
                why = "the query is still running: run this again, it is found by its name"
                self._made.missing += [Gap(str(one.window), why) for one in todo]
                return
            wait = min(wait * 2, LONGEST_POLL_S)

    def _waited(self, todo: list[Query], seconds: float) -> bool:
        """Look at them all again after a while; False when there is no time for it."""
        try:
            pause(self._context, seconds)
        except OutOfTimeError:
            return False
        for one in todo:
            self._look(one)
        return True

    def _asked(self, query: Query) -> Query:
        """Find it or post it; one that can be neither found nor posted is a gap, and has no id."""
        try:
            there = self._known(query)
            query.found = there is not None
            answer = there or self._post(query)
            query.id, query.status = str(answer["id"]), str(answer.get("status") or "notStarted")
            end = moment(answer.get("filterEndDateTime"))
            if query.found and end is not None:
                query.window = Window(query.window.start, end, query.window.open)
        except WorldError as error:
            self._made.unread(str(query.window), error)
        return query

    def _known(self, query: Query) -> dict[str, Any] | None:
        """An object of ours: today's, or an unfinished one of yesterday's."""
        if self._there is None:
            listed = patiently(self._context, lambda: self._tenant.rows(QUERIES))
            self._there = {str(one.get("displayName") or ""): one for one in listed}
        there = self._there.get(self._name(query, self._today))
        if there is not None:
            return there
        before = self._there.get(self._name(query, self._today - timedelta(days=1)))
        return before if before and before.get("status") in RUNNING else None

    def _name(self, query: Query, day: date) -> str:
        end = "" if query.window.open else stamp(query.window.end)
        parts = (self._context.case_id, repr(sorted(self._asks.items())), str(day), stamp(query.window.start), end,
                 str(query.attempt))  # fmt: skip
        return "q-" + hashlib.sha256("|".join(parts).encode()).hexdigest()[:24]

    def _post(self, query: Query) -> dict[str, Any]:
        """Make the object; where its reply was lost it is looked for before another is made."""
        name = self._name(query, self._today)
        body = {
            "displayName": name, "filterStartDateTime": stamp(query.window.start),
            "filterEndDateTime": stamp(query.window.end), **self._asks,
        }  # fmt: skip
        for _attempt in range(ATTEMPTS):
            try:
                answer = patiently(self._context, lambda: self._tenant.call("POST", QUERIES, body=body))
            except AmbiguousError as error:
                lost, self._there = error, None
                there = self._known(query)
                if there is not None:
                    return there
            else:
                self._made.take(answer, {"body": body})
                made: dict[str, Any] = answer.json()
                return made
        raise lost

    def _look(self, query: Query) -> None:
        """Its state now; where it cannot be read it keeps the last one, and is looked at again."""
        try:
            query.status = str(self._tenant.get(QUERY, id=query.id).get("status") or "running")
        except (ThrottledError, UnreachableError):
            return
        except WorldError as error:
            self._made.unread(str(query.window), error)
            query.id = ""

    def _ended(self, query: Query) -> list[Query]:
        """Collect it; what is to be asked in its place, if anything."""
        if query.status != "succeeded":
            if query.attempt >= ATTEMPTS:
                self._made.missing.append(Gap(str(query.window), f"the query {query.status or 'ended'}, asked twice"))
                return []
            return [self._asked(Query(query.window, query.attempt + 1))]
        told = self._made.answer(self._tenant, QUERY, part=str(query.window), counts=False, id=query.id) or {}
        run = self._made.listing(self._tenant, RECORDS, part=str(query.window), id=query.id)
        over = told.get("isRecordCountLimitExceeded") is True
        if not over and not (run.whole and looks_cut(run.records, self._most)):
            return []
        halves = query.window.halves()
        if not halves:
            why = f"{run.records} records in one second, and more that no query gives"
            (self._made.missing if over else self._made.doubts).append(Gap(str(query.window), why))
            return []
        self._made.notes.append(f"{query.window}: {run.records} records were cut short or looked so; asked in halves")
        return [self._asked(Query(one)) for one in halves]
