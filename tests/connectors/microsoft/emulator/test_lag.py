"""Eventual consistency: reads go on showing what was, and neither a read nor a proof is fooled by it for long."""

from __future__ import annotations

import time

from connectors.contract import PathState, settle
from connectors.testing.rounds import standing
from tests.connectors.microsoft.trial import trial

LAG = 0.4


def test_a_read_right_after_the_write_shows_what_was_and_a_later_one_what_is() -> None:
    with trial() as one:
        one.door("settings", lag=LAG)
        one.block()
        assert f"sign-in/{one.account.id}/block" in one.standing()
        time.sleep(LAG)
        assert f"sign-in/{one.account.id}/block" not in one.standing()


def test_what_settles_is_what_is_so_after_the_lag() -> None:
    with trial() as one:
        one.door("settings", lag=LAG)
        paths = [path for path in one.paths("sign-in") if path.manual is None]
        one.cut(*paths)
        keys = {path.key for path in paths if not path.survives_s}
        settled = one.held.settled({one.account.id: one.before}, down=keys)
        assert not keys & {path.key for path in standing(settled)}


def test_a_lagging_read_never_turns_what_stands_into_what_is_cut() -> None:
    with trial() as one:
        one.door("settings", lag=LAG)
        block = f"sign-in/{one.account.id}/block"
        (path,) = [path for path in one.paths("sign-in") if path.id == block]
        one.cut(path)
        stale = {found.id: found for found in settle(one.before.paths, one.observe(one.before.paths))}
        assert stale[block].state is PathState.STANDING
        time.sleep(LAG)
        one.restore(path)
        stale = {found.id: found for found in settle(one.before.paths, one.observe(one.before.paths))}
        assert stale[block].state is PathState.CUT  # as it was a moment ago
        time.sleep(LAG)
        assert block in one.standing()
