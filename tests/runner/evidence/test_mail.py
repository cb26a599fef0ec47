"""A mail is read and nothing more: nothing opened, nothing fetched, nothing believed."""

from __future__ import annotations

import hashlib
import socket
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.errors import InputError
from runner.evidence.mail import read_mail, read_mbox
from runner.evidence.said import defanged

NOTE = b"""Received: from mx.initech.example by store.initech.example; Mon, 2 Mar 2026 21:15:09 -0500
Received: from relay.example by mx.initech.example; Mon, 2 Mar 2026 21:15:02 -0500
Authentication-Results: mx.initech.example; spf=softfail smtp.mailfrom=relay.example;
 dkim=none; dmarc=fail header.from=initech.example
From: =?utf-8?b?Sm9yZGFuIExlZQ==?= <jordan.lee@proton.example>
To: board@initech.example, "Dana, Price" <dana.price@initech.example>
Subject: your source code\r
Date: Tue, 3 Mar 2026 02:15:00 +0000
Message-ID: <abc@relay.example>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="B"

--B
Content-Type: text/plain; charset=utf-8

Pay 2 BTC to bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq before Friday.
Proof: https://files.example/x?id=1.
--B
Content-Type: application/pdf; name="invoice.pdf"
Content-Disposition: attachment; filename="..\\..\\invoice.pdf.exe"
Content-Transfer-Encoding: base64

TVqQAAMAAAAEAAAA//8AALgAAAAAAAAAQAAAAAAAAAAAAAAA
--B--
"""


def test_headers_hops_and_times_are_told_as_they_stand_and_in_utc() -> None:
    mail = read_mail(NOTE)
    assert mail.sender == "Jordan Lee <jordan.lee@proton.example>"
    assert mail.recipients == ("board@initech.example", "dana.price@initech.example")
    assert mail.sent.stated.startswith("Tue, 3 Mar 2026 02:15:00")
    assert mail.sent.utc == "2026-03-03T02:15:00Z"
    assert [hop.utc for hop in mail.hops] == ["2026-03-03T02:15:02Z", "2026-03-03T02:15:09Z"]
    assert mail.authentication[0].startswith("mx.initech.example; spf=softfail")
    assert mail.problems == ()


def test_an_attachment_is_a_name_a_digest_and_what_its_first_bytes_are() -> None:
    [attachment] = read_mail(NOTE).attachments
    assert attachment.claimed == "application/pdf"
    assert attachment.media_type != "application/pdf"
    assert (
        attachment.sha256
        == hashlib.sha256(
            b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff\x00\x00\xb8" + b"\0" * 7 + b"@" + b"\0" * 11
        ).hexdigest()
    )
    assert attachment.name == "..\\..\\invoice.pdf.exe"


def test_links_and_wallets_are_found_and_no_connection_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_given: object) -> None:
        raise AssertionError("a link was followed")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    mail = read_mail(NOTE)
    assert mail.links == ("https://files.example/x?id=1",)
    assert [one.address for one in mail.wallets] == ["bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq"]
    assert defanged(mail.links[0]) == "https[:]//files[.]example/x?id=1"


def test_a_page_is_read_as_text_and_its_scripts_are_not() -> None:
    page = b"From: a@x.example\nDate: x\nContent-Type: text/html\n\n<p>pay <a href='http://pay.example'>here</a></p><script>alert(1)</script>"
    mail = read_mail(page)
    assert mail.text == "pay here"
    assert mail.links == ("http://pay.example",)


def test_what_does_not_fit_together_is_told() -> None:
    twice = b"From: a@x.example\nFrom: b@x.example\nDate: Tue, 3 Mar 2026 02:15:00\nReceived: a; Tue, 3 Mar 2026 01:00:00 +0000\nReceived: b; Tue, 3 Mar 2026 02:00:00 +0000\n\nhello"
    told = " ".join(read_mail(twice).problems)
    assert "more than one From line" in told
    assert "cannot be read as a time with its offset" in told
    assert "do not rise" in told


def test_a_header_cannot_smuggle_a_second_line() -> None:
    mail = read_mail(b"From: a@x.example\nSubject: =?utf-8?q?one=0D=0ABcc:_all=40x.example?=\n\nx")
    assert "\n" not in mail.subject
    assert mail.recipients == ()


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused_and_nothing_else(raw: bytes) -> None:
    try:
        mail = read_mail(raw)
    except InputError:
        return
    assert mail.headers


def test_a_mail_of_a_thousand_nested_parts_ends() -> None:
    nested = b"".join(b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (n, n) for n in range(1200))
    try:
        mail = read_mail(b"From: a@x.example\n" + nested)
    except InputError as error:
        assert "cannot be read" in error.what
    else:
        assert mail.problems


def test_every_mail_of_a_box_is_read(tmp_path: Path) -> None:
    box = tmp_path / "box"
    box.write_bytes(
        b"From a Mon Mar  2 21:15:02 2026\n"
        + NOTE
        + b"\nFrom b Mon Mar  2 21:15:02 2026\nFrom: b@x.example\n\nsecond\n"
    )
    assert [one.sender for one in read_mbox(box)] == ["Jordan Lee <jordan.lee@proton.example>", "b@x.example"]
