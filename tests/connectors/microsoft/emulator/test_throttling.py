"""429 with and without a time to wait: reads are repeated by the seam, and what did not act is told as that."""

from __future__ import annotations

import pytest

from connectors.errors import ThrottledError
from connectors.microsoft.client import opened
from connectors.testing.rounds import Identity
from runner.range.microsoft.people import SUSPECT, guid
from tests.connectors.microsoft.trial import Trial, trial

ME = guid(SUSPECT)
READ = "GET /v1.0/users/{user}"


def throttled(one: Trial, times: int, after: float | None) -> int:
    """The next reads of a user are asked to wait; how many calls were made until now."""
    fault = {"kind": "throttle", "match": READ, "times": times, "retry_after": after}
    one.door("faults", faults=[fault])
    return len(one.world.gate.calls)


@pytest.mark.parametrize("after", [0.05, None])
def test_a_read_that_is_asked_to_wait_once_is_repeated(after: float | None) -> None:
    with trial() as one:
        session = opened(one.held.session(Identity.READER))
        mark = throttled(one, 1, after)
        assert session.get("/v1.0/users/{user}", user=ME)["id"] == ME
        assert [call["name"] for call in one.world.gate.calls[mark:]] == [READ, READ]


def test_a_throttle_that_lasts_too_long_is_told_with_the_time_that_was_asked_for() -> None:
    with trial() as one:
        session = opened(one.held.session(Identity.READER))
        throttled(one, 1_000, 3600)
        with pytest.raises(ThrottledError) as caught:
            session.get("/v1.0/users/{user}", user=ME)
        assert caught.value.retry_after == 3600


def test_a_cut_that_was_asked_to_wait_did_not_act() -> None:
    with trial() as one:
        (path,) = [path for path in one.paths("sign-in") if path.id.endswith("/block")]
        one.door("faults", faults=[{"kind": "throttle", "write": True, "times": 1_000, "retry_after": 3600}])
        tried = one.held.one("cut", path)
        assert isinstance(tried.error, ThrottledError)
        assert tried.error.acted == "no"
        assert one.world.tenant.table("users")[ME]["accountEnabled"] is True
