"""Short names: the shortest ending that means one thing only."""

from __future__ import annotations

from runner.report.naming import endings, named

IDS = ("fb/cut[0]/eks/inside", "fb/cut[0]/ic/sign-in", "fb/cut[1]/ic/sign-in")


def test_each_id_gets_the_shortest_ending_of_its_own() -> None:
    assert list(endings(IDS).values()) == ["inside", "cut[0]/ic/sign-in", "cut[1]/ic/sign-in"]


def test_an_ending_that_fits_several_means_none() -> None:
    assert named(IDS, "inside") == IDS[0]
    assert named(IDS, IDS[1]) == IDS[1]
    assert named(IDS, "sign-in") is None
    assert named(IDS, "side") is None
