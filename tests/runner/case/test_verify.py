"""Both verifiers, evict's and the stand-alone one, find every change, and agree."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.errors import ApprovalError
from runner.case import standalone_verifier
from runner.case.canonical import canonical
from runner.case.events import GateAnswered, GateOpened, PlanSaved, RunEnded, RunStarted
from runner.case.folder import Case
from runner.case.signatures import sign, verify_signature
from runner.case.verify import verify_case

PERSON = "mei@example.org"


def load_standalone() -> Any:
    """The shipped file, loaded the way an outsider's Python would."""
    assert standalone_verifier.__file__
    spec = importlib.util.spec_from_file_location("outsider", standalone_verifier.__file__)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def outsider_finds(directory: Path) -> bool:
    outsider = load_standalone()
    faults: list[str] = []
    notes: list[str] = []
    records = outsider.read_lines(directory, faults, notes)
    outsider.check_files(directory, records, faults)
    outsider.check_runs(directory, records, faults, notes)
    kept = {path.name for path in (directory / "signatures").glob("*.json")}
    answered = sum(1 for record in records if record["kind"] == "gate-answered")
    return bool(faults) or not records or answered < len(kept)


@pytest.fixture
def case(tmp_path: Path) -> Case:
    """A small case with a signed approval and a finished run."""
    made = Case.create(
        tmp_path / "case", case_id="C-1", title="t", mode="real", opened_by=PERSON, subject={"id": "w"}, tool="test"
    )
    key = tmp_path / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
    public = " ".join(key.with_suffix(".pub").read_text().split()[:2])
    made.freeze("allowed-signers", "allowed_signers", f"{PERSON} {public}\n".encode())
    plan = made.freeze("plan", "plan.json", b"{}")
    made.ledger.append(
        [
            PlanSaved(plan, "run", "p", "rae@example.org"),
            GateOpened("g", [], plan, 1, [], reason_required=False, requested_by="r"),
        ]
    )
    head = made.ledger.head()
    said = {"gate": "g", "by": PERSON, "answer": "approve", "ledger_size": head.size, "ledger_head": head.hash}
    statement = canonical(said).decode()
    signature = sign(statement, key, "evict-approval")
    answered = GateAnswered("g", "approve", PERSON, statement, signature, "SHA256:x")
    made.ledger.append([answered, RunStarted("r1", plan, PERSON, {})])
    made.keep_approval(answered)
    head = made.ledger.head()
    made.ledger.append([RunEnded("r1", "done", "", head.size, head.hash)])
    made.keep_end("r1", made.ledger.head())
    return made


