"""Checks of declared permissions: the declared ones are enough, each one is needed, and what is refused is said."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from connectors.contract import AccessPath, Account, Observation
from connectors.errors import RefusedError, WorldError
from connectors.testing.rounds import Round, Tried, cuttable, restorable
from connectors.testing.world import World
from connectors.testing.writes import round_trip

READS, WRITES = ("discover", "observe"), ("cut", "restore")


def declared(world: World, verbs: Iterable[str]) -> list[tuple[str, str]]:
    """Every verb with each permission that it declares, sorted."""
    return [(verb, permission) for verb in verbs for permission in sorted(_of(world, verb))]


def _of(world: World, *verbs: str) -> frozenset[str]:
    containment = world.connector.containment
    assert containment is not None
    return frozenset(permission for verb in verbs for permission in containment.permissions[verb])


def enough(world: World) -> None:
    """With just the declared permissions, the reader reads as much and the cutter cuts and restores everything.

    Raises:
        AssertionError: something declared too little.

    """
    with Round(world) as held:
        accounts = held.discover()
        full = held.observe(accounts)
    world.allow(reader=_of(world, *READS), cutter=_of(world, *WRITES))
    with Round(world) as held:
        try:
            assert held.discover() == accounts, "with the declared permissions discover finds other accounts"
            seen = held.observe(accounts)
        except RefusedError as error:
            raise AssertionError(f"discover or observe declares too little: {error.what}") from error
        for name, one in seen.items():
            assert not one.unread, f"observe declares too little: {dict(one.unread)}"
            assert one.paths == full[name].paths, f"with the declared permissions {name} looks different"
        round_trip(held, seen, world.snapshot())


def missed(world: World, verb: str, permission: str) -> None:
    """Without this permission the verb fails, or says what it could not read; nothing is lost in silence.

    Raises:
        AssertionError: the permission is not needed, or its lack is not told.

    """
    if verb in READS:
        told = _discovers(world, permission) if verb == "discover" else _observes(world, permission)
    else:
        told = _changes(world, verb, permission)
    assert told, f"{verb} declares {permission} and does not need it"


def _discovers(world: World, permission: str) -> bool:
    with Round(world) as held:
        accounts = held.discover()
    world.allow(reader=_of(world, *READS) - {permission})
    with Round(world) as held:
        try:
            found = held.discover()
        except WorldError as error:
            return isinstance(error, RefusedError)
        assert found == accounts, f"without {permission} discover finds other accounts and does not say so"
    return False


def _observes(world: World, permission: str) -> bool:
    """Before the cut or after it: some calls are made only where something was cut."""
    with Round(world) as held:
        accounts = held.discover()
        before = held.observe(accounts)
    told = _blinded(world, permission, accounts, before, ())
    world.allow()
    with Round(world) as held:
        held.cut(cuttable(before))
        known = [path for seen in before.values() for path in seen.paths]
        after = held.observe(accounts, known)
    return _blinded(world, permission, accounts, after, known) or told


def _blinded(
    world: World,
    permission: str,
    accounts: Iterable[Account],
    full: Mapping[str, Observation],
    known: Iterable[AccessPath],
) -> bool:
    world.allow(reader=_of(world, *READS) - {permission})
    with Round(world) as held:
        try:
            seen = held.observe(accounts, known)
        except RefusedError:
            return True
    for name, one in seen.items():
        shown = {path.key for path in one.paths}
        lost = [path for path in full[name].paths if path.key not in shown and path.kind not in one.unread]
        assert not lost, f"without {permission} observe loses {', '.join(path.id for path in lost)} in silence"
    return any(one.unread for one in seen.values())


def _changes(world: World, verb: str, permission: str) -> bool:
    with Round(world) as held:
        paths = cuttable(held.observe(held.discover()))
        if verb == "restore":
            held.cut(paths)
        world.allow(cutter=_of(world, *WRITES) - {permission})
        tried: list[Tried] = held.cut(paths) if verb == "cut" else held.restore(restorable(paths))
    return any(isinstance(one.error, RefusedError) for one in tried)


def says_when_blind(world: World) -> None:
    """A reader that may do nothing does not report that there is nothing.

    Raises:
        AssertionError: it did.

    """
    with Round(world) as held:
        accounts = held.discover()
    world.allow(reader=frozenset())
    with Round(world) as held:
        try:
            found = held.discover()
        except WorldError:
            found = accounts
        assert found == accounts, "a reader without permissions reports fewer accounts instead of a refusal"
        for account in accounts:
            try:
                seen = held.observe([account])[account.id]
            except WorldError:
                continue
            assert seen.unread, f"a reader without permissions reports {account.id} without saying what it missed"
