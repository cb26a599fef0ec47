"""Checks of cut and restore: nothing stands, twice is harmless, what was there comes back, others are spared."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from connectors.contract import AccessPath, Observation, Outcome, PathState, Undo
from connectors.testing.rounds import Round, Tried, cuttable, failures, restorable, standing
from connectors.testing.world import World

PROVEN = (PathState.CUT, PathState.RESIDUAL, PathState.NOT_APPLICABLE)
"""What a path that was cut may look like to a later read."""

GOOD = (Outcome.DONE, Outcome.ALREADY_SO, Outcome.NOT_APPLICABLE)


def cuts(world: World) -> None:
    """A cut of every path, followed by a separate read, leaves nothing that it cut standing.

    Raises:
        AssertionError: something stands, or is told to be cut without proof.

    """
    with Round(world) as held:
        before = held.observe(held.discover())
        cut_all(held, before)


def cut_all(held: Round, before: Mapping[str, Observation]) -> list[AccessPath]:
    """Cut all that an API can cut, prove it, and give back what was cut.

    Raises:
        AssertionError: as `cuts`.

    """
    paths = cuttable(before)
    assert paths, "no path stands that an API can cut: the world is too poor"
    tried = held.cut(paths)
    assert not failures(tried), f"paths could not be cut: {'; '.join(failures(tried))}"
    for one in tried:
        assert one.landed is not None
        assert one.landed.outcome in GOOD, f"{one.path.label} was cut with outcome {one.landed.outcome}"
    wanted = {path.key: path for path in paths}
    after = held.settled(before, down=wanted)
    unread = {kind: why for seen in after.values() for kind, why in seen.unread.items()}
    assert not unread, f"after the cut something could not be read: {unread}"
    for path in (path for seen in after.values() for path in seen.paths if path.key in wanted):
        assert path.state in PROVEN, f"{path.label} is {path.state} after its cut"
        if path.state is PathState.RESIDUAL:
            assert path.reason, f"{path.label} outlives its cut and does not say why"
            assert wanted[path.key].survives_s, f"{path.label} outlives its cut and nothing had told so before"
    return paths


def cuts_twice(world: World) -> None:
    """A second cut of the same paths is accepted and changes nothing.

    Raises:
        AssertionError: it failed, or changed something.

    """
    with Round(world) as held:
        before = held.observe(held.discover())
        paths = cut_all(held, before)
        cut = world.snapshot()
        again: list[Tried] = held.cut(paths)
        assert not failures(again), f"a second cut failed: {'; '.join(failures(again))}"
        assert not (changed := differences(cut, world.snapshot())), f"a second cut changed {', '.join(changed)}"


def restores(world: World) -> None:
    """A restore gives back every path that can be given back, and the world is as it was but for those that cannot.

    Raises:
        AssertionError: something is missing, or more came back.

    """
    with Round(world) as held:
        was = world.snapshot()
        before = held.observe(held.discover())
        round_trip(held, before, was)


def round_trip(held: Round, before: Mapping[str, Observation], was: Mapping[str, Any]) -> None:
    """Cut and restore.

    Raises:
        AssertionError: as `restores`.

    """
    put_back(held, cut_all(held, before), before, was)


def put_back(held: Round, paths: list[AccessPath], before: Mapping[str, Observation], was: Mapping[str, Any]) -> None:
    """Restore what was cut of these.

    Raises:
        AssertionError: as `restores`.

    """
    back = restorable(paths)
    tried = held.restore(back)
    assert not failures(tried), f"paths could not be put back: {'; '.join(failures(tried))}"
    _secrets_apart(tried)
    stood = {path.key for path in standing(before)}
    wanted = {path.key for path in back if not path.survives_s}
    up = {path.key for path in standing(held.settled(before, up=wanted))}
    assert not (missing := sorted(wanted - up)), f"not standing again: {', '.join(missing)}"
    assert not (extra := sorted(up - stood)), f"more stands than before: {', '.join(extra)}"
    gone = [path.id for path in paths if path.undo is Undo.NO]
    changed = differences(was, held.world.snapshot(), gone)
    assert not changed, f"after the restore the world differs in {', '.join(changed)}"


def _secrets_apart(tried: Iterable[Tried]) -> None:
    for one in tried:
        if one.landed is not None and one.landed.one_time_secret:
            assert one.landed.one_time_secret not in repr(one.landed), "a one-time secret is part of what is recorded"


def differences(before: Mapping[str, Any], after: Mapping[str, Any], excused: Iterable[str] = ()) -> list[str]:
    """Names of entries that differ, those of paths that nothing gives back excused."""
    names = (before.keys() | after.keys()) - set(excused)
    return sorted(name for name in names if before.get(name) != after.get(name) or (name in before) != (name in after))


def spares_others(world: World) -> None:
    """Neither the cut nor the restore changes anything of people who are not the subject.

    Raises:
        AssertionError: it did.

    """
    with Round(world) as held:
        others = world.innocent()
        assert others, "the world has nobody but the subject: it proves nothing"
        paths = cut_all(held, held.observe(held.discover()))
        assert world.innocent() == others, "the cut changed what belongs to somebody else"
        held.restore(restorable(paths))
        assert world.innocent() == others, "the restore changed what belongs to somebody else"
