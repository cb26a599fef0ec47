"""The program as a child process, and cases for it to work on."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from runner.range.process import AwsRange
from runner.range.seed import World, seed
from tests.runner.engine.counter import Counter

RESPONDER = "responder@initech.example"
MEI = "mei@initech.example"
TOMAS = "tomas@initech.example"
COMMAND = (sys.executable, "-m", "runner.cli.main")
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")

Done = subprocess.CompletedProcess[str]


def environment(**more: str) -> dict[str, str]:
    """The caller's environment without anything that changes how evict speaks."""
    changing = ("EVICT_", "AWS_", "NO_COLOR", "FORCE_COLOR", "COLUMNS", "TTY_")
    return {name: value for name, value in os.environ.items() if not name.startswith(changing)} | more


def evict(*arguments: object, cwd: Path | None = None, **more: str) -> Done:
    """Run the program with its output piped and nothing to read."""
    return subprocess.run(
        [*COMMAND, *map(str, arguments)], capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL,
        env=environment(**more), cwd=cwd,
    )  # fmt: skip


def plain(done: Done, code: int) -> str:
    """Standard output, when the exit code is the expected one and nothing broke down."""
    assert done.returncode == code, f"{done.returncode}: {done.stdout[-1500:]}\n{done.stderr[-1500:]}"
    assert "Traceback" not in done.stdout + done.stderr
    assert CONTROL.search(done.stdout + done.stderr) is None
    return done.stdout


@dataclass
class Seeded:
    """A case folder on a running range, and the people's keys."""

    running: AwsRange
    world: World

    @property
    def case(self) -> Path:
        """The case folder."""
        return self.world.directory

    def key(self, email: str) -> Path:
        """A person's SSH key."""
        return self.world.key_of(email)

    def plan(self, playbook: str = "cut-only") -> None:
        """Plan by the command line."""
        plain(evict("plan", self.case, "--playbook", playbook, "--as", RESPONDER), 0)

    def approve(self) -> None:
        """Two signatures by the command line."""
        for who in (MEI, TOMAS):
            plain(evict("approve", self.case, "--as", who, "--key", self.key(who), "--reason", "r", "--yes"), 0)

    def run(self, *more: object) -> Done:
        """Run by the command line."""
        return evict("run", self.case, "--as", RESPONDER, *more)


@pytest.fixture
def seeded(running: AwsRange, tmp_path: Path) -> Seeded:
    """A seeded world with a case folder that has no plan yet."""
    return Seeded(running, seed(running, tmp_path / "case"))


@pytest.fixture
def planned(seeded: Seeded) -> Seeded:
    """Planned, not approved."""
    seeded.plan()
    return seeded


@pytest.fixture
def approved(planned: Seeded) -> Seeded:
    """Planned and approved."""
    planned.approve()
    return planned


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seeded]:
    """A case that was run to its end; for tests that only read it."""
    with AwsRange.start() as running:
        made = Seeded(running, seed(running, tmp_path_factory.mktemp("finished") / "case"))
        made.plan()
        made.approve()
        plain(made.run(), 1)
        yield made


@pytest.fixture
def elsewhere(finished: Seeded, tmp_path: Path) -> Callable[[], Path]:
    """Copies of the finished case, to be changed."""
    import shutil

    def copy() -> Path:
        return Path(shutil.copytree(finished.case, tmp_path / "copy"))

    return copy


@pytest.fixture
def counter(tmp_path: Path) -> Counter:
    """A payment gate with people who can sign, in a case that a process of its own can open."""
    made = Counter(tmp_path)
    estate = made.directory / "estate.yaml"
    shape = json.loads(estate.read_text())
    shape["systems"] = {}
    made.case.freeze("estate", "estate.yaml", json.dumps(shape).encode())
    return made
