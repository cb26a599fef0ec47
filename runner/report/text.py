"""Adversary-chosen text made safe for a terminal: no control character, no direction trick, no markup."""

from __future__ import annotations

import unicodedata

LONGEST = 200
"""Longer strings are cut for display; the ledger and the evidence keep them whole."""

HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Unicode categories that can move the cursor, hide text or reorder a line."""


def safe(text: object, longest: int = LONGEST) -> str:
    """The text with every control, format and unassigned character shown as its code, cut to a length."""
    shown = "".join(_shown(character) for character in str(text))
    return shown if len(shown) <= longest else shown[: longest - 1] + "…"


def _shown(character: str) -> str:
    if unicodedata.category(character) in HIDDEN:
        return f"\\u{{{ord(character):x}}}"
    return character
