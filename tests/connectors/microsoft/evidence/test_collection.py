"""Listings as real collectors met them: pages twice, loops, empty pages, refusals in the middle, silent ends, clocks."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.contract import ArtefactRef, System
from connectors.errors import OutOfTimeError
from connectors.http import HttpSession
from connectors.microsoft.evidence.collection import LOOPS, Collection, Run, in_windows
from connectors.microsoft.evidence.patience import pause
from connectors.microsoft.evidence.windows import Window
from connectors.rates import RateBudgets
from connectors.routes import Does, Route, Routes
from tests.connectors.microsoft.evidence.conftest import Clock

if TYPE_CHECKING:
    from collections.abc import Iterable

    from connectors.microsoft.client import MicrosoftSession
    from connectors.replies import Answer

BASE = "http://127.0.0.1:9"
ROUTES = Routes((Route("GET", "/rows", Does.READ),))
START = datetime(2026, 3, 1, tzinfo=UTC)


class Lent:
    """An action's context whose pauses take no time."""

    case_id = "CASE-1"

    def __init__(self) -> None:
        self.stored: dict[str, bytes] = {}
        self.pauses: list[float] = []
        self.stop = False

    def now(self) -> datetime:
        return datetime.now(UTC)

    def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)

    def store(self, name: str, data: bytes | Iterable[bytes], media_type: str = "application/json") -> ArtefactRef:
        content = data if isinstance(data, bytes) else b"".join(data)
        self.stored[name] = content
        return ArtefactRef(hashlib.sha256(content).hexdigest(), len(content), name, media_type)

    def progress(self, text: str, done: int = 0, total: int = 0) -> None:
        """Nobody watches."""

    def cancelled(self) -> bool:
        return self.stop


class Source:
    """Pages of records behind the real HTTP seam; some are refused a few times first."""

    def __init__(self, pages: list[list[str]], refusals: Mapping[int, list[int]] = {}, end: str = "whole",
                 skew: float = 0.0) -> None:  # fmt: skip
        self.pages, self.end, self.skew = pages, end, skew
        self.refusals = {at: list(codes) for at, codes in refusals.items()}
        self.asked: list[int] = []
        clock = Clock()
        budgets = RateBudgets(1e9, clock=clock, sleep=clock.sleep)
        self.http = HttpSession(
            System("s", "microsoft", {}, {}, {}), BASE, ROUTES, dict, budgets, cutter=False, read_only=True,
            transport=httpx.MockTransport(self.answer), sleep=lambda _seconds: None,
        )  # fmt: skip

    def answer(self, request: httpx.Request) -> httpx.Response:
        at = int(request.url.params.get("page", "0"))
        if self.refusals.get(at):
            code = self.refusals[at].pop(0)
            return httpx.Response(429, headers={} if code < 0 else {"Retry-After": str(code)}, json={})
        if self.end == "dead" and at == len(self.pages):
            return httpx.Response(500, json={})
        self.asked.append(at)
        body: dict[str, Any] = {
            "value": [{"id": one, "createdDateTime": "2026-03-01T00:00:00Z"} for one in self.pages[at]]
        }
        link = at + 1 if at + 1 < len(self.pages) or self.end == "dead" else None
        if self.end == "loop" and link is None:
            link = at
        if link is not None:
            body["@odata.nextLink"] = f"{BASE}/rows?page={link}"
        date = format_datetime(datetime.now(UTC) + timedelta(seconds=self.skew), usegmt=True)
        return httpx.Response(200, headers={"Date": date, "request-id": f"r{at}"}, content=json.dumps(body, indent=1))

    def session(self) -> MicrosoftSession:
        def call(method: str, path: str, *, query: Any, body: Any, headers: Any, service: Any) -> Answer:
            del body, service
            return self.http.call(method, path, query=query, headers=headers)

        def follow(answer: Answer, link: str, *, headers: Any, service: Any) -> Answer:
            del service
            return self.http.follow(answer, link, headers)

        return cast("MicrosoftSession", SimpleNamespace(call=call, follow=follow))


def collected(source: Source) -> tuple[Collection, Run, Lent]:
    lent = Lent()
    made = Collection(lent, "a log", "log", {})
    return made, made.listing(source.session(), "/rows", part="all"), lent


PAGES = st.lists(st.lists(st.sampled_from([f"r{n}" for n in range(12)]), max_size=5), min_size=1, max_size=7)
REFUSALS = st.dictionaries(
    st.integers(0, 6), st.lists(st.sampled_from([-1, 0, 90]), min_size=1, max_size=3), max_size=3
)


