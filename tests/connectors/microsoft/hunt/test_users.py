"""Users: accounts that the subject made or took over are ways in under another name."""

from __future__ import annotations

from connectors.microsoft.hunt.areas import users
from runner.range.microsoft.people import SUSPECT, guid
from runner.range.microsoft.tenant import PLANTED_USER, STARTER, TAKEN_USER, row
from tests.connectors.microsoft.trial import trial


def test_the_user_that_they_made_and_the_one_whose_password_they_set_are_found() -> None:
    with trial() as one:
        findings, gaps = one.sweep(users)
        assert {found.id for found in findings} == {
            f"planted-user/{guid(PLANTED_USER)}",
            f"taken-user/{guid(TAKEN_USER)}",
        }
        assert all(found.by_subject for found in findings)
        assert gaps == []
        assert guid(STARTER) not in str(findings)


def test_a_user_that_they_made_is_removed_by_a_block() -> None:
    with trial() as one:
        (found,) = [found for found in one.sweep(users)[0] if found.kind == "planted-user"]
        assert found.remove.startswith("az rest --method patch")
        assert '{"accountEnabled": false}' in found.remove


def test_one_that_is_blocked_or_gone_is_no_way_in() -> None:
    with trial() as one:
        one.world.tenant.table("users")[guid(PLANTED_USER)]["accountEnabled"] = False
        one.world.tenant.table("users").pop(guid(TAKEN_USER))
        assert one.sweep(users) == ([], [])


def test_a_user_that_they_made_and_whose_password_they_then_set_is_still_one_that_they_made() -> None:
    with trial() as one:
        again = row("again", "Reset user password", guid(SUSPECT), "User", guid(PLANTED_USER), PLANTED_USER)
        one.world.tenant.put("directoryAudits", again)
        assert {found.kind for found in one.sweep(users)[0]} == {"planted-user", "taken-user"}


def test_what_they_did_to_their_own_account_is_no_take_over() -> None:
    with trial() as one:
        own = row("own", "Reset user password", guid(SUSPECT), "User", guid(SUSPECT), SUSPECT)
        one.world.tenant.put("directoryAudits", own)
        assert guid(SUSPECT) not in {found.id.split("/")[1] for found in one.sweep(users)[0]}
