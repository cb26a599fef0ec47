"""Chats are told apart by their shape; a time without an offset is not taken for UTC."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.errors import InputError
from runner.evidence.chat import read_chat

WALLET = "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq"
EXPORTS = {
    "Slack": [{"type": "message", "user": "U1", "text": f"pay {WALLET}", "ts": "1772504100.000200"}],
    "Telegram": {
        "name": "x",
        "messages": [
            {
                "id": 1,
                "date": "2026-03-03T02:15:00",
                "date_unixtime": "1772504100",
                "from": "J",
                "from_id": "user1",
                "text": ["pay ", {"type": "code", "text": WALLET}],
                "file": "a.zip",
            }
        ],
    },
    "Microsoft Teams": {
        "value": [
            {
                "id": "1",
                "createdDateTime": "2026-03-03T02:15:00Z",
                "from": {"user": {"displayName": "J"}},
                "body": {"content": f"pay {WALLET}"},
            }
        ]
    },
    "Discord": {
        "messages": [
            {
                "id": "1",
                "timestamp": "2026-03-03T04:15:00+02:00",
                "author": {"name": "j", "id": "7"},
                "content": f"pay {WALLET}",
            }
        ]
    },
}


@pytest.mark.parametrize("program", EXPORTS)
def test_an_export_is_told_by_its_shape_and_its_times_are_in_utc(program: str) -> None:
    found, [message] = read_chat(json.dumps(EXPORTS[program]).encode())
    assert found == program
    assert message.sent.utc == "2026-03-03T02:15:00Z"
    assert [one.address for one in message.wallets] == [WALLET]


def test_whatsapps_times_have_no_offset_and_stay_as_they_stand() -> None:
    text = f"[03/03/26, 02:15:00] Jordan: pay {WALLET}\nor else\n[03/03/26, 02:16:00] Dana: who is this?"
    program, messages = read_chat(text.encode())
    assert program == "WhatsApp"
    assert [one.text for one in messages] == [f"pay {WALLET}\nor else", "who is this?"]
    assert {one.sent.utc for one in messages} == {""}
    assert "no offset" in messages[0].problems[0]


def test_a_file_of_another_shape_is_refused_with_what_is_known() -> None:
    with pytest.raises(InputError) as error:
        read_chat(b'{"messages": "none"}')
    assert "Telegram" in error.value.expected


def test_a_file_that_an_export_names_has_no_digest_because_its_bytes_are_elsewhere() -> None:
    _program, [message] = read_chat(json.dumps(EXPORTS["Telegram"]).encode())
    assert [(one.name, one.sha256) for one in message.attachments] == [("a.zip", "")]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["ts", "type", "messages", "date", "id", "value", "body", "createdDateTime", "text", "date_unixtime"]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=12,
)


@given(JSON)
def test_any_json_is_read_or_refused_and_nothing_else(found: object) -> None:
    try:
        read_chat(json.dumps(found).encode())
    except InputError:
        return