@settings(max_examples=150, deadline=None)
@given(PAGES, REFUSALS, st.sampled_from(["whole", "loop", "dead"]))
def test_every_record_is_counted_once_and_gaps_are_told_truly_whatever_the_pages_are(
    pages: list[list[str]], refusals: dict[int, list[int]], end: str
) -> None:
    source = Source(pages, refusals, end)
    made, run, _lent = collected(source)
    receipt = made.receipt()
    given_rows = [*pages, *pages] if end == "loop" and len(pages) == 1 else pages  # the first page has no link at first
    records = Counter(one for page in given_rows for one in page)
    shapes = [tuple(page) for page in given_rows if page]
    assert (receipt.records, run.records) == (len(records), len(records))
    assert receipt.duplicates == sum(records.values()) - len(records)
    assert receipt.pages == len(given_rows)
    assert source.asked == [at % len(pages) for at in range(len(given_rows))]
    if end == "whole":
        assert receipt.complete == ("complete" if len(shapes) == len(set(shapes)) else "cannot-tell")
        assert len(receipt.gaps) == len(shapes) - len(set(shapes))
    else:
        assert receipt.complete == "incomplete"
        assert any((LOOPS if end == "loop" else "500") in gap.why for gap in receipt.gaps)


def test_a_page_under_a_new_link_that_came_before_is_a_doubt_and_names_both() -> None:
    made, _run, _lent = collected(Source([["a", "b"], ["c", "d"], ["a", "b"], ["e"]]))
    receipt = made.receipt()
    assert (receipt.complete, receipt.records, receipt.duplicates) == ("cannot-tell", 5, 2)
    assert [gap.why for gap in receipt.gaps] == ["page 3 repeats page 1: another page may be missing in its place"]


def test_a_loop_ends_after_the_page_it_names_again_and_what_came_counts() -> None:
    made, run, _lent = collected(Source([["a"], ["b"]], end="loop"))
    assert not run.whole
    assert made.receipt().records == 2
    assert [gap.why for gap in made.missing] == [LOOPS]


def test_a_throttle_that_outlasts_the_seam_is_waited_out_as_long_as_the_source_asks() -> None:
    source = Source([["a"], ["b"], ["c"]], {1: [90, 90]})
    made, run, lent = collected(source)
    assert (run.whole, made.records, source.asked) == (True, 3, [0, 1, 2])
    assert lent.pauses == [90.0, 90.0]


def test_a_source_that_never_stops_refusing_is_a_gap_and_the_pages_before_it_count() -> None:
    made, run, _lent = collected(Source([["a"], ["b"]], {1: [90] * 9}))
    receipt = made.receipt()
    assert (run.whole, receipt.records, receipt.complete) == (False, 1, "incomplete")
    assert "429" in receipt.why


def test_a_stop_in_the_middle_keeps_what_came_and_says_so() -> None:
    lent = Lent()
    source = Source([["a"], ["b"]])
    made = Collection(lent, "a log", "log", {})

    def stop(_row: Any) -> None:
        lent.stop = True

    made.listing(source.session(), "/rows", each=stop)
    assert (made.records, source.asked) == (1, [0])
    assert made.receipt().complete == "incomplete"
    assert "stopped before it was done" in made.receipt().why


def test_one_record_with_two_contents_is_one_record_and_both_versions_are_in_the_pages() -> None:
    made = Collection(Lent(), "a log", "log", {})
    made.records_of([{"id": "a", "state": "old"}])
    made.records_of([{"id": "a", "state": "new"}])
    assert made.records == 1
    assert "1 records came again with other content" in made.receipt().why


def test_rows_without_an_id_are_known_by_what_they_say() -> None:
    made = Collection(Lent(), "a log", "log", {})
    assert made.records_of([{"a": 1}, {"a": 1}, {"a": 2}]) == 2
    assert (made.records, made.duplicates) == (2, 1)


def test_ids_are_unique_within_a_scope_only() -> None:
    made = Collection(Lent(), "a log", "log", {})
    source = Source([["a"]])
    for scope in ("x/", "y/"):
        made.listing(source.session(), "/rows", scope=scope)
    assert made.records == 2


@pytest.mark.parametrize(("skew", "told"), [(420, "s ahead of ours"), (-420, "s behind ours")])
def test_the_offset_of_the_sources_clock_is_in_the_receipt(skew: float, told: str) -> None:
    made, _run, _lent = collected(Source([["a"]], skew=skew))
    receipt = made.receipt()
    assert receipt.clock_offset_s is not None
    assert abs(receipt.clock_offset_s - skew) <= 2
    assert told in receipt.why


