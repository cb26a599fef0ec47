"""The set is whole: every document that counsel may need exists, in its language, for a duty or on the list of none."""

from __future__ import annotations

from collections import Counter

import pytest

from runner.documents.law import shipped_law
from runner.documents.template.check import check_all
from runner.documents.template.form import Template, load_templates

LAW = shipped_law()
TEMPLATES = load_templates(LAW.catalogue)

SET = {
    ("US", "en-US"): """
        vsd-initial-notice vsd-detailed-narrative blocked-property-report blocked-property-annual-report
        unblocked-property-report rejected-transaction-report ofac-license-application ofac-compliance-release-request
        sanctions-freeze-order ic3-complaint-worksheet fbi-referral-memo rfj-tip-note sar-narrative-input
        sar-phone-script bank-incident-notice bank-payment-information wire-recall-request sec-8k-105-decision-memo
        nydfs-notice dfars-report-worksheet evidence-preservation-record nispom-report itar-126-1-notice
        itar-vd-initial itar-vd-full ear-vsd-initial ear-vsd-narrative export-control-assessment
        consumer-breach-notice state-ag-report-tx state-agency-report-ny hipaa-notice ftc-safeguards-notice
        customer-notice cisa-report circia-report circia-ransom-report doj-vsd-letter doj-dsp-assessment-memo
        doj-dsp-rejected-report far-mandatory-disclosure identity-theft-victim-notice tax-correction-memo
        wage-hold-memo employment-file-memo extortion-response-decision-memo retention-schedule
    """,
    ("common", "en"): """
        litigation-hold-notice preservation-letter preservation-letter-upwork preservation-letter-freelancer
        preservation-letter-telegram preservation-letter-wise preservation-letter-payoneer
        preservation-letter-exchange preservation-letter-staffing-agency preservation-letter-courier
        preservation-letter-landlord counsel-engagement-privilege-memo payment-stop-memo extortion-decision-log
        extortion-holding-statement board-brief insurer-notice employment-suspension-letter
        employment-neutral-exit-letter employment-action-log laptop-return-instructions staff-message
        exoneration-letter police-complaint-note third-country-disclosure-assessment un-context-note
    """,
    ("GB", "en-GB"): """
        ofsi-suspected-breach-report ofsi-frozen-asset-report ofsi-annual-frozen-asset-return nca-sar-worksheet
        ico-breach-report uk-gdpr-art34-letter report-fraud-worksheet ncsc-incident-report nis-uk-incident-notification
    """,
    ("EU", "en-GB"): """
        eu-nca-sanctions-report eu-sanctions-authorities-worksheet gdpr-art33-notice gdpr-art34-letter
        gdpr-breach-register-entry processor-to-controller-notice nis2-early-warning nis2-incident-notification
        nis2-final-report dora-initial-notification dora-intermediate-report dora-final-report
        cra-severe-incident-report
    """,
    ("DE", "de"): """
        eu-nca-sanctions-report-de bfv-lfv-contact-note zfs-tip gdpr-art33-notice-de gdpr-art34-letter-de
        nis2-early-warning-de nis2-incident-notification-de nis2-final-report-de police-complaint-note-de
        works-council-hearing suspicion-hearing-invitation-de employment-action-log-de
    """,
    ("PT", "pt"): """
        eu-nca-sanctions-report-pt cnpd-breach-form gdpr-art34-letter-pt nis2-early-warning-pt
        nis2-incident-notification-pt nis2-final-report-pt cncs-end-of-impact-notice police-complaint-note-pt
    """,
    ("IE", "en-GB"): "cbi-sanctions-return garda-report-note",
    ("CH", "en-GB"): "seco-frozen-asset-report",
    ("JP", "en-GB"): "ppc-breach-report japan-authority-contact-note",
    ("KR", "en-GB"): "pipc-breach-report korea-authority-contact-note",
    ("SG", "en-GB"): "pdpc-breach-notice sg-str-worksheet",
    ("AU", "en-GB"): "oaic-ndb-statement afp-asset-notice aso-contravention-report au-ransomware-payment-report",
    ("IN", "en-GB"): "certin-incident-report",
    ("VN", "en-GB"): "vn-a05-breach-notice",
    ("CA", "en-GB"): "opc-breach-report fintrac-str-worksheet rcmp-csis-disclosure",
}
"""By jurisdiction and language; what has no language of its own here is read by local counsel before it is filed."""

