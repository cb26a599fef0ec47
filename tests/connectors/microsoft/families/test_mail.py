"""Inbox rules and shared calendars, proven by mail that arrives."""

from __future__ import annotations

from connectors.contract import PathKind, PathState, Undo
from runner.range.microsoft.mail import HOSTILE, OUTSIDE
from runner.range.microsoft.people import DOMAIN, SUSPECT
from tests.connectors.microsoft.trial import trial

MAIL = f"{SUSPECT}@{DOMAIN}"


def test_mail_goes_out_until_the_rules_are_cut_even_when_the_account_is_blocked() -> None:
    with trial() as one:
        one.block()
        assert one.door("deliver", to=MAIL)["forwarded_to"] == [OUTSIDE]
        rules = [path for path in one.paths("mail", PathKind.FORWARDING) if path.state is PathState.STANDING]
        assert len(rules) == 2
        one.cut(*rules)
        for subject in ("hello", "invoice 7"):
            assert one.door("deliver", to=MAIL, subject=subject) == {"delivered": True, "forwarded_to": []}
        assert {one.after()[path.id].state for path in rules} == {PathState.CUT}


def test_a_rule_is_disabled_and_kept_as_evidence() -> None:
    with trial() as one:
        rule = one.path("mail", HOSTILE)
        one.cut(rule)
        (row,) = one.door("get", table="messageRules", _mailbox=one.account.id, displayName=HOSTILE)
        assert row["isEnabled"] is False
        assert row["actions"]["forwardTo"]


def test_a_restored_rule_forwards_again_and_only_when_asked() -> None:
    with trial() as one:
        rule = one.path("mail", HOSTILE)
        assert rule.undo is Undo.WHEN_ASKED
        assert OUTSIDE in rule.undo_note
        one.cut(rule)
        one.restore(rule)
        assert one.door("deliver", to=MAIL)["forwarded_to"] == [OUTSIDE]


def test_a_rule_that_sends_nothing_on_is_no_path_and_a_disabled_one_does_not_stand() -> None:
    with trial() as one:
        labels = [path.label for path in one.paths("mail")]
        assert not [label for label in labels if "Newsletters" in label]
        assert one.path("mail", "Old one").state is PathState.CUT


def test_a_name_chosen_by_the_subject_is_a_label_and_nothing_else() -> None:
    with trial() as one:
        rule = one.path("mail", HOSTILE)
        assert rule.id == f"mail/{one.account.id}/rule/AQAAANr1"
        assert HOSTILE not in repr(rule.before)


def test_a_read_only_rule_becomes_a_card_that_never_types_its_name_as_code() -> None:
    with trial() as one:
        (row,) = one.door("get", table="messageRules", _mailbox=one.account.id, displayName=HOSTILE)
        one.door("change", table="messageRules", id=row["id"], values={"isReadOnly": True})
        (rule,) = [path for path in one.observe().paths if HOSTILE in path.label]
        assert rule.manual is not None
        text = "\n".join(rule.manual.instructions)
        assert HOSTILE not in text
        assert HOSTILE.replace("'", "''") in text


def test_a_calendar_shared_outside_is_cut_and_given_back_in_the_same_role() -> None:
    with trial() as one:
        (share,) = one.paths("mail", PathKind.SHARE)
        assert "broker@agency.example (read)" in share.label
        one.cut(share)
        assert one.after()[share.id].state is PathState.CUT
        (left,) = one.door("get", table="calendarPermissions", _mailbox=one.account.id)
        assert left["isInsideOrganization"] is True
        one.restore(share)
        assert share.id in one.standing()


def test_a_calendar_that_is_closed_to_its_guest_is_no_path() -> None:
    with trial() as one:
        (row,) = one.door("get", table="calendarPermissions", _mailbox=one.account.id, role="read")
        one.door("change", table="calendarPermissions", id=row["id"], values={"role": "none"})
        assert not [path for path in one.observe().paths if path.id.startswith(f"mail/{one.account.id}/calendar")]


def test_somebody_without_a_mailbox_has_no_rules_and_nothing_is_unread() -> None:
    with trial() as one:
        one.door("change", table="users", id=one.account.id, values={"_no_mailbox": True})
        seen = one.observe()
        assert not [path for path in seen.paths if path.id.startswith("mail/")]
        assert PathKind.FORWARDING not in seen.unread


def test_a_refusal_of_rules_hides_no_calendar() -> None:
    with trial() as one:
        one.world.allow(reader=frozenset({"User.Read.All", "Calendars.ReadBasic"}))
        seen = one.observe()
        assert "MailboxSettings.Read" in seen.unread[PathKind.FORWARDING] or "403" in seen.unread[PathKind.FORWARDING]
        assert [path for path in seen.paths if path.id.startswith(f"mail/{one.account.id}/calendar")]
