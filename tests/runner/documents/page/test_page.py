"""The page: Markdown to the tree, the boundary, and files that are the same every time."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import unicodedata
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from connectors.errors import InputError
from runner.documents.page.html import html
from runner.documents.page.pdf import pdf, pieces
from runner.documents.page.read import read_page
from runner.documents.page.shown import HIDDEN, shown
from runner.documents.page.tree import (
    Dress,
    Emphasis,
    Footnote,
    Heading,
    List,
    Missing,
    Note,
    Page,
    Paragraph,
    Quote,
    Rule,
    Strong,
    Table,
    Text,
    Unknown,
    Value,
)
from runner.documents.page.word import word

DRESS = Dress("Title", "en", "CASE-1", ("DRAFT — not for filing", "EXERCISE — not a real incident"), "Privileged",
              "CASE-1 · t", "page {page} of {pages}", "Sources of the facts", "2026-11-24T02:00:00.123456+00:00")  # fmt: skip
PAGE = Page(
    (
        Heading(1, (Text("One"),)),
        Paragraph((Text("Text "), Missing("x", "[MISSING: x]"), Unknown("y", "[UNKNOWN: y]"), Note(1))),
        List(ordered=True, start=3, items=((Paragraph((Value("a"),)), List(False, 1, ((Paragraph((Text("b"),)),),))),)),
        Table(((Text("h"),), (Text("i"),)), (((Value("1"),), (Value("2"),)),), ("left", "right")),
        Table((), (((Value("no head"),),),), ("left",)),
        Quote((Paragraph((Text("said"),)),)),
        Rule(),
    ),
    (Footnote(1, (Text("Stated by "), Value("hr@initech.example"))),),
)


def test_markdown_becomes_the_tree() -> None:
    blocks = read_page("# A\n\n*b* **c**\n\n> q\n\n---\n\n1. x\n2. y\n\n| h |\n|--:|\n| v |\n", (), "t.md")
    assert blocks == (
        Heading(1, (Text("A"),)),
        Paragraph((Emphasis((Text("b"),)), Text(" "), Strong((Text("c"),)))),
        Quote((Paragraph((Text("q"),)),)),
        Rule(),
        List(True, 1, ((Paragraph((Text("x"),)),), (Paragraph((Text("y"),)),))),
        Table(((Text("h"),),), (((Text("v"),),),), ("right",)),
    )


def test_links_images_and_html_are_text() -> None:
    source = "[a](http://x.example) ![b](c) <b>d</b> <http://e.example>\n\n[f]: http://g.example\n\n<div>h</div>\n"
    text = "".join(part.text for block in read_page(source, (), "t.md") for part in block.content)  # type: ignore[union-attr]
    assert "[a](http://x.example) ![b](c) <b>d</b>" in text
    assert "<div>h</div>" in text


def test_what_the_tree_cannot_hold_is_an_error_with_its_line() -> None:
    with pytest.raises(InputError) as caught:
        read_page("a\n\n```\ncode\n```\n", (), "t.md")
    assert "t.md:3:1: markdown: a document cannot hold: fence" in caught.value.explain()


def test_japanese_lines_join_without_a_space() -> None:
    (paragraph,) = read_page("一行目\n二行目\n", (), "t.md", "ja")
    assert paragraph == Paragraph((Text("一行目"), Text("二行目")))


@given(st.text())
def test_nothing_hidden_passes_the_boundary(text: str) -> None:
    assert not [one for one in shown(text) if unicodedata.category(one) in HIDDEN]


def test_every_character_that_is_hidden_is_shown_as_its_code() -> None:
    for number in range(sys.maxunicode + 1):
        if unicodedata.category(chr(number)) in HIDDEN:
            assert shown(chr(number)) == f"⟦U+{number:04X}⟧"


@given(st.text(alphabet="ab \u0301é", max_size=80))
def test_pieces_lose_nothing(text: str) -> None:
    assert "".join(pieces(text)) == text


def test_every_format_is_the_same_file_every_time() -> None:
    assert word(PAGE, DRESS) == word(PAGE, DRESS)
    assert pdf(PAGE, DRESS) == pdf(PAGE, DRESS)
    assert html(PAGE, DRESS) == html(PAGE, DRESS)


def test_another_process_place_and_time_zone_make_the_same_files(tmp_path: object) -> None:
    program = (
        "import hashlib\nfrom tests.runner.documents.page.test_page import PAGE, DRESS, word, pdf\n"
        "print(hashlib.sha256(word(PAGE, DRESS) + pdf(PAGE, DRESS)).hexdigest())"
    )
    environment = {
        **os.environ,
        "PYTHONPATH": str(Path.cwd()),
        "TZ": "Asia/Pyongyang",
        "LC_ALL": "C",
        "PYTHONHASHSEED": "7",
    }
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, env=environment, cwd=str(tmp_path)
    )
    import hashlib

    assert done.stdout.strip() == hashlib.sha256(word(PAGE, DRESS) + pdf(PAGE, DRESS)).hexdigest()


def test_the_pdf_says_that_it_is_archivable_accessible_and_whole() -> None:
    data = pdf(PAGE, DRESS)
    reader = PdfReader(io.BytesIO(data))
    xmp = reader.trailer["/Root"]["/Metadata"].get_data().decode()  # type: ignore[index]
    for wanted in ("<pdfaid:part>2", "<pdfaid:conformance>A", "<pdfuaid:part>1"):
        assert wanted in xmp
    assert reader.trailer["/Root"]["/OutputIntents"]  # type: ignore[index]
    assert b"/JavaScript" not in data
    assert b"/Encrypt" not in data
    assert reader.outline
    assert all("/FontFile" in str(font) for font in _font_files(reader))


def _font_files(reader: PdfReader) -> list[str]:
    found = []
    for page in reader.pages:
        for font in page["/Resources"]["/Font"].values():  # type: ignore[index]
            below = font.get_object()["/DescendantFonts"]
            found += [" ".join(inner.get_object()["/FontDescriptor"].get_object()) for inner in below]
    return found


def test_marks_stand_on_every_page_of_every_format() -> None:
    long = Page(PAGE.blocks * 40, PAGE.notes)
    for one in PdfReader(io.BytesIO(pdf(long, DRESS))).pages:
        text = one.extract_text()
        assert "EXERCISE" in text
        assert "DRAFT" in text
        assert "Privileged" in text
    document = docx.Document(io.BytesIO(word(long, DRESS)))
    for section in document.sections:
        assert "EXERCISE" in section.header.paragraphs[0].text
    assert b"EXERCISE" in html(long, DRESS)


def test_word_has_real_headings_lists_tables_and_notes() -> None:
    document = docx.Document(io.BytesIO(word(PAGE, DRESS)))
    styles = [one.style.name for one in document.paragraphs if one.style is not None]
    assert styles[0] == "Heading 1"
    assert "List Number" in styles
    assert "Quote" in styles
    table = document.tables[0]
    assert table.rows[0]._tr.xpath("w:trPr/w:tblHeader")
    assert not document.tables[1].rows[0]._tr.xpath("w:trPr/w:tblHeader")
    marked = [run for p in document.paragraphs for run in p.runs if run._r.xpath("w:rPr/w:shd[@w:fill='B00020']")]
    assert [run.text for run in marked] == ["[MISSING: x]"]
    assert document.paragraphs[-1].text == "1.\tStated by hr@initech.example"
    assert document.core_properties.author == "evict"


def test_a_firms_own_file_gives_its_styles_and_loses_its_text(tmp_path: object) -> None:
    firm = docx.Document()
    firm.add_paragraph("Old letter to somebody else")
    firm.styles["Normal"].font.name = "Garamond"  # type: ignore[union-attr]
    path = Path(str(tmp_path)) / "firm.docx"
    firm.save(str(path))
    made = docx.Document(io.BytesIO(word(PAGE, DRESS, path)))
    assert made.styles["Normal"].font.name == "Garamond"  # type: ignore[union-attr]
    assert not [one for one in made.paragraphs if "somebody else" in one.text]
    (Path(str(tmp_path)) / "no.docx").write_bytes(b"not a zip")
    with pytest.raises(InputError):
        word(PAGE, DRESS, Path(str(tmp_path)) / "no.docx")


def test_word_files_hold_no_time_but_the_facts() -> None:
    with zipfile.ZipFile(io.BytesIO(word(PAGE, DRESS))) as file:
        assert {one.date_time for one in file.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert b"2026-11-24T02:00:00Z" in file.read("docProps/core.xml")


def test_html_loads_nothing() -> None:
    text = html(PAGE, DRESS).decode()
    assert "default-src 'none'" in text
    assert '<html lang="en">' in text
    assert "<bdi>hr@initech.example</bdi>" in text
    assert "http" not in text.replace("http-equiv", "")


WORDS = st.sampled_from(["", " ", "a", "two words", "심현섭", "#x", "A" * 60])
INLINES = st.recursive(
    st.builds(Text, WORDS) | st.builds(Value, WORDS) | st.just(Missing("x", "[MISSING: x]")) | st.just(Note(1)),
    lambda inner: st.builds(Strong, st.lists(inner, max_size=2).map(tuple)),
    max_leaves=4,
)
CONTENT = st.lists(INLINES, max_size=3).map(tuple)
TABLES = st.integers(1, 3).flatmap(
    lambda n: st.builds(
        Table, st.just(()) | st.lists(CONTENT, min_size=n, max_size=n).map(tuple),
        st.lists(st.lists(CONTENT, min_size=n, max_size=n).map(tuple), max_size=3).map(tuple), st.just(("left",) * n),
    )
)  # fmt: skip
FLAT = st.builds(Paragraph, CONTENT) | st.builds(Heading, st.integers(1, 6), CONTENT) | TABLES | st.just(Rule())
BLOCKS = st.recursive(
    FLAT,
    lambda inner: st.builds(List, st.booleans(), st.integers(1, 9),
                            st.lists(st.lists(inner, max_size=2).map(tuple), min_size=1, max_size=3).map(tuple))
    | st.builds(Quote, st.lists(inner, max_size=2).map(tuple)),
    max_leaves=6,
)  # fmt: skip


def _every_format(blocks: list[object]) -> None:
    page = Page(tuple(blocks), PAGE.notes)  # type: ignore[arg-type]
    assert word(page, DRESS)
    assert html(page, DRESS)
    assert pdf(page, DRESS)


@settings(max_examples=15, deadline=None)
@given(st.lists(BLOCKS, max_size=5))
def test_any_tree_can_be_written_in_every_format(blocks: list[object]) -> None:
    _every_format(blocks)


@pytest.mark.heavy
@settings(max_examples=400, deadline=None)
@given(st.lists(BLOCKS, max_size=5))
def test_many_trees_can_be_written_in_every_format(blocks: list[object]) -> None:
    _every_format(blocks)


@pytest.mark.parametrize(("library", "write"), [("typst", pdf), ("docx", word)])
def test_a_library_that_is_not_there_is_named_with_its_remedy(
    library: str, write: Callable[[Page, Dress], bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(InputError) as caught:
        write(PAGE, DRESS)
    assert "evict[documents]" in caught.value.fix
