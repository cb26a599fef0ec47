from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

import pytest

from runner.documents.calendars import calendar, zones_of
from runner.documents.clocks import Start
from runner.documents.counts import count
from runner.documents.facts import load_catalogue
from runner.documents.obligations import Obligation, load_obligations
from runner.documents.rules import Truth, judge_rule

CATALOGUE = load_catalogue()
WORLD = [one for one in load_obligations(CATALOGUE) if not one.jurisdiction.startswith("US")]
BY_ID = {one.id: one for one in WORLD}

IDS = """
au-afp-asset-notice au-aso-report au-ndb au-ransomware-payment-report ca-advisory-report ca-fintrac ca-pipeda
ca-un-dprk-disclosure ch-seco-frozen-asset-report de-bafa-economic-resources de-bfv-lfv-contact
de-bsi-nis2-early-warning de-bsi-nis2-final de-bsi-nis2-notification de-bundesbank-sanctions-report de-dpa-land-art33
de-police-zac de-suspicion-dismissal-two-weeks de-works-council-monitoring de-works-council-termination-hearing
de-zfs-tip eu-cra-severe-incident eu-dora-final eu-dora-initial eu-dora-initial-awareness-cap eu-dora-intermediate
eu-dprk-freeze-and-stop-payments eu-dprk-information-duty eu-employment-investigation-cautions eu-gdpr-art33
eu-gdpr-art34 eu-gdpr-art48-49-foreign-disclosure eu-gdpr-breach-register eu-gdpr-processor-to-controller
eu-nis2-early-warning eu-nis2-final-report eu-nis2-incident-notification eu-sanctions-whistleblower
gb-dprk-freeze-and-stop-payments gb-employment-suspension-and-nondiscrimination gb-ico-art33 gb-ico-art34 gb-nca-daml
gb-nca-sar gb-ncsc-incident gb-nis-2018 gb-ofsi-annual-frozen-asset-return gb-ofsi-extortion-payment
gb-ofsi-frozen-asset-report gb-ofsi-relevant-firm-report gb-ofsi-suspected-breach-disclosure gb-report-fraud
ie-central-bank-sanctions-return ie-garda-suspected-breach in-cert-in jp-appi-final-other
jp-appi-final-wrongful-purpose jp-appi-preliminary jp-authority-contact jp-fefa-stop-payments kr-authority-report
kr-network-act-intrusion kr-pipa-report nl-financial-institution-hit nl-nonfinancial-report pl-csirt-nis2
pl-kas-sanctions-report pt-cncs-early-warning pt-cncs-end-of-impact pt-cncs-final pt-cncs-update pt-cnpd-art33
pt-pj-complaint pt-restrictive-measures-report ro-anaf-sanctions-report ro-dnsc-nis2 sg-cdsa-str sg-pdpc-breach
sg-un-dprk-regs-stop ua-authority-contact un-dprk-worker-resolutions vn-pdpl-breach
"""

