"""What a file is, by its first bytes: names and claimed types are the sender's choice."""

from __future__ import annotations

import re

HEAD = 8192
"""Bytes that are looked at."""
UNKNOWN = "application/octet-stream"
_HEADER = re.compile(rb"(?:[A-Za-z][A-Za-z0-9-]{1,40}:[ \t][^\r\n]*(?:\r?\n[ \t][^\r\n]*)*\r?\n){2,}")
_JSON = re.compile(r"""\{\s*["}]|\[\s*(?:["\[{\]]|-?\d|true|false|null)""")
"""How a JSON object or list begins; the rest may be cut off."""
_MAIL = (b"received:", b"from:", b"message-id:", b"return-path:", b"delivered-to:", b"date:", b"mime-version:")


def media_type_of(head: bytes) -> str:
    """The media type that the first bytes show; application/octet-stream when they show none."""
    text = _as_text(head)
    if head.startswith(b"From ") and b"\n" in head and _is_mail(head.split(b"\n", 1)[1]):
        return "application/mbox"
    if _is_mail(head):
        return "message/rfc822"
    if text is not None:
        return _text_type(text)
    return _by_magic(head)


def _is_mail(head: bytes) -> bool:
    found = _HEADER.match(head)
    if found is None:
        return False
    return sum(name in found[0].lower() for name in _MAIL) >= 2  # noqa: PLR2004 - one alone is chance


def _as_text(head: bytes) -> str | None:
    if not head or b"\0" in head:
        return None
    for cut in range(4):  # the last character may be cut off
        try:
            return head[: len(head) - cut].decode("utf-8")
        except UnicodeDecodeError:
            continue
    return None


def _text_type(text: str) -> str:
    start = text.lstrip("\ufeff \t\r\n")[:200]
    if start.startswith("%PDF-"):
        return "application/pdf"
    if start[:1] in "{[" and start:
        return "application/json" if _JSON.match(start) else "text/plain"
    if re.match(r"<!doctype html|<html", start, re.IGNORECASE):
        return "text/html"
    return "text/plain"


def _by_magic(head: bytes) -> str:
    import puremagic

    try:
        found = puremagic.magic_string(head)
    except (puremagic.PureError, ValueError):
        return UNKNOWN
    named = [one.mime_type for one in found if one.mime_type]
    return str(named[0]) if named else UNKNOWN
