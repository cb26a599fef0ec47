"""Which fields a filter names."""

from __future__ import annotations

import pytest

from connectors.microsoft.emulator.description.filters import fields


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("principalId eq 'x'", ["principalId"]),
        ("createdDateTime ge 2026-01-02T03:04:05Z and not (status/errorCode eq 0)", ["createdDateTime", "status"]),
        ("displayName eq 'it''s eq mail'", ["displayName"]),  # words inside a text are no fields
        ("id eq 3179e48a-750b-4051-897c-87b9720928f7", ["id"]),
        ("startswith(displayName,'a') or endsWith(mail, 'b')", ["displayName", "mail"]),
        ("signInEventTypes/any(t:t eq 'x') and isInteractive eq true", ["signInEventTypes", "isInteractive"]),
        ("targetResources/any(t: t/id eq 'x')", ["targetResources"]),
        ("accountEnabled in (true,null)", ["accountEnabled"]),
    ],
)
def test_fields_are_told_from_words_values_and_loops(text: str, named: list[str]) -> None:
    assert fields(text) == named