PERIODS = """
au-ndb calendar_days 30 breach_awareness_at
au-ransomware-payment-report hours 72 extortion_payment_made_at
de-bafa-economic-resources immediate 0 attribution_reasonable_cause_at
de-bsi-nis2-early-warning hours 24 incident_awareness_at
de-bsi-nis2-final months 1 nis2_notification_submitted_at
de-bsi-nis2-notification hours 72 incident_awareness_at
de-bundesbank-sanctions-report immediate 0 designated_link_known_at
de-dpa-land-art33 hours 72 breach_awareness_at
de-suspicion-dismissal-two-weeks calendar_days 14 termination_facts_known_at
eu-cra-severe-incident hours 24 incident_awareness_at
eu-dora-final months 1 dora_intermediate_submitted_at
eu-dora-initial hours 24 incident_awareness_at
eu-dora-initial hours 4 dora_classified_at
eu-dora-initial-awareness-cap hours 24 incident_awareness_at
eu-dora-intermediate hours 72 dora_initial_submitted_at
eu-dprk-freeze-and-stop-payments immediate 0 attribution_reasonable_cause_at
eu-dprk-information-duty immediate 0 designated_link_known_at
eu-gdpr-art33 hours 72 breach_awareness_at
eu-nis2-early-warning hours 24 incident_awareness_at
eu-nis2-final-report months 1 nis2_notification_submitted_at
eu-nis2-incident-notification hours 72 incident_awareness_at
gb-dprk-freeze-and-stop-payments immediate 0 attribution_reasonable_cause_at
gb-ico-art33 hours 72 breach_awareness_at
gb-nis-2018 hours 72 incident_awareness_at
gb-ofsi-annual-frozen-asset-return fixed date-in-the-yearly-notice-of-ofsi -
ie-central-bank-sanctions-return immediate 0 assets_frozen_at
in-cert-in hours 6 incident_awareness_at
jp-appi-final-other calendar_days 30 breach_awareness_at
jp-appi-final-wrongful-purpose calendar_days 60 breach_awareness_at
jp-fefa-stop-payments immediate 0 suspicion_first_raised_at
kr-network-act-intrusion hours 24 incident_awareness_at
kr-pipa-report hours 72 breach_awareness_at
nl-financial-institution-hit immediate 0 designated_link_known_at
nl-nonfinancial-report immediate 0 designated_link_known_at
pl-csirt-nis2 hours 24 incident_awareness_at
pl-kas-sanctions-report immediate 0 designated_link_known_at
pt-cncs-early-warning hours 24 incident_awareness_at
pt-cncs-end-of-impact hours 24 incident_impact_ended_at
pt-cncs-final business_days 30 incident_end_notice_submitted_at
pt-cncs-update hours 72 incident_awareness_at
pt-cnpd-art33 hours 72 breach_awareness_at
pt-restrictive-measures-report immediate 0 designated_link_known_at
ro-anaf-sanctions-report immediate 0 designated_link_known_at
ro-dnsc-nis2 hours 24 incident_awareness_at
sg-pdpc-breach calendar_days 3 sg_breach_notifiable_at
sg-un-dprk-regs-stop immediate 0 suspicion_first_raised_at
vn-pdpl-breach hours 72 breach_awareness_at
"""
"""Each period of the law with its start. Written apart from the data, so that a slip in one shows."""

TARGETS = """
au-afp-asset-notice hours 24
au-ndb calendar_days 30
ca-un-dprk-disclosure hours 24
ch-seco-frozen-asset-report hours 24
de-bafa-economic-resources hours 24
de-bundesbank-sanctions-report hours 24
eu-dprk-information-duty hours 24
gb-ofsi-annual-frozen-asset-return fixed 11-11
gb-ofsi-frozen-asset-report hours 24
gb-ofsi-relevant-firm-report business_days 1
ie-central-bank-sanctions-return hours 24
jp-appi-preliminary calendar_days 3
nl-financial-institution-hit hours 24
nl-nonfinancial-report hours 24
pl-kas-sanctions-report hours 24
pt-restrictive-measures-report hours 24
ro-anaf-sanctions-report hours 24
"""
"""This project's own times: undated sanctions reports, and readings of a law that names no number."""

REPLACES = """
de-bsi-nis2-early-warning eu-nis2-early-warning
de-bsi-nis2-final eu-nis2-final-report
de-bsi-nis2-notification eu-nis2-incident-notification
de-bundesbank-sanctions-report eu-dprk-information-duty
de-dpa-land-art33 eu-gdpr-art33
eu-dora-final de-bsi-nis2-final
eu-dora-final eu-nis2-final-report
eu-dora-final pt-cncs-end-of-impact
eu-dora-final pt-cncs-final
eu-dora-initial de-bsi-nis2-early-warning
eu-dora-initial eu-dora-initial-awareness-cap
eu-dora-initial eu-nis2-early-warning
eu-dora-initial pl-csirt-nis2
eu-dora-initial pt-cncs-early-warning
eu-dora-initial ro-dnsc-nis2
eu-dora-intermediate de-bsi-nis2-notification
eu-dora-intermediate eu-nis2-incident-notification
eu-dora-intermediate pt-cncs-update
gb-ofsi-relevant-firm-report gb-ofsi-suspected-breach-disclosure
nl-financial-institution-hit eu-dprk-information-duty
nl-nonfinancial-report eu-dprk-information-duty
pl-csirt-nis2 eu-nis2-early-warning
pl-kas-sanctions-report eu-dprk-information-duty
pt-cncs-early-warning eu-nis2-early-warning
pt-cncs-final eu-nis2-final-report
pt-cncs-update eu-nis2-incident-notification
pt-cnpd-art33 eu-gdpr-art33
pt-restrictive-measures-report eu-dprk-information-duty
ro-anaf-sanctions-report eu-dprk-information-duty
ro-dnsc-nis2 eu-nis2-early-warning
"""

