"""Whatever a name holds, it arrives in Word, PDF and HTML as that text: nothing runs, nothing is dropped."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Sequence
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import pytest
from pypdf import PdfReader

from runner.documents.page.glyphs import drawable
from runner.documents.page.html import html
from runner.documents.page.pdf import pdf
from runner.documents.page.shown import shown
from runner.documents.page.tree import Code, Dress, Heading, Page, Paragraph, Strong, Table, Text, Value
from runner.documents.page.word import word
from tests.runner.documents.hostile import ATTACKS, random_strings

FEW = 60
MANY = 1500
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def dress(language: str = "en", **changes: object) -> Dress:
    """A document without running lines."""
    plain = {"title": "t", "language": language, "case_id": "C", "marks": (), "label": "", "foot": "", "page_words": "",
             "sources_title": "Sources", "as_of": "2026-11-24T02:00:00+00:00"}  # fmt: skip
    return Dress(**{**plain, **changes})  # type: ignore[arg-type]


def pages(strings: Sequence[str]) -> Page:
    """Each string between two marks, in turn as a paragraph, in bold, in a heading and as code."""
    shapes: tuple[Callable[[Value], object], ...] = (lambda v: v, lambda v: Strong((v,)), lambda v: Code((v,)))
    blocks = []
    for index, one in enumerate(strings):
        value = shapes[index % 3](Value(shown(one)))
        make = Heading if index % 10 == 9 else None
        content = (Text(f"¶{index:05}¶"), value, Text("¶end"))
        blocks.append(make(2, content) if make else Paragraph(content))  # type: ignore[arg-type]
    return Page(tuple(blocks), ())


def between(text: str) -> dict[int, str]:
    """What stands between the marks."""
    return {int(number): found for number, found in re.findall(r"¶(\d{5})¶(.*?)¶end", text, re.DOTALL)}


def word_text(data: bytes) -> str:
    """The text of a Word file, a line for each paragraph, from its XML alone."""
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        root = ET.fromstring(file.read("word/document.xml"))
    return "\n".join("".join(one.text or "" for one in p.iter(f"{W}t")) for p in root.iter(f"{W}p"))


def pdf_text(data: bytes) -> str:
    """The text of a PDF without spaces and line ends: where a line ends is the page's business."""
    reader = PdfReader(io.BytesIO(data))
    return squeezed("".join(page.extract_text() for page in reader.pages))


def squeezed(text: str) -> str:
    """Text without any white space."""
    return re.sub(r"\s", "", text)


class Reader(HTMLParser):
    """Collects text, and everything that a page may not hold."""

    def __init__(self) -> None:
        super().__init__()
        self.text: list[str] = []
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self._quiet = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _value in attrs}
        self._quiet = tag in ("style", "title")

    def handle_endtag(self, tag: str) -> None:
        self._quiet = False

    def handle_data(self, data: str) -> None:
        if not self._quiet:
            self.text.append(data)


def html_text(data: bytes) -> str:
    """The text of an HTML page, which holds nothing that runs or loads."""
    reader = Reader()
    reader.feed(data.decode())
    assert not reader.tags & {"script", "img", "iframe", "object", "link", "form", "base", "svg"}
    assert not {name for name in reader.attributes if name.startswith("on") or name in ("src", "style")}
    return "".join(reader.text)


def check(strings: Sequence[str]) -> None:
    page = pages(strings)
    expected = {index: shown(one) for index, one in enumerate(strings)}
    assert between(word_text(word(page, dress()))) == expected
    assert between(html_text(html(page, dress()))) == expected
    drawn = {index: squeezed(drawable(one)) for index, one in expected.items()}
    assert between(pdf_text(pdf(page, dress()))) == drawn


def test_strings_made_to_break_things_arrive_as_text() -> None:
    check([*ATTACKS, *random_strings(FEW)])


@pytest.mark.heavy
@pytest.mark.parametrize("seed", range(3))
def test_random_strings_arrive_as_text(seed: int) -> None:
    check(random_strings(MANY, seed))


def test_a_long_name_stays_within_its_column() -> None:
    name = "A" * 300
    cells = ((Text("who"),), (Value(name),), (Text("more"),))
    page = Page((Table(((Text("a"),), (Text("b"),), (Text("c"),)), (cells,), ("left", "left", "left")),), ())
    reader = PdfReader(io.BytesIO(pdf(page, dress())))
    lines = [line for line in reader.pages[0].extract_text().splitlines() if "A" in line]
    assert max(map(len, lines)) < 60
    assert squeezed("".join(lines)).count("A") == 300


def test_no_value_is_hyphenated() -> None:
    name = "Donaudampfschifffahrtsgesellschaftskapitänsmütze " * 12
    text = PdfReader(io.BytesIO(pdf(Page((Paragraph((Value(name),)),), ()), dress("de")))).pages[0].extract_text()
    assert "-" not in text
    assert "\u00ad" not in text


def test_a_character_that_no_font_has_is_written_as_its_code() -> None:
    page = Page((Paragraph((Value("go 😀"), Strong((Value("🇰"),)))),), ())
    text = pdf_text(pdf(page, dress()))
    assert text == "go⟦U+1F600⟧⟦U+1F1F0⟧"
