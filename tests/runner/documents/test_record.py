"""What a fact changes is kept in the ledger with why and how, once, and folds back."""

from __future__ import annotations

from pathlib import Path

from runner.case.events import ContradictionsFound, ObligationChanged, ObligationMarked
from runner.case.fold import fold
from runner.case.verify import verify_case
from runner.documents.record import keep_changes, record_facts
from runner.report.changes import change_lines
from tests.runner.documents.bench import folder, law, leg, obligation, said


def test_a_change_says_what_was_what_is_why_and_how(tmp_path: Path) -> None:
    made = law(tmp_path / "law", obligation("one", "nexus_us", legs=[leg({"hours": 72}, "breach_discovered_at")]))
    case = folder(tmp_path / "case")
    first = record_facts(case, made, [said("nexus_us", True)]).changes
    assert [(one.was, one.now["standing"], one.now["deadline"]) for one in first] == [({}, "due", None)]  # type: ignore[attr-defined]
    kept = record_facts(case, made, [said("breach_discovered_at", "2026-11-20T10:00:00Z")])
    (changed,) = (one for one in kept.changes if isinstance(one, ObligationChanged))
    assert changed.was == first[0].now  # type: ignore[attr-defined]
    assert changed.now["deadline"] == "2026-11-23T10:00:00.000000Z"
    assert changed.because == ["nexus_us"]
    assert "72 hours, running in UTC" in changed.working[1]
    assert fold(case.ledger.read()).obligations["one"].now == changed.now
    assert change_lines(kept.changes) == ["due: Title of one (one), by 2026-11-23 10:00Z"]
    assert verify_case(case.directory).sound


def test_nothing_is_recorded_twice_or_before_anything_is_known(tmp_path: Path) -> None:
    made, case = law(tmp_path / "law", obligation("one", "nexus_us")), folder(tmp_path / "case")
    assert keep_changes(case, made).changes == ()
    assert record_facts(case, made, [said("phi_breach", True)]).changes == ()
    record_facts(case, made, [said("nexus_us", True)])
    assert keep_changes(case, made).changes == ()


def test_a_duty_that_ends_and_one_that_is_done_are_changes(tmp_path: Path) -> None:
    made, case = law(tmp_path / "law", obligation("one", "nexus_us")), folder(tmp_path / "case")
    record_facts(case, made, [said("nexus_us", True)])
    case.ledger.append([ObligationMarked("one", True, "REF", "mei@example.org")])
    assert change_lines(keep_changes(case, made).changes) == ["done: Title of one (one)"]
    ended = record_facts(case, made, [said("nexus_us", False)]).changes
    assert change_lines(ended) == ["no longer due, now not-due: Title of one (one)"]
    open_again = record_facts(case, made, [said("nexus_us", None, unknown=True)]).changes
    assert open_again[0].now["standing"] == "undetermined"  # type: ignore[attr-defined]
    assert open_again[0].because == ["nexus_us is not known"]  # type: ignore[attr-defined]


def test_a_contradiction_is_recorded_when_it_comes_and_when_it_goes(tmp_path: Path) -> None:
    made, case = law(tmp_path / "law", obligation("one", "nexus_us")), folder(tmp_path / "case")
    came = record_facts(case, made, [said("nexus_de", True), said("nexus_eu", False)])
    assert came.state.contradictions[0]["id"] == "eu-country-but-not-eu"
    assert "! " in change_lines(came.changes)[0]
    assert change_lines(came.changes, came.state.contradictions) == []
    gone = record_facts(case, made, [said("nexus_eu", True)])
    assert gone.changes == (ContradictionsFound([]),)
    assert gone.state.contradictions == []
