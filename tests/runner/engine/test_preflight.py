"""What could keep a cut from working is told by the plan, before anything is touched."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from connectors.contract import Check, Readiness
from runner.engine.plan import plan_from_json
from tests.runner.engine.town import Siege, Town

LICENCE = Check("licence", "the licence for keys", Readiness.NOT_APPLICABLE, "the town has no keys")
ROLE = Check("role", "the cutter's role", Readiness.NOT_READY, "it holds none", "give it the role Locksmith")
EXPIRY = Check("expiry", "when the cutter's certificate ends", Readiness.CANNOT_TELL, "it was refused", "allow it")
READY = Check("consent/cut", "the cutter's consent to cut", Readiness.READY)


@pytest.fixture
def siege(tmp_path: Path) -> Siege:
    return Siege(tmp_path, ("a", "b"))


def test_what_is_not_ready_and_what_could_not_be_read_are_warnings_with_their_fix(siege: Siege) -> None:
    siege.house("b").checks = (READY, EXPIRY, LICENCE, ROLE)
    assert siege.plan().warnings == (
        "b is not ready: the cutter's role: it holds none; give it the role Locksmith",
        "b may not be ready, which could not be read: when the cutter's certificate ends: it was refused; allow it",
    )


def test_every_check_stands_in_the_plan_whatever_it_came_to(siege: Siege) -> None:
    siege.house("b").checks = (ROLE, READY)
    siege.house("a").checks = (LICENCE,)
    plan = siege.plan()
    assert [(one["system"], one["id"], one["readiness"]) for one in plan.checks] == [
        ("a", "licence", "not-applicable"), ("b", "consent/cut", "ready"), ("b", "role", "not-ready"),
    ]  # fmt: skip
    assert plan_from_json(plan.to_json()) == plan


def test_the_order_in_which_a_connector_answers_does_not_change_the_plan(siege: Siege) -> None:
    siege.house("a").checks = (READY, EXPIRY, ROLE)
    plan = siege.plan()
    siege.house("a").checks = (ROLE, EXPIRY, READY)
    assert siege.plan().bytes() == plan.bytes()
    siege.house("a").checks = (replace(ROLE, why="it holds two"), EXPIRY, READY)
    assert siege.plan().digest != plan.digest


def test_a_pre_flight_without_an_answer_is_a_check_that_cannot_tell_and_stops_no_plan(siege: Siege) -> None:
    siege.house("a").mute, siege.house("b").checks = True, (READY,)
    plan = siege.plan()
    assert [(one["system"], one["readiness"]) for one in plan.checks] == [("a", "cannot-tell"), ("b", "ready")]
    (told,) = plan.warnings
    assert told.startswith("a may not be ready, which could not be read: what could keep the cut from working: ")
    assert told.endswith(": town: no connection could be made; connect the town")
    assert {step.system: len(step.cuts) for step in plan.steps if step.cuts} == {"a": 2, "b": 2}


def test_a_system_in_which_nobody_was_found_is_not_asked(siege: Siege, monkeypatch: pytest.MonkeyPatch) -> None:
    siege.house("a").checks = (ROLE,)
    monkeypatch.setattr(type(Town.containment), "discover", lambda *_given: ())
    plan = siege.plan()
    assert plan.checks == ()
    assert "a: no account of the subject was found by exact identifier" in plan.warnings
