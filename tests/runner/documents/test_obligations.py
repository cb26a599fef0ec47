from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from connectors.errors import InputError
from runner.documents.contradictions import load_contradictions
from runner.documents.facts import load_catalogue
from runner.documents.interactions import load_interactions
from runner.documents.obligations import Obligation, load_obligations
from runner.documents.reference import load_reference
from runner.documents.rules import Truth, judge_rule

CATALOGUE = load_catalogue()
EVERYTHING = load_obligations(CATALOGUE)
US = [one for one in EVERYTHING if one.jurisdiction.startswith("US")]
BY_ID = {one.id: one for one in EVERYTHING}

US_IDS = """
us-2703f-via-law-enforcement us-bank-36h us-bank-referral-by-victim us-bank-service-provider us-bis-ear-hold
us-bis-ear-vsd-initial us-bis-ear-vsd-narrative us-ca-breach-ag us-ca-breach-individuals us-ca-final-pay
us-cfaa-civil-claim us-circia-incident-72h us-circia-ransom-24h us-cisa-voluntary-report
us-contract-and-insurance-notice us-dcsa-nispom-117-8 us-ddtc-itar-126-1-duty us-ddtc-itar-vd-full
us-ddtc-itar-vd-initial us-dod-dfars-7012-preserve us-dod-dfars-7012-report us-doj-cep-vsd
us-doj-dsp-covered-person-access us-doj-dsp-rejected-brokerage us-dtsa-trade-secret-claim us-extortion-payment-gate
us-far-52-203-13-disclosure us-fbi-field-office-referral us-fbi-ic3-complaint us-fincen-sar-30d us-fincen-sar-60d
us-fincen-sar-immediate-phone us-fincen-sar-msb us-ftc-safeguards-30d us-hipaa-business-associate us-hipaa-hhs-500
us-hipaa-hhs-under-500 us-hipaa-individuals us-i9-work-authorization us-ic3-ffkc-recall
us-identity-theft-victim-notice us-irs-14039b-business us-litigation-hold us-ny-breach-agencies
us-ny-breach-individuals us-ny-dfs-500-17-a-72h us-ny-dfs-500-17-c-24h us-ny-dfs-500-17-c-30d us-ny-final-pay
us-ofac-blocked-property-annual us-ofac-blocked-property-initial us-ofac-compliance-release
us-ofac-extortion-mitigation us-ofac-nksr-stop-dealing us-ofac-record-retention us-ofac-rejected-transaction
us-ofac-specific-license us-ofac-unblocked-or-transferred-report us-ofac-vsd-detailed us-ofac-vsd-initial
us-platform-preservation-letters us-privilege-structure us-rewards-for-justice-tip us-sec-8k-item-105
us-sec-8k-item-105-amendment us-sec-doj-delay-request us-sec-reg-sp-30d us-state-breach-general
us-tax-wage-report-correction us-tx-breach-ag us-tx-breach-individuals us-tx-final-pay us-wage-hold-decision
"""

US_PERIODS = """
us-bank-36h hours 36 law
us-bank-referral-by-victim hours 24 target
us-bis-ear-hold immediate 0 law
us-bis-ear-vsd-narrative calendar_days 180 law
us-ca-breach-ag calendar_days 15 law
us-ca-breach-individuals calendar_days 30 law
us-ca-final-pay immediate 0 law
us-cfaa-civil-claim years 2 law
us-circia-incident-72h hours 72 law
us-circia-ransom-24h hours 24 law
us-ddtc-itar-126-1-duty immediate 0 law
us-ddtc-itar-vd-full calendar_days 60 law
us-dod-dfars-7012-preserve calendar_days 90 retention
us-dod-dfars-7012-report hours 72 law
us-doj-dsp-rejected-brokerage calendar_days 14 law
us-dtsa-trade-secret-claim years 3 law
us-extortion-payment-gate immediate 0 law
us-fincen-sar-30d calendar_days 30 law
us-fincen-sar-60d calendar_days 60 law
us-fincen-sar-immediate-phone immediate 0 law
us-fincen-sar-msb calendar_days 30 law
us-ftc-safeguards-30d calendar_days 30 law
us-hipaa-business-associate calendar_days 60 law
us-hipaa-hhs-500 calendar_days 60 law
us-hipaa-hhs-under-500 fixed 03-01 law
us-hipaa-hhs-under-500 fixed 02-28 target
us-hipaa-individuals calendar_days 60 law
us-i9-work-authorization immediate 0 law
us-ic3-ffkc-recall hours 72 target
us-litigation-hold hours 24 target
us-ny-breach-agencies calendar_days 30 law
us-ny-breach-individuals calendar_days 30 law
us-ny-dfs-500-17-a-72h hours 72 law
us-ny-dfs-500-17-c-24h hours 24 law
us-ny-dfs-500-17-c-30d calendar_days 30 law
us-ny-final-pay fixed next-regular-payday law
us-ofac-blocked-property-annual fixed 09-30 law
us-ofac-blocked-property-initial business_days 10 law
us-ofac-extortion-mitigation hours 24 target
us-ofac-nksr-stop-dealing immediate 0 law
us-ofac-record-retention years 10 retention
us-ofac-rejected-transaction business_days 10 law
us-ofac-unblocked-or-transferred-report business_days 10 law
us-ofac-vsd-detailed calendar_days 90 target
us-ofac-vsd-detailed calendar_days 180 target
us-platform-preservation-letters hours 48 target
us-privilege-structure hours 24 target
us-sec-8k-item-105 business_days 4 law
us-sec-8k-item-105-amendment business_days 4 law
us-sec-doj-delay-request immediate 0 law
us-sec-reg-sp-30d calendar_days 30 law
us-state-breach-general calendar_days 30 target
us-tx-breach-ag calendar_days 30 law
us-tx-breach-individuals calendar_days 60 law
us-tx-final-pay calendar_days 6 law
us-wage-hold-decision immediate 0 law
"""
"""Each period, and whether the law names it. Written apart from the data, so that a slip in one shows."""


