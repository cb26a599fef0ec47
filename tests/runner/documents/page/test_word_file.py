"""Word files copied in memory and written without zipfile: what python-docx saves, and nothing of one in another."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.opc.packuri import PackURI
from docx.opc.part import Part

from connectors.errors import InputError
from runner.documents.page.tree import Page, Paragraph, Text
from runner.documents.page.word import word
from runner.documents.page.word_file import copied, packed
from tests.runner.documents.page.test_page import DRESS, PAGE

FIELDS = ("filename", "compress_type", "CRC", "file_size", "compress_size", "header_offset", "flag_bits", "external_attr",
          "create_system", "create_version", "extract_version", "extra", "comment", "internal_attr")  # fmt: skip


def document(text: str = "one") -> Any:
    made = docx.Document()
    made.add_paragraph(text)
    return made


def firm(path: Path, header: str) -> Path:
    made = docx.Document()
    made.add_paragraph("their text")
    made.sections[0].header.paragraphs[0].text = "their header"
    made.styles["Normal"].font.name = header
    made.save(str(path))
    return path


def content(data: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(name).decode()


def test_a_packed_file_is_what_python_docx_saves_but_for_its_times() -> None:
    made = document()
    made.part.relate_to(Part(PackURI("/word/Übersicht.bin"), "application/x", b""), "http://x.example/other")
    saved = io.BytesIO()
    made.save(saved)
    with zipfile.ZipFile(saved) as theirs, zipfile.ZipFile(io.BytesIO(packed(made))) as mine:
        assert mine.testzip() is None
        for one, other in zip(mine.infolist(), theirs.infolist(), strict=True):
            assert [getattr(one, field) for field in FIELDS] == [getattr(other, field) for field in FIELDS]
            assert mine.read(one) == theirs.read(other)
            assert one.date_time == (1980, 1, 1, 0, 0, 0)
    assert len(packed(made)) == len(saved.getvalue())


def test_what_is_written_into_a_copy_stands_in_no_other() -> None:
    first = document()
    before = packed(first)
    one, two = copied(first), copied(first)
    one.add_paragraph("into one")
    one.sections[0].header.paragraphs[0].text = "head of one"
    one.core_properties.title = "title of one"
    one.part.numbering_part.element.append(one.element.body.makeelement("x"))
    assert packed(first) == packed(two) == before
    assert "into one" in content(packed(one), "word/document.xml")


def test_a_document_is_the_same_file_whatever_was_written_before_it(tmp_path: Path) -> None:
    theirs = firm(tmp_path / "firm.docx", "Garamond")
    alone = word(PAGE, DRESS), word(PAGE, DRESS, theirs)
    for language in ("en-US", "de", "ja"):
        word(Page((Paragraph((Text("other"),)),), ()), replace(DRESS, language=language, marks=(), title="other"))
        word(PAGE, replace(DRESS, language=language, foot="other"), theirs)
    assert (word(PAGE, DRESS), word(PAGE, DRESS, theirs)) == alone
    assert "other" not in content(alone[0], "word/document.xml")


def test_a_firms_file_that_was_changed_meanwhile_is_read_again(tmp_path: Path) -> None:
    theirs = firm(tmp_path / "firm.docx", "Garamond")
    assert "Garamond" in content(word(PAGE, DRESS, theirs), "word/styles.xml")
    firm(theirs, "Didot")
    changed = content(word(PAGE, DRESS, theirs), "word/styles.xml")
    assert "Didot" in changed
    assert "Garamond" not in changed


@pytest.mark.parametrize(
    "data", [None, b"", b"no zip", b"PK\5\6" + bytes(18)], ids=["absent", "empty", "text", "no-parts"]
)
def test_a_firms_file_that_is_none_is_refused_by_name(tmp_path: Path, data: bytes | None) -> None:
    path = tmp_path / "firm.docx"
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(InputError, match=r"firm\.docx is not a Word file"):
        word(PAGE, DRESS, path)
