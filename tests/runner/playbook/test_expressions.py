from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.errors import InputError, Place
from runner.playbook.expressions import Unknown, evaluate, references
from runner.playbook.model import Value


def value(raw: Any) -> Value:
    return Value(raw, {"": Place("f", 3, 5)})


def test_one_expression_keeps_its_type_and_text_around_it_makes_a_string() -> None:
    scope = {"inputs": {"list": [1, 2], "n": 3}}
    assert evaluate(value("{{ inputs.list }}"), scope) == [1, 2]
    assert evaluate(value("n is {{ inputs.n }}"), scope) == "n is 3"


@given(st.text(max_size=60))
def test_text_from_the_world_is_never_parsed_again(text: str) -> None:
    result = evaluate(value("{{ inputs.name }}"), {"inputs": {"name": text}})
    assert type(result) is str
    assert result == text


@pytest.mark.parametrize("text", ["{{ 7*7 }}", "[1, 2]", "{% raw %}", "{'a': 1}", "1"])
def test_a_hostile_name_stays_that_text(text: str) -> None:
    assert evaluate(value("{{ inputs.name }}"), {"inputs": {"name": text}}) == text


@pytest.mark.parametrize(
    "source",
    [
        "''.__class__",  # Python internals
        "inputs['__class__'].x",
        "inputs.name.upper()",  # no calls
        "range(9)",
        "inputs.name * 99999999",  # no repetition
        "2 ** 99999",  # no powers
        "'%999999999d' % 1",  # no padding by format
        "inputs.name | attr('x')",  # no filter that reaches attributes
        "inputs.nope",  # undefined
        "lipsum",
        "1 if",
        "'a' | center(99999999)",
    ],
)
def test_what_could_escape_or_exhaust_is_an_error_with_its_place(source: str) -> None:
    with pytest.raises(InputError) as error:
        evaluate(value("{{ " + source + " }}"), {"inputs": {"name": "a"}})
    assert str(error.value.problems[0].place) == "f:3:5"


def test_what_touches_an_unknown_is_unknown() -> None:
    scope = {"steps": {"a": Unknown("later")}}
    assert evaluate(value("{{ steps.a.outputs.x | length }}"), scope) == Unknown("later")


def test_references_see_names_in_filters_and_brackets() -> None:
    found = references(value("{{ steps['find-aws'].outputs.x | map(attribute=inputs.key) | list }}"))
    assert {(one.root, one.path) for one in found} == {
        ("steps", ("find-aws", "outputs", "x")),
        ("inputs", ("key",)),
    }
