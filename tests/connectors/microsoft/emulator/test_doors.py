"""The range's doors: what outlives a block, and for how long."""

from __future__ import annotations

import pytest

from runner.range.microsoft.people import BOSS, DOMAIN, SUSPECT
from tests.connectors.microsoft.trial import trial

MAIL = f"{SUSPECT}@{DOMAIN}"


def test_the_companys_own_app_takes_a_token_until_it_ends_although_its_owner_is_blocked() -> None:
    with trial() as one:
        token = one.token(MAIL, "api://timesheet/.default")
        one.block()
        assert one.door("app", token=token) == {"open": True, "who": one.account.id, "why": ""}
        one.door("advance", seconds=3601)
        assert not one.door("app", token=token)["open"]


def test_the_companys_own_app_takes_no_token_that_was_made_for_another() -> None:
    with trial() as one:
        token = one.token(MAIL, "https://graph.microsoft.com/.default")
        assert not one.door("app", token=token)["open"]


def test_a_mail_flow_rule_copies_mail_and_no_path_of_the_subject_ends_it() -> None:
    with trial() as one:
        one.cut(*[path for path in one.before.paths if path.manual is None])
        assert "archive@mailbox.example" in one.door("deliver", to=f"{BOSS}@{DOMAIN}")["forwarded_to"]
        assert "archive@mailbox.example" not in one.door("deliver", to=MAIL)["forwarded_to"]


def test_a_rule_that_asks_for_words_forwards_only_mail_with_them_and_may_end_the_list() -> None:
    with trial() as one:
        boss = f"{BOSS}@{DOMAIN}"
        assert one.door("deliver", to=boss, subject="lunch")["forwarded_to"] == ["archive@mailbox.example"]
        assert len(one.door("deliver", to=boss, subject="Payroll 9")["forwarded_to"]) == 2


def test_mail_to_nobody_is_not_delivered() -> None:
    with trial() as one:
        assert one.door("deliver", to="nobody@initech.example") == {"delivered": False, "forwarded_to": []}


def test_a_secret_that_nobody_gave_out_opens_nothing() -> None:
    with trial() as one:
        assert not one.door("pat", secret="guess")["works"]
        assert not one.door("open-link", url="https://guess.example")["open"]


def test_a_door_that_is_not_there_is_said_to_be_missing() -> None:
    with trial() as one, pytest.raises(ValueError, match="has no control 'window'"):
        one.door("window")
