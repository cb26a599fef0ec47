"""Inbox rules that the subject left in other mailboxes."""

from __future__ import annotations

import pytest

from connectors.microsoft.hunt.areas import inbox_rules
from runner.range.microsoft.mail import OUTSIDE, recipient, rule
from runner.range.microsoft.people import BOSS, DOMAIN
from tests.connectors.microsoft.kit import everything
from tests.connectors.microsoft.trial import Trial, trial


def add(one: Trial, mailbox: str, name: str, title: str, **actions: object) -> None:
    one.door("put", table="messageRules", rows=[rule(mailbox, name, title, **actions)])


def test_the_rule_in_the_bosss_mailbox_is_found_with_the_address_that_ties_it_to_the_subject() -> None:
    with trial() as one:
        (found,), gaps = one.sweep(inbox_rules)
        assert gaps == []
        assert f"{BOSS}@{DOMAIN} sends mail to {OUTSIDE}, as the subject's own rules do" in found.title
        assert (found.severity, found.by_subject) == ("high", None)
        assert found.id.startswith(f"inbox-rule/{one.world.people.boss}:")


def test_the_tie_is_seen_after_the_subjects_own_rules_were_cut() -> None:
    with trial() as one:
        one.cut(*[path for path in one.paths("mail") if path.manual is None])
        (found,), _gaps = one.sweep(inbox_rules)
        assert found.severity == "high"


def test_its_removal_stops_the_mail() -> None:
    with trial() as one:
        boss = f"{BOSS}@{DOMAIN}"
        assert OUTSIDE in one.door("deliver", to=boss, subject="payroll")["forwarded_to"]
        (found,), _gaps = one.sweep(inbox_rules)
        assert found.remove.startswith("az rest --method patch --url https://graph.microsoft.com/v1.0/users/")
        (row,) = one.door("get", table="messageRules", _mailbox=one.world.people.boss)
        one.door("change", table="messageRules", id=row["id"], values={"isEnabled": False})
        assert one.sweep(inbox_rules) == ([], [])
        assert OUTSIDE not in one.door("deliver", to=boss, subject="payroll")["forwarded_to"]


def test_rules_that_stay_inside_or_send_nothing_are_no_finding_and_others_address_is_less() -> None:
    with trial() as one:
        people = one.world.people
        add(one, people.colleague, "r20", "Home", forwardTo=[recipient("amara@home.example")])
        found, _gaps = one.sweep(inbox_rules)
        assert {(each.severity, each.detail["to"][0]) for each in found} == {
            ("high", OUTSIDE), ("medium", "amara@home.example"),
        }  # fmt: skip


def test_a_hostile_name_is_in_the_detail_and_in_no_command() -> None:
    with trial() as one:
        add(one, one.world.people.colleague, "r21", "$(reboot)'; x", redirectTo=[recipient("$(id)@home.example")])
        found, _gaps = one.sweep(inbox_rules)
        (hostile,) = [each for each in found if each.severity == "medium"]
        assert hostile.detail["rule"] == "$(reboot)'; x"
        assert "$(" not in hostile.remove


def test_more_mailboxes_than_are_looked_at_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inbox_rules, "MOST_MAILBOXES", 0)
    with trial() as one:
        found, (gap,) = one.sweep(inbox_rules)
        assert not found
        assert gap.endswith("mailboxes were not looked at")


def test_mailboxes_that_the_subjects_changes_name_come_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inbox_rules, "MOST_MAILBOXES", 1)
    with trial() as one:
        (row,) = one.door("get", table="directoryAudits", activityDisplayName="Invite external user")
        row["targetResources"].append({"id": one.world.people.boss, "type": "User", "modifiedProperties": []})
        one.world.tenant.tables["directoryAudits"] = {row["id"]: row}
        (found,), _gaps = one.sweep(inbox_rules)
        assert found.detail["mailbox"] == f"{BOSS}@{DOMAIN}"


def test_a_lack_of_the_right_is_a_gap_and_not_nothing_found() -> None:
    with trial() as one:
        one.world.allow(reader=everything() - {"MailboxSettings.Read", "MailboxSettings.ReadWrite"})
        found, gaps = one.sweep(inbox_rules)
        assert not found
        assert all("403" in gap for gap in gaps)
        assert gaps
