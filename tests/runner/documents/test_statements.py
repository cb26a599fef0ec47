"""Statements as people type them: checked against the catalogue, with what would fit when they do not."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.errors import InputError
from runner.documents.statements import statement
from tests.runner.documents.bench import CATALOGUE, HOSTILE


def value(text: str, **more: Any) -> Any:
    return statement(text, CATALOGUE, by="hr@example.org", **more).value


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("nexus_us=yes", True),
        ("nexus_us=No", False),
        ("ca_residents_affected=501", 501),
        ("dprk_attribution_level=confirmed", "confirmed"),
        ("hire_date=2026-02-03", "2026-02-03"),
        ("breach_awareness_at=2026-11-24T02:00:00Z", "2026-11-24T02:00:00Z"),
        ("subject_aliases=One Name, Another", ["One Name", "Another"]),
        ('payments=[{"amount": 5}]', [{"amount": 5}]),
        ("law_enforcement_already_aware=no", "no"),  # a word of its choices, not false
        (f"subject_claimed_name={HOSTILE}", HOSTILE),
        ("attribution_basis={{ 7*7 }} = [1]", "{{ 7*7 }} = [1]"),
    ],
)
def test_a_value_takes_the_type_of_its_fact(text: str, wanted: object) -> None:
    assert value(text) == wanted


def test_nobody_knows_is_an_answer_of_every_fact() -> None:
    for name in CATALOGUE:
        made = statement(f"{name}=unknown", CATALOGUE, by="hr@example.org")
        assert (made.unknown, made.value) == (True, None)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("nexus_us=perhaps", "yes or no, or unknown"),
        ("nxus_us=yes", "did you mean nexus_us?"),
        ("hire-date=2026-02-03", "did you mean hire_date?"),
        ("dprk_attribution_level=maybe", "none or suspected"),
        ("breach_awareness_at=2026-11-24", "its beginning"),
        ("payments=5", "JSON list"),
        ("subject_emails=a@b.example, nobody", "e-mail"),
        ("=yes", "NAME=VALUE"),
        ("nexus_us", "NAME=VALUE"),
        (f"{HOSTILE}=1", "NAME=VALUE"),
    ],
)
def test_what_does_not_fit_is_refused_with_what_would(text: str, word: str) -> None:
    with pytest.raises(InputError) as error:
        value(text)
    assert word in error.value.explain()


def test_a_fact_of_this_case_alone_needs_a_type_when_its_name_is_close_to_another() -> None:
    assert value("hire-date=2026-02-03", type_name="date") == "2026-02-03"
    assert value("favourite_colour=blue") == "blue"
    with pytest.raises(InputError):
        value("nexus_us=yes", type_name="string")
    with pytest.raises(InputError):
        value("favourite_colour=blue", type_name="colour")
