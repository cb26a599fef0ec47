"""Accounts: mastered in Active Directory, or at home in another tenant."""

from __future__ import annotations

from dataclasses import replace

from connectors.contract import Readiness
from connectors.microsoft.preflight.accounts import accounts
from connectors.microsoft.preflight.facts import Unread
from tests.connectors.microsoft.preflight.cases import GOOD, one, with_worker


def test_a_synced_account_is_to_be_cut_in_active_directory_first() -> None:
    found = one(accounts(with_worker(synced=True)), "hybrid/w1")
    assert found.readiness is Readiness.NOT_READY
    assert "Active Directory" in found.fix
    assert one(accounts(GOOD), "hybrid/w1").readiness is Readiness.READY


def test_a_guests_password_and_sessions_are_out_of_reach() -> None:
    found = one(accounts(with_worker(guest=True)), "guest/w1")
    assert found.readiness is Readiness.NOT_APPLICABLE
    assert "out of reach" in found.why
    assert one(accounts(GOOD), "guest/w1").readiness is Readiness.READY


def test_an_account_that_could_not_be_read_may_be_a_synced_one() -> None:
    (found,) = accounts(replace(GOOD, users={"w1": Unread("403")}))
    assert (found.id, found.readiness) == ("hybrid/w1", Readiness.CANNOT_TELL)
