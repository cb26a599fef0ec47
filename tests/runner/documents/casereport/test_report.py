"""The report holds all of the ledger, as text; it neither runs nor loads anything, and is the same every time."""

from __future__ import annotations

import io
import re
import time
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser

import pytest
from pypdf import PdfReader

from runner.case import events as ev
from runner.case.events import EVENTS
from runner.documents.casereport.drawing import draw
from runner.documents.casereport.happened import timeline
from runner.documents.casereport.html import html
from runner.documents.casereport.parts import LONGEST
from runner.documents.casereport.pdf import pdf
from runner.documents.casereport.report import make
from runner.documents.casereport.source import Source
from runner.documents.casereport.summary import verdict
from runner.documents.page.glyphs import drawable
from runner.documents.page.shown import shown
from tests.runner.documents.casereport.conftest import BAD, NOW, PLAN, everything, key, opening, path, signed, source
from tests.runner.documents.hostile import ATTACKS, random_strings

ALLOWED = {
    "html": {"lang"}, "meta": {"charset", "http-equiv", "content", "name"}, "title": set(), "style": set(),
    "p": {"class"}, "a": {"href"}, "section": {"id"}, "tr": {"id"}, "th": {"scope"}, "col": {"class"},
    "div": {"class"}, "span": {"class"}, "figure": set(),
    "svg": {"xmlns", "viewbox", "font-size", "role"},
    "rect": {"x", "y", "width", "height", "rx", "fill", "fill-opacity"},
    "line": {"x1", "y1", "x2", "y2", "stroke", "stroke-width", "stroke-dasharray"},
    "circle": {"cx", "cy", "r", "fill"},
    "text": {"x", "y", "fill", "font-weight", "font-size", "text-anchor", "transform"},
}  # fmt: skip
PLAIN = {"head", "body", "header", "footer", "nav", "main", "h1", "h2", "h3", "ol", "ul", "li", "table", "colgroup",
         "thead", "tbody", "td", "b", "bdi", "strong", "small", "code", "br"}  # fmt: skip


class Reader(HTMLParser):
    """Text and ways of a page, and every attribute held against what a report may have."""

    def __init__(self) -> None:
        super().__init__()
        self.text: list[str] = []
        self.ids: list[str] = []
        self.ways: list[str] = []
        self._style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ALLOWED or tag in PLAIN, tag
        assert {name for name, _value in attrs} <= ALLOWED.get(tag, set()), (tag, attrs)
        found = dict(attrs)
        if "href" in found:
            assert str(found["href"]).startswith("#")
            self.ways.append(str(found["href"])[1:])
        if found.get("id"):
            self.ids.append(str(found["id"]))
        self._style = tag == "style"

    def handle_endtag(self, tag: str) -> None:
        self._style = False

    def handle_data(self, data: str) -> None:
        if not self._style:
            self.text.append(data)


def read(data: bytes) -> Reader:
    """The page, which holds nothing that runs or loads."""
    reader = Reader()
    reader.feed(data.decode())
    return reader


def page_text(made: Source) -> str:
    """All words of the HTML."""
    return "".join(read(html(make(made))).text)


def squeezed(text: str) -> str:
    """Without any white space."""
    return re.sub(r"\s", "", text)


def pdf_text(data: bytes) -> str:
    """All words of the PDF."""
    return squeezed("".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages))


def test_the_case_of_the_tests_has_every_kind_of_record_but_a_torn_tail(hostile: Source) -> None:
    assert {one.kind for one in hostile.records} == set(EVENTS) - {"tail-set-aside"}


def test_hostile_strings_come_out_as_text(hostile: Source) -> None:
    text = page_text(hostile)
    assert text.count(shown(BAD)) > 40
    for name in ATTACKS:
        assert shown(name) in text
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]", text)


def test_random_names_come_out_as_text() -> None:
    names = random_strings(60)
    text = page_text(source(everything(names=names)))
    assert [name for name in names if shown(name) not in text] == []


def test_what_the_case_says_is_set_apart_from_the_words_around_it(hostile: Source) -> None:
    page = html(make(hostile)).decode()
    without = re.sub(r"<bdi>[^<]*</bdi>|<title>[^<]*</title>|<text [^>]*>[^<]*</text>", "", page)
    assert "alert(1)" not in without


def test_an_endless_name_is_cut_and_its_length_told() -> None:
    text = page_text(source(everything(names=["N" * 90_000])))
    assert "90,000 characters; whole in the ledger" in text
    assert "N" * (LONGEST + 1) not in text


def test_the_page_forbids_all_but_its_own_style(hostile: Source) -> None:
    import base64
    import hashlib

    page = html(make(hostile)).decode()
    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    css = page[page.index("<style>") + 7 : page.index("</style>")]
    digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    assert policy.startswith(f"default-src 'none'; style-src 'sha256-{digest}'")
    assert "url(" not in css
    assert "@import" not in css


def test_every_way_leads_somewhere_and_every_place_has_one_name(hostile: Source) -> None:
    found = read(html(make(hostile)))
    assert len(found.ids) == len(set(found.ids))
    assert set(found.ways) <= set(found.ids)


