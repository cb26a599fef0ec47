"""Mailboxes: what is set in them and every header, no text of any message, and what Exchange itself counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connectors.contract import Outcome
from connectors.microsoft.evidence.mailbox import PreserveMailbox
from runner.range.microsoft.mailboxes import MESSAGES, TEXT
from runner.range.microsoft.people import COLLEAGUE, SUSPECT, guid

if TYPE_CHECKING:
    from tests.connectors.microsoft.evidence.conftest import Scene


def test_rules_settings_and_headers_are_kept_and_nobody_elses(scene: Scene) -> None:
    scene.settings(page=7)
    result = scene.run(PreserveMailbox())
    settings, messages = result.receipts
    assert (settings.complete, messages.complete, messages.records) == ("complete", "complete", MESSAGES)
    assert len(scene.rows("messageRules", _mailbox=guid(SUSPECT))) < settings.records
    assert result.outputs["messages"] == MESSAGES
    assert all(guid(f"message-{COLLEAGUE}-1").encode() not in data for data in scene.context.stored.values())
    assert "ask Exchange PowerShell" in settings.why


def test_no_text_of_a_message_is_kept_even_where_the_app_may_read_it(scene: Scene) -> None:
    scene.world.allow(
        reader=frozenset({"Mail.Read", "Mail.ReadBasic.All", "MailboxSettings.Read", "Calendars.ReadBasic"})
    )
    scene.run(PreserveMailbox())
    assert scene.context.stored
    assert all(TEXT.encode() not in data for data in scene.context.stored.values())
    assert any(b"relay.example" in data for data in scene.context.stored.values()), "headers are there"


def test_fewer_messages_than_exchange_counts_are_told_with_both_numbers(scene: Scene) -> None:
    scene.settings(listing_limit=25)
    messages = scene.run(PreserveMailbox()).receipts[1]
    assert messages.complete == "incomplete"
    assert [gap.why for gap in messages.gaps] == [f"Exchange counts {MESSAGES} and 25 came"]


def test_a_mailbox_that_is_gone_is_a_gap(scene: Scene) -> None:
    scene.world.control.does("change", {"table": "users", "id": guid(SUSPECT), "values": {"_no_mailbox": True}})
    result = scene.run(PreserveMailbox())
    assert all(one.complete == "incomplete" for one in result.receipts)
    assert result.outputs["messages"] == 0


def test_a_case_without_a_member_has_no_mailbox_here(scene: Scene) -> None:
    scene.context.accounts = ()
    assert scene.run(PreserveMailbox()).outcome is Outcome.NOT_APPLICABLE
