"""Facts that cannot all be true are told, and none is corrected."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from connectors.errors import InputError
from runner.documents.contradictions import conflicts, load_contradictions
from runner.documents.facts import UNKNOWN
from tests.runner.documents.bench import CATALOGUE, NOW

SHIPPED = load_contradictions(CATALOGUE)


def found(**facts: Any) -> list[str]:
    return [one.id for one in conflicts(SHIPPED, facts, NOW)]


@pytest.mark.parametrize(
    ("name", "facts"),
    [
        ("payments-listed-but-denied", {"payments": [{"amount": 1}], "payments_made_to_subject": False}),
        ("extortion-paid-without-time", {"extortion_payment_made": True}),
        ("extortion-payment-time-but-not-paid",
         {"extortion_payment_made_at": "2026-11-20T10:00Z", "extortion_payment_made": False}),
        ("blocked-without-time", {"property_held_with_blocked_interest": True, "property_blocked_at": UNKNOWN}),
        ("eu-country-but-not-eu", {"nexus_pt": True, "nexus_eu": False}),
        ("access-ends-before-it-begins",
         {"access_began_at": "2026-11-20T10:00Z", "access_ended_at": "2026-11-20T09:59Z"}),
        ("excluded-but-attributed",
         {"subject_acts_for_dprk_government": "excluded", "dprk_attribution_level": "confirmed",
          "attribution_reasonable_cause_at": "2026-11-20T10:00Z"}),
    ],
)  # fmt: skip
def test_what_cannot_be_is_told(name: str, facts: dict[str, Any]) -> None:
    assert found(**facts) == [name]


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"payments": [], "payments_made_to_subject": False},
        {"payments": [{"amount": 1}]},  # nobody has said whether anything was paid
        {"payments": [{"amount": 1}], "payments_made_to_subject": UNKNOWN},
        {"nexus_pt": True, "nexus_eu": True},
        {
            "access_began_at": "2026-11-20T10:00+02:00",
            "access_ended_at": "2026-11-20T09:00Z",
        },  # the hour before is later
        {"breach_discovered_at": "2026-11-20T10:00Z", "breach_determined_at": UNKNOWN},
    ],
)
def test_what_may_be_is_left_alone(facts: dict[str, Any]) -> None:
    assert found(**facts) == []


def test_the_time_of_an_event_in_the_future_is_told() -> None:
    later = (NOW + timedelta(hours=1)).isoformat()
    assert found(breach_awareness_at=later) == ["future:breach_awareness_at"]
    assert found(breach_awareness_at=(NOW + timedelta(minutes=1)).isoformat()) == []
    assert found(extortion_deadline_at=later) == []  # by its meaning a time to come


def test_every_fault_of_a_table_is_told_at_once(tmp_path: Path) -> None:
    rows = [
        {"id": "a", "all": ["nope"], "says": "x"},
        {"id": "a", "all": ["nexus_us"], "needs": ["nope"], "says": "x"},
        {"id": "b", "order": ["hire_date"], "says": "x"},
        {"id": "c", "says": "x"},
    ]
    file = tmp_path / "t.yaml"
    file.write_text(json.dumps({"evict-contradictions": 1, "contradictions": rows}))
    with pytest.raises(InputError) as error:
        load_contradictions(CATALOGUE, file)
    assert {one.code for one in error.value.problems} == {
        "bad-condition", "unknown-fact", "bad-order", "duplicate-id", "no-rule",
    }  # fmt: skip
