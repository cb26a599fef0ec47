"""What a playbook says is what happens: order, conditions, repetition, sub-playbooks, failures, waits."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from connectors.errors import ApprovalError, InputError
from runner.case.lines import Record
from tests.runner.engine.desk import Desk, steps


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def ok(name: str, value: Any = 1, **more: Any) -> dict[str, Any]:
    return {"id": name, "uses": "fake.ok", "with": {"value": value}, **more}


def test_phases_give_the_order_without_needs(desk: Desk) -> None:
    desk.run({"triage": steps(ok("a", "first")), "hunt": steps(ok("b", "second")), "report": steps(ok("c", "third"))})
    assert [value for _name, value in desk.world.calls] == ["first", "second", "third"]


def test_reading_a_steps_output_means_waiting_for_it(desk: Desk) -> None:
    desk.run({"triage": steps(ok("late", "{{ steps.early.outputs.value }}"), ok("early", "x"))})
    assert desk.world.calls == [("ok", "x"), ("ok", "x")]


def test_a_value_that_is_one_expression_keeps_its_type_and_text_around_it_makes_text(desk: Desk) -> None:
    desk.run(
        {
            "triage": steps(
                ok("list", [1, {"a": 2}]),
                ok("kept", "{{ steps.list.outputs.value }}"),
                ok("text", "is {{ steps.list.outputs.value[0] }}"),
            )
        }
    )
    assert desk.outputs("kept")["value"] == [1, {"a": 2}]
    assert desk.outputs("text")["value"] == "is 1"


@pytest.mark.parametrize("hostile", ["{{ 7*7 }}", "[1, 2]", "{% raw %}", "yes", "NO", "'; drop", "\x1b[31m"])
def test_a_string_from_the_world_is_never_parsed_again(desk: Desk, hostile: str) -> None:
    desk.run(
        {"triage": steps(ok("kept", "{{ inputs.name }}"), ok("again", "{{ steps.kept.outputs.value }}"))},
        given={"name": hostile}, inputs={"name": {"type": "string"}},
    )  # fmt: skip
    assert [value for _name, value in desk.world.calls] == [hostile, hostile]


def test_a_condition_that_is_false_skips_the_step_and_says_so(desk: Desk) -> None:
    desk.run({"triage": steps(ok("skipped", **{"if": "{{ facts.country == 'SE' }}"}), ok("done"))})
    assert desk.outcome("skipped") == "not-applicable"
    assert len(desk.world.calls) == 1


def test_a_condition_on_an_output_is_decided_at_run(desk: Desk) -> None:
    yes = {"if": "{{ steps.first.outputs.value > 1 }}"}
    desk.run({"triage": steps(ok("first", 2), ok("then", "x", **yes))})
    assert desk.outcome("then") == "done"


def test_for_each_over_a_known_list_runs_once_per_item(desk: Desk) -> None:
    desk.run({"triage": steps(ok("each", "{{ item }}", for_each=["a", "b", "c"]))})
    assert sorted(value for _name, value in desk.world.calls) == ["a", "b", "c"]


def test_for_each_over_an_output_is_expanded_at_run_and_its_outputs_are_lists(desk: Desk) -> None:
    desk.run(
        {
            "triage": steps(ok("names", ["x", "y"])),
            "hunt": steps(ok("each", "{{ item }}", for_each="{{ steps.names.outputs.values }}")),
            "report": steps(ok("all", "{{ steps.each.outputs.value }}")),
        }
    )
    assert desk.outputs("all")["value"] == ["x", "y"]


def test_for_each_over_nothing_ends_the_step_and_what_follows_goes_on(desk: Desk) -> None:
    desk.run({"triage": steps(ok("each", "{{ item }}", for_each=[]), ok("after", 1))})
    assert desk.outcome("after") == "done"
    assert len(desk.world.calls) == 1


SUB = {
    "evict": 1,
    "id": "sub",
    "title": "t",
    "description": "d",
    "inputs": {"what": {"type": "string"}, "often": {"type": "integer", "default": 2}},
    "phases": {
        "triage": steps(ok("in", "{{ inputs.what }}")),
        "report": steps(ok("out", "{{ steps.in.outputs.value }}-{{ inputs.often }}")),
    },
    "outputs": {"said": "{{ steps.out.outputs.value }}"},
}


def test_a_sub_playbook_gets_its_inputs_runs_its_phases_in_order_and_gives_its_outputs(desk: Desk) -> None:
    desk.write("sub", SUB)
    call = {"id": "call", "uses": "playbook", "playbook": "sub", "with": {"what": "hello"}}
    desk.run({"triage": steps(call), "report": steps(ok("read", "{{ steps.call.outputs.said }}"))})
    assert [value for _name, value in desk.world.calls] == ["hello", "hello-2", "hello-2"]
    assert desk.outcome("call/out") == "done"


def test_a_sub_playbook_is_repeated_over_a_known_list(desk: Desk) -> None:
    desk.write("sub", SUB)
    call = {"id": "call", "uses": "playbook", "playbook": "sub", "for_each": ["a", "b"], "with": {"what": "{{ item }}"}}
    desk.run({"triage": steps(call)})
    assert sorted(value for _name, value in desk.world.calls) == ["a", "a-2", "b", "b-2"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [({}, "what"), ({"what": 7}, "input 'what' of sub"), ({"what": "x", "wht": 1}, "wht")],
)
def test_a_sub_playbooks_inputs_are_checked_by_lint(desk: Desk, arguments: dict[str, Any], words: str) -> None:
    from runner.playbook.lint import lint
    from runner.playbook.load import load_playbook, load_sub

    desk.write("sub", SUB)
    call = {"id": "call", "uses": "playbook", "playbook": "sub", "with": arguments}
    content = {"evict": 1, "id": "p", "title": "t", "description": "d", "phases": {"triage": steps(call)}}
    problems = lint(load_playbook(desk.write("p", content)), desk.registry, load_sub=load_sub)
    assert any(words in problem.message for problem in problems), problems


def test_a_playbook_that_calls_itself_is_refused_with_the_place(desk: Desk) -> None:
    call = {"id": "call", "uses": "playbook", "playbook": "p"}
    with pytest.raises(InputError, match="cannot be planned") as caught:
        desk.plan({"triage": steps(call)})
    assert caught.value.problems[0].code == "too-deep"
    assert caught.value.problems[0].place is not None


def test_a_failure_that_continues_lets_the_next_step_run_and_stop_does_not(desk: Desk) -> None:
    bad = {"id": "bad", "uses": "fake.fail", "on_failure": "continue"}
    desk.run({"triage": steps(bad), "hunt": steps(ok("next"))})
    assert (desk.outcome("bad"), desk.outcome("next")) == ("failed", "done")


def test_stop_leaves_the_rest_not_attempted_and_says_because_of_what(desk: Desk) -> None:
    bad = {"id": "bad", "uses": "fake.fail", "on_failure": "stop"}
    desk.run({"triage": steps(bad), "hunt": steps(ok("next"))})
    assert desk.outcome("next") == "not-attempted"
    assert "bad" in desk.why("next")
    assert desk.world.calls == [("fail", None)]


def test_a_failure_becomes_a_card_where_the_step_says_so(desk: Desk) -> None:
    bad = {"id": "bad", "uses": "fake.fail", "on_failure": "card"}
    desk.run({"triage": steps(bad)})
    cards = [one.opened for one in desk.current.asks.values()]
    assert [card.title for card in cards] == ["Scripted failed: do it by hand"]
    assert "it was refused" in cards[0].text[0]


@pytest.mark.parametrize(("rule", "outcome"), [("continue", "done"), ("stop", "not-attempted")])
def test_what_needs_a_failed_step_runs_only_where_that_step_says_continue(desk: Desk, rule: str, outcome: str) -> None:
    bad = {"id": "bad", "uses": "fake.fail", "on_failure": rule}
    desk.run({"triage": steps(bad, ok("needy", 1, needs=["bad"]))})
    assert desk.outcome("needy") == outcome


def test_what_needs_a_failed_step_with_a_card_waits_for_the_card(desk: Desk) -> None:
    bad = {"id": "bad", "uses": "fake.fail", "on_failure": "card"}
    assert desk.run({"triage": steps(bad, ok("needy", 1, needs=["bad"]))}).state == "waiting"
    assert [name for name, _value in desk.world.calls] == ["fail"]
    desk.answer("bad/failed", True)
    desk.advance()
    assert desk.outcome("needy") == "done"


def test_lint_judges_a_sub_playbook_where_it_is_called(desk: Desk) -> None:
    from runner.playbook.lint import lint
    from runner.playbook.load import load_playbook, load_sub

    desk.write("sub", SUB)
    call = {"id": "call", "uses": "playbook", "playbook": "sub", "with": {"what": "x"}}
    gated = call | {"approval": {"who": ["approver"]}}
    found = []
    for one in (call, gated):
        content = {"evict": 1, "id": "p", "title": "t", "description": "d", "phases": {"report": steps(one)}}
        problems = lint(load_playbook(desk.write("p", content)), desk.registry, load_sub=load_sub)
        found.append([problem.code for problem in problems])
    assert found == [["E103", "E103"], []]


def test_a_call_that_found_no_connection_is_repeated_as_the_playbook_says(desk: Desk) -> None:
    desk.world.flaky = 2
    retry = {"times": 3, "delay": "1ms", "backoff": 1}
    desk.run({"triage": steps({"id": "f", "uses": "fake.flaky", "retry": retry})})
    assert desk.outcome("f") == "done"
    assert len(desk.world.calls) == 3


def test_a_lost_reply_of_an_unrepeatable_action_is_never_repeated(desk: Desk) -> None:
    retry = {"times": 5, "delay": "1ms", "backoff": 1}
    desk.run({"triage": steps({"id": "f", "uses": "fake.lost", "retry": retry, "on_failure": "continue"})})
    assert desk.outcome("f") == "failed"
    assert len(desk.world.calls) == 1


def test_a_step_out_of_time_is_a_recorded_failure(desk: Desk) -> None:
    slow = {"id": "slow", "uses": "fake.slow", "with": {"value": 30}, "timeout": "1s", "on_failure": "continue"}
    desk.run({"triage": steps(slow), "hunt": steps(ok("next"))})
    assert desk.outcome("slow") == "failed"
    assert "ran out of its 1 s" in desk.why("slow")
    assert desk.outcome("next") == "done"


def test_what_a_step_collected_before_its_time_was_up_is_kept(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("runner.engine.steps.GRACE_S", 0.2)
    desk.run({"preserve": steps({"id": "a", "uses": "fake.deaf", "timeout": "200ms", "with": {"value": 5}})})
    assert desk.outcome("a") == "failed"
    assert "ran out of its 0.2 s" in desk.why("a")
    assert [artefact.name for artefact in desk.state.artefacts.values()] == ["part-1"]


def test_an_interrupted_collection_has_no_outcome_and_is_taken_up_again(desk: Desk) -> None:
    desk.plan({"preserve": steps({"id": "a", "uses": "fake.collect", "with": {"value": 0.5}})})
    stop = threading.Event()

    def watch(records: Sequence[Record]) -> None:
        if any(record.kind == "step-started" for record in records):
            stop.set()

    assert desk.advance(stop=stop, watch=watch).state == "interrupted"
    assert desk.current.steps["a"].open
    assert len(desk.state.artefacts) == 1
    assert desk.advance().state == "done"
    assert desk.outcome("a") == "done"


def test_a_phase_over_its_budget_lets_go_of_what_has_not_begun(desk: Desk) -> None:
    slow = {"id": "slow", "uses": "fake.slow", "with": {"value": 2}}
    phase = {"budget": "1s", "steps": [slow, ok("second", 1, needs=["slow"])]}
    desk.run({"triage": phase, "hunt": steps(ok("next"))})
    assert desk.outcome("second") == "not-attempted"
    assert "budget" in desk.why("second")
    assert desk.outcome("next") == "done"


def test_a_question_waits_without_a_process_and_its_answer_becomes_a_fact(desk: Desk) -> None:
    ask = {"id": "q", "uses": "case.ask", "with": {"question": "Sure?", "type": "boolean", "fact": "sure"}}
    after = ok("after", "{{ steps.q.outputs.answer }}")
    assert desk.run({"triage": steps(ask), "report": steps(after)}).state == "waiting"
    assert desk.world.calls == []
    desk.answer("q/answer", True)
    assert desk.advance().state == "done"
    assert desk.world.calls == [("ok", True)]
    assert desk.state.facts["sure"].value is True


def test_an_answer_of_the_wrong_type_or_a_second_one_is_refused(desk: Desk) -> None:
    ask = {"id": "q", "uses": "case.ask", "with": {"question": "How many?", "type": "integer"}}
    desk.run({"triage": steps(ask)})
    with pytest.raises(InputError, match="the answer"):
        desk.answer("q/answer", "many")
    desk.answer("q/answer", 3)
    with pytest.raises(InputError, match="already answered"):
        desk.answer("q/answer", 4)


def test_a_card_answered_with_no_is_not_attempted(desk: Desk) -> None:
    card = {"id": "c", "uses": "case.card", "with": {"title": "Do it", "instructions": ["one"]}}
    desk.run({"triage": steps(card)})
    desk.answer("c/answer", False)
    desk.advance()
    assert desk.outcome("c") == "not-attempted"


GATED = {
    "triage": steps(
        ok("left", "l", approval={"who": ["approver"], "count": 1, "reason": False}),
        ok("right", "r", approval={"who": ["counsel"], "count": 1, "reason": False}),
    )
}


def test_several_gates_are_open_at_once_and_each_lets_its_own_step_go(desk: Desk) -> None:
    assert desk.run(GATED).state == "waiting"
    assert sorted(
        gate for gate, one in ((g.split("/")[-1], o) for g, o in desk.current.gates.items()) if one.waiting
    ) == ["left", "right"]
    desk.approve("right", "chris")
    assert desk.advance().state == "waiting"
    assert desk.world.calls == [("ok", "r")]
    desk.approve("left", "mei")
    assert desk.advance().state == "done"


def test_a_gate_of_counsel_is_closed_to_an_approver(desk: Desk) -> None:
    desk.run(GATED)
    with pytest.raises(ApprovalError):
        desk.approve("right", "mei")


def test_a_denied_gate_leaves_its_step_not_attempted(desk: Desk) -> None:
    desk.run(GATED)
    desk.approve("left", "mei", answer="deny")
    desk.approve("right", "chris")
    desk.advance()
    assert (desk.outcome("left"), desk.outcome("right")) == ("not-attempted", "done")


def test_nothing_runs_twice_however_often_the_case_is_advanced(desk: Desk) -> None:
    desk.run({"triage": steps(ok("a"), {"id": "bad", "uses": "fake.fail", "on_failure": "continue"})})
    for _time in range(3):
        desk.advance()
    assert sorted(name for name, _value in desk.world.calls) == ["fail", "ok"]
