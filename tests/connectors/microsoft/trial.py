"""One subject in one tenant: what is seen, cut and given back, and what the range's own doors then let through."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from connectors.contract import AccessPath, Account, Finding, Observation, PathKind, settle
from connectors.microsoft.client import opened
from connectors.microsoft.hunt.area import Area, Look
from connectors.microsoft.hunt.trail import Trail
from connectors.testing.rounds import Identity, Round, Tried, standing
from runner.range.microsoft.people import PASSWORD
from tests.connectors.microsoft.kit import MicrosoftWorld, microsoft_world


class Trial:
    """A round in a tenant, about the subject's one account."""

    def __init__(self, world: MicrosoftWorld, held: Round) -> None:
        self.world, self.held = world, held
        self.account: Account = next(one for one in held.discover() if one.id == world.people.suspect)
        self.before = self.observe()

    def observe(self, known: tuple[AccessPath, ...] = ()) -> Observation:
        """What is there now."""
        return self.held.observe([self.account], known)[self.account.id]

    def paths(self, family: str, kind: PathKind | None = None) -> list[AccessPath]:
        """The first read's paths of one family, and of one kind."""
        return [one for one in self.before.paths if one.id.startswith(f"{family}/") and kind in (None, one.kind)]

    def path(self, family: str, word: str) -> AccessPath:
        """The one path of a family with a word in its label."""
        (found,) = [one for one in self.paths(family) if word in one.label]
        return found

    def cut(self, *paths: AccessPath) -> list[Tried]:
        """Cut these, each without an error."""
        return self._went_well(self.held.cut(paths))

    def block(self) -> None:
        """Block the account and end its sessions."""
        self.cut(*[one for one in self.paths("sign-in") if one.id.endswith(("/block", "/sessions"))])

    def restore(self, *paths: AccessPath) -> list[Tried]:
        """Give these back, each without an error."""
        return self._went_well(self.held.restore(paths))

    def after(self) -> dict[str, AccessPath]:
        """A later read, by id, with what became of all that was known."""
        return {one.id: one for one in settle(self.before.paths, self.observe(self.before.paths))}

    def standing(self) -> set[str]:
        """Ids of what stands now."""
        return {one.id for one in standing({self.account.id: self.observe(self.before.paths)})}

    def door(self, name: str, /, **given: Any) -> dict[str, Any]:
        """Try one of the range's own doors."""
        done: dict[str, Any] = self.world.control.does(name, given)
        return done

    def sweep(self, area: Area) -> tuple[list[Finding], list[str]]:
        """What one area of the hunt finds, and what it could not read."""
        session = opened(self.held.session(Identity.READER))
        subjects = frozenset({self.account.id})
        look = Look(session, Trail(session, subjects), subjects, frozenset({self.account.label.casefold()}))
        return list(area.sweep(look)), look.gaps

    def token(self, user: str, scope: str) -> str:
        """An access token that a person gets by their password."""
        from connectors.microsoft.emulator import tokens

        form = {"grant_type": "password", "username": user, "password": PASSWORD, "scope": scope, "client_id": "t"}
        with self.world.tenant.lock:
            return str(tokens.grant(self.world.tenant, form).body["access_token"])

    @staticmethod
    def _went_well(tried: list[Tried]) -> list[Tried]:
        assert not [one.error for one in tried if one.error], [one.error for one in tried]
        return tried


@contextmanager
def trial(**settings: Any) -> Iterator[Trial]:
    """The subject in a fresh tenant."""
    with microsoft_world(**settings) as world, Round(world) as held:
        yield Trial(world, held)