def test_a_clock_that_is_ours_is_not_mentioned() -> None:
    made, _run, _lent = collected(Source([["a"]]))
    assert "clock" not in made.receipt().why


def test_records_outside_the_window_that_was_asked_are_a_doubt() -> None:
    made, _run, _lent = collected(Source([["a"]]))
    receipt = made.receipt(Window(START - timedelta(days=2), START - timedelta(days=1)))
    assert receipt.complete == "cannot-tell"
    assert "outside the window" in receipt.why


def test_what_may_still_arrive_is_never_called_complete_and_says_when_to_ask_again() -> None:
    made = Collection(Lent(), "a log", "log", {})
    now = datetime.now(UTC)
    young = Window(now - timedelta(hours=1), now, open=True)
    assert made.receipt(young, delay=timedelta(hours=1)).complete == "cannot-tell"
    settled = Window(now - timedelta(days=3), now - timedelta(days=2))
    assert made.receipt(settled, delay=timedelta(hours=1)).complete == "complete"


def test_the_bytes_of_every_page_are_kept_as_they_came_and_the_index_finds_them() -> None:
    made, _run, lent = collected(Source([["a"], [], ["b"]]))
    receipt = made.receipt()
    pages, index = lent.stored["log-1.pages"], lent.stored["log.index.jsonl"]
    assert receipt.artefacts == (hashlib.sha256(pages).hexdigest(), hashlib.sha256(index).hexdigest())
    lines = [json.loads(line) for line in index.splitlines()]
    bodies = [pages[line["offset"] : line["offset"] + line["length"]] for line in lines]
    assert [hashlib.sha256(body).hexdigest() for body in bodies] == [line["sha256"] for line in lines]
    assert [json.loads(body)["value"] == [] for body in bodies] == [False, True, False]
    assert bodies[0].startswith(b'{\n "value"'), "the source's own spacing"
    assert [line["request-id"] for line in lines] == ["r0", "r1", "r2"]


def test_large_runs_become_several_artefacts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connectors.microsoft.evidence.kept.LARGEST", 50)
    made, _run, lent = collected(Source([["a"], ["b"], ["c"]]))
    assert len(made.receipt().artefacts) == 4
    assert sorted(lent.stored) == ["log-1.pages", "log-2.pages", "log-3.pages", "log.index.jsonl"]


@given(st.lists(st.integers(0, 3599), max_size=60), st.integers(3, 20))
@settings(max_examples=60, deadline=None)
def test_a_source_that_ends_in_silence_at_a_limit_is_asked_in_halves_until_nothing_is_missing(
    seconds: list[int], limit: int
) -> None:
    rows = [
        {"id": str(n), "createdDateTime": (START + timedelta(seconds=at)).isoformat()} for n, at in enumerate(seconds)
    ]
    made = Collection(Lent(), "a log", "log", {})

    def read(window: Window) -> Run:
        fits = [row for row in rows if window.start <= datetime.fromisoformat(row["createdDateTime"]) <= window.end]
        return Run(1, made.records_of(fits[:limit]))

    in_windows(made, [Window(START, START + timedelta(hours=1))], read, limit)
    crowded = any(sum(at <= one <= at + 1 for one in seconds) >= limit for at in range(3600))
    assert made.records == len(rows) or (crowded and made.doubts)
    if not crowded:
        assert not made.doubts


def test_a_round_number_of_records_is_looked_at_again_even_below_the_limit_that_is_known() -> None:
    made = Collection(Lent(), "a log", "log", {})
    asked: list[Window] = []

    def read(window: Window) -> Run:
        asked.append(window)
        return Run(1, 1000 if len(asked) == 1 else 40)

    in_windows(made, [Window(START, START + timedelta(hours=1))], read, 5000)
    assert len(asked) == 3


def test_windows_after_a_stop_are_gaps_each() -> None:
    lent = Lent()
    lent.stop = True
    made = Collection(lent, "a log", "log", {})
    in_windows(made, [Window(START, START + timedelta(days=1))], lambda _one: Run(), 10)
    assert [gap.what for gap in made.missing] == ["2026-03-01T00:00:00Z to 2026-03-02T00:00:00Z"]


def test_a_pause_of_a_stopped_step_ends_it() -> None:
    lent = Lent()
    lent.stop = True
    with pytest.raises(OutOfTimeError):
        pause(lent, 5)
    assert lent.pauses == []
