"""Azure DevOps tokens, proven by using them."""

from __future__ import annotations

from datetime import timedelta

from connectors.contract import PathKind, PathState, Undo
from connectors.microsoft.families.devops import DELAY, DELAY_S
from connectors.microsoft.routes.devops import ADMINISTRATOR
from runner.range.microsoft.devops import secret
from runner.range.microsoft.people import COLLEAGUE, SUSPECT
from tests.connectors.microsoft.kit import everything
from tests.connectors.microsoft.trial import trial

TOKENS = ("laptop", "ci mirror", "laptop key")


def test_two_tokens_and_a_key_are_seen_and_one_that_ended_long_ago_is_not() -> None:
    with trial() as one:
        found = [path for path in one.paths("devops") if path.manual is None]
        assert sorted(path.kind for path in found) == [PathKind.KEY, PathKind.TOKEN, PathKind.TOKEN]
        assert {path.undo for path in found} == {Undo.NO}
        assert not [path for path in found if " old " in path.label]


def test_a_token_works_for_an_hour_after_its_revocation_and_then_no_more() -> None:
    with trial() as one:
        one.cut(*[path for path in one.paths("devops") if path.manual is None])
        for title in TOKENS:
            assert one.door("pat", secret=secret(SUSPECT, title))["works"]
        one.door("advance", seconds=DELAY_S + 1)
        for title in TOKENS:
            assert not one.door("pat", secret=secret(SUSPECT, title))["works"]
            assert one.door("pat", secret=secret(COLLEAGUE, title))["works"]


def test_a_revoked_token_is_residual_until_an_hour_after_the_block() -> None:
    with trial() as one:
        one.block()
        paths = [path for path in one.paths("devops") if path.manual is None]
        one.cut(*paths)
        for path in paths:
            later = one.after()[path.id]
            assert (later.state, later.reason) == (PathState.RESIDUAL, DELAY)
            assert later.until is not None
            assert abs(later.until - one.held.at - timedelta(seconds=DELAY_S)) < timedelta(minutes=1)


def test_a_revoked_token_of_an_account_that_may_sign_in_has_no_end_that_is_known() -> None:
    with trial() as one:
        path = one.path("devops", "ci mirror")
        one.cut(path)
        later = one.after()[path.id]
        assert (later.state, later.until) == (PathState.RESIDUAL, None)


def test_a_revoked_token_is_cut_once_the_hour_is_over() -> None:
    with trial() as one:
        one.block()
        path = one.path("devops", "ci mirror")
        one.cut(path)
        long_ago = "2026-02-03T08:00:00Z"
        values = {"signInSessionsValidFromDateTime": long_ago, "_revoked": None}
        one.door("change", table="users", id=one.account.id, values=values)
        assert one.after()[path.id].state is PathState.CUT


def test_disabling_the_account_revokes_tokens_too() -> None:
    with trial() as one:
        one.block()
        one.door("advance", seconds=DELAY_S + 1)
        assert not one.door("pat", secret=secret(SUSPECT, "laptop"))["works"]


def test_a_refusal_is_told_as_unread_with_a_card() -> None:
    with trial() as one:
        one.world.allow(reader=everything() - {ADMINISTRATOR})
        seen = one.observe()
        assert "organisation initech" in seen.unread[PathKind.TOKEN]
        (card,) = [path for path in seen.paths if path.id.endswith("initech/by-hand")]
        assert card.manual is not None
        assert any("tokenadmin/revocations" in line for line in card.manual.instructions)


def test_a_browser_session_is_a_card_with_its_seven_days() -> None:
    with trial() as one:
        card = one.path("devops", "browser sessions").manual
        assert card is not None
        assert "7 days" in card.instructions[0]


def test_an_organisation_that_does_not_exist_hides_no_other() -> None:
    with trial(**{"devops-organizations": ["nowhere", "initech"]}) as one:
        assert "nowhere" in one.before.unread[PathKind.TOKEN]
        assert [path for path in one.paths("devops") if "ci mirror" in path.label]


def test_an_estate_without_organisations_asks_nothing() -> None:
    with trial(**{"devops-organizations": []}) as one:
        assert not one.paths("devops")
        assert not [call for call in one.world.gate.calls if call["service"] == "devops"]


def test_somebody_who_is_no_user_of_the_organisation_has_nothing_there() -> None:
    with trial() as one:
        (row,) = one.door("get", table="devopsUsers", originId=one.account.id)
        one.door("change", table="devopsUsers", id=row["id"], values={"originId": "somebody-else"})
        assert not [path for path in one.observe().paths if path.id.startswith("devops/")]


def test_users_and_tokens_are_read_over_all_pages() -> None:
    with trial() as one:
        one.door("settings", page=1)
        paged = [path.id for path in one.observe().paths if path.id.startswith("devops/")]
        assert paged == [path.id for path in one.paths("devops")]
