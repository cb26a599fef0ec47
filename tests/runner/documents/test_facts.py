from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from connectors.errors import InputError
from runner.case.state import CaseState, FactState
from runner.documents.facts import UNKNOWN, FactSpec, facts_of, load_catalogue
from runner.documents.filings import load_filings
from runner.documents.interactions import load_interactions
from runner.documents.obligations import load_obligations
from runner.documents.template.form import load_templates

CATALOGUE = load_catalogue()


def test_every_fact_is_read_by_something() -> None:
    obligations = load_obligations(CATALOGUE)
    read = {fact for one in obligations for fact in one.rule.facts}
    read |= {leg.starts for one in obligations for leg in one.clock.legs if leg.starts}
    read |= {fact for one in load_interactions(CATALOGUE) for fact in one.rule.facts}
    read |= set(load_filings(CATALOGUE).values())
    read |= {fact for one in load_templates(CATALOGUE).values() for fact in one.declared}
    assert sorted(set(CATALOGUE) - read) == []


@pytest.mark.parametrize("spec", CATALOGUE.values(), ids=lambda spec: spec.name)
def test_a_fact_is_named_explained_and_asked(spec: FactSpec) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9_]*", spec.name)
    assert spec.ask.endswith("?")
    assert spec.meaning.endswith(".")
    assert spec.who
    assert not spec.choices or spec.type == "string"


@pytest.mark.parametrize("spec", CATALOGUE.values(), ids=lambda spec: spec.name)
def test_nobody_is_asked_where_a_person_comes_from(spec: FactSpec) -> None:
    # Scoring or recording origin would be unlawful and would make an innocent subject's record unfair. The date of birth
    # that a person gave is no origin: lists of sanctioned people are matched by it.
    words = r"nationalit|citizen|accent|ethnic|\borigin\b|\brace\b|native|birthplace|(place|country) of birth|\bborn\b"
    assert not re.search(words, f"{spec.name} {spec.ask}".lower().replace("_", " "))


@pytest.mark.parametrize(
    "spec", [one for one in CATALOGUE.values() if one.type == "date-time"], ids=lambda one: one.name
)
def test_a_time_says_which_event_it_is_the_time_of(spec: FactSpec) -> None:
    assert spec.name.endswith("_at")
    assert spec.meaning.startswith(("When ", "First day ", "The time limit "))


def test_meanings_and_questions_are_not_repeated() -> None:
    meanings = [spec.meaning for spec in CATALOGUE.values()]
    assert len(meanings) == len(set(meanings))


def test_values_are_checked_by_type_and_choice() -> None:
    level = CATALOGUE["dprk_attribution_level"]
    assert level.problem("suspected") is None
    assert level.problem(UNKNOWN) is None
    assert "must be one of none, suspected" in str(level.problem("weak"))
    assert "must be true or false" in str(CATALOGUE["nexus_us"].problem("no"))
    assert "with its offset" in str(CATALOGUE["termination_at"].problem("2026-11-24T02:00:00"))
    assert CATALOGUE["subject_emails"].problem(["a@example.com"]) is None


def test_unknown_is_a_value_and_unasked_is_none() -> None:
    case = CaseState()
    at = datetime(2026, 11, 24, tzinfo=UTC)
    case.facts["nexus_us"] = FactState("nexus_us", "boolean", True, {}, "confirmed", at, "")
    case.facts["nexus_gb"] = FactState("nexus_gb", "boolean", None, {}, "confirmed", at, "", unknown=True)
    assert facts_of(case) == {"nexus_us": True, "nexus_gb": UNKNOWN}
    assert repr(UNKNOWN) == "unknown"


GOOD = """evict-facts: 1
facts:
  one:
    type: boolean
    meaning: One.
    ask: One?
    who: [counsel]
    sensitivity: ordinary
    part: place
"""


@pytest.mark.parametrize(
    ("old", "new", "place", "message", "fix"),
    [
        ("type: boolean", "type: bool", "4:11", "there is no type 'bool'", "choose one of the listed types"),
        ("who: [counsel]", "who: [lawyer]", "7:11", "'lawyer' is no role", "one of responder"),
        ("who: [counsel]", "who: counsel", "7:10", "must be a list", "write [one, two]"),
        ("sensitivity: ordinary", "sensitivity: secret", "8:18", "must be one of ordinary", "choose one"),
        ("part: place", "part: law", "9:11", "must be one of attribution", "choose one"),
        ("    ask: One?\n", "", "4:5", "needs 'ask'", "add `ask: …`"),
        ("meaning: One.", "meaning: ''", "5:14", "must be text", "put it in quotes"),
        ("sensitivity:", "sensitivty:", "8:5", "has no key 'sensitivty'", "did you mean 'sensitivity'?"),
        ("evict-facts: 1\n", "", "1:1", "needs 'evict-facts'", "add `evict-facts: …`"),
    ],
)
def test_a_bad_catalogue_says_where_and_what_to_do(
    tmp_path: Path, old: str, new: str, place: str, message: str, fix: str
) -> None:
    file = tmp_path / "facts.yaml"
    assert old in GOOD
    file.write_text(GOOD.replace(old, new, 1))
    with pytest.raises(InputError) as caught:
        load_catalogue(file)
    found = [one for one in caught.value.problems if message in one.message and fix in one.fix]
    assert found, [str(one) for one in caught.value.problems]
    assert str(found[0].place) == f"{file}:{place}"


def test_the_good_file_is_good(tmp_path: Path) -> None:
    file = tmp_path / "facts.yaml"
    file.write_text(GOOD)
    assert load_catalogue(file)["one"].part == "place"
