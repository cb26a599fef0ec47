"""Membership in teams."""

from __future__ import annotations

from connectors.contract import Outcome, PathState
from runner.range.microsoft.people import guid
from runner.range.microsoft.teams import JOINED, OWNED
from tests.connectors.microsoft.trial import trial


def members(one: object, team: str) -> dict[str, list[str]]:
    (row,) = one.door("get", table="teams", displayName=team)  # type: ignore[attr-defined]
    held: dict[str, list[str]] = row["_members"]
    return held


def test_owner_and_member_are_removed_late_and_come_back_in_their_roles() -> None:
    with trial() as one:
        paths = one.paths("teams")
        assert sorted(path.label for path in paths) == [f"member of the team {JOINED}", f"owner of the team {OWNED}"]
        assert {path.wave for path in paths} == {2}
        one.cut(*paths)
        assert one.account.id not in {**members(one, OWNED), **members(one, JOINED)}
        assert {one.after()[path.id].state for path in paths} == {PathState.CUT}
        one.restore(*paths)
        assert members(one, OWNED)[one.account.id] == ["owner"]
        assert members(one, JOINED)[one.account.id] == []


def test_a_removal_is_announced_in_the_channel() -> None:
    with trial() as one:
        one.cut(one.path("teams", OWNED))
        (told,) = one.door("get", table="channelMessages")
        assert told["team"] == guid(f"team-{OWNED}")


def test_the_last_owner_becomes_a_card() -> None:
    with trial() as one:
        del members(one, OWNED)[one.world.people.colleague]
        (path,) = [one for one in one.observe().paths if OWNED in one.label]
        assert path.manual is not None
        assert "Give the team another owner" in path.manual.title


def test_a_member_who_is_there_already_is_already_so() -> None:
    with trial() as one:
        (done,) = one.restore(one.path("teams", JOINED))
        assert done.landed is not None
        assert done.landed.outcome is Outcome.ALREADY_SO


def test_a_team_that_is_left_by_another_way_is_asked_by_its_id() -> None:
    with trial() as one:
        path = one.path("teams", JOINED)
        del members(one, JOINED)[one.account.id]
        seen = len(one.world.gate.calls)
        assert one.after()[path.id].state is PathState.CUT
        assert [call for call in one.world.gate.calls[seen:] if path.before["team"] in call["path"]]
