"""The foot of a page: what the company files it under, unless its readers have no business with that."""

from __future__ import annotations

import io
import re

import docx
import pytest
from pypdf import PdfReader

from runner.documents.law import shipped_law
from runner.documents.render import FORMATS, make, write
from runner.documents.template.form import AUDIENCES, WITHOUT_REFERENCE, Template, load_templates
from tests.runner.documents.bench import NOW, case

LAW = shipped_law()
TEMPLATES = load_templates(LAW.catalogue)
ONE_OF_EACH = {one.audience: one for one in reversed(TEMPLATES.values())}


def foot(data: bytes, form: str) -> str:
    """What stands at the foot of the pages."""
    if form == "html":
        return "".join(re.findall(r"<footer>(.*?)</footer>", data.decode(), re.DOTALL))
    if form == "docx":
        return "".join(one.text for section in docx.Document(io.BytesIO(data)).sections for one in
                       section.footer.paragraphs)  # fmt: skip
    lines = [page.extract_text().strip().splitlines()[-2:] for page in PdfReader(io.BytesIO(data)).pages]
    return "\n".join(line for pair in lines for line in pair if "age 1 of" in line or "CASE-1" in line)


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("template", ONE_OF_EACH.values(), ids=ONE_OF_EACH)
def test_ids_stand_at_the_foot_only_where_readers_file_by_them(template: Template, form: str) -> None:
    data = write(make(template, case(), LAW, NOW), form)
    told = foot(data, form)
    bare = template.audience in WITHOUT_REFERENCE
    assert ("CASE-1" in told, template.id in told) == (not bare, not bare)


def test_only_real_audiences_go_without() -> None:
    assert set(WITHOUT_REFERENCE) < set(AUDIENCES)


def test_the_whole_file_for_an_outsider_names_no_template() -> None:
    for template in (one for one in TEMPLATES.values() if one.audience in WITHOUT_REFERENCE):
        text = write(make(template, case(), LAW, NOW), "html").decode()
        assert template.sha256[:8] not in text
        assert not re.search(rf"(?<![\w/.-]){template.id}(?![\w.-])", text), template.id
