"""A run is killed with SIGKILL at every append, after every effect, at random moments; all resume to the same end.

The end is compared with a run that nobody killed: paths, outcomes, findings, evidence, and the range itself. No
write reaches the range twice, and the ledger and its evidence stay sound.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from runner.range.process import AwsRange
from runner.range.seed import seed
from tests.runner.engine.conftest import Incident, opened
from tests.runner.engine.crashing import Moment, Reference, differences, killed, unkilled

Worlds = Callable[[], Incident]

PARTS = 4
"""The heavy lane is dealt out so that it runs beside itself; each part has its own unkilled run to compare with."""
RANDOM_MOMENTS = 12
DROPPED = ("DeleteLoginProfile", "UpdateAccessKey", "PutUserPolicy", "PutRolePolicy", "UpdateAssumeRolePolicy")


@pytest.fixture
def worlds(tmp_path: Path) -> Iterator[Worlds]:
    """As many fresh worlds as a test asks for, one range at a time."""
    ranges: list[AwsRange] = []

    def fresh() -> Incident:
        for running in ranges:
            running.stop()
        ranges.append(AwsRange.start())
        folder = tmp_path / str(len(ranges))
        world = seed(ranges[-1], folder / "world")
        _one_region(world.directory / "estate.yaml")
        return opened(ranges[-1], world, folder / "case")

    yield fresh
    for running in ranges:
        running.stop()


def _one_region(estate: Path) -> None:
    """A second Region adds reads to each of some hundred runs, and no moment of another kind."""
    content = json.loads(estate.read_text())
    content["systems"]["aws-main"]["regions"] = ["us-east-1"]
    estate.write_text(json.dumps(content, indent=2))


def judged(reference: Reference, worlds: Worlds, moment: Moment, dropped: str = "") -> list[str]:
    """What went wrong in one killed run of a fresh world."""
    incident = worlds()
    if dropped:
        incident.running.faults({"kind": "drop-reply", "operation": dropped})
    faults = killed(incident, moment)
    return faults + [f"{moment} {dropped}: {one}" for one in differences(reference, incident)]


def test_a_run_killed_at_its_first_effect_ends_like_one_that_was_not(worlds: Worlds) -> None:
    reference = unkilled(worlds())
    assert judged(reference, worlds, Moment("effect", 1)) == []


@pytest.mark.heavy
@pytest.mark.parametrize("part", range(PARTS))
def test_a_run_killed_after_any_append_ends_like_one_that_was_not(worlds: Worlds, part: int) -> None:
    reference = unkilled(worlds())
    moments = [Moment("append", number) for number in range(1 + part, reference.appends + 1, PARTS)]
    assert moments
    assert [fault for moment in moments for fault in judged(reference, worlds, moment)] == []


@pytest.mark.heavy
def test_a_run_killed_after_any_effect_before_its_record_ends_like_one_that_was_not(worlds: Worlds) -> None:
    reference = unkilled(worlds())
    moments = [Moment("effect", number) for number in range(1, reference.effects + 1)]
    assert moments
    assert [fault for moment in moments for fault in judged(reference, worlds, moment)] == []


@pytest.mark.heavy
@pytest.mark.parametrize("seed_number", range(2))
def test_a_run_killed_at_a_random_moment_ends_like_one_that_was_not(worlds: Worlds, seed_number: int) -> None:
    reference, chance = unkilled(worlds()), random.Random(seed_number)  # noqa: S311 - moments, not secrets
    moments = [Moment("time", 0, chance.uniform(0.01, reference.seconds)) for _ in range(RANDOM_MOMENTS // 2)]
    assert [fault for moment in moments for fault in judged(reference, worlds, moment)] == []


@pytest.mark.heavy
def test_a_run_whose_reply_was_dropped_and_that_was_killed_ends_like_one_that_was_not(worlds: Worlds) -> None:
    reference, chance = unkilled(worlds()), random.Random(17)  # noqa: S311 - moments, not secrets
    faults = []
    for operation in DROPPED:
        faults += judged(reference, worlds, Moment("never"), operation)
        faults += judged(reference, worlds, Moment("effect", chance.randint(1, reference.effects - 1)), operation)
    assert faults == []
