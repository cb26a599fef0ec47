"""Checks of discover and observe: they only read, repeat themselves, and find nobody by resemblance."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

from connectors.contract import AccessPath, Observation, Outcome, PathState, Persona, Subject
from connectors.errors import ReadOnlyError, WorldError
from connectors.testing.rounds import Identity, Round, cuttable, restorable
from connectors.testing.world import World

HARMLESS = (Outcome.ALREADY_SO, Outcome.NOT_APPLICABLE)
"""Outcomes that a session which may not write can give without having written."""

RESEMBLE: tuple[Callable[[str], str], ...] = (
    lambda text: text[:-1],
    lambda text: f"{text}x",
    lambda text: f"x{text}",
    lambda _text: "*",
)


def only_reads(world: World) -> None:
    """Discover and observe send no write, and change nothing.

    Raises:
        AssertionError: they did.

    """
    with Round(world) as held:
        before, mark = world.snapshot(), len(world.calls())
        held.observe(held.discover())
        calls = world.calls()[mark:]
        assert calls, "discover and observe made no call that the world saw"
        writes = [call.name for call in calls if call.write]
        assert not writes, f"discover or observe sent writes: {', '.join(writes)}"
        assert world.snapshot() == before, "discover or observe changed the world"


def refuses_writes(world: World) -> None:
    """A session that may not write refuses cut and restore before anything leaves.

    Raises:
        AssertionError: a write left, or was not refused as ReadOnlyError.

    """
    with Round(world) as held:
        paths = cuttable(held.observe(held.discover()))
        assert paths, "no path stands that an API can cut: the world is too poor"
        mark = len(world.calls())
        for identity in (Identity.READER, Identity.PRESERVER):
            for verb in ("cut", "restore"):
                wanted = paths if verb == "cut" else restorable(paths)
                refused = sum(_refused(held, verb, path, identity) for path in wanted)
                assert refused or not wanted, f"a {identity} never refused to {verb}"
        writes = [call.name for call in world.calls()[mark:] if call.write]
        assert not writes, f"writes left in sessions that may not write: {', '.join(writes)}"


def _refused(held: Round, verb: str, path: AccessPath, identity: Identity) -> bool:
    try:
        tried = held.one(verb, path, identity)
    except ReadOnlyError:
        return True
    if tried.error is not None:
        raise AssertionError(f"a {identity} may not {verb} {path.label}, and said so as {type(tried.error).__name__}")
    assert tried.landed is not None
    assert tried.landed.outcome in HARMLESS, f"a {identity} could {verb} {path.label}"
    return False


def repeats_itself(world: World) -> None:
    """Two reads of an unchanged world are equal, complete, sorted and well-formed.

    Raises:
        AssertionError: they are not.

    """
    with Round(world) as held:
        accounts = held.discover()
        assert accounts, "discover found no account of the subject"
        assert accounts == held.discover(), "two discoveries of an unchanged world differ"
        assert list(accounts) == sorted(accounts), "accounts are not sorted"
        first, second = held.observe(accounts), held.observe(accounts)
        for account in accounts:
            seen, again = first[account.id], second[account.id]
            assert (seen.paths, seen.unread) == (again.paths, again.unread), f"two reads of {account.id} differ"
            assert not seen.unread, f"{account.id} could not be read whole: {dict(seen.unread)}"
            _well_formed(seen)


def _well_formed(seen: Observation) -> None:
    account, keys = seen.account, [path.key for path in seen.paths]
    assert keys == sorted(keys), f"the paths of {account.id} are not sorted by key"
    assert len(keys) == len(set(keys)), f"two paths of {account.id} have one key"
    assert seen.at.utcoffset() is not None, "the time of a read has no offset"
    assert seen.read_by, "an observation does not say which calls read it"
    for path in seen.paths:
        assert (path.system, path.account) == (account.system, account.id), f"{path.id} names another account"
        assert path.label, f"{path.id} has no label"
        assert path.state is not PathState.ISSUED, f"{path.id} is issued: only the engine says that"
        if path.state is not PathState.STANDING:
            assert path.reason, f"{path.id} is {path.state} and does not say why"
        json.dumps(dict(path.before))


def finds_exactly(world: World) -> None:
    """Identifiers that only resemble the subject's find nobody.

    Raises:
        AssertionError: somebody was found.

    """
    for change in RESEMBLE:
        with Round(world) as held:
            stranger = Subject("stranger", tuple(_changed(one, change) for one in world.subject.personas))
            try:
                found = held.found(stranger)
            except WorldError:
                continue
            assert not found, f"accounts were found by resemblance: {', '.join(one.id for one in found)}"


def _changed(persona: Persona, change: Callable[[str], str]) -> Persona:
    exact = {
        connector: {key: tuple(change(one) for one in values) for key, values in keys.items()}
        for connector, keys in persona.identifiers.items()
    }
    return replace(persona, emails=tuple(change(one) for one in persona.emails), identifiers=exact)
