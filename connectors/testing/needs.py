"""Checks of declared permissions: the declared ones are enough, each one is needed, and what is refused is said."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from connectors.contract import AccessPath, Account, Observation
from connectors.errors import RefusedError, WorldError
from connectors.testing.rounds import Round, cuttable, restorable
from connectors.testing.world import World
from connectors.testing.writes import cut_all, put_back

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

    The cut has no more than its own: a cutter that can never give anything back can do all of it.

    Raises:
        AssertionError: something declared too little.

    """
    with Round(world) as held:
        accounts = held.discover()
        full = held.observe(accounts)
    world.allow(reader=_of(world, *READS), cutter=_of(world, "cut"))
    with Round(world) as held:
        try:
            assert held.discover() == accounts, "with the declared permissions discover finds other accounts"
            seen = held.observe(accounts)
        except RefusedError as error:
            raise AssertionError(f"discover or observe declares too little: {error.what}") from error
        for name, one in seen.items():
            assert not one.unread, f"observe declares too little: {dict(one.unread)}"
            assert one.paths == full[name].paths, f"with the declared permissions {name} looks different"
        was = world.snapshot()
        paths = cut_all(held, seen)
        world.allow(reader=_of(world, *READS), cutter=_of(world, *WRITES))
        put_back(held, paths, seen, was)


def missed_by_reads(world: World, wanted: Iterable[tuple[str, str]]) -> None:
    """Without any one of these permissions discover or observe fails, or says what it could not read.

    Observe is asked before a cut and after it: some calls are made only where something was cut.

    Raises:
        AssertionError: a permission is not needed, or its lack is not told.

    """
    told: dict[tuple[str, str], bool] = {}
    silent: list[str] = []
    with Round(world) as held:
        accounts = held.discover()
        before = held.observe(accounts)
    known = [path for seen in before.values() for path in seen.paths]
    wanted = list(wanted)
    for verb, permission in wanted:
        if verb == "discover":
            told[verb, permission] = _undiscovered(world, permission, accounts)
        else:
            told[verb, permission] = _blinded(world, permission, before, (), silent)
    world.allow()
    if any(verb == "observe" for verb, _permission in wanted):
        with Round(world) as held:
            held.cut(cuttable(before))
            after = held.observe(accounts, known)
    for verb, permission in wanted:
        if verb == "observe":
            told[verb, permission] |= _blinded(world, permission, after, known, silent)
    assert not silent, "; ".join(dict.fromkeys(silent))
    idle = [f"{verb} declares {permission}" for (verb, permission), said in told.items() if not said]
    assert not idle, f"{'; '.join(idle)}: and does not need it"


def missed_by_write(world: World, verb: str, permission: str) -> None:
    """Without this permission some cut or restore is refused. A cut is tried with the cut's own, a restore with both.

    Raises:
        AssertionError: all of them went well.

    """
    with Round(world) as held:
        paths = cuttable(held.observe(held.discover()))
        if verb == "restore":
            held.cut(paths)
            paths = restorable(paths)
        world.allow(cutter=_of(world, *(WRITES if verb == "restore" else ("cut",))) - {permission})
        turn = 1 if verb == "cut" else -1
        paths.sort(key=lambda path: (turn * path.wave, path.key))
        refused = any(isinstance(held.one(verb, path).error, RefusedError) for path in paths)
    assert refused, f"{verb} declares {permission} and does not need it"


def _undiscovered(world: World, permission: str, accounts: tuple[Account, ...]) -> bool:
    world.allow(reader=_of(world, *READS) - {permission})
    with Round(world) as held:
        try:
            found = held.discover()
        except WorldError as error:
            return isinstance(error, RefusedError)
        assert found == accounts, f"without {permission} discover finds other accounts and does not say so"
    return False


def _blinded(
    world: World,
    permission: str,
    full: Mapping[str, Observation],
    known: Iterable[AccessPath],
    silent: list[str],
) -> bool:
    """Whether observe says that it could not read something; paths that it loses without a word go into `silent`."""
    world.allow(reader=_of(world, *READS) - {permission})
    with Round(world) as held:
        try:
            seen = held.observe([one.account for one in full.values()], known)
        except RefusedError:
            return True
    for name, one in seen.items():
        shown = {path.key for path in one.paths}
        lost = [path for path in full[name].paths if path.key not in shown and path.kind not in one.unread]
        silent += [f"without {permission} observe loses {path.id} in silence" for path in lost]
    return any(one.unread for one in seen.values())


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
