from __future__ import annotations

import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.errors import IntegrityError
from runner.case.canonical import canonical
from runner.case.events import FactRecorded, TailSetAside
from runner.case.ledger import EMPTY, Head, Ledger, StaleHeadError


def fact(number: object) -> FactRecorded:
    return FactRecorded(f"fact-{number}", "any", number, {"kind": "person", "name": "a"})


def test_what_was_appended_is_read_back_in_order(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger.jsonl")
    ledger.append([fact(1), fact(2)])
    ledger.append([fact(3)])
    assert [record.event for record in Ledger(tmp_path / "ledger.jsonl").read()] == [fact(1), fact(2), fact(3)]
    assert [record.seq for record in ledger.read(after=1)] == [2, 3]


def test_a_stale_writer_is_fenced_off_by_the_chain(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger.jsonl")
    ledger.append([fact(1)], EMPTY)
    before = ledger.head()
    ledger.append([fact(2)])
    with pytest.raises(StaleHeadError) as refused:
        ledger.append([fact(3)], before)
    assert refused.value.head == ledger.head()
    assert ledger.head().size == 2


def test_many_threads_append_without_losing_or_repeating_a_number(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger.jsonl")
    threads = [
        threading.Thread(target=lambda n=n: [ledger.append([fact(n * 100 + i)]) for i in range(20)]) for n in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    records = list(Ledger(tmp_path / "ledger.jsonl").read())
    assert [record.seq for record in records] == list(range(1, 161))
    assert {record.event.value for record in records} == {n * 100 + i for n in range(8) for i in range(20)}


def test_two_ledgers_on_one_file_take_turns(tmp_path: Path) -> None:
    one, two = Ledger(tmp_path / "ledger.jsonl"), Ledger(tmp_path / "ledger.jsonl")
    for number in range(5):
        one.append([fact(number)])
        two.append([fact(number)])
    assert one.head() == two.head() == Head(10, list(one.read())[-1].hash)


def test_a_torn_last_line_is_kept_aside_and_its_number_never_used_again(tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    Ledger(path).append([fact(1)])
    with path.open("ab") as file:
        file.write(b'{"at":"2026-')
    assert len(list(Ledger(path).read())) == 1
    ledger = Ledger(path)
    ledger.append([fact(2)])
    records = list(ledger.read())
    aside = records[1].event
    assert isinstance(aside, TailSetAside)
    assert (tmp_path / aside.file).read_bytes() == b'{"at":"2026-'
    assert [record.seq for record in records] == [1, 3, 4]


def test_a_symlink_in_the_ledgers_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").touch()
    (tmp_path / "ledger.jsonl").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(IntegrityError):
        Ledger(tmp_path / "ledger.jsonl").append([fact(1)])


def test_a_changed_line_names_its_number(tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    Ledger(path).append([fact(1), fact(2), fact(3)])
    path.write_bytes(path.read_bytes().replace(b"fact-2", b"fact-9"))
    with pytest.raises(IntegrityError, match="ledger line 2"):
        list(Ledger(path).read())


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(st.characters(codec="utf-8")),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(JSON)
def test_canonical_bytes_do_not_depend_on_the_order_of_keys(value: object) -> None:
    def turned(node: object) -> object:
        if isinstance(node, dict):
            return {key: turned(node[key]) for key in reversed(list(node))}
        return [turned(one) for one in node] if isinstance(node, list) else node

    assert canonical(value) == canonical(turned(value))


def test_a_record_that_chains_but_does_not_follow_is_an_integrity_error_with_its_line(tmp_path: Path) -> None:
    from runner.case.events import OperationEnded, StepEnded
    from runner.case.fold import fold

    for stray in (StepEnded("a", "done", ""), OperationEnded("a", "cut", "k", "done", "")):
        ledger = Ledger(tmp_path / f"{stray.kind}.jsonl")
        ledger.append([stray])
        with pytest.raises(IntegrityError, match=r"line 1 .* does not follow") as broken:
            fold(ledger.read())
        assert broken.value.exit_code == 5