def test_every_us_entry_is_there_once() -> None:
    assert Counter(one.id for one in US) == Counter(US_IDS.split())
    assert len(US_IDS.split()) == 73


def test_every_us_period_is_what_the_source_says_and_no_target_is_called_law() -> None:
    found = [
        f"{one.id} {leg.unit} {leg.fixed or leg.amount} {leg.basis}"
        for one in US
        for leg in one.clock.legs
        if leg.unit != "no-number"
    ]
    assert sorted(found) == sorted(US_PERIODS.strip().splitlines())


def test_what_is_not_in_force_is_told_as_such() -> None:
    assert [one.id for one in US if not one.in_force] == ["us-circia-incident-72h", "us-circia-ransom-24h"]


@pytest.mark.parametrize("one", EVERYTHING, ids=lambda one: one.id)
def test_an_entry_carries_what_counsel_needs(one: Obligation) -> None:
    assert one.sources
    assert all(source.startswith(("http://", "https://")) for source in one.sources)
    assert one.citation
    assert one.as_of
    assert one.who
    assert one.clock.legs
    assert one.confidence != "low" or one.confidence_note
    assert one.confidence_note.casefold() not in ("low", "-", "n/a") or not one.confidence_note


@pytest.mark.parametrize("one", EVERYTHING, ids=lambda one: one.id)
def test_an_entry_speaks_for_itself(one: Obligation) -> None:
    spoken = " ".join((one.title, one.summary, one.clock.event, one.clock.note, one.confidence_note, *one.cautions))
    assert not [word for word in ("research", "the task", "retrieved", "the tool") if word in spoken.casefold()]


def test_business_days_are_federal_and_the_8k_says_how_it_counts() -> None:
    calendars = {leg.calendar for one in US for leg in one.clock.legs if leg.unit == "business_days"}
    assert calendars == {"US-federal"}
    assert "weekend or federal holiday" in BY_ID["us-sec-8k-item-105"].clock.legs[0].note


def test_state_law_has_a_jurisdiction_of_its_own() -> None:
    states = Counter(one.jurisdiction for one in US if one.jurisdiction != "US")
    assert states == {"US-NY": 6, "US-CA": 3, "US-TX": 3}


def test_the_copy_to_california_runs_from_the_notice_to_residents() -> None:
    assert BY_ID["us-ca-breach-ag"].clock.legs[0].starts == "ca_individual_notice_sent_at"


@pytest.mark.parametrize(
    ("identifier", "facts", "truth"),
    [
        ("us-ca-breach-ag", {"personal_data_affected": "acquired", "ca_residents_affected": 500}, Truth.NO),
        ("us-ca-breach-ag", {"personal_data_affected": "acquired", "ca_residents_affected": 501}, Truth.YES),
        ("us-tx-breach-ag", {"personal_data_affected": "accessed", "tx_residents_affected": 250}, Truth.YES),
        ("us-ny-breach-individuals", {"personal_data_affected": "none"}, Truth.NO),
        ("us-ny-breach-individuals", {"personal_data_affected": "possible"}, Truth.UNKNOWN),
        ("us-hipaa-hhs-500", {"is_hipaa_covered_entity": False}, Truth.NO),
        ("us-ofac-nksr-stop-dealing", {"us_sanctions_jurisdiction": True}, Truth.UNKNOWN),
        (
            "us-ofac-nksr-stop-dealing",
            {"us_sanctions_jurisdiction": True, "dprk_attribution_level": "reasonable_cause"},
            Truth.YES,
        ),
        ("us-fbi-ic3-complaint", {"nexus_us": True, "dprk_attribution_level": "suspected"}, Truth.YES),
        (
            "us-i9-work-authorization",
            {"nexus_us": True, "engagement_type": "contractor"},
            Truth.NO,
        ),
    ],
)
def test_rules_switch_where_the_law_does(identifier: str, facts: dict[str, object], truth: Truth) -> None:
    assert judge_rule(BY_ID[identifier].rule, facts).truth is truth


