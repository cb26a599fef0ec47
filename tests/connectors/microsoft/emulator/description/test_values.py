"""Which values fit which words."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.microsoft.emulator.description.values import misfits

TYPES: dict[str, dict[str, Any]] = {
    "place": {"fields": {"id": "string", "owner": "link?", "people": "[link]"}, "kinds": ["net"], "also": ["ranges"]},
    "net": {"fields": {"id": "string", "ranges": "[string]"}},
    "state": {"enum": ["off", "on"]},
    "call": {"fields": {"query": "string?"}, "needs": ["query"], "loose": True},
}
JSON = st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=5)


def said(word: str, value: Any, *, answer: bool = False) -> list[str]:
    return list(misfits(word, value, TYPES, "it", answer=answer))


@pytest.mark.parametrize(
    ("word", "good", "bad"),
    [
        ("boolean", [True], ["true", 1, None]),
        ("integer", [1], [True, "1", 1.5]),
        ("number", [1, 1.5], [True, "1"]),
        ("string", ["", "x"], [1, None]),
        ("string?", [None], [1]),
        ("uuid", ["3179e48a-750b-4051-897c-87b9720928f7"], ["3179e48a", 7]),
        ("date-time", ["2026-01-02T03:04:05Z", "2026-01-02T03:04:05.678+00:00"], ["2026-01-02", "now"]),
        ("date", ["2026-01-02"], ["2026-01-02T00:00:00Z"]),
        ("duration", ["P7D", "PT8H", "P1DT2H"], ["P", "PT", "7 days"]),
        ("[string]", [[], ["x"]], ["x", [1], None]),
        ("@state", ["on", "off,on"], ["On", "on, off", 1]),
        ("@place", [{"id": "x"}, {"owner@odata.bind": "https://x"}], [{"ID": "x"}, {"id@odata.bind": "x"}, "x"]),
        ("@place", [{"@odata.type": "#microsoft.graph.net", "ranges": []}], [{"ranges": []}]),  # named kinds have more
        ("@place", [{"people": [{"any": 1}]}], [{"@odata.type": "#microsoft.graph.state"}, {"people": {}}]),
        ("@call", [{"Query": "x"}, {"query": "x"}], [{}, {"querry": "x"}]),  # capitals of an action do not matter
        ("any", [None, 1, "x", []], []),
    ],
)
def test_a_value_fits_its_word_or_is_named(word: str, good: list[Any], bad: list[Any]) -> None:
    assert [one for one in good if said(word, one)] == []
    assert [one for one in bad if not said(word, one)] == []


def test_an_answer_may_leave_out_what_a_request_needs_and_hold_fields_of_any_kind() -> None:
    assert said("@call", {}, answer=True) == []
    assert said("@place", {"ranges": [], "@odata.etag": "x", "owner@odata.context": "x"}, answer=True) == []
    assert said("@place", {"range": []}, answer=True)


@given(JSON)
def test_any_json_at_all_is_judged_without_a_failure(value: Any) -> None:
    for word in ("boolean", "[@place]", "@state", "uuid?", "@call", "link", "a|b"):
        assert all(isinstance(one, str) for one in said(word, value))


@given(st.text(min_size=1).filter(lambda one: one not in {"id", "owner", "people"} and not one.startswith("@")))
def test_no_other_name_passes_for_a_field(name: str) -> None:
    assert said("@place", {name: "x"}) or name in {"owner@odata.bind", "people@odata.bind"}
