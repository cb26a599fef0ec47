"""Cards for Exchange Online PowerShell."""

from __future__ import annotations

import re

import pytest

from connectors.contract import Account, PathKind, Subject
from connectors.microsoft.families import exchange
from tests.connectors.microsoft.trial import trial

SUBJECT = Subject("worker-1", ())
HOSTILE = "eve'; Remove-Mailbox -Identity * #\u2019$(1)@initech.example"


def test_every_mailbox_gets_a_card_for_each_thing_that_graph_cannot_show() -> None:
    with trial() as one:
        found = {path.id.rsplit("/", 1)[1]: path for path in one.paths("exchange")}
        assert {name: path.kind for name, path in found.items()} == {
            "forwarding": PathKind.FORWARDING, "hidden-rules": PathKind.FORWARDING,
            "delegates": PathKind.PERMISSION, "mobile": PathKind.DEVICE,
        }  # fmt: skip
        for path in found.values():
            assert path.manual is not None
            assert path.manual.instructions[:2] == ("Connect-ExchangeOnline", f"$who = '{one.account.label}'")
            assert path.manual.expect
            assert path.manual.ask.endswith((".", "?"))


@pytest.mark.parametrize("part", exchange.CARDS)
def test_a_hostile_name_stands_once_as_data_and_in_no_command(part: str) -> None:
    account = Account("entra-main", "id-1", "p1", "user", HOSTILE)
    paths, _unread = exchange.observe(None, account, SUBJECT, ())  # type: ignore[arg-type] - it asks nothing
    (card,) = [path.manual for path in paths if path.id.endswith(f"/{part}")]
    assert card is not None
    assert card.instructions[1] == "$who = " + "'" + HOSTILE.replace("'", "''").replace("\u2019", "\u2019\u2019") + "'"
    assert not [line for line in card.instructions[2:] if "Remove-Mailbox -Identity *" in line or "eve'" in line]
    assert "id-1" in paths[0].id
    assert "eve" not in paths[0].id


def test_braces_and_brackets_of_every_command_are_balanced() -> None:
    for card in exchange.CARDS.values():
        for line in card.commands:
            if re.match(r"(Get|Set|Clear|Disable|Remove)-", line):
                assert [line.count(one) for one in "{(["] == [line.count(one) for one in "})]"], line


def test_mail_that_is_forwarded_by_the_mailbox_itself_shows_in_no_rule_and_goes_on_until_a_person_acts() -> None:
    with trial() as one:
        one.door("change", table="users", id=one.account.id, values={"_forwarding_smtp": "x@mailbox.example"})
        one.block()
        one.cut(*[path for path in one.paths("mail") if path.manual is None and path.kind is PathKind.FORWARDING])
        assert one.door("deliver", to=one.account.label)["forwarded_to"] == ["x@mailbox.example"]
        (card,) = [path for path in one.observe().paths if path.id.endswith("/forwarding")]
        assert card.key in {path.key for path in one.before.paths}
        assert card.manual is not None
