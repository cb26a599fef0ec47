#!/usr/bin/env python3
"""Verify an evict case folder without evict: one file, Python's standard library, and ssh-keygen.

Usage: python3 VERIFY.py [CASE]      (default: the folder that this file lies in)
Exit code: 0 sound, 5 broken, 2 wrong usage. The format is described in evict's docs/ledger-format.md.
"""

import hashlib
import json
import re
import shutil
import subprocess
import sys
import tempfile
from datetime import datetime
from pathlib import Path

LINE = re.compile(
    rb'\{"at":"(?P<at>[^"]*)","data":(?P<data>\{.*\}),"event_version":(?P<version>[0-9]+),"hash":"(?P<hash>[0-9a-f]{64})",'
    rb'"kind":"(?P<kind>[a-z-]+)","prev":"(?P<prev>[0-9a-f]{64})","seq":(?P<seq>[1-9][0-9]*),"v":1\}',
    re.DOTALL,
)
TIME = re.compile(rb"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z")
ZEROS = "0" * 64


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def file_digest(path):
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def read_lines(case, faults, notes):
    """Chain rules of the ledger; stops at the first line that breaks one."""
    data = (case / "ledger.jsonl").read_bytes()
    whole, tail = data[: data.rfind(b"\n") + 1], data[data.rfind(b"\n") + 1 :]
    records, prev, seq, at = [], ZEROS, 0, b""
    for number, line in enumerate(whole.split(b"\n")[:-1], 1):
        match = LINE.fullmatch(line)
        problem = None
        if not match or not TIME.fullmatch(match["at"]):
            problem = "is not in the form of a ledger line"
        else:
            start, end = match.start("hash") - len(b'"hash":"'), match.end("hash") + len(b'",')
            step = 2 if match["kind"] == b"tail-set-aside" else 1
            if sha256(line[:start] + line[end:]) != match["hash"].decode():
                problem = "has a hash that does not fit its content"
            elif match["prev"].decode() != prev:
                problem = "does not chain to the line before"
            elif int(match["seq"]) != seq + step:
                problem = f"has sequence number {int(match['seq'])}, expected {seq + step}"
            elif match["at"] < at:
                problem = "goes back in time"
        if problem is None:
            try:
                datetime.strptime(match["at"].decode(), "%Y-%m-%dT%H:%M:%S.%fZ")
                event = json.loads(match["data"])
            except ValueError:
                problem = "does not hold a time and JSON"
        if problem:
            faults.append(f"ledger line {number} {problem}")
            return records
        prev, seq, at = match["hash"].decode(), int(match["seq"]), match["at"]
        records.append({"kind": match["kind"].decode(), "data": event, "hash": prev, "seq": seq})
    if tail:
        notes.append(f"the last line ({len(tail)} bytes) has no newline: a write in flight, or a crash")
    return records


def anchored(records, size, head):
    """Whether a size and a head fit the ledger's beginning."""
    if not isinstance(size, int) or not 0 <= size <= len(records):
        return False
    return head == (records[size - 1]["hash"] if size else ZEROS)


def check_files(case, records, faults):
    """Artefacts, frozen files and torn tails against their digests."""
    wanted = {}
    for record in records:
        data = record["data"]
        if record["kind"] == "artefact-stored":
            wanted[case / "evidence" / data["sha256"][:2] / data["sha256"]] = (data["sha256"], data["size"])
        if record["kind"] == "file-frozen":
            wanted[case / "frozen" / data["sha256"]] = (data["sha256"], data["size"])
        if record["kind"] == "tail-set-aside":
            wanted[case / "torn" / Path(data["file"]).name] = (data["sha256"], data["size"])
    for path, (digest, size) in sorted(wanted.items()):
        if not path.is_file():
            faults.append(f"{path.relative_to(case)} is missing")
        elif file_digest(path) != digest or path.stat().st_size != size:
            faults.append(f"{path.relative_to(case)} was altered")


