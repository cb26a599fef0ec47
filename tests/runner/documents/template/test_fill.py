"""Filling: conditions in three values, sources as notes, filters, and values that are never markup."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.errors import InputError
from runner.documents.facts import UNKNOWN
from runner.documents.page.shown import shown
from runner.documents.page.tree import Break, List, Missing, Page, Table, Unknown, Value, inlines
from tests.runner.documents.hostile import ATTACKS
from tests.runner.documents.template.small import filled, said, text_of

MISSING = "[MISSING: Meaning of {} — finance or counsel can tell]"
BRANCHES = "{% if facts.taken %}YES{% else %}NO{% endif %}"


@pytest.mark.parametrize(
    ("condition", "facts", "expected"),
    [
        ("facts.taken", {"taken": True}, "yes"),
        ("facts.taken", {"taken": False}, "no"),
        ("facts.taken", {}, "mark"),  # missing is not no
        ("facts.taken", {"taken": UNKNOWN}, "mark"),  # unknown is not no
        ("not facts.taken", {}, "mark"),  # and not yes either
        ("not facts.taken", {"taken": False}, "yes"),
        ("facts.taken and facts.other", {"taken": False}, "no"),  # one no decides
        ("facts.taken and facts.other", {"taken": True}, "mark"),
        ("facts.taken or facts.other", {"taken": True}, "yes"),  # one yes decides
        ("facts.taken or facts.other", {"taken": False}, "mark"),
        ("facts.level == 'low'", {"level": "low"}, "yes"),
        ("facts.level != 'low'", {}, "mark"),  # not "something else"
        ("facts.amount > 3", {"amount": 4}, "yes"),
        ("facts.amount + 1 > 3", {}, "mark"),
        ("'a' in facts.names", {"names": ["a"]}, "yes"),
        ("'a' not in facts.names", {}, "mark"),
        ("facts.taken is known", {}, "no"),
        ("facts.taken is missing", {}, "yes"),
        ("facts.taken is unknown", {"taken": UNKNOWN}, "yes"),
        ("facts.taken is missing", {"taken": UNKNOWN}, "no"),
        ("facts.level", {"level": "none"}, "no"),  # the measure of the rules of obligations
        ("facts.names", {"names": []}, "no"),
        ("facts.payments[0].amount > 1", {"payments": [{}]}, "mark"),  # a row lacks its key
    ],
)
def test_a_condition_on_what_is_not_known_takes_no_branch(condition: str, facts: dict[str, Any], expected: str) -> None:
    for body in (
        f"{{% if {condition} %}}YES{{% else %}}NO{{% endif %}}",
        f"x\n\n{{% if {condition} %}}\nYES\n{{% else %}}\nNO\n{{% endif %}}\n",
        f"{{{{ 'YES' if {condition} else 'NO' }}}}",
        f"{{% if 1 > 2 %}}A{{% elif {condition} %}}YES{{% else %}}NO{{% endif %}}",
    ):
        text = said(body, **facts)
        assert ("YES" in text, "NO" in text.replace("UNKNOWN", "")) == (expected == "yes", expected == "no")
        assert ("[MISSING" in text or "[UNKNOWN" in text) == (expected == "mark")


def test_a_gap_comes_through_every_filter_as_its_mark() -> None:
    for chain in ("date", "day", "number(2)", "money('USD')", "listed", "join(', ')", "count", "first", "upper", "lines",
                  "cited", "total('amount') | number | cited", "where('a', 'b') | count", "say(low='l', very_high='h')",
                  "replace('a', 'b')", "items"):  # fmt: skip
        result = filled("{{ facts.amount | " + chain + " }}")
        assert text_of(inlines(result.page)) == MISSING.format("amount")
        assert [gap.fact for gap in result.gaps] == ["amount"]


def test_an_unknown_fact_has_a_mark_of_its_own() -> None:
    page = filled("{{ facts.name }} {{ facts.story }}", name=UNKNOWN).page
    kinds = [type(one) for one in inlines(page)]
    assert Unknown in kinds
    assert Missing in kinds


def test_the_mark_of_a_loop_fits_where_it_stands() -> None:
    table = filled(
        "| a | b |\n|---|---|\n{% for p in facts.payments %}\n| {{ p.x }} | y |\n{% endfor %}\n"
    ).page.blocks[0]
    assert isinstance(table, Table)
    assert len(table.rows) == 1
    items = filled("- a\n{% for p in facts.names %}\n- {{ p }}\n{% endfor %}\n- b\n").page.blocks
    assert isinstance(items[0], List)
    assert len(items[0].items) == 3


def test_a_row_that_lacks_a_key_is_marked_with_the_fact_it_belongs_to() -> None:
    body = "| a |\n|---|\n{% for p in facts.payments %}\n| {{ p.amount | money(p.currency) }} |\n{% endfor %}\n"
    result = filled(body, payments=[{"amount": 12.5, "currency": "EUR"}, {"amount": "7"}])
    assert "EUR 12.50" in text_of(inlines(result.page))
    assert [(gap.fact, gap.meaning) for gap in result.gaps] == [("payments", "currency in payments")]


@pytest.mark.parametrize(
    ("body", "facts", "expected"),
    [
        ("{{ facts.since | date }}", {"since": "2026-11-24T02:05:00Z"}, "24 November 2026, 02:05 UTC"),
        ("{{ facts.since | day }}", {"since": "2026-11-24T23:05:00-05:00"}, "25 November 2026"),  # in UTC
        ("{{ facts.day | date }}", {"day": "2026-01-02"}, "2 January 2026"),
        ("{{ facts.amount | number }}", {"amount": 1234567}, "1,234,567"),
        ("{{ facts.amount | money('USD') }}", {"amount": 1234.5}, "USD 1,234.50"),
        ("{{ facts.names | listed }}", {"names": ["a", "b", "c"]}, "a, b and c"),
        ("{{ facts.names | listed('or') }}", {"names": ["a", "b"]}, "a or b"),
        ("{{ facts.taken }}", {"taken": True}, "yes"),
        ("{{ facts.level }}", {"level": "very_high"}, "very high"),
        ("{{ facts.level | say(low='small', very_high='great') }}", {"level": "very_high"}, "great"),
        ("{{ facts.payments | total('amount') | money('EUR') }}", {"payments": [{"amount": "1.10"}, {"amount": 2.2}]},
         "EUR 3.30"),
        ("{{ facts.payments | where('c', 'x') | count }}", {"payments": [{"c": "x"}, {"c": "y"}, {}]}, "2"),  # kept
        ("{{ facts.payments | where_not('c', 'x') | count }}", {"payments": [{"c": "x"}, {"c": "y"}]}, "1"),
        ("{% for k, v in facts.states | items %}{{ k }}={{ v }};{% endfor %}", {"states": {"b": 2, "a": 1}}, "a=1;b=2;"),
        ("{{ facts.names | sort | first }}{{ facts.names | unique | count }}", {"names": ["b", "a", "b"]}, "a2"),
        ("{% for n in facts.names %}{{ loop.index }}{{ n }}{% endfor %}", {"names": ["a", "b"]}, "1a2b"),
        ("{% set x = facts.amount * 2 %}{{ x }}", {"amount": 4}, "8"),
        ("{{ facts.name ~ '!' }}", {"name": "a"}, "a!"),
        ("{{ case.id }} {{ now | day }} {{ document.citation }}", {}, "CASE-1 24 November 2026 Art. 1"),
        ("a\n{% if facts.taken %}b{% endif %}\nc", {"taken": True}, "a b c"),  # no words are glued
    ],
)  # fmt: skip
def test_filters(body: str, facts: dict[str, Any], expected: str) -> None:
    assert said(body, **facts) == expected


@pytest.mark.parametrize(
    ("language", "date", "number"),
    [
        ("de", "24. November 2026, 02:05 Uhr UTC", "1.234,50"),
        ("en-US", "November 24, 2026, 02:05 UTC", "1,234.50"),
        ("ja", "2026年11月24日 02:05（UTC）", "1,234.50"),  # noqa: RUF001 - as Japanese writes them
        ("ko-KR", "2026년 11월 24일 02:05 UTC", "1,234.50"),  # by its first part
    ],
)
def test_dates_and_numbers_are_written_as_the_language_writes_them(language: str, date: str, number: str) -> None:
    text = said("{{ facts.since | date }}|{{ facts.amount | number(2) }}", language, since="2026-11-24T02:05:00Z",
                amount=1234.5)  # fmt: skip
    assert text == f"{date}|{number}"


def test_facts_of_one_source_share_a_note() -> None:
    result = filled("{{ facts.name | cited }} {{ facts.day | date | cited }} {{ facts.amount | cited | number }}",
                    name="a", day="2026-01-02", amount=3)  # fmt: skip
    notes = [text_of(inlines(Page((), (note,)))) for note in result.page.notes]
    assert [note.number for note in result.page.notes] == [1, 2]
    assert notes[0] == "Stated by hr@initech.example on 24 November 2026, 02:00 UTC (HR file)"
    assert notes[1].startswith("Artefact 3: payroll.csv, SHA-256 ")


def test_only_lines_keeps_line_breaks() -> None:
    plain = list(inlines(filled("{{ facts.story }}", story="a\nb").page))
    lined = list(inlines(filled("{{ facts.story | lines }}", story="a\nb").page))
    assert plain == [Value("a⟦U+000A⟧b")]
    assert lined == [Value("a"), Break(), Value("b")]


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_value_is_one_piece_of_text_wherever_it_stands(attack: str) -> None:
    body = (
        "# {{ facts.name }}\n\n**{{ facts.name }}** *x {{ facts.name }}* `{{ facts.name }}`\n\n> {{ facts.name }}\n\n"
        "1. {{ facts.name }}\n\n| h |\n|---|\n| {{ facts.name }} |\n\n{{ facts.name }}\n"
    )
    assert [one.text for one in inlines(filled(body, name=attack).page) if isinstance(one, Value)] == [
        shown(attack)
    ] * 8


@given(st.text(min_size=1))
def test_any_value_is_one_piece_of_text(text: str) -> None:
    assert [one for one in inlines(filled("**{{ facts.name }}**", name=text).page) if isinstance(one, Value)] == [
        Value(shown(text))
    ]


@pytest.mark.parametrize(
    ("body", "line", "why"),
    [
        ("a\n\n{{ facts.payments }}\n", 22, "write which one"),  # several parts
        ("a\n{{ case.id | cited }}\n", 21, "cited needs a fact"),
        ("{{ facts.level | say(low='a') }}", 20, "no words for 'very_high'"),
        ("a\n\n\n{{ facts.name - 1 }}", 23, "unsupported operand"),
        ("{% for x in facts.name %}{% endfor %}", 20, "no list"),
    ],
)
def test_what_cannot_be_done_is_an_error_with_its_line(body: str, line: int, why: str) -> None:
    with pytest.raises(InputError) as caught:
        filled(body, payments=[{"a": 1}], level="very_high", name="x")
    assert f"t.md:{line}:1" in caught.value.explain()
    assert why in caught.value.explain()
