"""PowerShell text: a name stays one string, whatever is in it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.microsoft.powershell import quoted

QUOTES = "'\u2018\u2019\u201a\u201b"
NASTY = st.text(alphabet=st.sampled_from(list(QUOTES + '$`"(){};|&<>@#%\n\r\u2028\u202e\u0000 ab')))


def read_back(text: str) -> str:
    """The value of a single-quoted string as PowerShell's own scanner reads it; fails when it ends early."""
    assert text[0] in QUOTES
    value, at = "", 1
    while True:
        letter = text[at]
        if letter in QUOTES:
            if at + 1 < len(text) and text[at + 1] in QUOTES:
                value, at = value + letter, at + 2
                continue
            assert at == len(text) - 1, f"the string ends early, and {text[at + 1 :]!r} is run"
            return value
        value, at = value + letter, at + 1


@given(st.one_of(st.text(), NASTY))
def test_a_name_is_one_string_and_reads_back_as_itself(name: str) -> None:
    assert read_back(quoted(name)) == "".join(letter if letter.isprintable() else " " for letter in name)


@given(st.one_of(st.text(), NASTY))
def test_a_command_with_a_name_stays_on_one_line(name: str) -> None:
    assert len(f"Get-Mailbox {quoted(name)}".splitlines()) == 1


@pytest.mark.parametrize("quote", QUOTES)
def test_every_quote_that_powershell_knows_is_doubled(quote: str) -> None:
    assert quoted(f"a{quote}; b") == f"'a{quote}{quote}; b'"