def signed_by(statement, signature, person, signers):
    """Whether ssh-keygen accepts the signature as this person's."""
    with tempfile.TemporaryDirectory() as folder:
        allowed, armoured = Path(folder, "allowed_signers"), Path(folder, "signature")
        allowed.write_text(signers)
        armoured.write_text(signature)
        command = ["ssh-keygen", "-Y", "verify", "-f", allowed, "-I", person, "-n", "evict-approval", "-s", armoured]
        return subprocess.run(command, input=statement.encode(), capture_output=True, check=False).returncode == 0


def check_approvals(case, records, faults, notes):
    """Signatures, what they were signed over, and approvals that the ledger lost."""
    signers, statements = "", set()
    can_sign = shutil.which("ssh-keygen") is not None
    for index, record in enumerate(records):
        data = record["data"]
        if record["kind"] == "file-frozen" and data["role"] == "allowed-signers":
            path = case / "frozen" / data["sha256"]
            signers = path.read_text() if path.is_file() else ""
        if record["kind"] != "gate-answered":
            continue
        statements.add(data["statement"])
        name = f"the approval of {data['gate']} by {data['by']}"
        said = json.loads(data["statement"])
        if can_sign and not signed_by(data["statement"], data["signature"], data["by"], signers):
            faults.append(f"{name} does not carry that person's signature")
        elif any(said.get(key) != data[key] for key in ("gate", "by", "answer")):
            faults.append(f"{name} says something else than the signed statement")
        elif not anchored(records[:index], said.get("ledger_size"), said.get("ledger_head")):
            faults.append(f"{name} was signed over another ledger")
    if not can_sign:
        notes.append("ssh-keygen is not installed: signatures were not checked")
    for path in sorted((case / "signatures").glob("*.json")):
        try:
            statement = json.loads(path.read_bytes())["statement"]
        except (ValueError, KeyError, TypeError):
            faults.append(f"signatures/{path.name} is damaged")
            continue
        if statement not in statements:
            faults.append(f"signatures/{path.name} is not in the ledger: its tail was cut off")


def check_runs(case, records, faults, notes):
    """Every run's end names the ledger before it, and a file beside the ledger names it too; every plan is kept."""
    running = None
    frozen = {record["data"]["sha256"] for record in records if record["kind"] == "file-frozen"}
    for index, record in enumerate(records):
        data = record["data"]
        if record["kind"] == "run-started":
            running = data["run"]
        if record["kind"] == "run-ended":
            running = None
            if data["size"] != index or not anchored(records[:index], data["size"], data["head"]):
                faults.append(f"the end of run {data['run']} names another ledger than the one before it")
        if record["kind"] == "plan-saved" and data["plan"] not in frozen:
            faults.append(f"plan {data['plan']} is not among the frozen files")
        if record["kind"] == "gate-opened" and data["plan"] not in frozen:
            faults.append(f"gate {data['gate']} binds to no frozen file")
    if running:
        notes.append(f"run {running} has no end: it runs now, or was killed")
    for path in sorted((case / "signatures").glob("run-*.end")):
        try:
            said = json.loads(path.read_bytes())
            if not anchored(records, said["ledger_size"], said["ledger_head"]):
                faults.append(f"signatures/{path.name} names records that are missing: the ledger's tail was cut off")
        except (ValueError, KeyError, TypeError):
            faults.append(f"signatures/{path.name} is damaged")


def main():
    if len(sys.argv) > 2:
        print(__doc__)
        return 2
    case = Path(sys.argv[1]) if len(sys.argv) == 2 else Path(__file__).resolve().parent
    if not (case / "ledger.jsonl").is_file():
        print(f"{case} holds no ledger.jsonl\n\n{__doc__}")
        return 2
    faults, notes = [], []
    records = read_lines(case, faults, notes)
    if not records or records[0]["kind"] != "case-opened":
        faults.append("the ledger does not begin with case-opened")
    check_files(case, records, faults)
    check_approvals(case, records, faults, notes)
    check_runs(case, records, faults, notes)
    for line in faults:
        print(f"BROKEN: {line}")
    for line in notes:
        print(f"note: {line}")
    head = records[-1]["hash"] if records else ZEROS
    print(f"{len(records)} records, head {head}: {'BROKEN' if faults else 'sound'}")
    return 5 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