SERVED_BY_THE_UNION = {
    "NL": {"eu-nca-sanctions-report"},
    "PL": {"eu-nca-sanctions-report", "nis2-early-warning"},
    "RO": {"eu-nca-sanctions-report", "nis2-early-warning"},
    "UA": {"police-complaint-note"},
}
"""Countries whose duties a document of the Union or a common one meets."""

NO_DUTY = {
    "employment-neutral-exit-letter", "employment-suspension-letter", "exoneration-letter",
    "extortion-holding-statement", "laptop-return-instructions", "payment-release-instruction", "staff-message",
    "preservation-letter-courier", "preservation-letter-exchange", "preservation-letter-freelancer",
    "preservation-letter-landlord", "preservation-letter-payoneer", "preservation-letter-staffing-agency",
    "preservation-letter-telegram", "preservation-letter-upwork", "preservation-letter-wise",
}  # fmt: skip
"""Documents that no law asks for: letters of the company's own choice, and preservation by addressee."""

PLACED = [(*key, name) for key, names in SET.items() for name in names.split()]


@pytest.mark.parametrize(("jurisdiction", "language", "name"), PLACED, ids=[one[2] for one in PLACED])
def test_a_document_of_the_set_exists_in_its_language(jurisdiction: str, language: str, name: str) -> None:
    template = TEMPLATES[name]
    assert (template.jurisdiction, template.language) == (jurisdiction, language)


def test_the_set_names_nothing_twice() -> None:
    assert [name for name, times in Counter(one[2] for one in PLACED).items() if times > 1] == []


@pytest.mark.parametrize("template", TEMPLATES.values(), ids=lambda one: one.id)
def test_a_document_serves_a_duty_or_is_listed_as_one_of_none(template: Template) -> None:
    assert bool(template.obligations) == (template.id not in NO_DUTY)


def test_the_list_of_documents_of_no_duty_holds_documents() -> None:
    assert set(TEMPLATES) >= NO_DUTY


@pytest.mark.parametrize("country", SERVED_BY_THE_UNION)
def test_a_country_without_documents_of_its_own_is_served(country: str) -> None:
    asked = {one.document for one in LAW.obligations if one.jurisdiction == country}
    assert asked == SERVED_BY_THE_UNION[country]


@pytest.mark.parametrize("one", LAW.obligations, ids=lambda one: one.id)
def test_an_obligation_has_its_document_and_the_document_knows_it(one: object) -> None:
    document, name = getattr(one, "document", ""), getattr(one, "id", "")
    assert document in TEMPLATES
    assert name in TEMPLATES[document].obligations


def test_every_jurisdiction_has_its_documents_or_is_served() -> None:
    asked = {one.jurisdiction.partition("-")[0] for one in LAW.obligations}
    assert asked - {key[0] for key in SET} - set(SERVED_BY_THE_UNION) == {"UN"}


def test_the_decision_memo_holds_the_draft_of_the_form() -> None:
    assert "Draft text of Item 1.05" in TEMPLATES["sec-8k-105-decision-memo"].body


def test_check_finds_nothing_in_the_whole_set() -> None:
    assert check_all(LAW) == ()


@pytest.mark.parametrize(("language", "words"), [("de", ("der", "die", "und")), ("pt", ("de", "que", "não"))])
def test_the_language_of_a_head_is_the_language_of_its_body(language: str, words: tuple[str, ...]) -> None:
    for template in (one for one in TEMPLATES.values() if one.language == language):
        said = Counter(template.body.split())
        assert sum(said[word] for word in words) > said["the"] + said["and"], template.id


def test_no_document_in_english_is_written_in_another_language() -> None:
    for template in (one for one in TEMPLATES.values() if one.language.startswith("en")):
        assert Counter(template.body.split())["the"] > 3, template.id
