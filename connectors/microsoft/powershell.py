"""PowerShell that a person runs: names stand in it as data, whoever chose them.

Source: about_Quoting_Rules, learn.microsoft.com/powershell.
"""

from __future__ import annotations

_QUOTES = "'\u2018\u2019\u201a\u201b"
"""PowerShell ends a single-quoted string at any of these: a typographic quote counts as a straight one."""


def quoted(name: object) -> str:
    """A single-quoted string: nothing in it is expanded, and a quote is written twice.

    Control characters and line separators become a space: a line that is pasted must stay one line.
    """
    plain = "".join(letter if letter.isprintable() else " " for letter in str(name))
    return "'" + "".join(letter * 2 if letter in _QUOTES else letter for letter in plain) + "'"