def test_the_thirty_day_report_takes_the_place_of_the_sixty_day_one() -> None:
    assert BY_ID["us-fincen-sar-30d"].replaces == ("us-fincen-sar-60d",)


def test_stages_of_one_duty_share_a_series() -> None:
    series = Counter(one.series for one in US if one.series)
    assert all(count > 1 for count in series.values())
    assert {"ofac-vsd", "sec-8k", "nydfs-payment", "ear-vsd", "itar", "dfars", "hipaa", "circia"} == set(series)


GOOD = """evict-obligations: 1
jurisdiction: US
obligations:
  - id: us-one
    title: One
    authority: A
    citation: C
    kind: mandatory
    in_force: true
    who: [counsel]
    applies:
      summary: S
      all: [nexus_us]
    clock:
      event: E
      legs:
        - {starts: termination_at, within: {hours: 24}, basis: law}
    submit_via: V
    fields: [f]
    document: d
    cautions: [c]
    sources: [https://example.org]
    as_of: '2026-01-01'
    confidence: high
"""

LEG = "{starts: termination_at, within: {hours: 24}, basis: law}"


@pytest.mark.parametrize(
    ("old", "new", "line", "message", "fix"),
    [
        ("id: us-one", "id: US_One", 4, "lower-case words joined by -", "rename it"),
        ("kind: mandatory", "kind: must", 8, "kind of obligation", "choose one"),
        ("in_force: true", "in_force: maybe", 9, "must be true or false", "write true or false"),
        ("who: [counsel]", "who: [lawyer]", 10, "'lawyer' is no role", "one of responder"),
        ("all: [nexus_us]", "all: [nexus_zz]", 13, "there is no fact 'nexus_zz'", "see templates/facts.yaml"),
        ("all: [nexus_us]", "all: [dprk_attribution_level=weak]", 13, "can never be 'weak'", "see templates/facts"),
        ("      all: [nexus_us]\n", "", 12, "has no condition", "write all: or any:"),
        (LEG, "{starts: hire, within: {hours: 24}, basis: law}", 17, "is no fact of type date-time", "catalogue"),
        (LEG, "{starts: nexus_us, within: {hours: 24}, basis: law}", 17, "is no fact of type date-time", "catalogue"),
        (LEG, "{starts: termination_at, within: {hours: 0}, basis: law}", 17, "within is not a period", "{hours: 72}"),
        (LEG, "{starts: termination_at, within: {weeks: 2}, basis: law}", 17, "within is not a period", "no-number"),
        (LEG, "{starts: termination_at, within: soon, basis: law}", 17, "within is not a period", "immediate"),
        (LEG, "{within: {hours: 24}, basis: law}", 17, "needs a fact that starts it", "write starts:"),
        (LEG, "{starts: termination_at, within: {hours: 24}, basis: advice}", 17, "basis of", "choose one"),
        (LEG, "{starts: termination_at, within: {business_days: 4}, basis: law}", 17, "need a calendar", "US-federal"),
        ("        - " + LEG, "        []", 15, "has no leg", "if only no-number"),
        ("sources: [https://example.org]", "sources: []", 4, "names no source", "carries its source"),
        ("confidence: high", "confidence: low", 4, "low confidence and says nowhere why", "add confidence_note"),
        ("confidence: high", "confidence: sure", 24, "must be one of high, medium, low", "choose one"),
        ("    as_of: '2026-01-01'\n", "", 4, "needs 'as_of'", "add `as_of: …`"),
        ("    title: One\n", "    titel: One\n", 5, "has no key 'titel'", "did you mean 'title'?"),
        ("    title: One\n", "    title: One\n    replaces: [us-two]\n", 4, "replaces 'us-two'", "correct it"),
        ("    title: One\n", "    title: One\n    jurisdiction: GB\n", 6, "is no part of US", "write US-…"),
        ("jurisdiction: US\n", "", 1, "needs 'jurisdiction'", "add `jurisdiction: …`"),
    ],
)
def test_a_bad_file_says_where_and_what_to_do(
    tmp_path: Path, old: str, new: str, line: int, message: str, fix: str
) -> None:
    assert GOOD.count(old) >= 1
    (tmp_path / "us.yaml").write_text(GOOD.replace(old, new, 1))
    with pytest.raises(InputError) as caught:
        load_obligations(CATALOGUE, tmp_path)
    found = [one for one in caught.value.problems if message in one.message and fix in one.fix]
    assert found, [str(one) for one in caught.value.problems]
    assert str(found[0].place).startswith(f"{tmp_path}/us.yaml:{line}:")


