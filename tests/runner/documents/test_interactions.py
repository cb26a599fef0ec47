from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from connectors.errors import InputError
from runner.documents.facts import UNKNOWN, load_catalogue
from runner.documents.interactions import (
    MOMENTS,
    Interaction,
    InteractionWarning,
    load_interactions,
    warnings,
    warnings_about,
)
from runner.documents.obligations import load_obligations

CATALOGUE = load_catalogue()
INTERACTIONS = load_interactions(CATALOGUE)
OBLIGATIONS = load_obligations(CATALOGUE)

PAID: dict[str, Any] = {"us_sanctions_jurisdiction": True, "payments_made_to_subject": True}


def shown(facts: dict[str, Any], moment: str, about: str = "") -> dict[str, InteractionWarning]:
    return {one.interaction.id: one for one in warnings(INTERACTIONS, facts, moment, about)}


@pytest.mark.parametrize("one", INTERACTIONS, ids=lambda one: one.id)
def test_an_interaction_names_what_exists(one: Interaction) -> None:
    loaded = {obligation.jurisdiction[:2].lower() for obligation in OBLIGATIONS}
    known = {obligation.id for obligation in OBLIGATIONS}
    # An obligation of a jurisdiction whose data is not shipped may be named ahead of it.
    assert [name for name in one.obligations if name[:2] in loaded and name not in known] == []
    assert one.provenance.sources
    assert one.provenance.citation
    assert one.warning.endswith(".")


def test_every_moment_has_a_warning() -> None:
    assert {moment for one in INTERACTIONS for moment in one.moments} == set(MOMENTS)


def test_an_act_on_one_document_shows_each_of_its_warnings_once() -> None:
    undecided = {**PAID, "vsd_decision": "undecided"}
    ids = [one.interaction.id for one in warnings_about(INTERACTIONS, undecided, "fbi-referral-memo")]
    assert len(ids) == len(set(ids))
    assert {"report-before-vsd-decision", "ask-before-termination"} <= set(ids)
    assert "sar-is-secret" not in ids
    assert "termination-order" in {one.interaction.id for one in warnings_about(INTERACTIONS, {}, "us-litigation-hold")}


def test_what_may_not_go_on_is_marked() -> None:
    assert {one.id for one in INTERACTIONS if one.stop} == {
        "extortion-payment-gate", "freeze-over-wages", "mistaken-block-needs-release", "wipe-needs-an-image",
    }  # fmt: skip


def test_a_report_to_the_fbi_can_cost_credit_with_ofac() -> None:
    undecided = {**PAID, "vsd_decision": "undecided"}
    assert not shown(undecided, "before-report", "us-fbi-ic3-complaint")["report-before-vsd-decision"].possible
    assert shown(PAID, "before-report", "us-fbi-ic3-complaint")["report-before-vsd-decision"].unknown == (
        "vsd_decision",
    )
    assert "report-before-vsd-decision" not in shown({**PAID, "vsd_decision": "no"}, "before-report")
    assert "report-before-vsd-decision" not in shown(undecided, "before-wipe")


def test_the_notice_goes_first_until_its_time_is_recorded() -> None:
    decided: dict[str, Any] = {**PAID, "vsd_decision": "yes"}
    assert shown(decided, "before-report")["report-before-vsd-notice"].possible
    filed = {**decided, "vsd_initial_filed_at": "2026-11-24T02:00:00Z"}
    assert "report-before-vsd-notice" not in shown(filed, "before-report")


@pytest.mark.parametrize(
    ("imaged", "there", "possible"), [(False, True, False), (UNKNOWN, True, True), (True, False, False)]
)
def test_a_wipe_needs_an_image(imaged: Any, there: bool, possible: bool) -> None:
    found = shown({"device_imaged_or_waived": imaged}, "before-wipe").get("wipe-needs-an-image")
    assert (found is not None) == there
    assert found is None or found.possible == possible


@pytest.mark.parametrize("key", ["ofac_specific_licence_in_hand", "no_sanctions_link_opinion"])
def test_the_payment_gate_opens_with_a_licence_or_an_opinion_only(key: str) -> None:
    proposed: dict[str, Any] = {"extortion_payment_contemplated": True}
    closed = {**proposed, "ofac_specific_licence_in_hand": False, "no_sanctions_link_opinion": False}
    assert not shown(closed, "before-payment")["extortion-payment-gate"].possible
    assert shown(proposed, "before-payment")["extortion-payment-gate"].possible
    assert "extortion-payment-gate" not in shown({**closed, key: True}, "before-payment")


def test_wages_are_paused_on_suspicion_and_frozen_on_reasonable_cause() -> None:
    owed = {"unpaid_compensation_exists": True}
    suspected = shown({**owed, "dprk_attribution_level": "suspected"}, "before-payment")
    assert not suspected["pay-is-a-payment"].possible
    sure = shown({**owed, "dprk_attribution_level": "reasonable_cause"}, "before-payment")
    assert not sure["freeze-over-wages"].possible
    assert "pay-is-a-payment" not in sure


