"""AWS against the conformance kit, on the range: a sample always, the whole of it in the long lane."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from connectors.aws.access import AwsContainment
from connectors.contract import Containment
from connectors.errors import RefusedError
from connectors.testing import needs, reads
from connectors.testing.conformance import ContainmentConformance
from connectors.testing.rounds import Round
from tests.connectors.aws.kit import AwsWorld, aws_world

UNCHECKED: Mapping[str, str] = {
    "sts:AssumeRole": "the range lets in whoever the trust document names, from another account too",
    "iam:PassRole": "the range does not ask for it when a profile goes onto an instance",
    "ec2:DescribeRegions": "asked only where the estate names no Regions: tried below",
}
"""Permissions that AWS asks for and the range does not, each with why it is declared all the same."""

WRITES = [
    (verb, permission)
    for verb in needs.WRITES
    for permission in sorted(set(AwsContainment.permissions[verb]) - UNCHECKED.keys())
]


@contextmanager
def fresh() -> Iterator[AwsWorld]:
    with tempfile.TemporaryDirectory() as folder, aws_world(Path(folder, "world")) as made:
        yield made


def test_reads_are_reads_and_the_declared_permissions_are_enough() -> None:
    with fresh() as world:
        reads.refuses_writes(world)
        reads.repeats_itself(world)
        needs.enough(world)


def test_a_missing_permission_is_missed() -> None:
    with fresh() as world:
        sample = [("discover", "iam:GetUser"), ("observe", "iam:ListAccessKeys"), ("observe", "iam:GetRolePolicy")]
        needs.missed_by_reads(world, sample)
    with fresh() as world:
        needs.missed_by_write(world, "cut", "iam:PutUserPolicy")


def test_regions_that_may_not_be_listed_are_told() -> None:
    with fresh() as world:
        settings = {name: value for name, value in world.system.settings.items() if name != "regions"}
        world.system = replace(world.system, settings=settings)
        world.allow(reader=frozenset(AwsContainment.permissions["discover"]) - {"ec2:DescribeRegions"})
        with Round(world) as held, pytest.raises(RefusedError, match="DescribeRegions"):
            held.discover()


@pytest.mark.heavy
class TestAws(ContainmentConformance):
    """Every rule of the contract, each in a fresh range."""

    @contextmanager
    def world(self) -> Iterator[AwsWorld]:
        with fresh() as made:
            yield made

    def test_every_permission_of_discover_and_observe_is_needed(self) -> None:
        with fresh() as world:
            declared = needs.declared(world, needs.READS)
            needs.missed_by_reads(world, [one for one in declared if one[1] not in UNCHECKED])

    def test_every_permission_of_cut_and_restore_is_needed(self) -> None:
        """One test each, below."""
        containment: Containment = AwsContainment()
        assert len(WRITES) > len(containment.permissions["cut"])

    @pytest.mark.parametrize(("verb", "permission"), WRITES)
    def test_a_permission_of_cut_or_restore_is_needed(self, verb: str, permission: str) -> None:
        with fresh() as world:
            needs.missed_by_write(world, verb, permission)
