"""The four verbs on a whole world, in the order in which the engine speaks them."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from types import TracebackType
from typing import Self

from connectors.contract import (
    AccessPath,
    Account,
    Containment,
    CutOrder,
    Landed,
    Observation,
    Outcome,
    PathState,
    RateBudgets,
    Session,
    Subject,
    Undo,
    settle,
)
from connectors.errors import EvictError, NotFoundError, WorldError
from connectors.testing.world import World

PATIENCE_S = 5.0
"""How long an emulator may take to show a change, beyond the settling time that the connector declares."""

POLL_S = 0.05
RATE = 10_000.0
"""Calls per second: an emulator needs no protection."""

CASE = "CONFORMANCE-1"


class Identity(StrEnum):
    """The three holds that the engine opens on one system."""

    READER = "reader"
    PRESERVER = "preserver"
    CUTTER = "cutter"


@dataclass(frozen=True)
class Tried:
    """One cut or restore, and what came of it."""

    path: AccessPath
    landed: Landed | None = None
    error: WorldError | None = None


class Round:
    """Sessions on one world, and the paths that they have seen."""

    def __init__(self, world: World) -> None:
        containment = world.connector.containment
        assert containment is not None, f"connector {world.connector.name} has no containment to be checked"
        self.world = world
        self.containment: Containment = containment
        self.at = datetime.now(UTC)
        self._budgets = RateBudgets(RATE)
        self._open: dict[Identity, Session] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for session in self._open.values():
            session.close()

    def session(self, identity: Identity) -> Session:
        """A session under one of the three identities, opened once."""
        if identity not in self._open:
            with _typed("open"):
                self._open[identity] = self.world.connector.open(
                    self.world.system, cutter=identity is Identity.CUTTER, read_only=identity is Identity.READER,
                    budgets=self._budgets,
                )  # fmt: skip
        return self._open[identity]

    def discover(self) -> tuple[Account, ...]:
        """The subject's accounts, by the reader."""
        return self.found(self.world.subject)

    def found(self, subject: Subject) -> tuple[Account, ...]:
        """Somebody's accounts, by the reader."""
        reader = self.session(Identity.READER)
        with _typed("discover"):
            return self.containment.discover(reader, subject)

    def observe(self, accounts: Iterable[Account], known: Iterable[AccessPath] = ()) -> dict[str, Observation]:
        """Every account's observation by its id, by the reader; `known` as the engine lends them."""
        paths, reader, subject = tuple(known), self.session(Identity.READER), self.world.subject
        seen = {}
        for account in accounts:
            own = tuple(path for path in paths if path.account == account.id)
            with _typed("observe"):
                seen[account.id] = self.containment.observe(reader, account, subject, own)
        return seen

    def order(self) -> CutOrder:
        """The order of a cut; the same for all of a round."""
        return CutOrder(CASE, self.at, self.world.subject, {}, _pause)

    def cut(self, paths: Iterable[AccessPath], identity: Identity = Identity.CUTTER) -> list[Tried]:
        """Cut them wave by wave; what the world refuses is kept, what is no error of the contract is raised."""
        return [self.one("cut", path, identity) for path in sorted(paths, key=lambda path: (path.wave, path.key))]

    def restore(self, paths: Iterable[AccessPath], identity: Identity = Identity.CUTTER) -> list[Tried]:
        """Put them back in the reverse order of the waves."""
        return [self.one("restore", path, identity) for path in sorted(paths, key=lambda path: (-path.wave, path.key))]

    def one(self, verb: str, path: AccessPath, identity: Identity = Identity.CUTTER) -> Tried:
        """One cut or restore; a path that is not there is already so, as the engine takes it."""
        act = self.containment.restore if verb == "restore" else self.containment.cut
        session = self.session(identity)
        try:
            with _typed(verb):
                return Tried(path, act(session, path, self.order()))
        except NotFoundError as error:
            return Tried(path, Landed(datetime.now(UTC), Outcome.ALREADY_SO, error.what))
        except WorldError as error:
            return Tried(path, None, error)

    def settled(
        self, before: Mapping[str, Observation], *, up: Iterable[str] = (), down: Iterable[str] = ()
    ) -> dict[str, Observation]:
        """Read until these keys stand and those do not, or patience ends; then once more, as the engine does."""
        known = [path for seen in before.values() for path in seen.paths]
        accounts = [seen.account for seen in before.values()]
        up, down = set(up), set(down)
        until = time.monotonic() + PATIENCE_S + self.containment.settle_s
        while True:
            keys = {path.key for path in standing(self.observe(accounts, known))}
            if (up <= keys and not down & keys) or time.monotonic() > until:
                break
            time.sleep(POLL_S)
        later = self.observe(accounts, known)
        return {name: replace(seen, paths=settle(before[name].paths, seen)) for name, seen in later.items()}


@contextmanager
def _typed(verb: str) -> Iterator[None]:
    """Only errors of `connectors.errors` leave a connector.

    Raises:
        AssertionError: another one did.

    """
    try:
        yield
    except EvictError:
        raise
    except Exception as error:
        raise AssertionError(f"{type(error).__name__} left {verb}: only connectors.errors may") from error


def _pause(seconds: float) -> None:
    threading.Event().wait(seconds)


def standing(seen: Mapping[str, Observation]) -> list[AccessPath]:
    """The paths that stand."""
    return [path for one in seen.values() for path in one.paths if path.state is PathState.STANDING]


def cuttable(seen: Mapping[str, Observation]) -> list[AccessPath]:
    """The paths that stand and that an API can cut."""
    return [path for path in standing(seen) if path.manual is None]


def restorable(paths: Iterable[AccessPath]) -> list[AccessPath]:
    """The paths that a restore gives back, those that want to be asked for included."""
    return [path for path in paths if path.undo is not Undo.NO]


def failures(tried: Iterable[Tried]) -> list[str]:
    """What failed, one sentence each."""
    return [f"{one.path.label}: {one.error.what}" for one in tried if one.error is not None]


def words_of(error: EvictError) -> str:
    """All that an error tells anybody."""
    told: list[str] = [error.explain()]
    link: BaseException | None = error
    while link is not None:
        told.append(repr(link))
        link = link.__cause__
    return "\n".join(told)
