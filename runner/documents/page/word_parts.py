"""What python-docx does not do by itself: fields, shading, numbering that restarts, and languages."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from runner.documents.page.tree import Dress
from runner.documents.page.word_runs import styled

if TYPE_CHECKING:
    from docx.document import Document as Docx

FONT = "Times New Roman"
EAST_ASIAN = {"ja": "Yu Mincho", "zh": "SimSun"}
"""Fonts for East Asian text by the document's language; Korean otherwise, which has Hangul and Hanja."""

A4, US_LETTER = (21.0, 29.7), (21.59, 27.94)
FIELD = re.compile(r"\{(page|pages)\}")


def _element(name: str, **attributes: str) -> Any:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    element = OxmlElement(name)
    for key, value in attributes.items():
        element.set(qn(f"w:{key}"), value)
    return element


def style(document: Docx, target: Any, name: str) -> None:
    """Give a style by its name, when the document has it; a firm's own file may lack some."""
    from docx.enum.style import WD_STYLE_TYPE

    part: Any = document.part
    ids = _style_ids(part)
    is_table = hasattr(target, "_tbl")
    if name not in ids:
        kind = WD_STYLE_TYPE.TABLE if is_table else WD_STYLE_TYPE.PARAGRAPH
        found = name in document.styles
        ids[name] = (found, part.get_style_id(document.styles[name], kind) if found else None)
    has_it, style_id = ids[name]
    if has_it and is_table:
        target._tbl.tblStyle_val = style_id  # noqa: SLF001 - what the setter of python-docx does after its look-up
    elif has_it and len(target._p):  # noqa: SLF001
        target._p.style = style_id  # noqa: SLF001
    elif has_it:
        styled(target._p, style_id)  # noqa: SLF001


@functools.lru_cache(maxsize=1)
def _style_ids(part: Any) -> dict[str, tuple[bool, str | None]]:
    """What was found so far in the styles of a document: python-docx walks all of them twice at every look-up."""
    return _found_in(part.styles.element)


@functools.lru_cache(maxsize=16)
def _found_in(_styles: Any) -> dict[str, tuple[bool, str | None]]:
    """What was found so far in styles that many documents may share."""
    return {}


def set_look(document: Docx, language: str) -> None:
    """The look without a firm's own file: one serif, black headings."""
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    east = EAST_ASIAN.get(language.partition("-")[0], "Batang")
    sizes = {"Normal": 11.0, "Heading 1": 17.0, "Heading 2": 13.0, "Heading 3": 11.5, "Heading 4": 11.0, "Quote": 11.0}
    for name, size in sizes.items():
        one: Any = document.styles[name]
        one.font.name, one.font.size, one.font.color.rgb = FONT, Pt(size), RGBColor(0, 0, 0)
        if name.startswith("Heading"):
            one.paragraph_format.space_before, one.paragraph_format.space_after = Pt(14), Pt(5)
        fonts = one.element.get_or_add_rPr().get_or_add_rFonts()
        for kind in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{kind}"), None)
        fonts.set(qn("w:hAnsi"), FONT)
        fonts.set(qn("w:eastAsia"), east)
    document.styles["Normal"].paragraph_format.space_after = Pt(7)
    for name in ("List Bullet", "List Number"):
        document.styles[name].paragraph_format.space_after = Pt(3)


def set_paper(document: Docx, *, letter: bool) -> None:
    """Paper and margins."""
    from docx.shared import Cm

    width, height = US_LETTER if letter else A4
    for section in document.sections:
        section.page_width, section.page_height = Cm(width), Cm(height)
        section.left_margin = section.right_margin = Cm(2.5)
        section.top_margin, section.bottom_margin = Cm(2.6), Cm(2.3)


def text_width(section: Any) -> int:
    """What the margins leave of the paper."""
    return int(section.page_width or 0) - int(section.left_margin or 0) - int(section.right_margin or 0)