LOW = """
de-bafa-economic-resources de-police-zac de-works-council-monitoring eu-cra-severe-incident
gb-ofsi-annual-frozen-asset-return jp-appi-final-other kr-network-act-intrusion nl-nonfinancial-report ro-dnsc-nis2
ua-authority-contact
"""

UNVERIFIED = """
ca-un-dprk-disclosure ch-seco-frozen-asset-report de-bundesbank-sanctions-report de-dpa-land-art33
de-works-council-termination-hearing de-zfs-tip gb-dprk-freeze-and-stop-payments gb-ofsi-frozen-asset-report
gb-ofsi-relevant-firm-report gb-ofsi-suspected-breach-disclosure ie-central-bank-sanctions-return
ie-garda-suspected-breach in-cert-in jp-appi-preliminary jp-authority-contact jp-fefa-stop-payments kr-authority-report
pl-csirt-nis2 pt-cncs-update pt-pj-complaint pt-restrictive-measures-report sg-un-dprk-regs-stop
"""
"""Entries of higher confidence of which a detail could not be confirmed; those of low confidence all say it."""


def test_every_entry_is_there_once() -> None:
    assert Counter(one.id for one in WORLD) == Counter(IDS.split())
    assert len(IDS.split()) == 82


def test_an_entry_stands_in_the_file_of_its_country() -> None:
    for one in WORLD:
        assert one.id.split("-", 1)[0].upper() == one.jurisdiction
        assert one.place.file.endswith(f"/{one.jurisdiction.lower()}.yaml")


def test_every_period_of_the_law_is_what_the_source_says() -> None:
    found = [
        f"{one.id} {leg.unit} {leg.fixed or leg.amount} {leg.starts or '-'}"
        for one in WORLD
        for leg in one.clock.legs
        if leg.basis == "law" and leg.unit != "no-number"
    ]
    assert sorted(found) == sorted(PERIODS.strip().splitlines())


def test_no_target_is_called_law() -> None:
    found = [
        f"{one.id} {leg.unit} {leg.fixed or leg.amount}"
        for one in WORLD
        for leg in one.clock.legs
        if leg.basis != "law"
    ]
    assert sorted(found) == sorted(TARGETS.strip().splitlines())
    assert {leg.basis for one in WORLD for leg in one.clock.legs} == {"law", "target"}


def test_business_days_are_those_of_the_country() -> None:
    days = {one.id: leg.calendar for one in WORLD for leg in one.clock.legs if leg.unit == "business_days"}
    assert days == {"pt-cncs-final": "PT", "gb-ofsi-relevant-firm-report": "GB"}


def test_the_authoritys_seven_days_are_no_deadline_of_the_filer() -> None:
    one = BY_ID["gb-nca-daml"]
    assert [leg.unit for leg in one.clock.legs] == ["no-number"]
    assert any("seven working days" in caution for caution in one.cautions)


def test_a_country_takes_the_place_of_the_union_and_dora_that_of_nis2() -> None:
    found = [f"{one.id} {name}" for one in WORLD for name in one.replaces]
    assert sorted(found) == sorted(REPLACES.strip().splitlines())


@pytest.mark.parametrize(
    "pair", [line.split() for line in REPLACES.strip().splitlines() if line.split()[1].startswith("eu-")]
)
def test_a_replacement_applies_only_where_the_replaced_could(pair: list[str]) -> None:
    new, old = BY_ID[pair[0]], BY_ID[pair[1]]
    assert new.kind == old.kind or "voluntary" not in (new.kind, old.kind)
    if not new.id.startswith(("eu-", "nl-financial")):
        own = {one.text for one in old.rule.all} - {"nexus_eu"}
        assert own <= {one.text for one in new.rule.all}
        assert [one.text for one in new.rule.any] == [one.text for one in old.rule.any]