def test_two_entries_of_one_id_are_both_named(tmp_path: Path) -> None:
    (tmp_path / "us.yaml").write_text(GOOD)
    (tmp_path / "us2.yaml").write_text(GOOD)
    with pytest.raises(InputError) as caught:
        load_obligations(CATALOGUE, tmp_path)
    assert [one.code for one in caught.value.problems] == ["duplicate-id"] * 2


def test_a_part_of_a_jurisdiction_may_be_named(tmp_path: Path) -> None:
    (tmp_path / "us.yaml").write_text(GOOD.replace("    title: One\n", "    title: One\n    jurisdiction: US-CA\n"))
    assert load_obligations(CATALOGUE, tmp_path)[0].jurisdiction == "US-CA"


def test_reference_values_carry_their_source() -> None:
    values = {one.id: one for one in load_reference()}
    assert "377,700" in values["us-ieepa-civil-max-per-violation"].value
    assert all(one.provenance.sources and one.provenance.as_of for one in values.values())
    assert len([one for one in values.values() if one.jurisdiction == "US"]) == 10


REFERENCE = """evict-reference: 1
jurisdiction: US
values:
  - id: us-one
    title: One
    value: 10 years
    citation: C
    sources: [https://example.org]
    as_of: '2026-01-01'
    confidence: high
"""


@pytest.mark.parametrize(
    ("old", "new", "line", "message", "fix"),
    [
        ("value: 10 years", "value: 10", 6, "must be text", "put it in quotes"),
        ("    value: 10 years\n", "", 4, "needs 'value'", "add `value: …`"),
        ("confidence: high", "confidence: low", 4, "says nowhere why", "add confidence_note"),
        ("sources: [https://example.org]", "sources: []", 4, "names no source", "carries its source"),
        ("id: us-one", "id: One", 4, "lower-case words joined by -", "rename it"),
        ("title: One", "tittle: One", 5, "has no key 'tittle'", "did you mean 'title'?"),
    ],
)
def test_a_bad_reference_file_says_where_and_what_to_do(
    tmp_path: Path, old: str, new: str, line: int, message: str, fix: str
) -> None:
    (tmp_path / "us.yaml").write_text(REFERENCE.replace(old, new, 1))
    with pytest.raises(InputError) as caught:
        load_reference(tmp_path)
    found = [one for one in caught.value.problems if message in one.message and fix in one.fix]
    assert found, [str(one) for one in caught.value.problems]
    assert str(found[0].place).startswith(f"{tmp_path}/us.yaml:{line}:")


def test_values_that_are_no_list_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "us.yaml").write_text("evict-reference: 1\njurisdiction: US\nvalues: none\n")
    with pytest.raises(InputError) as caught:
        load_reference(tmp_path)
    assert [str(one.place) for one in caught.value.problems] == [f"{tmp_path}/us.yaml:3:9"]


def test_reference_values_of_one_id_are_named(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(REFERENCE)
    (tmp_path / "b.yaml").write_text(REFERENCE)
    with pytest.raises(InputError) as caught:
        load_reference(tmp_path)
    assert [one.code for one in caught.value.problems] == ["duplicate-id"]


@pytest.mark.parametrize(
    ("head", "key", "load"),
    [
        (
            "evict-obligations: 1\njurisdiction: us\n",
            "obligations",
            lambda file: load_obligations(CATALOGUE, file.parent),
        ),
        ("evict-reference: 1\njurisdiction: us\n", "values", lambda file: load_reference(file.parent)),
        ("evict-contradictions: 1\n", "contradictions", lambda file: load_contradictions(CATALOGUE, file)),
        ("evict-interactions: 1\n", "interactions", lambda file: load_interactions(CATALOGUE, file)),
    ],
)
def test_a_file_whose_entries_are_no_list_is_at_fault_and_never_empty(
    tmp_path: Path, head: str, key: str, load: Callable[[Path], object]
) -> None:
    file = tmp_path / "made.yaml"
    file.write_text(f"{head}{key}:\n  id: one\n")
    with pytest.raises(InputError) as caught:
        load(file)
    assert f"{key} must be a list" in str([one.message for one in caught.value.problems])
