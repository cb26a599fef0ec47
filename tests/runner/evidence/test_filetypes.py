"""A file is what its first bytes are; names and claims do not count."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.evidence.filetypes import UNKNOWN, media_type_of

KNOWN = {
    b"%PDF-1.7\n%\xe2\xe3": "application/pdf",
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR": "image/png",
    b"From a Mon Mar  2 21:15:02 2026\nFrom: a@x.example\nDate: x\n\nhi": "application/mbox",
    b"Received: x\r\nFrom: a@x.example\r\nTo: b@x.example\r\n\r\nhi": "message/rfc822",
    b'{"messages": [': "application/json",
    b"<!DOCTYPE html><p>": "text/html",
    "zw\u00f6lf Zeilen".encode(): "text/plain",
    b"{this is no json}": "text/plain",
    b"\0\x01\x02\x03": UNKNOWN,
    b"": UNKNOWN,
}


@pytest.mark.parametrize(("head", "expected"), KNOWN.items())
def test_a_type_is_told_by_the_first_bytes(head: bytes, expected: str) -> None:
    assert media_type_of(head) == expected


@given(st.binary(max_size=200))
def test_any_bytes_have_a_type(head: bytes) -> None:
    assert "/" in media_type_of(head)
