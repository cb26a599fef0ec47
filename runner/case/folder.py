"""The case folder: private, copyable, one process at a time running it."""

from __future__ import annotations

import fcntl
import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any

from connectors.errors import BusyError, InputError, IntegrityError
from runner.case.canonical import canonical, sha256_hex
from runner.case.events import CaseOpened, FileFrozen, GateAnswered
from runner.case.ledger import EMPTY, Head, Ledger
from runner.case.store import EvidenceStore, write_private

FOLDERS = ("evidence", "frozen", "signatures", "documents")


class Case:
    """An opened case folder."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.ledger = Ledger(directory / "ledger.jsonl")
        self.store = EvidenceStore(directory / "evidence")

    @classmethod
    def create(
        cls, directory: Path, *, case_id: str, title: str, mode: str, opened_by: str, subject: dict[str, Any], tool: str
    ) -> Case:
        """Make the folder a case: private folders, the verifier for outsiders, and the first record.

        Raises:
            InputError: it is a case already.

        """
        if (directory / "ledger.jsonl").exists():
            raise InputError(f"{directory} is a case already", fix="use another folder for another case")
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        directory.chmod(0o700)
        for name in FOLDERS:
            (directory / name).mkdir(mode=0o700, exist_ok=True)
        verifier = files("runner.case").joinpath("standalone_verifier.py").read_bytes()
        write_private(directory / "VERIFY.py", verifier)
        case = cls(directory)
        case.ledger.append([CaseOpened(case_id, title, mode, opened_by, tool, subject)], EMPTY)
        return case

    @classmethod
    def open(cls, directory: Path) -> Case:
        """An existing case.

        Raises:
            InputError: the folder holds no ledger.

        """
        if not (directory / "ledger.jsonl").exists():
            raise InputError(f"{directory} is not a case folder", expected="a ledger.jsonl in it")
        return cls(directory)

    def freeze(self, role: str, name: str, data: bytes) -> str:
        """Keep bytes under `frozen/<sha256>` and record them; returns the digest."""
        sha256 = sha256_hex(data)
        write_private(self.directory / "frozen" / sha256, data)
        self.ledger.append([FileFrozen(role, name, sha256, len(data))])
        return sha256

    def frozen(self, sha256: str) -> bytes:
        """Frozen bytes, checked.

        Raises:
            IntegrityError: missing or altered.

        """
        path = self.directory / "frozen" / sha256
        try:
            data = path.read_bytes()
        except OSError as error:
            raise IntegrityError(f"frozen file {sha256} cannot be read: {error.strerror}") from error
        if sha256_hex(data) != sha256:
            raise IntegrityError(f"frozen file {sha256} was altered", fix="compare with a copy of the case")
        return data

    def keep_approval(self, answered: GateAnswered) -> None:
        """Keep a signed answer as a file too: it names the ledger's size, so a cut-off tail shows."""
        name = sha256_hex(answered.statement.encode())[:32]
        body = {"by": answered.by, "statement": answered.statement, "signature": answered.signature}
        write_private(self.directory / "signatures" / f"{name}.json", canonical(body) + b"\n")

    def keep_end(self, run: str, head: Head) -> None:
        """Keep where the ledger stood when a run had ended, as a file: a tail cut off later shows."""
        body = {"run": run, "ledger_size": head.size, "ledger_head": head.hash}
        write_private(self.directory / "signatures" / f"run-{run}.end", canonical(body) + b"\n")

    def ends(self) -> list[tuple[Path, Head]]:
        """Where the ledger stood at the end of each run, as far as files were kept.

        Raises:
            IntegrityError: one of them is not readable JSON of the expected form.

        """
        kept = []
        for path in sorted((self.directory / "signatures").glob("run-*.end")):
            try:
                body = json.loads(path.read_bytes())
                kept.append((path, Head(int(body["ledger_size"]), str(body["ledger_head"]))))
            except (OSError, ValueError, KeyError, TypeError) as error:
                raise IntegrityError(f"{path.name} in signatures/ is damaged") from error
        return kept

    def approvals(self) -> list[tuple[Path, dict[str, Any]]]:
        """Every kept approval file with its content.

        Raises:
            IntegrityError: one of them is not readable JSON of the expected form.

        """
        kept = []
        for path in sorted((self.directory / "signatures").glob("*.json")):
            try:
                body = json.loads(path.read_bytes())
                kept.append((path, {key: str(body[key]) for key in ("by", "statement", "signature")}))
            except (OSError, ValueError, KeyError, TypeError) as error:
                raise IntegrityError(f"{path.name} in signatures/ is damaged") from error
        return kept

    @contextmanager
    def lease(self) -> Iterator[None]:
        """The right to run this case; freed by the system when the process dies, however it dies.

        Raises:
            BusyError: another process has it.

        """
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
        descriptor = os.open(self.directory / "run.lock", flags, 0o600)
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                holder = os.pread(descriptor, 200, 0).decode(errors="replace").strip() or "another process"
                raise BusyError(
                    f"{self.directory} is being run by {holder}",
                    expected="one run at a time on a case",
                    fix="follow it with `evict status --watch`; answer and approve from here as usual",
                    safe="everything; nothing was touched",
                ) from error
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, f"process {os.getpid()} on {socket.gethostname()}\n".encode(), 0)
            yield
        finally:
            os.close(descriptor)
