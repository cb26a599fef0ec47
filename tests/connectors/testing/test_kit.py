"""The kit catches what it says it catches: one broken connector for each rule."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast

import pytest

from connectors.contract import Account, Landed, PathKind, PathState
from connectors.errors import AmbiguousError, RefusedError, RejectedError, ThrottledError
from connectors.http import HttpSession
from connectors.routes import Does, Route, Routes
from connectors.testing import faults, needs, reads, writes
from tests.connectors.testing.acme import connector as acme
from tests.connectors.testing.acme.world import acme_world

GOOD = acme.AcmeContainment
SUSPEND = Route("POST", "/users/{user}/suspend", Does.READ, "users.manage")


class WritesWhileReading(GOOD):
    def observe(self, session: Any, account: Any, subject: Any, known: Any = ()) -> Any:
        cast("HttpSession", session).call("POST", "/users/{user}/suspend", values={"user": account.id})
        return super().observe(session, account, subject, known)


class Counts(GOOD):
    number = 0

    def observe(self, *given: Any) -> Any:
        self.number += 1
        seen = super().observe(*given)
        return replace(seen, paths=tuple(replace(path, before={"n": self.number}) for path in seen.paths))


class Shuffles(GOOD):
    def observe(self, *given: Any) -> Any:
        seen = super().observe(*given)
        return replace(seen, paths=seen.paths[::-1])


class FindsAnybody(GOOD):
    def discover(self, session: Any, subject: Any) -> Any:
        return (Account("acme-main", "u-jordan.lee", "p1", "user", "jordan.lee@initech.example"),)


class OnlySaysSo(GOOD):
    def cut(self, session: Any, path: Any, order: Any) -> Landed:
        return Landed(order.at)


class ForgetsTheSecondTime(GOOD):
    def cut(self, session: Any, path: Any, order: Any) -> Landed:
        if path.kind is PathKind.TOKEN and not path.survives_s:
            shown = acme._tokens(session, Account(path.system, path.account, "p1"))
            off = any(one.id == path.id and one.state is PathState.CUT for one in shown)
            return super().restore(session, path, order) if off else super().cut(session, path, order)
        return super().cut(session, path, order)


class FailsTheSecondTime(GOOD):
    def __init__(self) -> None:
        self.done: set[str] = set()

    def cut(self, session: Any, path: Any, order: Any) -> Landed:
        if path.key in self.done:
            raise RejectedError("it is cut already")
        self.done.add(path.key)
        return super().cut(session, path, order)


class GivesTooMuchBack(GOOD):
    def restore(self, session: Any, path: Any, order: Any) -> Landed:
        if path.kind is PathKind.TOKEN:
            acme._change(session, replace(path, before={"token": "t3"}), "POST", "/users/{user}/tokens/{token}/enable")
        return super().restore(session, path, order)


class GivesNothingBack(GOOD):
    def restore(self, session: Any, path: Any, order: Any) -> Landed:
        return Landed(order.at)


class HitsTheColleague(GOOD):
    def cut(self, session: Any, path: Any, order: Any) -> Landed:
        if path.kind is PathKind.TOKEN and not path.survives_s:
            super().cut(session, replace(path, account="u-amara.okafor"), order)
        return super().cut(session, path, order)


class DeclaresTooLittle(GOOD):
    permissions = {**GOOD.permissions, "observe": ("users.read", "sessions.read")}  # noqa: RUF012


class DeclaresTooMuch(GOOD):
    permissions = {**GOOD.permissions, "cut": (*GOOD.permissions["cut"], "org.admin")}  # noqa: RUF012


class DeclaresTooMuchToRead(GOOD):
    permissions = {**GOOD.permissions, "observe": (*GOOD.permissions["observe"], "org.read")}  # noqa: RUF012


class LosesInSilence(GOOD):
    def observe(self, *given: Any) -> Any:
        return replace(super().observe(*given), unread={})


class ReportsNobody(GOOD):
    def discover(self, session: Any, subject: Any) -> Any:
        try:
            return super().discover(session, subject)
        except RefusedError:
            return ()


class Talks(GOOD):
    def observe(self, *given: Any) -> Any:
        seen = super().observe(*given)
        return replace(seen, read_by=f"curl -H 'Authorization: Bearer {os.environ['ACME_READER']}'")


class BelievesInLuck(GOOD):
    def cut(self, session: Any, path: Any, order: Any) -> Landed:
        try:
            return super().cut(session, path, order)
        except (AmbiguousError, ThrottledError):
            return Landed(order.at)


class Stumbles(GOOD):
    def cut(self, session: Any, path: Any, order: Any) -> Landed:
        raise KeyError(path.id)


@pytest.mark.parametrize(
    ("broken", "check", "sentence"),
    [
        (WritesWhileReading, reads.only_reads, "sent writes: POST /users/{user}/suspend"),
        (GOOD, reads.refuses_writes, "a reader could cut"),  # with suspend declared a read, below
        (Counts, reads.repeats_itself, "two reads of u-jordan.lee differ"),
        (Shuffles, reads.repeats_itself, "not sorted"),
        (FindsAnybody, reads.finds_exactly, "found by resemblance: u-jordan.lee"),
        (OnlySaysSo, writes.cuts, "is standing after its cut"),
        (ForgetsTheSecondTime, writes.cuts_twice, "a second cut changed u-jordan.lee/token/t1"),
        (FailsTheSecondTime, writes.cuts_twice, "a second cut failed"),
        (GivesTooMuchBack, writes.restores, "more stands than before"),
        (GivesNothingBack, writes.restores, "not standing again"),
        (HitsTheColleague, writes.spares_others, "changed what belongs to somebody else"),
        (DeclaresTooLittle, needs.enough, "observe declares too little"),
        (
            DeclaresTooMuch,
            lambda world: needs.missed_by_write(world, "cut", "org.admin"),
            "declares org.admin and does not need",
        ),
        (LosesInSilence, lambda world: needs.missed_by_reads(world, [("observe", "tokens.read")]), "in silence"),
        (ReportsNobody, needs.says_when_blind, "fewer accounts instead of a refusal"),
        (
            DeclaresTooMuchToRead,
            lambda world: needs.missed_by_reads(world, [("observe", "org.read")]),
            "does not need it",
        ),
        (LosesInSilence, needs.says_when_blind, "without saying what it missed"),
        (Talks, faults.tells_no_secret, "1 of 2 credentials are told"),
        (BelievesInLuck, faults.owns_up_to_a_lost_reply, "a lost reply was reported as done"),
        (BelievesInLuck, faults.tells_a_throttle, "a throttle was reported as done"),
        (Stumbles, writes.cuts, "KeyError left cut: only connectors.errors may"),
    ],
    ids=lambda one: getattr(one, "__name__", None),
)
def test_a_broken_connector_is_caught(
    broken: type[GOOD], check: Callable[[Any], None], sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if broken is WritesWhileReading or check is reads.refuses_writes:
        others = [one for one in acme.ROUTES if one.path != SUSPEND.path]
        monkeypatch.setattr(acme, "ROUTES", Routes((SUSPEND, *others)))
    monkeypatch.setattr("connectors.testing.rounds.PATIENCE_S", 0.2)
    made = acme.AcmeConnector()
    made.containment = broken()  # type: ignore[misc]
    with acme_world(made) as world, pytest.raises(AssertionError) as caught:
        check(world)
    assert sentence in str(caught.value)


def test_the_kit_loads_neither_pytest_nor_a_vendor() -> None:
    import subprocess
    import sys

    code = (
        "import sys, connectors.testing.conformance, connectors.contract, connectors.registry;"
        "assert not {'pytest', 'httpx', 'boto3', 'connectors.aws'} & set(sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