def test_everything_is_in_force_and_bills_are_told_in_cautions() -> None:
    assert [one.id for one in WORLD if not one.in_force] == []
    told = {
        "gb-nis-2018": "Cyber Security and Resilience Bill",
        "eu-gdpr-art33": "Digital Omnibus",
        "eu-nis2-early-warning": "Cyberbeveiligingswet",
        "nl-nonfinancial-report": "Cyberbeveiligingswet",
        "ie-garda-suspected-breach": "National Cyber Security Bill",
        "kr-pipa-report": "not confirmed",
        "eu-cra-severe-incident": "2026-09-11",
    }
    for name, words in told.items():
        assert any(words in caution for caution in BY_ID[name].cautions), name


def test_low_confidence_says_why_and_what_was_not_verified() -> None:
    assert sorted(one.id for one in WORLD if one.confidence == "low") == LOW.split()
    marked = sorted(one.id for one in WORLD if any(text.startswith("Not verified: ") for text in one.cautions))
    assert marked == sorted({*LOW.split(), *UNVERIFIED.split()})
    assert [one.id for one in WORLD if one.confidence != "high" and not one.confidence_note] == []


def test_stages_of_one_duty_share_a_series() -> None:
    found = Counter((one.jurisdiction, one.series) for one in WORLD if one.series)
    assert found == {
        ("EU", "nis2"): 3,
        ("EU", "dora"): 3,
        ("EU", "gdpr"): 2,
        ("DE", "nis2"): 3,
        ("PT", "nis2"): 4,
        ("GB", "gdpr"): 2,
        ("GB", "ofsi-frozen-assets"): 2,
        ("JP", "appi"): 2,
    }


@pytest.mark.parametrize("one", WORLD, ids=lambda one: one.id)
def test_an_entry_is_written_for_people(one: Obligation) -> None:
    spoken = " ".join((one.title, one.summary, one.clock.event, one.submit_via, *one.fields, *one.cautions))
    assert not [word for word in ("UNVERIFIED", "see eu-nis2-early-warning,") if word in spoken]
    assert not [field for field in one.fields if field.startswith(("see ", "as eu-"))]
    assert "_" not in one.document
    assert one.document


SUSPECTED = {"dprk_attribution_level": "suspected"}
CAUSE = {"dprk_attribution_level": "reasonable_cause"}
BREACH = {"personal_data_affected": "accessed", "breach_risk_level": "risk"}
NIS2 = {"nis2_entity_class": "important", "incident_significant_nis2": True}


