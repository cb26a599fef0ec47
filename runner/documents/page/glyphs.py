"""Which characters a PDF can draw, and what stands for the others.

PDF/A allows no empty box, and a name must not fail a report: a character without a glyph is written as its code.
"""

from __future__ import annotations

import bisect
import functools
import json

from runner.authored.shipped import shipped
from runner.documents.page.shown import code_of


def drawable(text: str) -> str:
    """The text with every character that no font has written as its code."""
    if all(map(_has_glyph, set(text))):
        return text
    return "".join(character if _has_glyph(character) else code_of(character) for character in text)


@functools.cache
def _runs() -> tuple[tuple[int, ...], tuple[int, ...]]:
    """First and last of each run of characters that can be drawn (`templates/fonts/README.md`)."""
    runs = json.loads((shipped("templates") / "fonts" / "coverage.json").read_bytes())
    return tuple(first for first, _last in runs), tuple(last for _first, last in runs)


@functools.lru_cache(maxsize=8192)
def _has_glyph(character: str) -> bool:
    firsts, lasts = _runs()
    at = bisect.bisect_right(firsts, ord(character)) - 1
    return at >= 0 and ord(character) <= lasts[at]
