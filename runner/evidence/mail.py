"""Mails as they came: headers, hops, claimed authentication, text, and parts that stay closed.

The raw bytes are the evidence; this is a reading of them. A header may be forged below the line at which the own mail
system took the message over, and an `Authentication-Results` line is worth what its writer is worth (RFC 8601, 5).
"""

from __future__ import annotations

import hashlib
import mailbox
from collections.abc import Iterator
from email import message_from_bytes
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message as Parsed
from email.utils import getaddresses
from html.parser import HTMLParser
from pathlib import Path

from connectors.errors import InputError
from runner.evidence.filetypes import HEAD, media_type_of
from runner.evidence.said import LONGEST_TEXT, Attachment, Message, links_in, mail_time, wallets_in

LARGEST = 100 * 1024 * 1024
"""Bytes of one mail that is read whole; larger ones are kept and not read."""
MOST_PARTS = 500
MOST_HEADERS = 500


def read_mail(raw: bytes) -> Message:
    """One mail.

    Raises:
        InputError: it is no mail, or larger than any mail.

    """
    if len(raw) > LARGEST:
        raise InputError(f"the mail has {len(raw)} bytes", expected=f"at most {LARGEST}", fix="read it by hand")
    try:
        parsed = message_from_bytes(raw)
        return _read(parsed, raw)
    except (MessageError, RecursionError, ValueError, LookupError, AssertionError) as error:
        raise InputError(
            f"this cannot be read as a mail: {type(error).__name__}", fix="the original is kept; read it by hand"
        ) from None


def read_mbox(path: Path) -> Iterator[Message]:
    """Every mail of an mbox file (RFC 4155), in its order.

    Raises:
        InputError: one of them cannot be read.

    """
    box = mailbox.mbox(path, create=False)
    try:
        for key in box.keys():  # noqa: SIM118 - a mailbox is no mapping of its messages
            yield read_mail(box.get_bytes(key))
    finally:
        box.close()


def _read(parsed: Parsed, raw: bytes) -> Message:
    headers = tuple((name, _decoded(str(value))) for name, value in parsed.items()[:MOST_HEADERS])
    if not headers:
        raise InputError("this is no mail: it has no header", fix="the original is kept; read it by hand")
    text, links, attachments, problems = _parts(parsed)
    sent = mail_time(str(parsed.get("Date", "")))
    hops = tuple(mail_time(str(line).rpartition(";")[2]) for line in reversed(parsed.get_all("Received", [])))
    problems += [one for one in _doubts(sent.utc, [hop.utc for hop in hops], parsed) if one]
    found = links_in(text)
    return Message(
        id=_decoded(str(parsed.get("Message-ID", ""))) or f"sha256:{hashlib.sha256(raw).hexdigest()}",
        sent=sent, sender=_decoded(str(parsed.get("From", ""))), recipients=_recipients(parsed),
        subject=_decoded(str(parsed.get("Subject", ""))), text=text,
        links=tuple(dict.fromkeys((*found, *links))), wallets=wallets_in([text]), attachments=tuple(attachments),
        headers=headers, hops=hops,
        authentication=tuple(_one_line(str(line)) for line in parsed.get_all("Authentication-Results", [])),
        problems=tuple(problems),
    )  # fmt: skip


def _parts(parsed: Parsed) -> tuple[str, list[str], list[Attachment], list[str]]:
    texts: list[str] = []
    pages: list[str] = []
    links: list[str] = []
    attachments: list[Attachment] = []
    problems: list[str] = []
    for number, part in enumerate(parsed.walk()):
        if number >= MOST_PARTS:
            problems.append(f"it has more than {MOST_PARTS} parts; those after were not read")
            break
        if part.is_multipart():
            continue
        body = part.get_payload(decode=True)
        content = body if isinstance(body, bytes) else b""
        kind = part.get_content_type()
        if part.get_filename() or part.get_content_disposition() == "attachment" or not kind.startswith("text/"):
            attachments.append(_attachment(part, content))
        elif kind == "text/html":
            page = _Page()
            page.feed(_text_of(part, content))
            pages.append(page.text())
            links += page.links
        else:
            texts.append(_text_of(part, content))
    return "\n".join(texts or pages), links, attachments, problems


def _attachment(part: Parsed, content: bytes) -> Attachment:
    name = _decoded(str(part.get_filename() or ""))
    return Attachment(name, len(content), hashlib.sha256(content).hexdigest(), media_type_of(content[:HEAD]),
                      part.get_content_type())  # fmt: skip


def _text_of(part: Parsed, content: bytes) -> str:
    for charset in (part.get_content_charset() or "utf-8", "utf-8", "latin-1"):
        try:
            return content.decode(charset)[:LONGEST_TEXT]
        except (LookupError, UnicodeDecodeError, ValueError):
            continue
    return ""


def _recipients(parsed: Parsed) -> tuple[str, ...]:
    lines = [str(line) for name in ("To", "Cc", "Bcc") for line in parsed.get_all(name, [])]
    return tuple(dict.fromkeys(address for _name, address in getaddresses(lines) if address))


def _doubts(sent: str, hops: list[str], parsed: Parsed) -> Iterator[str]:
    """What does not fit together; none of it proves anything by itself."""
    for name in ("From", "Date", "Message-ID", "Subject"):
        if len(parsed.get_all(name, [])) > 1:
            yield f"it has more than one {name} line: programs differ in which one they show"
    if not sent:
        yield "its Date line cannot be read as a time with its offset"
    known = [hop for hop in hops if hop]
    if known != sorted(known):
        yield "the times of its Received lines do not rise: a clock was off, or lines were added by somebody"


def _decoded(text: str) -> str:
    try:
        return _one_line(str(make_header(decode_header(text))))
    except (LookupError, UnicodeError, ValueError, MessageError):
        return _one_line(text)


def _one_line(text: str) -> str:
    return " ".join(text.split())[:4000]


class _Page(HTMLParser):
    """The visible text of a page, and where its links would lead."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.links: list[str] = []
        self._pieces: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "style", "template"):
            self._hidden += 1
        self.links += [value[:2000] for name, value in attrs if name in ("href", "src", "action") and value]
        if tag in ("br", "p", "div", "tr", "li"):
            self._pieces.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style", "template"):
            self._hidden = max(0, self._hidden - 1)

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self._pieces.append(data)

    def text(self) -> str:
        """What a reader would see, roughly."""
        return "".join(self._pieces).strip()[:LONGEST_TEXT]