def test_the_drawing_is_sound_xml_and_leads_to_rows(hostile: Source) -> None:
    page = html(make(hostile)).decode()
    svg = page[page.index("<svg") : page.index("</svg>") + 6]
    root = ET.fromstring(svg)
    tags = {one.tag.removeprefix("{http://www.w3.org/2000/svg}") for one in root.iter()}
    assert tags <= {"svg", "title", "rect", "line", "text", "a", "circle"}
    words = [one.text or "" for one in root.iter("{http://www.w3.org/2000/svg}text")]
    assert any(one.startswith("order to cut") for one in words)
    assert any(one.startswith("verified") for one in words)
    still = ET.fromstring(draw(timeline(hostile), still=True))
    assert not list(still.iter("{http://www.w3.org/2000/svg}a"))


def test_every_path_approval_artefact_finding_and_record_is_in_it(hostile: Source) -> None:
    found = read(html(make(hostile)))
    text = "".join(found.text)
    state = hostile.state
    for one in state.paths.values():
        assert shown(one.path["label"]) in text
        assert shown(one.path["id"]) in text
    for gate in (gate for plan in state.plans.values() for gate in plan.gates.values()):
        for answer in gate.approvals:
            assert answer.by in text
            assert answer.key in text
    assert PLAN in text
    for sha256, stored in state.artefacts.items():
        assert sha256 in text
        assert shown(stored.name) in text
    for made in state.findings:
        assert all(shown(made.finding[name]) in text for name in ("title", "allows", "remove"))
    assert {f"e-{record.seq}" for record in hostile.records} <= set(found.ids)
    assert state.head in text
    assert f"unread {shown(BAD)}" in text
    assert "evict test" in text


@pytest.mark.parametrize(("mode", "marked"), [("exercise", True), ("real", False)])
def test_an_exercise_says_so_on_every_page(mode: str, marked: bool) -> None:
    made = make(source(everything(mode, names=["a", "b"])))
    assert (b"EXERCISE" in html(made)) is marked
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(pdf(made))).pages]
    assert len(pages) > 3
    assert all(("EXERCISE" in text) is marked for text in pages)
    assert all("Privileged" in text for text in pages)


def test_the_pdf_says_the_same(hostile: Source) -> None:
    text = pdf_text(pdf(make(hostile)))
    for name in ATTACKS[:6]:
        assert squeezed(drawable(shown(name))) in text
    for sha256 in hostile.state.artefacts:
        assert sha256 in text
    assert squeezed(drawable(shown(f"finding {BAD}"))) in text


def test_the_same_ledger_and_time_make_the_same_bytes(hostile: Source) -> None:
    other = source(everything())
    assert html(make(hostile)) == html(make(other))
    assert pdf(make(hostile)) == pdf(make(other))


def test_another_time_changes_only_what_depends_on_it(hostile: Source) -> None:
    later = replace(hostile, now=NOW + timedelta(hours=4))
    assert html(make(later)) != html(make(hostile))
    assert "over by now" in page_text(later)


def test_five_thousand_records_are_written_in_two_seconds() -> None:
    paths = [path(f"id-{index}") for index in range(1600)]
    account = str(paths[0]["account"])
    events = [
        *opening(),
        ev.StepStarted("cut[0]", "r1", 1, "x.cut", "contain", {}, "sys"),
        ev.PathsObserved("cut[0]", "sys", account, "2026-11-24T02:02:00Z", "read", "before", paths),
        ev.CutOrdered(["cut[0]"]),
        *(ev.OperationIntended("cut[0]", "cut", one) for one in paths),
        *(ev.OperationEnded("cut[0]", "cut", key(str(one["id"])), "done", "", "") for one in paths),
        *(ev.ArtefactStored("keep[0]", f"{index:064x}", 9, f"n{index}", "text/plain", "sys") for index in range(1800)),
    ]
    made = source(events, timedelta(milliseconds=80))
    assert len(made.records) > 5000
    start = time.perf_counter()
    data = html(make(made))
    assert time.perf_counter() - start < 2
    assert len(data) < 8_000_000


@pytest.mark.parametrize(
    ("after", "says"),
    [
        ([], "Contained."),  # all that was cut is gone
        ([path("a")], "Not contained."),  # one stands
        ([path("a", "residual", until="2026-11-25T12:00:00Z")], "1 residual (outlasts the cut for a time)"),  # never called cut
        ([path("a", "unknown")], "1 unknown (could not be read)"),  # nor is what nobody could read
    ],
)  # fmt: skip
def test_the_verdict_never_promises_more_than_a_read_has_shown(after: list[dict[str, object]], says: str) -> None:
    both = [path("a"), path("b")]
    account = str(both[0]["account"])
    made = source([
        *opening(),
        ev.StepStarted("cut[0]", "r1", 1, "x.cut", "contain", {}, "sys"),
        ev.PathsObserved("cut[0]", "sys", account, "2026-11-24T02:02:00Z", "read", "before", both),
        ev.CutOrdered(["cut[0]"]),
        ev.PathsObserved("cut[0]", "sys", account, "2026-11-24T02:03:00Z", "read", "after", after),
    ])  # fmt: skip
    assert says in "".join(one.text for one in verdict(made))


def test_an_obligation_that_this_version_does_not_know_is_not_lost(hostile: Source) -> None:
    assert "does not know: us-x" in page_text(hostile)


def test_an_unplanned_case_has_a_report_too() -> None:
    text = page_text(source(opening()[:1]))
    assert "Nothing has been cut yet." in text
    assert "No access path has been read yet." in text


def test_a_statement_that_nobody_can_read_breaks_nothing() -> None:
    broken = replace(signed("eve@x.example", ""), statement="[" * 100_000)
    text = page_text(source([*opening()[:6], broken]))
    assert "eve@x.example" in text
    assert "the statement names no plan" in text