def test_an_untouched_case_is_sound_for_both(case: Case) -> None:
    report = verify_case(case.directory)
    assert report.faults == []
    assert report.approvals == 1
    assert not outsider_finds(case.directory)
    done = subprocess.run([sys.executable, case.directory / "VERIFY.py"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert "sound" in done.stdout


@pytest.fixture
def only_the_chain(monkeypatch: pytest.MonkeyPatch) -> None:
    """Thousands of verifications of the chain: signatures, which take a process each, have their own tests."""
    monkeypatch.setattr("runner.case.verify.verify_signature", lambda *_given: "SHA256:x")


@pytest.mark.usefixtures("only_the_chain")
def test_every_single_changed_byte_of_the_ledger_is_found_by_both(case: Case) -> None:
    path = case.directory / "ledger.jsonl"
    original = path.read_bytes()
    for position in range(len(original) - 1):
        changed = bytearray(original)
        changed[position] ^= 1 + position % 7
        path.write_bytes(bytes(changed))
        found = (bool(verify_case(case.directory).faults), outsider_finds(case.directory))
        assert found == (True, True), f"byte {position}"


def mutated(original: bytes, data: st.DataObject) -> bytes:
    """The ledger with one thing done to it: bytes changed, dropped or added, lines doubled, dropped or moved."""
    lines = original.splitlines(keepends=True)
    at = data.draw(st.integers(0, len(lines) - 1))
    other = data.draw(st.integers(0, len(lines) - 1))
    where = data.draw(st.integers(0, len(original) - 1))
    how = data.draw(st.sampled_from(["byte", "drop", "add", "double", "delete", "swap"]))
    if how == "byte":
        return original[:where] + data.draw(st.binary(min_size=1, max_size=3)) + original[where + 1 :]
    if how == "drop":
        return original[:where] + original[where + data.draw(st.integers(1, 40)) :]
    if how == "add":
        return original[:where] + data.draw(st.binary(min_size=1, max_size=40)) + original[where:]
    if how == "double":
        return b"".join([*lines[: at + 1], lines[at], *lines[at + 1 :]])
    if how == "delete":
        return b"".join([*lines[:at], *lines[at + 1 :]])
    lines[at], lines[other] = lines[other], lines[at]
    return b"".join(lines)


@pytest.mark.usefixtures("only_the_chain")
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_both_agree_on_whatever_is_done_to_the_ledger(case: Case, data: st.DataObject) -> None:
    path = case.directory / "ledger.jsonl"
    original = path.read_bytes()
    changed = mutated(original, data)
    try:
        path.write_bytes(changed)
        found = (bool(verify_case(case.directory).faults), outsider_finds(case.directory))
        whole = changed[: changed.rfind(b"\n") + 1]
        assert found == (whole != original,) * 2
    finally:
        path.write_bytes(original)


def test_a_line_without_its_newline_is_told_and_is_no_fault(case: Case) -> None:
    path = case.directory / "ledger.jsonl"
    path.write_bytes(path.read_bytes() + b'{"at":"2026-')
    report = verify_case(case.directory)
    assert report.faults == []
    assert any("no newline" in note for note in report.notes)
    assert not outsider_finds(case.directory)


def test_a_newline_lost_from_a_finished_run_is_a_fault(case: Case) -> None:
    path = case.directory / "ledger.jsonl"
    path.write_bytes(path.read_bytes()[:-1])
    report = verify_case(case.directory)
    assert any("tail was cut off" in fault for fault in report.faults)
    assert any("no newline" in note for note in report.notes)
    assert outsider_finds(case.directory)


def test_a_deleted_line_a_swapped_line_and_a_cut_off_tail_are_found_by_both(case: Case) -> None:
    path = case.directory / "ledger.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    broken = [
        *(lines[:index] + lines[index + 1 :] for index in range(len(lines))),
        *([*lines[:index], lines[index + 1], lines[index], *lines[index + 2 :]] for index in range(len(lines) - 1)),
        *(lines[:length] for length in range(len(lines))),
    ]
    for changed in broken:
        path.write_bytes(b"".join(changed))
        assert verify_case(case.directory).faults
        assert outsider_finds(case.directory)


def test_a_damaged_note_of_a_runs_end_is_found_by_both(case: Case) -> None:
    kept = next((case.directory / "signatures").glob("run-*.end"))
    for text in (b"", b"{}", kept.read_bytes().replace(b'"ledger_size":', b'"ledger_size":1')):
        kept.write_bytes(text)
        assert verify_case(case.directory).faults
        assert outsider_finds(case.directory)


def test_an_altered_frozen_file_is_found_by_both(case: Case) -> None:
    victim = next((case.directory / "frozen").iterdir())
    victim.write_bytes(b"other")
    assert verify_case(case.directory).faults
    assert outsider_finds(case.directory)


def test_a_forged_approval_is_found(case: Case, tmp_path: Path) -> None:
    key = tmp_path / "mallory"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
    statement = canonical({"gate": "g"}).decode()
    forged = sign(statement, key, "evict-approval")
    signers = (case.directory / "frozen").iterdir()
    text = next(path.read_text() for path in signers if path.read_bytes().startswith(PERSON.encode()))
    with pytest.raises(ApprovalError):
        verify_signature(statement, forged, PERSON, text, "evict-approval")
    with pytest.raises(ApprovalError):
        verify_signature(statement, forged, "*", text, "evict-approval")


def test_the_case_folder_is_private(case: Case) -> None:
    for path in (case.directory, *case.directory.rglob("*")):
        assert path.stat().st_mode & 0o077 == 0, path


def test_the_verifier_is_under_two_hundred_lines_and_needs_only_the_standard_library() -> None:
    assert standalone_verifier.__file__
    text = Path(standalone_verifier.__file__).read_text()
    assert len(text.splitlines()) < 200
    modules = {line.split()[1].split(".")[0] for line in text.splitlines() if line.startswith(("import ", "from "))}
    assert modules <= set(sys.stdlib_module_names)
