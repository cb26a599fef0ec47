"""The cut when systems hang, lag, go blind, or the person at the keyboard interrupts."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from connectors.errors import IntegrityError
from runner.case.canonical import canonical
from runner.case.events import GateAnswered, OperationEnded, StepEnded, SystemVerified
from runner.case.lines import Record
from tests.runner.engine.town import Siege


def test_a_system_that_hangs_while_arming_holds_up_none_of_the_others(tmp_path: Path) -> None:
    siege = Siege(tmp_path, ("a", "b", "c"), timeout="1s")
    siege.house("b").hang = threading.Event()
    ending = siege.advance()
    siege.house("b").hang.set()
    assert siege.house("a").keys == siege.house("c").keys == {"key-1": False, "key-2": False}
    assert siege.house("b").cuts == []
    assert siege.current.steps["cut[1]"].outcome == "failed"
    assert "did not answer within 1 s" in siege.current.steps["cut[1]"].why
    assert any("by hand" in ask.opened.title for ask in siege.current.asks.values())
    assert ending.state == "waiting"


def test_a_system_that_lags_does_not_delay_the_proof_of_another(tmp_path: Path) -> None:
    siege = Siege(tmp_path, ("quick", "slow"))
    siege.house("slow").lag_s = 1.0
    siege.advance()
    verified = [record for record in siege.case.ledger.read() if isinstance(record.event, SystemVerified)]
    assert [record.event.system for record in verified if isinstance(record.event, SystemVerified)] == ["quick", "slow"]
    assert (verified[1].at - verified[0].at).total_seconds() > 0.5
    ended = {r.event.step: r.at for r in siege.case.ledger.read() if isinstance(r.event, StepEnded)}
    assert ended["cut[0]"] < verified[1].at


def test_a_lost_reply_that_no_read_can_clear_up_is_not_repeated(tmp_path: Path) -> None:
    siege = Siege(tmp_path, ("a",))
    siege.house("a").lose_replies, siege.house("a").blind = 2, True
    siege.advance()
    assert sorted(siege.house("a").cuts) == ["key-1", "key-2"]
    answers = [r.event for r in siege.case.ledger.read() if isinstance(r.event, OperationEnded)]
    assert all("not repeated" in answer.why for answer in answers if answer.outcome == "failed")
    assert any(answer.outcome == "failed" for answer in answers)


def interrupting(stop: threading.Event, kind: str) -> object:
    """A watcher that interrupts as soon as a record of this kind is known."""

    def watch(records: tuple[Record, ...]) -> None:
        if any(record.kind == kind for record in records):
            stop.set()

    return watch


def test_an_interrupt_while_waiting_for_consistency_leaves_the_step_open_and_proves_nothing(tmp_path: Path) -> None:
    siege = Siege(tmp_path, ("a",), settle="5s")
    stop = threading.Event()
    ending = siege.advance(stop=stop, watch=interrupting(stop, "operation-ended"))
    assert ending.state == "interrupted"
    assert ending.exit_code == 130
    assert siege.current.steps["cut[0]"].open
    assert siege.current.verified == {}
    assert siege.house("a").keys == {"key-1": False, "key-2": False}


def test_what_was_interrupted_while_still_seen_standing_did_not_fail_and_is_not_cut_again_at_once(
    tmp_path: Path,
) -> None:
    siege = Siege(tmp_path, ("a",))
    siege.house("a").lag_s = 1.0
    stop = threading.Event()
    assert siege.advance(stop=stop, watch=interrupting(stop, "cut-ordered")).state == "interrupted"
    assert siege.current.steps["cut[0]"].open
    assert siege.advance().state == "done"
    assert sorted(siege.house("a").cuts) == ["key-1", "key-2"]
    assert siege.current.steps["cut[0]"].outcome == "done"


def test_an_ending_says_when_a_phases_time_will_be_over(tmp_path: Path) -> None:
    from tests.runner.engine.desk import Desk, steps

    desk = Desk(tmp_path)
    ask = {"id": "q", "uses": "case.ask", "with": {"question": "Is it so?"}}
    ending = desk.run({"preserve": {"budget": "10m", **steps(ask)}})
    assert ending.state == "waiting"
    assert ending.look_again_at is not None
    left = ending.look_again_at - datetime.now(UTC)
    assert timedelta(minutes=9) < left <= timedelta(minutes=10)


def forged(siege: Siege, **changed: object) -> GateAnswered:
    """An approval that somebody who can write to the folder puts into the ledger without anybody's key."""
    real = siege.current.gates if siege.state.current else next(iter(siege.state.plans.values())).gates
    answer = next(iter(real.values())).approvals[0]
    return replace(answer, **changed)


def test_an_approval_that_nobody_signed_opens_no_gate(tmp_path: Path) -> None:
    siege = Siege(tmp_path, ("a",), approve=False)
    plan = next(iter(siege.state.plans.values()))
    gate = next(iter(plan.gates))
    said = {"plan": plan.saved.plan, "case": "TOWN", "gate": gate, "by": "mei@initech.example", "answer": "approve",
            "ledger_size": 0, "ledger_head": "0" * 64}  # fmt: skip
    statement = canonical(said).decode()
    siege.case.ledger.append([GateAnswered(gate, "approve", "mei@initech.example", statement, "nonsense", "SHA256:x")])
    with pytest.raises(IntegrityError, match="signature") as broken:
        siege.advance()
    assert broken.value.exit_code == 5
    assert siege.house("a").cuts == []


def test_an_approval_of_another_plan_opens_no_gate(tmp_path: Path) -> None:
    siege = Siege(tmp_path, ("a",))
    answer = forged(siege)
    other = replace(answer, statement=answer.statement.replace("approve", "approved", 1))
    siege.case.ledger.append([other])
    with pytest.raises(IntegrityError):
        siege.advance()
    assert siege.house("a").cuts == []


def test_an_estate_frozen_after_the_approval_is_not_acted_on(tmp_path: Path) -> None:
    siege = Siege(tmp_path, ("a",))
    text = (tmp_path / "estate.yaml").read_bytes().replace(b'"a"', b'"elsewhere"')
    siege.case.freeze("estate", "estate.yaml", text)
    assert siege.advance().state == "done"
    assert siege.house("a").keys == {"key-1": False, "key-2": False}