def test_data_about_people_in_the_eu_is_checked_before_a_us_filing() -> None:
    for filing in ("us-fbi-ic3-complaint", "us-ofac-vsd-initial", "fbi-referral-memo"):
        assert "eu-persons-before-us-filing" in shown({"nexus_eu": True}, "before-report", filing)
    assert "eu-persons-before-us-filing" not in shown({"nexus_eu": False}, "before-report")
    assert "eu-persons-before-us-filing" not in shown({"nexus_eu": True}, "before-report", "us-hipaa-hhs-500")


def test_a_changed_fact_brings_the_warnings_that_read_it() -> None:
    facts = {"personal_data_affected": "acquired"}
    assert "personal-data-changes-much" in shown(facts, "on-fact-change", "personal_data_affected")
    assert "personal-data-changes-much" not in shown(facts, "on-fact-change", "nexus_gb")


def test_what_always_matters_is_shown_at_every_moment() -> None:
    facts = {"nexus_eu": True, "foreign_authority_request": True}
    assert all("foreign-request-or-tip" in shown(facts, moment) for moment in MOMENTS)


def test_a_possible_warning_names_what_would_decide_it_and_comes_last() -> None:
    found = warnings(INTERACTIONS, {"dprk_attribution_level": "suspected"}, "before-message")
    assert [one.possible for one in found] == sorted(one.possible for one in found)
    assert found[0].text == found[0].interaction.warning
    assert found[0].because
    last = found[-1]
    assert last.text.startswith(f"Possible, as these facts are unknown: {', '.join(last.unknown)}. ")


def test_a_moment_must_exist() -> None:
    with pytest.raises(ValueError, match="there is no moment 'later'"):
        warnings(INTERACTIONS, {}, "later")


GOOD = """evict-interactions: 1
interactions:
  - id: one
    title: One
    when:
      all: [nexus_us]
    moments: [before-report]
    warning: W.
    citation: C
    sources: [https://example.org]
    as_of: '2026-01-01'
    confidence: high
"""


@pytest.mark.parametrize(
    ("old", "new", "line", "message", "fix"),
    [
        ("all: [nexus_us]", "all: [nexus_zz]", 6, "there is no fact 'nexus_zz'", "see templates/facts.yaml"),
        ("all: [nexus_us]", "every: [nexus_us]", 6, "has no key 'every'", "known keys: all, any"),
        ("    when:\n      all: [nexus_us]\n", "    when: {}\n", 5, "has no condition", "write all: or any:"),
        ("[before-report]", "[before-lunch]", 7, "'before-lunch' is no moment", "one of before-report"),
        ("[before-report]", "[]", 7, "has no moment", "one or more of before-report"),
        ("    warning: W.\n", "", 3, "needs 'warning'", "add `warning: …`"),
        ("warning: W.", "warning: W.\n    stop: yes", 9, "must be true or false", "write true or false"),
        ("confidence: high", "confidence: low", 3, "says nowhere why", "add confidence_note"),
        ("sources: [https://example.org]", "sources: []", 3, "names no source", "carries its source"),
        ("id: one", "id: One", 3, "lower-case words joined by -", "rename it"),
        ("title: One", "titel: One", 4, "has no key 'titel'", "did you mean 'title'?"),
    ],
)
def test_a_bad_file_says_where_and_what_to_do(
    tmp_path: Path, old: str, new: str, line: int, message: str, fix: str
) -> None:
    file = tmp_path / "interactions.yaml"
    assert old in GOOD
    file.write_text(GOOD.replace(old, new, 1))
    with pytest.raises(InputError) as caught:
        load_interactions(CATALOGUE, file)
    found = [one for one in caught.value.problems if message in one.message and fix in one.fix]
    assert found, [str(one) for one in caught.value.problems]
    assert str(found[0].place).startswith(f"{file}:{line}:")


def test_interactions_that_are_no_list_are_told_apart(tmp_path: Path) -> None:
    file = tmp_path / "interactions.yaml"
    file.write_text("evict-interactions: 1\ninteractions: none\n")
    with pytest.raises(InputError) as caught:
        load_interactions(CATALOGUE, file)
    assert [str(one.place) for one in caught.value.problems] == [f"{file}:2:15"]


def test_two_interactions_of_one_id_are_named(tmp_path: Path) -> None:
    file = tmp_path / "interactions.yaml"
    file.write_text(GOOD + GOOD.split("interactions:\n")[-1])
    with pytest.raises(InputError) as caught:
        load_interactions(CATALOGUE, file)
    assert [one.code for one in caught.value.problems] == ["duplicate-id"]
