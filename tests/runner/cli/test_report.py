"""`evict report`: files in the case, recorded and checked; copies elsewhere; JSON of paths and digests."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from runner.case.events import DocumentRendered
from runner.case.folder import Case
from runner.case.verify import verify_case
from tests.runner.cli.conftest import MEI, Seeded, evict, plain
from tests.runner.documents.bench import folder

CHROMIUM = shutil.which("chromium")


@pytest.fixture
def case(tmp_path: Path) -> Case:
    return folder(tmp_path / "case", "exercise")


def rendered(case: Case) -> list[DocumentRendered]:
    return [one.event for one in case.ledger.read() if isinstance(one.event, DocumentRendered)]


def test_files_are_written_and_recorded_with_their_digests(case: Case) -> None:
    done = evict("report", case.directory, "--format", "html,pdf", "--as", MEI, "--json")
    shape = json.loads(plain(done, 0))
    assert set(shape) == {"evict-report", "case", "exercise", "documents", "copies"}
    events = rendered(case)
    assert [one.format for one in events] == ["html", "pdf"]
    for row, event in zip(shape["documents"], events, strict=True):
        data = Path(row["path"]).read_bytes()
        assert hashlib.sha256(data).hexdigest() == row["sha256"] == event.sha256
        assert Path(row["path"]).stat().st_mode & 0o077 == 0
        assert row["file"].startswith("EXERCISE_")
        assert event.final
    assert (case.directory / "frozen" / events[0].template).exists()
    assert verify_case(case.directory).sound


def test_a_changed_report_is_found_by_verify(case: Case) -> None:
    plain(evict("report", case.directory, "--as", MEI), 0)
    file = case.directory / "documents" / rendered(case)[0].file
    file.write_bytes(file.read_bytes().replace(b"Nothing has been cut", b"Everything was cut"))
    assert not verify_case(case.directory).sound


def test_no_report_is_overwritten_not_even_one_that_nobody_recorded(case: Case) -> None:
    left = case.directory / "documents" / "EXERCISE_CASE-1_case-report_1.html"
    left.write_bytes(b"left by a crash")
    for _ in range(2):
        plain(evict("report", case.directory, "--as", MEI), 0)
    assert left.read_bytes() == b"left by a crash"
    assert len({one.file for one in rendered(case)} | {left.name}) == 3
    assert len([one for one in case.ledger.read() if one.kind == "file-frozen"]) == 1


def test_copies_go_where_they_are_asked_for(case: Case, tmp_path: Path) -> None:
    out = tmp_path / "board" / "room"
    plain(evict("report", case.directory, "--out", out, "--as", MEI), 0)
    (file,) = out.iterdir()
    assert file.read_bytes() == (case.directory / "documents" / file.name).read_bytes()


def test_an_unknown_format_is_named_and_nothing_is_written(case: Case) -> None:
    done = evict("report", case.directory, "--format", "html,docx", "--as", MEI)
    assert done.returncode == 2
    assert "docx" in done.stderr
    assert list((case.directory / "documents").iterdir()) == []


def test_who_asks_must_be_said(case: Case) -> None:
    assert evict("report", case.directory).returncode == 2


def opened(page: Path, folder: Path) -> tuple[list[str], list[str]]:
    """What a browser says in its console, and who asked for something: its own affairs have no page behind them."""
    folder.mkdir()
    log, shot = folder / "net.json", folder / "shot.png"
    command = [
        str(CHROMIUM), "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync",
        f"--user-data-dir={folder / 'profile'}", "--window-size=1300,2600", "--enable-logging=stderr", "--v=0",
        "--host-resolver-rules=MAP * ~NOTFOUND", f"--log-net-log={log}", f"--screenshot={shot}", f"file://{page}",
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    assert shot.stat().st_size > 1000
    asked = re.findall(r'"initiator":"([^"]*)"', log.read_text())
    return [line for line in done.stderr.splitlines() if "CONSOLE" in line], [
        one for one in asked if one != "not an origin"
    ]


@pytest.mark.heavy
@pytest.mark.skipif(CHROMIUM is None, reason="needs chromium")
def test_a_browser_shows_it_without_a_message_or_a_request(finished: Seeded, tmp_path: Path) -> None:
    bad = tmp_path / "bad.html"
    bad.write_text('<!doctype html><img src="http://x.example/x.png"><script>console.log("here")</script>')
    said, asked = opened(bad, tmp_path / "bad")
    assert said
    assert asked
    shape = json.loads(plain(evict("report", finished.case, "--as", MEI, "--json"), 0))
    assert opened(Path(shape["documents"][0]["path"]), tmp_path / "good") == ([], [])
