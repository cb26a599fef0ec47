"""Every obligation judged on a case: verdict, replacement, series, done, and the order in which they are shown."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from runner.case.events import ObligationMarked
from runner.case.state import ObligationState
from runner.documents.duties import Standing
from runner.documents.facts import UNKNOWN
from runner.documents.law import shipped_law
from tests.runner.documents.bench import HOSTILE, NOW, by_id, case, law, leg, obligation

AT = "2026-11-24T10:00:00Z"


def test_an_unknown_fact_never_closes_an_obligation(tmp_path: Path) -> None:
    made = law(tmp_path, obligation("one", "nexus_us", "phi_breach"))
    for facts in ({}, {"nexus_us": True}, {"nexus_us": True, "phi_breach": UNKNOWN}):
        found = made.duties(case(**facts))[0]
        assert found.standing is Standing.UNDETERMINED
        assert "phi_breach" in found.unknown
    assert made.duties(case(nexus_us=False, phi_breach=UNKNOWN))[0].standing is Standing.NOT_DUE
    assert made.duties(case(nexus_us=True, phi_breach=True))[0].standing is Standing.DUE


def test_law_that_is_not_in_force_starts_no_clock(tmp_path: Path) -> None:
    row = obligation("one", "nexus_us", legs=[leg({"hours": 1}, "breach_discovered_at")], in_force=False)
    found = law(tmp_path, row).duties(case(nexus_us=True, breach_discovered_at=AT))[0]
    assert found.standing is Standing.INFORMATIONAL
    assert found.count.first is None
    assert not found.open


def test_a_country_takes_the_place_of_the_union_only_when_both_are_due(tmp_path: Path) -> None:
    made = law(tmp_path, obligation("eu-one", "nexus_eu"), obligation("de-one", "nexus_de", replaces=["eu-one"]))
    both = by_id(made.duties(case(nexus_eu=True, nexus_de=True)))
    assert both["eu-one"].standing is Standing.REPLACED
    assert both["eu-one"].because == ("de-one takes its place",)
    for facts in ({"nexus_eu": True, "nexus_de": False}, {"nexus_eu": True}):
        assert by_id(made.duties(case(**facts)))["eu-one"].standing is Standing.DUE


def test_the_stages_of_a_series_are_numbered_and_wait_for_the_filing_before(tmp_path: Path) -> None:
    made = law(
        tmp_path,
        obligation("z-first", "nexus_us", legs=[leg({"hours": 72}, "breach_discovered_at")], series="two"),
        obligation("a-second", "nexus_us", legs=[leg({"months": 1}, "dora_initial_submitted_at")], series="two"),
        filings={"z-first": "dora_initial_submitted_at"},
    )
    before = by_id(made.duties(case(nexus_us=True, breach_discovered_at=AT)))
    assert [before[name].stage for name in ("z-first", "a-second")] == ["1 of 2", "2 of 2"]
    assert before["a-second"].after == "z-first"
    after = by_id(made.duties(case(nexus_us=True, breach_discovered_at=AT, dora_initial_submitted_at=AT)))
    assert after["z-first"].done == f"dora_initial_submitted_at = {AT}"
    assert after["a-second"].after == ""
    assert str(after["a-second"].count.first and after["a-second"].count.first.last_day) == "2026-12-24"


def test_a_later_stage_waits_for_the_entry_that_is_not_replaced(tmp_path: Path) -> None:
    fact = "nis2_notification_submitted_at"
    made = law(
        tmp_path,
        obligation("eu-two", "nexus_eu", legs=[leg({"hours": 72}, "incident_awareness_at")]),
        obligation("pt-two", "nexus_pt", legs=[leg({"hours": 72}, "incident_awareness_at")], replaces=["eu-two"]),
        obligation("eu-three", "nexus_eu", legs=[leg({"months": 1}, fact)]),
        filings={"eu-two": fact, "pt-two": fact},
    )
    assert by_id(made.duties(case(nexus_eu=True, nexus_pt=True)))["eu-three"].after == "pt-two"
    assert by_id(made.duties(case(nexus_eu=True, nexus_pt=False)))["eu-three"].after == "eu-two"
    filed = by_id(made.duties(case(nexus_eu=True, nexus_pt=True, nis2_notification_submitted_at=AT)))
    assert str(filed["eu-three"].count.first and filed["eu-three"].count.first.last_day) == "2026-12-24"


def test_a_fact_that_two_duties_share_closes_neither(tmp_path: Path) -> None:
    fact = "nis2_notification_submitted_at"
    rows = [obligation(name, rule, legs=[leg({"hours": 72}, "incident_awareness_at")], **more) for name, rule, more in (
        ("eu-two", "nexus_eu", {}), ("de-two", "nexus_de", {"replaces": ["eu-two"]}),
        ("pt-two", "nexus_pt", {"replaces": ["eu-two"]}))]  # fmt: skip
    made = law(tmp_path, *rows, filings=dict.fromkeys(("eu-two", "de-two", "pt-two"), fact))
    state = case(nexus_eu=True, nexus_de=True, nexus_pt=True, nis2_notification_submitted_at=AT)
    both = by_id(made.duties(state))
    assert both["de-two"].open
    assert both["pt-two"].open
    assert "whether this was filed or pt-two" in both["de-two"].because[-1]
    state.obligations["de-two"] = ObligationState("x", marked=ObligationMarked("x", True, "REF-1", "mei@example.org"))
    marked = by_id(made.duties(state))
    assert not marked["de-two"].open
    assert marked["pt-two"].open
    assert not by_id(made.duties(case(nexus_eu=True, nexus_de=True, nis2_notification_submitted_at=AT)))["de-two"].open


def test_shipped_filings_share_a_fact_only_where_one_replaces_the_other_or_countries_differ() -> None:
    made = shipped_law()
    known = {one.id: one for one in made.obligations}
    assert set(made.filings) <= set(known)
    assert {made.catalogue[fact].type for fact in made.filings.values()} <= {"boolean", "date-time"}
    for first, second in itertools.combinations(made.filings, 2):
        if made.filings[first] == made.filings[second]:
            one, two = known[first], known[second]
            assert second in one.replaces or first in two.replaces or one.jurisdiction != two.jurisdiction


def test_a_person_can_say_that_it_is_done_and_take_it_back(tmp_path: Path) -> None:
    made, state = law(tmp_path, obligation("one", "nexus_us")), case(nexus_us=True)
    state.obligations["one"] = ObligationState("one", marked=ObligationMarked("one", True, "REF-1", "mei@example.org"))
    assert made.duties(state)[0].done == "marked by mei@example.org: REF-1"
    state.obligations["one"].marked = ObligationMarked("one", False, "", "mei@example.org")
    assert made.duties(state)[0].open


@pytest.mark.parametrize("value", [False, UNKNOWN, ""])
def test_a_filing_that_did_not_happen_is_not_done(tmp_path: Path, value: object) -> None:
    made = law(tmp_path, obligation("one", "nexus_us"), filings={"one": "blocked_property_reported"})
    assert made.duties(case(nexus_us=True, blocked_property_reported=value))[0].open


def test_the_order_is_at_once_then_unknown_starts_then_time_then_the_rest(tmp_path: Path) -> None:
    made = law(
        tmp_path,
        obligation("g-informational", "nexus_us", in_force=False),
        obligation("f-undetermined", "phi_breach", legs=[leg("immediate")]),
        obligation("e-no-number", "nexus_us"),
        obligation("d-later", "nexus_us", legs=[leg({"calendar_days": 30}, "breach_discovered_at")]),
        obligation("c-sooner", "nexus_us", legs=[leg({"hours": 72}, "breach_discovered_at")]),
        obligation("b-no-start", "nexus_us", legs=[leg({"hours": 1}, "dora_classified_at")]),
        obligation("a-at-once", "nexus_us", legs=[leg("immediate")]),
        obligation("h-not-due", "not nexus_us"),
    )
    found = made.duties(case(nexus_us=True, breach_discovered_at=AT))
    assert [one.obligation.id[0] for one in found] == list("abcdefgh")


def test_a_value_of_the_wrong_type_counts_as_unknown_and_is_told(tmp_path: Path) -> None:
    made = law(tmp_path, obligation("one", "ca_residents_affected>5"))
    state = case(ca_residents_affected="many")
    assert made.duties(state)[0].standing is Standing.UNDETERMINED
    assert "counts as unknown" in made.conflicts(state, NOW)[0].says


def test_hostile_text_in_every_shipped_fact_breaks_no_judgement() -> None:
    made = shipped_law()
    state = case(**{name: HOSTILE for name in made.catalogue})
    assert len(made.duties(state)) == len(made.obligations)
    assert made.conflicts(state, NOW)


def test_the_shipped_law_judges_an_empty_case_without_closing_anything() -> None:
    made = shipped_law()
    found = made.duties(case())
    assert {one.standing for one in found} <= {Standing.UNDETERMINED, Standing.INFORMATIONAL}
    assert not any(one.open for one in found)
    assert {name for name in made.filings if name not in {one.id for one in made.obligations}} == set()
