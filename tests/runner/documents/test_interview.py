"""The interview asks only what still matters, the most urgent clock first, and says why."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from runner.documents.facts import UNKNOWN
from runner.documents.interview import Question, questions, why_asked
from runner.documents.law import Law, shipped_law
from tests.runner.documents.bench import NOW, case, law, leg, obligation


def asked(
    made: Law, documents: dict[str, tuple[str, ...]] | None = None, role: str = "", **facts: Any
) -> list[Question]:
    state = case(**facts)
    return list(questions(made.duties(state), made.facts(state), made.catalogue, NOW, documents=documents, role=role))


def names(found: list[Question]) -> list[str]:
    return [one.spec.name for one in found]


@pytest.fixture
def made(tmp_path: Path) -> Law:
    return law(
        tmp_path,
        obligation("slow", "nexus_us", "phi_breach", legs=[leg({"calendar_days": 60}, "phi_breach_discovered_at")]),
        obligation("fast", "nexus_in", legs=[leg({"hours": 6}, "incident_awareness_at")], document="paper"),
        obligation("other", "nexus_us", "itar_technical_data_released", kind="voluntary"),
    )


def test_one_shared_fact_is_asked_before_what_hangs_on_it(made: Law) -> None:
    assert names(asked(made)) == ["nexus_in", "nexus_us"]
    assert names(asked(made, nexus_us=True)) == ["nexus_in", "phi_breach", "itar_technical_data_released"]


def test_what_is_decided_is_not_asked(made: Law) -> None:
    assert names(asked(made, nexus_us=False, nexus_in=False)) == []


def test_what_nobody_knows_is_not_asked_again_and_the_next_fact_is(made: Law) -> None:
    assert names(asked(made, nexus_us=UNKNOWN, nexus_in=UNKNOWN)) == ["phi_breach", "itar_technical_data_released"]


def test_a_due_clock_without_a_start_asks_for_it_and_says_so(made: Law) -> None:
    found = asked(made, nexus_us=False, nexus_in=True)
    assert names(found) == ["incident_awareness_at"]
    assert why_asked(found[0]) == ["starts the clock of Title of fast (fast, 6 h)"]


def test_a_due_document_asks_for_what_it_needs(made: Law) -> None:
    facts = {"nexus_us": False, "nexus_in": True, "incident_awareness_at": "2026-11-25T10:00Z"}
    found = asked(made, {"paper": ("company_legal_name", "nexus_in"), "else": ("hire_date",)}, **facts)
    assert names(found) == ["company_legal_name"]
    assert "is needed in the document of" in why_asked(found[0])[0]


def test_a_role_is_asked_only_what_it_can_know(made: Law) -> None:
    for one in asked(made, role="hr"):
        assert "hr" in one.spec.who


def test_every_answer_path_through_the_shipped_law_ends() -> None:
    made, facts = shipped_law(), {}
    for _round in range(len(made.catalogue)):
        found = asked(made, **facts)
        if not found:
            break
        facts[found[0].spec.name] = UNKNOWN
    assert not asked(made, **facts)


def test_the_json_of_a_question_says_what_why_and_how(made: Law) -> None:
    shape = asked(made)[0].to_json()
    assert shape["name"] == "nexus_in"
    assert shape["expect"] == "yes or no, or unknown"
    assert shape["why"] == [{"how": "decides", "obligation": "fast", "title": "Title of fast", "hours": 6.0}]
