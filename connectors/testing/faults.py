"""Checks of a world that misbehaves: errors are typed, lost replies are owned up to, and no credential is told."""

from __future__ import annotations

from collections.abc import Iterable

from connectors.contract import AccessPath
from connectors.errors import ThrottledError, WorldError
from connectors.testing.rounds import Round, cuttable, restorable, standing, words_of
from connectors.testing.world import FaultyWorld, World


def owns_up_to_a_lost_reply(world: FaultyWorld) -> None:
    """A cut whose reply is lost is told as ambiguous, never repeated blindly, and mended by cutting once more.

    Raises:
        AssertionError: it claimed success, or failed in another way.

    """
    with Round(world) as held:
        before = held.observe(held.discover())
        path = _first(cuttable(before))
        world.drop_reply()
        tried = held.one("cut", path)
        said = type(tried.error).__name__ if tried.error else "done"
        assert tried.error is not None, f"a lost reply was reported as {said}"
        assert tried.error.acted == "unknown", f"a lost reply was reported as {said}"
        again = held.one("cut", path)
        assert again.error is None, f"after a lost reply a second cut fails: {again.error}"
        up = {one.key for one in standing(held.settled(before, down=[path.key]))}
        assert path.key not in up, f"{path.label} stands after a lost reply and a second cut"


def tells_a_throttle(world: FaultyWorld) -> None:
    """A throttled cut is told as throttled, which proves that it did not act.

    Raises:
        AssertionError: it was told as something else, or acted.

    """
    with Round(world) as held:
        before = held.observe(held.discover())
        was, path = world.snapshot(), _first(cuttable(before))
        world.throttle(on=True)
        tried = held.one("cut", path)
        world.throttle(on=False)
        said = type(tried.error).__name__ if tried.error else "done"
        assert isinstance(tried.error, ThrottledError), f"a throttle was reported as {said}"
        assert world.snapshot() == was, "a throttled cut acted"


def tells_no_secret(world: World) -> None:
    """No credential is part of an account, a path, an answer or an error, whether calls succeed or are refused.

    Raises:
        AssertionError: one is.

    """
    assert world.secrets, "the world names no secret: it proves nothing"
    told: list[str] = []
    with Round(world) as held:
        accounts = held.discover()
        before = held.observe(accounts)
        told += [repr(accounts), repr(before)]
        paths = cuttable(before)
        world.allow(reader=frozenset(), cutter=frozenset())
        told += _errors(held, paths)
        world.allow()
        told += [repr(one) for one in (*held.cut(paths), *held.restore(restorable(paths)))]
        told.append(repr(held.observe(accounts, paths)))
    found = [number for number, secret in enumerate(world.secrets) if any(secret in text for text in told)]
    assert not found, f"{len(found)} of {len(world.secrets)} credentials are told in paths, answers or errors"


def _errors(held: Round, paths: Iterable[AccessPath]) -> list[str]:
    told = [words_of(one.error) for one in held.cut(paths) if one.error is not None]
    try:
        told.append(repr(held.observe(held.discover())))
    except WorldError as error:
        told.append(words_of(error))
    return told


def _first(paths: list[AccessPath]) -> AccessPath:
    """The path that the engine would cut first, of those that die with their cut."""
    mortal = [path for path in paths if not path.survives_s]
    assert mortal, "no path stands that an API can cut: the world is too poor"
    return min(mortal, key=lambda path: (path.wave, path.key))
