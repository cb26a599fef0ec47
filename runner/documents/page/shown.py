"""The one boundary between the case's text and a page: composed for display, and nothing in it hidden.

Every control, format, private, unassigned and line-separating character is shown as its code, `⟦U+202E⟧`. Zero-width
joiners too: they are ordinary in Persian and Indic names, but in evidence it matters more that two strings which look
alike can be told apart, and the reader loses nothing but the joining of two letters. The bytes as they were stay in
the ledger and the evidence.
"""

from __future__ import annotations

import functools
import unicodedata

HIDDEN = frozenset({"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"})


def shown(text: str) -> str:
    """The text as a page may show it."""
    composed = unicodedata.normalize("NFC", text)
    # What Python calls printable holds none of the hidden categories, and nearly every text is.
    return composed if composed.isprintable() else "".join(map(_shown, composed))


def lines_shown(text: str) -> tuple[str, ...]:
    """The lines of a text that a person wrote, each as a page may show it."""
    return tuple(shown(line) for line in text.replace("\r\n", "\n").split("\n"))


def code_of(character: str) -> str:
    """How a character that cannot be shown is written."""
    return f"⟦U+{ord(character):04X}⟧"


@functools.lru_cache(maxsize=4096)
def _shown(character: str) -> str:
    return code_of(character) if unicodedata.category(character) in HIDDEN else character
