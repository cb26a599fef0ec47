"""The payment gate: closed by default, open for one act by two signatures, and asked before anything moves."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from connectors.errors import ApprovalError, EvictError, InputError
from runner.case.events import GateAnswered, GateOpened
from runner.case.verify import verify_case
from runner.documents.facts import UNKNOWN
from runner.documents.payments import closed_because
from runner.engine.payment_requests import close
from tests.runner.engine.counter import ACT, Counter, mail
from tests.runner.engine.desk import steps

RELEASE = {"id": "pay", "uses": "case.release-payment", "with": {"act": ACT, "payee": "the agency", "amount": "1 USD"}}


@pytest.fixture
def counter(tmp_path: Path) -> Counter:
    made = Counter(tmp_path)
    made.fact("dprk_attribution_level", "suspected")
    return made


@pytest.mark.parametrize(
    ("facts", "closed"),
    [
        ({}, True),  # nobody was asked
        ({"dprk_attribution_level": UNKNOWN}, True),
        ({"dprk_attribution_level": "suspected"}, True),
        ({"dprk_attribution_level": "confirmed"}, True),
        ({"dprk_attribution_level": "none"}, False),
        ({"dprk_attribution_level": "none", "designated_person_match": "possible"}, True),
        ({"dprk_attribution_level": "none", "subject_on_sdn_list_or_50pct_owned": True}, True),
        ({"dprk_attribution_level": "none", "subject_on_sdn_list_or_50pct_owned": False}, False),
    ],
)
def test_it_is_closed_unless_the_facts_rule_a_link_out(facts: dict[str, Any], closed: bool) -> None:
    assert bool(closed_because(facts)) is closed


def test_two_signatures_of_counsel_and_finance_open_it_for_one_act(counter: Counter) -> None:
    counter.ask()
    assert "no licence and no opinion names" in counter.gate().refusal("another act")
    counter.sign("chris")
    assert "1 of 2 have signed" in counter.gate().refusal(ACT)
    counter.sign("fiona")
    assert counter.gate().refusal(ACT) == ""
    assert counter.gate().open_for == (ACT,)
    for act in ("another act", "", f"{ACT} "):
        assert "payment gate is closed" in counter.gate().refusal(act)


@pytest.mark.parametrize(
    ("first", "second", "word"),
    [
        ("asker", "", "asked for"),  # the requester
        ("mei", "", "none of the roles"),  # neither counsel nor finance
        ("chris", "chris", "already answered"),  # one person twice
        ("chris", "second", "cannot be counsel and finance"),  # two of counsel
        ("stranger", "", "not one of"),
    ],
)
def test_who_cannot_sign_is_told_why(counter: Counter, first: str, second: str, word: str) -> None:
    counter.ask()
    if second:
        counter.sign(first)
    with pytest.raises(ApprovalError) as error:
        counter.sign(second or first, key=counter.directory / "chris")
    assert word in error.value.explain()
    assert counter.gate().open_for == ()


def test_one_key_is_not_two_people(counter: Counter) -> None:
    counter.ask()
    counter.sign("chris")
    with pytest.raises(ApprovalError):
        counter.sign("fiona", key=counter.directory / "chris")


def test_who_holds_both_roles_needs_another_for_one_of_them(counter: Counter) -> None:
    counter.ask()
    counter.sign("both")
    assert counter.gate().open_for == ()
    counter.sign("second")
    assert counter.gate().open_for == (ACT,)


def test_it_closes_by_denial_by_anybody_and_by_time(counter: Counter) -> None:
    counter.ask()
    counter.sign("chris")
    counter.sign("fiona")
    assert "its last day was" in counter.gate(timedelta(days=11)).refusal(ACT)
    close(counter.case, by=mail("mei"), why="new evidence")
    assert "mei@initech.example closed it: new evidence" in counter.gate().refusal(ACT)
    with pytest.raises(InputError):
        close(counter.case, by=mail("mei"), why="again")
    counter.ask(act="second act")
    counter.sign("fiona", "deny")
    assert "fiona@initech.example denied it" in counter.gate().refusal("second act")


def test_an_opinion_falls_with_the_facts_that_it_rests_on_and_a_licence_does_not(counter: Counter) -> None:
    for ground, act in (("opinion", "act by opinion"), ("licence", "act by licence")):
        counter.ask(ground, act)
        counter.sign("chris")
        counter.sign("fiona")
    counter.fact("dprk_attribution_level", "confirmed")
    assert counter.gate().open_for == ("act by licence",)
    assert "have changed" in counter.gate().refusal("act by opinion")


@pytest.mark.parametrize(
    "wrong",
    [
        {"ground": "hope"},
        {"act": " "},
        {"reference": ""},
        {"until": "2020-01-01"},
        {"until": "soon"},
        {"dated": "2999-01-01"},
        {"reference": "0" * 64},  # looks like an artefact that the case does not hold
    ],
)
def test_a_request_that_is_not_whole_is_refused(counter: Counter, wrong: dict[str, str]) -> None:
    with pytest.raises(InputError):
        counter.ask(**wrong)
    assert counter.state.payment_gates == {}


def test_a_forged_answer_in_the_ledger_opens_nothing(counter: Counter) -> None:
    gate = counter.ask()
    real = counter.sign("chris")
    forged = GateAnswered(gate, "approve", mail("fiona"), real.statement, real.signature, "SHA256:other")
    counter.case.ledger.append([forged])
    assert "does not stand up" in counter.gate().refusal(ACT)
    assert not verify_case(counter.case.directory).sound


def test_a_request_that_was_altered_or_never_frozen_opens_nothing(counter: Counter) -> None:
    counter.ask()
    counter.sign("chris")
    counter.sign("fiona")
    plan = next(iter(counter.state.payment_gates.values())).opened.plan
    path = counter.case.directory / "frozen" / plan
    path.write_bytes(path.read_bytes().replace(b"refund", b"ransom"))
    assert "missing or altered" in counter.gate().requests[0][2][0]
    counter.case.ledger.append([GateOpened("f/payment", ["x"], "f" * 64, 0, [], False, "")])
    assert counter.gate().open_for == ()
    assert any("f/payment" in fault for fault in verify_case(counter.case.directory).faults)


def test_an_estate_that_changed_since_closes_it(counter: Counter) -> None:
    counter.ask()
    counter.sign("chris")
    counter.sign("fiona")
    source = counter.estate.source.replace(b'"name": "mei"', b'"name": "may"')
    counter.case.freeze("estate", "estate.yaml", source)
    assert "the estate has changed" in counter.gate().refusal(ACT)


def test_a_closed_gate_means_that_a_payment_is_not_attempted(counter: Counter) -> None:
    ending = counter.run({"report": steps(RELEASE)})
    assert (counter.outcome("pay"), ending.exit_code) != ("done", 0)
    assert counter.outcome("pay") == "not-attempted"
    assert "dprk_attribution_level is suspected" in counter.why("pay")
    assert counter.current.asks == {}


def test_an_open_gate_asks_finance_and_records_what_they_say(counter: Counter) -> None:
    counter.ask()
    counter.sign("chris")
    counter.sign("fiona")
    assert counter.run({"report": steps(RELEASE)}).exit_code == 3
    ask = next(iter(counter.current.asks.values())).opened
    assert (ask.title, ask.who) == ("Pay 1 USD to the agency", ["finance"])
    counter.answer(ask.ask, True)
    counter.advance()
    assert (counter.outcome("pay"), counter.outputs("pay")["done"]) == ("done", True)


def test_a_payment_after_the_gate_closed_again_is_a_failure_and_a_refusal_is_not(counter: Counter) -> None:
    for answer, outcome in ((True, "failed"), (False, "not-attempted")):
        counter.ask()
        counter.sign("chris")
        counter.sign("fiona")
        counter.run({"report": steps({**RELEASE, "title": f"{answer}"})})
        close(counter.case, by=mail("mei"), why="stop")
        counter.answer(next(iter(counter.current.asks)), answer)
        counter.advance()
        assert counter.outcome("pay") == outcome


def test_a_connector_that_moves_value_is_refused_and_let_through_alike(counter: Counter) -> None:
    counter.paying()
    step = {"id": "pay", "uses": "fake.pay", "with": {"act": ACT, "value": 1}}
    counter.run({"report": steps(step)})
    assert (counter.outcome("pay"), counter.world.calls) == ("not-attempted", [])
    counter.ask()
    counter.sign("chris")
    counter.sign("fiona")
    counter.run({"report": steps({**step, "title": "again"})})
    assert (counter.outcome("pay"), counter.world.calls) == ("done", [("pay", 1)])


def test_both_verifiers_check_what_was_signed_for_a_payment(counter: Counter) -> None:
    counter.ask()
    counter.sign("chris")
    counter.sign("fiona")
    assert verify_case(counter.case.directory).approvals == 2
    assert _alone(counter) == 0
    records = counter.case.directory / "ledger.jsonl"
    records.write_bytes(b"".join(records.read_bytes().splitlines(keepends=True)[:-1]))
    assert _alone(counter) == 5
    assert not verify_case(counter.case.directory).sound


def _alone(counter: Counter) -> int:
    done = subprocess.run([sys.executable, str(counter.case.directory / "VERIFY.py")], capture_output=True, check=False)
    return done.returncode


def test_what_is_signed_names_the_act(counter: Counter) -> None:
    counter.ask()
    said = json.loads(counter.sign("chris").statement)
    assert said["steps"] == [ACT]
    with pytest.raises(EvictError):
        counter.sign("fiona", name="nope")


def test_a_fact_that_a_playbook_records_changes_the_record_of_obligations(counter: Counter) -> None:
    rows = [
        {"id": f"f{index}", "uses": "case.fact", "with": {"name": name, "type": "any", "value": value}}
        for index, (name, value) in enumerate(
            {"us_sanctions_jurisdiction": True, "property_held_with_blocked_interest": True}.items()
        )
    ]
    counter.run({"triage": steps(*rows)})
    assert counter.state.obligations["us-ofac-blocked-property-initial"].now["standing"] == "due"
