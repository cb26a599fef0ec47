"""Canary secrets in the environment, in files that the estate names, and in a profile: they come out nowhere."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.runner.cli.conftest import RESPONDER, Done, Seeded, evict

CANARIES = {"file": "canary-file-4b1d", "env": "canary-env-9c2e", "profile": "canary-profile-77aa"}


@pytest.fixture
def watched(seeded: Seeded, tmp_path: Path) -> Iterator[Seeded]:
    """The cutter's secret is the file canary; the case folder keeps no secret files of the range."""
    secrets = tmp_path / "secrets"
    (seeded.case / "secrets").rename(secrets)
    estate = seeded.case / "estate.yaml"
    estate.write_text(estate.read_text().replace(str(seeded.case / "secrets"), str(secrets)))
    (secrets / "evict-cutter.secret").write_text(CANARIES["file"] + "\n")
    yield seeded


def surroundings(tmp_path: Path) -> dict[str, str]:
    """An operator's environment and AWS profile, full of secrets that evict has no business with."""
    profile = tmp_path / "credentials"
    profile.write_text(f"[default]\naws_access_key_id = AKIAPROFILE\naws_secret_access_key = {CANARIES['profile']}\n")
    return {"AWS_SECRET_ACCESS_KEY": CANARIES["env"], "AWS_SHARED_CREDENTIALS_FILE": str(profile)}


def nowhere(done: Done, case: Path) -> None:
    """No canary is in what was printed or kept, and nothing broke down."""
    kept = [path.read_bytes() for path in case.rglob("*") if path.is_file()]
    for canary in CANARIES.values():
        assert canary not in done.stdout + done.stderr
        assert not [1 for data in kept if canary.encode() in data]
    assert "Traceback" not in done.stderr


def test_a_run_that_succeeds_leaks_nothing(watched: Seeded, tmp_path: Path) -> None:
    more = surroundings(tmp_path)
    watched.plan()
    watched.approve()
    done = evict("run", watched.case, "--as", RESPONDER, **more)
    assert done.returncode == 1
    nowhere(done, watched.case)


def test_errors_leak_nothing(watched: Seeded, tmp_path: Path) -> None:
    more = surroundings(tmp_path)
    watched.plan()
    watched.approve()
    secrets = tmp_path / "secrets"
    good = (secrets / "evict-reader.id").read_text()
    for change in (
        lambda: (secrets / "evict-reader.id").write_text("AKIAWRONG000000000000\n"),  # a key nobody knows
        lambda: (secrets / "evict-reader.id").write_text(CANARIES["file"] + "\nsecond line\n"),  # not a key at all
        (secrets / "evict-reader.id").unlink,  # the reference leads nowhere
    ):
        change()
        done = evict("plan", watched.case, "--as", RESPONDER, **more)
        assert done.returncode in (2, 4), done.stdout[-500:]
        nowhere(done, watched.case)
    (secrets / "evict-reader.id").write_text(good)
    watched.running.faults({"kind": "refuse", "operation": "*", "times": 9999})
    refused = evict("run", watched.case, "--as", RESPONDER, **more)
    nowhere(refused, watched.case)
    watched.running.stop()
    unreachable = evict("resume", watched.case, "--as", RESPONDER, **more)
    nowhere(unreachable, watched.case)


def test_a_secret_written_into_the_estate_itself_is_refused_and_not_quoted(watched: Seeded) -> None:
    estate = watched.case / "estate.yaml"
    text = estate.read_text().replace('"endpoint"', '"secret-access-key": "canary-env-9c2e", "endpoint"')
    estate.write_text(text)
    done = evict("plan", watched.case, "--as", RESPONDER)
    assert done.returncode == 2
    assert CANARIES["env"] not in done.stdout + done.stderr