@pytest.mark.parametrize(
    ("identifier", "facts", "truth"),
    [
        ("eu-dprk-freeze-and-stop-payments", {"nexus_eu": False}, Truth.NO),
        ("eu-dprk-freeze-and-stop-payments", {"nexus_eu": True}, Truth.UNKNOWN),
        ("eu-dprk-freeze-and-stop-payments", {"nexus_eu": True, **CAUSE}, Truth.YES),
        ("gb-dprk-freeze-and-stop-payments", {"nexus_gb": True, **SUSPECTED}, Truth.UNKNOWN),
        ("gb-dprk-freeze-and-stop-payments", {"nexus_gb": True, "designated_person_match": "possible"}, Truth.YES),
        ("gb-ofsi-relevant-firm-report", {"nexus_gb": True, "uk_relevant_firm": False}, Truth.NO),
        ("gb-ofsi-suspected-breach-disclosure", {"nexus_gb": True, **SUSPECTED}, Truth.YES),
        ("gb-nis-2018", {"nexus_gb": True, "uk_nis_entity": "none"}, Truth.NO),
        ("eu-gdpr-art33", {"nexus_eu": True, **BREACH}, Truth.YES),
        ("eu-gdpr-art33", {"nexus_eu": True, **BREACH, "breach_risk_level": "unlikely"}, Truth.NO),
        ("eu-gdpr-art33", {"nexus_eu": True, "personal_data_affected": "possible"}, Truth.UNKNOWN),
        ("eu-gdpr-art34", {"nexus_eu": True, **BREACH}, Truth.NO),
        ("eu-gdpr-breach-register", {"nexus_eu": True, **BREACH, "breach_risk_level": "unlikely"}, Truth.YES),
        ("eu-nis2-early-warning", {"nexus_eu": True, **NIS2, "nis2_entity_class": "none"}, Truth.NO),
        ("de-bsi-nis2-early-warning", {"nexus_de": True, **NIS2}, Truth.YES),
        ("pt-cncs-end-of-impact", {"nexus_pt": True, **NIS2}, Truth.UNKNOWN),
        ("pt-cncs-end-of-impact", {"nexus_pt": True, **NIS2, "incident_impact_ended_at": "2026-11-24"}, Truth.YES),
        ("eu-dora-initial", {"nexus_eu": True, "financial_entity_dora": False}, Truth.NO),
        ("de-works-council-termination-hearing", {"nexus_de": True, "engagement_type": "contractor"}, Truth.NO),
        ("nl-nonfinancial-report", {"nexus_nl": True, "supervised_financial_institution": True}, Truth.NO),
        ("jp-fefa-stop-payments", {"nexus_jp": True, **SUSPECTED, "unpaid_compensation_exists": True}, Truth.YES),
        ("jp-appi-final-other", {"nexus_jp": True, **BREACH, "jp_appi_category": "wrongful_purpose"}, Truth.NO),
        ("kr-pipa-report", {"nexus_kr": True, **BREACH, "kr_pipa_threshold_met": False}, Truth.YES),
        ("kr-pipa-report", {"nexus_kr": True, "personal_data_affected": "possible"}, Truth.UNKNOWN),
        ("au-ransomware-payment-report", {"nexus_au": True, "extortion_payment_made": False}, Truth.NO),
        ("in-cert-in", {"nexus_in": True, "in_certin_incident_type": "none"}, Truth.UNKNOWN),
        ("in-cert-in", {"nexus_in": True, "in_certin_incident_type": "identity theft"}, Truth.YES),
        ("sg-cdsa-str", {"nexus_sg": True, "criminal_property_suspected": True}, Truth.YES),
        ("ua-authority-contact", {"nexus_ua": True, **SUSPECTED}, Truth.YES),
        ("un-dprk-worker-resolutions", SUSPECTED, Truth.YES),
    ],
)
def test_rules_switch_where_the_law_does(identifier: str, facts: dict[str, object], truth: Truth) -> None:
    assert judge_rule(BY_ID[identifier].rule, facts).truth is truth


@pytest.mark.parametrize(
    ("identifier", "starts", "over"),
    [
        (
            "eu-dora-initial",
            {"incident_awareness_at": "2026-11-20T00:00", "dora_classified_at": "2026-11-20T06:00"},
            "2026-11-20T10:00",
        ),
        (
            "eu-dora-initial",
            {"incident_awareness_at": "2026-11-20T00:00", "dora_classified_at": "2026-11-20T22:00"},
            "2026-11-21T00:00",
        ),
        ("eu-dora-intermediate", {"dora_initial_submitted_at": "2026-11-20T10:00"}, "2026-11-23T10:00"),
        ("eu-nis2-incident-notification", {"incident_awareness_at": "2026-11-20T10:00"}, "2026-11-23T10:00"),
        ("gb-ico-art33", {"breach_awareness_at": "2026-12-24T15:30"}, "2026-12-27T15:30"),
        # Days end with the local day: 31 January + one month is 28 February.
        ("de-bsi-nis2-final", {"nis2_notification_submitted_at": "2027-01-31T12:00"}, "2027-02-28T23:00"),
        ("eu-dora-final", {"dora_intermediate_submitted_at": "2026-11-23T10:00"}, "2026-12-23T22:00"),
        # 30 working days: 1 December, 8 December, Christmas and New Year are holidays in Portugal.
        ("pt-cncs-final", {"incident_end_notice_submitted_at": "2026-11-25T10:00"}, "2027-01-13T00:00"),
        ("sg-pdpc-breach", {"sg_breach_notifiable_at": "2026-11-20T10:00"}, "2026-11-23T16:00"),
        ("in-cert-in", {"incident_awareness_at": "2026-11-20T22:00"}, "2026-11-21T04:00"),
    ],
)
def test_a_clock_ends_when_the_law_says(identifier: str, starts: dict[str, str], over: str) -> None:
    one = BY_ID[identifier]
    begun = {name: Start(name, datetime.fromisoformat(text).replace(tzinfo=UTC)) for name, text in starts.items()}
    made = count(one.clock.legs, begun.get, None, calendar, zones_of(one.jurisdiction))
    assert made.law is not None
    assert made.law.at == datetime.fromisoformat(over).replace(tzinfo=UTC)