def set_language(document: Docx, language: str) -> None:
    """The proofing language of everything."""
    from docx.oxml.ns import qn

    defaults = document.styles.element.find(qn("w:docDefaults"))
    properties = defaults.find(f"{qn('w:rPrDefault')}/{qn('w:rPr')}") if defaults is not None else None
    if properties is None:
        return
    for old in properties.findall(qn("w:lang")):
        properties.remove(old)
    first = language.partition("-")[0]
    east = {"ja": "ja-JP", "zh": "zh-CN"}.get(first, "ko-KR")
    properties.append(_element("w:lang", val=language, eastAsia=east))


def set_running_lines(document: Docx, dress: Dress) -> None:
    """Header: privilege label and marks. Footer: case, template, page."""
    from docx.enum.text import WD_TAB_ALIGNMENT
    from docx.shared import Pt, RGBColor

    for section in document.sections:
        width = text_width(section)
        section.different_first_page_header_footer = False
        for holder, left, right in (
            (section.header, dress.label, " · ".join(dress.marks)),
            (section.footer, dress.foot, ""),
        ):
            holder.is_linked_to_previous = False
            paragraph = holder.paragraphs[0]
            paragraph.text = ""
            style(document, paragraph, "Normal")  # the style of running lines has tabs of its own
            paragraph.paragraph_format.tab_stops.add_tab_stop(width, WD_TAB_ALIGNMENT.RIGHT)
            paragraph.add_run(left + "\t").font.size = Pt(8.5)
            if right:
                run = paragraph.add_run(right)
                run.font.size, run.bold, run.font.color.rgb = Pt(8.5), True, RGBColor(0xB0, 0x00, 0x20)
        _page_numbers(section.footer.paragraphs[0], dress.page_words)


def add_marks(document: Docx, dress: Dress) -> None:
    """DRAFT and EXERCISE above whatever a firm's own header says."""
    from docx.shared import Pt, RGBColor

    for section in document.sections:
        headers = [section.header]
        headers += [section.first_page_header] if section.different_first_page_header_footer else []
        for header in headers:
            header.is_linked_to_previous = False
            run = header.add_paragraph().add_run(" · ".join(dress.marks))
            run.font.size, run.bold, run.font.color.rgb = Pt(8.5), True, RGBColor(0xB0, 0x00, 0x20)


def _page_numbers(paragraph: Any, words: str) -> None:
    from docx.shared import Pt

    for index, part in enumerate(FIELD.split(words)):
        if index % 2 == 0:
            paragraph.add_run(part).font.size = Pt(8.5)
            continue
        code = _element("w:instrText")
        code.text = "PAGE" if part == "page" else "NUMPAGES"
        result = _element("w:t")
        result.text = "1"
        begin, middle, end = (_element("w:fldChar", fldCharType=kind) for kind in ("begin", "separate", "end"))
        for piece in (begin, code, middle, result, end):
            run = paragraph.add_run()
            run.font.size = Pt(8.5)
            run._r.append(piece)  # noqa: SLF001 - fields are not in python-docx


def set_properties(document: Docx, title: str, at: datetime) -> None:
    """What the file says of itself; no names of people, and one time only."""
    core = document.core_properties
    core.title, core.author, core.last_modified_by, core.comments = title, "evict", "evict", ""
    core.created = core.modified = at.replace(tzinfo=None)
    core.revision = 1


