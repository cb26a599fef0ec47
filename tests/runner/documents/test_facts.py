from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from connectors.errors import InputError
from runner.case.state import CaseState, FactState
from runner.documents.facts import UNKNOWN, FactSpec, facts_of, load_catalogue
from runner.documents.interactions import load_interactions
from runner.documents.obligations import load_obligations

CATALOGUE = load_catalogue()

DOCUMENTS = """
access_began_at access_ended_at affected_individuals_count affected_records_count affected_residents_by_state
agency_contact agency_name attribution_basis authorising_officer_name authorising_officer_title
blocked_property_description company_address company_cage_code company_contact_email company_contact_name
company_contact_phone company_contact_title company_country company_legal_name company_lei company_registration_number
company_sector company_uei consequences_narrative containment_narrative contracts_affected controls_before_narrative
counsel_email counsel_firm counsel_name counsel_phone data_at_risk detailed_report_target_date discovery_narrative
dpo_email dpo_name equipment evidence_location export_items extortion_amount extortion_channel extortion_deadline_at
extortion_message_summary facilitator_details filings_made forensic_firm hire_date hiring_channel hold_custodians
hold_data_sources identifiers_misused identity_victim_address identity_victim_name incident_narrative
indicators_of_compromise insurance_policy_number insurer_name job_title knowledge_chronology law_enforcement_contact
law_enforcement_reference lead_authority payments payments_total_usd pending_payments personal_data_categories
remediation_narrative remote_tools root_cause_narrative ship_to_address subject_aliases subject_claimed_address
subject_claimed_name subject_emails subject_identity_documents subject_ip_addresses subject_online_profiles
subject_phones systems_affected tax_years_affected value_held_description wallets
"""
"""Facts that documents print and no rule reads."""

OTHER_JURISDICTIONS = """
acts_as_processor au_app_entity au_serious_harm_likely au_soci_responsible_entity au_turnover_over_aud_3m
breach_awareness_at breach_risk_level ca_reporting_entity ca_rrosh cra_manufacturer cross_border_impact
dora_classified_at dora_initial_submitted_at dora_intermediate_submitted_at dora_weekend_relief_eligible german_land
ict_incident_major_dora in_certin_incident_type incident_awareness_at incident_end_notice_submitted_at
incident_impact_ended_at incident_ongoing incident_significant_nis2 jp_appi_category kr_pipa_threshold_met
main_establishment_country nca_defence_requested_at nexus_au nexus_ca nexus_ch nexus_ie nexus_in nexus_jp nexus_nl
nexus_pl nexus_pt nexus_ro nexus_ua nexus_vn nis2_entity_class nis2_notification_submitted_at
product_integrity_compromised sanctions_licence_held sg_breach_notifiable_at sg_pdpa_threshold_met
supervised_financial_institution suspected_malicious suspected_sanctions_breach suspension_planned
termination_facts_known_at uk_nis_entity uk_nis_impact_threshold_met uk_poca_regulated_sector uk_relevant_firm
value_held_for_subject vn_pdpl_breach
"""
"""Facts that the law outside the United States reads."""


def test_every_fact_is_read_by_something() -> None:
    listed = {*DOCUMENTS.split(), *OTHER_JURISDICTIONS.split()}
    obligations = load_obligations(CATALOGUE)
    read = {fact for one in obligations for fact in one.rule.facts}
    read |= {leg.starts for one in obligations for leg in one.clock.legs if leg.starts}
    read |= {fact for one in load_interactions(CATALOGUE) for fact in one.rule.facts}
    assert sorted(set(CATALOGUE) - read - listed) == []
    assert sorted(listed - set(CATALOGUE)) == []


@pytest.mark.parametrize("spec", CATALOGUE.values(), ids=lambda spec: spec.name)
def test_a_fact_is_named_explained_and_asked(spec: FactSpec) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9_]*", spec.name)
    assert spec.ask.endswith("?")
    assert spec.meaning.endswith(".")
    assert spec.who
    assert not spec.choices or spec.type == "string"


@pytest.mark.parametrize("spec", CATALOGUE.values(), ids=lambda spec: spec.name)
def test_nobody_is_asked_where_a_person_comes_from(spec: FactSpec) -> None:
    # Scoring or recording origin would be unlawful and would make an innocent subject's record unfair.
    words = r"nationalit|citizen|accent|ethnic|\borigin\b|\brace\b|native|birth"
    assert not re.search(words, f"{spec.name} {spec.ask}".lower())


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
