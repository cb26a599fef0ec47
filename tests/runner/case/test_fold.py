"""The fold: what the records say, whether they come at once or one by one; what does not follow is refused."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.errors import IntegrityError
from runner.case.events import FactRecorded, StepEnded
from runner.case.fold import apply, fold
from runner.case.folder import Case
from runner.case.lines import Record
from runner.case.state import CaseState
from tests.runner.documents.bench import folder

WHO = {"kind": "person", "name": "a@example.org"}


def records(case: Case, said: list[tuple[str, Any]]) -> list[Record]:
    case.ledger.append([FactRecorded(name, "any", value, WHO) for name, value in said])
    return list(case.ledger.read())


@pytest.fixture(scope="module")
def ten(tmp_path_factory: pytest.TempPathFactory) -> list[Record]:
    made = folder(tmp_path_factory.mktemp("fold") / "case")
    return records(made, [(f"fact_{turn % 3}", turn) for turn in range(10)])


@given(cut=st.integers(0, 11))
def test_records_may_come_in_two_parts(ten: list[Record], cut: int) -> None:
    parts = apply(apply(CaseState(), ten[:cut]), ten[cut:])
    assert parts == fold(ten)


def test_the_latest_value_counts_and_what_was_before_is_kept(ten: list[Record]) -> None:
    state = fold(ten)
    assert state.facts["fact_0"].value == 9
    assert [one.value for one in state.facts["fact_0"].history] == [0, 3, 6]
    assert (state.size, state.head) == (11, ten[-1].hash)


def test_a_record_that_follows_from_nothing_is_refused_with_its_line(tmp_path: Path) -> None:
    made = folder(tmp_path / "case")
    made.ledger.append([StepEnded("never-started", "done", "")])
    with pytest.raises(IntegrityError, match="ledger line 2"):
        fold(made.ledger.read())


def test_the_case_learns_nothing_from_its_own_papers(tmp_path: Path) -> None:
    made = folder(tmp_path / "case")
    known = fold(records(made, [("a", 1)])).known_at
    made.freeze("estate", "estate.yaml", b"x")
    state = fold(made.ledger.read())
    assert state.known_at == known
    assert state.last_at is not None
    assert known is not None
    assert state.last_at >= known >= datetime(2020, 1, 1, tzinfo=UTC)
