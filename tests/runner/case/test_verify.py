"""Both verifiers, evict's and the stand-alone one, find every change, and agree."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

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
    return made


def test_an_untouched_case_is_sound_for_both(case: Case) -> None:
    report = verify_case(case.directory)
    assert report.faults == []
    assert report.approvals == 1
    assert not outsider_finds(case.directory)
    done = subprocess.run([sys.executable, case.directory / "VERIFY.py"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert "sound" in done.stdout


def test_every_single_changed_byte_of_the_ledger_is_found_by_both(case: Case) -> None:
    path = case.directory / "ledger.jsonl"
    original = path.read_bytes()
    for position in range(0, len(original) - 1, 7):
        changed = bytearray(original)
        changed[position] ^= 1
        path.write_bytes(bytes(changed))
        outsider = outsider_finds(case.directory)
        ours = bool(verify_case_chain(case.directory))
        assert (ours, outsider) == (True, True), f"byte {position}"


def test_a_lost_last_newline_is_told_as_a_torn_line(case: Case) -> None:
    path = case.directory / "ledger.jsonl"
    path.write_bytes(path.read_bytes()[:-1])
    assert any("no newline" in note for note in verify_case(case.directory).notes)


def verify_case_chain(directory: Path) -> list[str]:
    """evict's verifier with the costly signature checks still on only where the chain is whole."""
    return verify_case(directory).faults


def test_a_deleted_line_a_swapped_line_and_a_cut_off_tail_are_found_by_both(case: Case) -> None:
    path = case.directory / "ledger.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    broken = [
        *(lines[:index] + lines[index + 1 :] for index in range(len(lines) - 1)),
        *([*lines[:index], lines[index + 1], lines[index], *lines[index + 2 :]] for index in range(len(lines) - 1)),
        lines[: len(lines) - 3],
    ]
    for changed in broken:
        path.write_bytes(b"".join(changed))
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