class Numbering:
    """Lists that begin anew: one definition each for bullets and numbers, one instance for each list."""

    LEVELS = 4

    def __init__(self, document: Docx) -> None:
        self._root: Any = document.part.numbering_part.element
        used = [int(one) for one in self._root.xpath("w:abstractNum/@w:abstractNumId")]
        self._first = max(used, default=0) + 1
        self._next = max((int(one) for one in self._root.xpath("w:num/@w:numId")), default=0) + 1
        for index, ordered in enumerate((False, True)):
            self._define(self._first + index, ordered=ordered)

    def _define(self, abstract: int, *, ordered: bool) -> None:
        from docx.oxml.ns import qn

        definition = _element("w:abstractNum", abstractNumId=str(abstract))
        definition.append(_element("w:multiLevelType", val="hybridMultilevel"))
        for level in range(self.LEVELS):
            one = _element("w:lvl", ilvl=str(level))
            one.append(_element("w:start", val="1"))
            one.append(_element("w:numFmt", val="decimal" if ordered else "bullet"))
            one.append(_element("w:lvlText", val=f"%{level + 1}." if ordered else "•"))
            one.append(_element("w:lvlJc", val="left"))
            properties = _element("w:pPr")
            properties.append(_element("w:ind", left=str(425 * (level + 1)), hanging="425"))
            one.append(properties)
            definition.append(one)
        first = self._root.find(qn("w:num"))
        if first is not None:
            first.addprevious(definition)
        else:
            self._root.append(definition)

    def start(self, *, ordered: bool, first: int) -> int:
        """A new list; its number."""
        made = _element("w:num", numId=str(self._next))
        made.append(_element("w:abstractNumId", val=str(self._first + ordered)))
        if ordered:
            for level in range(self.LEVELS):
                override = _element("w:lvlOverride", ilvl=str(level))
                override.append(_element("w:startOverride", val=str(first if level == 0 else 1)))
                made.append(override)
        self._root.append(made)
        self._next += 1
        return self._next - 1


def number(paragraph: Any, of: int, depth: int) -> None:
    """Make a paragraph an item of a list."""
    level = min(depth, Numbering.LEVELS - 1)
    properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()  # noqa: SLF001 - numbering is not in python-docx
    properties.get_or_add_ilvl().val = level
    properties.get_or_add_numId().val = of


def indent(paragraph: Any, depth: int) -> None:
    """Indent a paragraph that stands inside lists."""
    from docx.shared import Cm

    if depth:
        paragraph.paragraph_format.left_indent = Cm(0.75 * depth)


def hanging(paragraph: Any) -> None:
    """A numbered note: small, its number before its text."""
    from docx.shared import Cm, Pt

    shape = paragraph.paragraph_format
    shape.left_indent, shape.first_line_indent, shape.space_after = Cm(0.9), Cm(-0.9), Pt(2)
    shape.tab_stops.add_tab_stop(Cm(0.9))


def small(paragraph: Any) -> None:
    """An empty paragraph that only keeps a table from the text after it."""
    from docx.shared import Pt

    paragraph.paragraph_format.space_after = Pt(0)
    paragraph.paragraph_format.line_spacing = Pt(8)


def column_widths(document: Docx, table: Any, shares: Sequence[int]) -> None:
    """Share the width of the text among the columns."""
    whole = text_width(document.sections[0])
    table.autofit = False
    for column, share in zip(table.columns, shares, strict=True):
        column.width = whole * share // max(sum(shares), 1)


def line_below(paragraph: Any) -> None:
    """A line across the page."""
    borders = _element("w:pBdr")
    borders.append(_element("w:bottom", val="single", sz="4", space="1", color="808080"))
    paragraph._p.get_or_add_pPr().append(borders)  # noqa: SLF001 - borders are not in python-docx


def mark(run: Any, fill: str) -> None:
    """White on a colour, bold: nobody reads over it."""
    from docx.shared import RGBColor

    run.bold, run.font.color.rgb = True, RGBColor(0xFF, 0xFF, 0xFF)
    run._r.get_or_add_rPr().append(_element("w:shd", val="clear", color="auto", fill=fill))  # noqa: SLF001


def no_proofing(run: Any) -> None:
    """Names and identifiers are not spelling mistakes."""
    run.font.no_proof = True


def fixed_width(run: Any, font: str) -> None:
    """Fixed width, a little smaller."""
    from docx.shared import Pt

    run.font.name, run.font.size = font, Pt(9)
