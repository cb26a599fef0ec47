"""Chats as their programs export them: told apart by their shape, read message by message.

Shapes (general knowledge of the programs' own exports, not re-checked): a channel's day of a Slack export; Telegram
Desktop's `result.json`; Microsoft Teams' messages as Graph lists them; a Discord channel by DiscordChatExporter;
WhatsApp's text export, whose times have no offset and are therefore not turned into UTC.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from connectors.errors import InputError
from runner.evidence.said import (
    Attachment,
    Message,
    Moment,
    epoch_time,
    iso_time,
    links_in,
    wallets_in,
)

LARGEST = 200 * 1024 * 1024
"""Bytes of one export that is read whole; larger ones are kept and not read."""
UNREAD = "the original is kept; read it with the program that wrote it"
Row = dict[str, Any]
Reader = Callable[[Any], "Iterator[Message] | None"]


def read_chat(raw: bytes) -> tuple[str, tuple[Message, ...]]:
    """The program whose export it looks like, and every message in the export's order.

    Raises:
        InputError: it has none of the known shapes, or is larger than any export that is read whole.

    """
    if len(raw) > LARGEST:
        raise InputError(f"the export has {len(raw)} bytes", expected=f"at most {LARGEST}", fix=UNREAD)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError("the export is no UTF-8 text", fix=UNREAD) from None
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = text
    for program, read in _READERS.items():
        messages = read(found)
        if messages is not None:
            return program, tuple(messages)
    raise InputError("this is no chat export of a known shape", expected=", ".join(_READERS), fix=UNREAD)


def _slack(found: Any) -> Iterator[Message] | None:
    rows = _rows(found)
    if not rows or not all("ts" in row and "type" in row for row in rows):
        return None
    return (
        _message(
            _text(row.get("ts")), _seconds(row.get("ts")), _text(row.get("user") or row.get("username")),
            _text(row.get("text")), [_file(one, "name", "size", "mimetype") for one in _rows(row.get("files"))],
        )
        for row in rows
    )  # fmt: skip


def _telegram(found: Any) -> Iterator[Message] | None:
    rows = _rows(found.get("messages")) if isinstance(found, dict) else []
    if not rows or not all("date" in row and "id" in row for row in rows):
        return None
    return (
        _message(
            _text(row.get("id")),
            _seconds(row["date_unixtime"]) if "date_unixtime" in row else Moment(_text(row.get("date"))),
            " ".join(filter(None, (_text(row.get("from")), _text(row.get("from_id"))))), _joined(row.get("text")),
            [_file(row, "file", "file_size", "mime_type")] if row.get("file") else [],
        )
        for row in rows
    )  # fmt: skip


def _teams(found: Any) -> Iterator[Message] | None:
    rows = _rows(found.get("value") if isinstance(found, dict) else found)
    if not rows or not all("createdDateTime" in row and "body" in row for row in rows):
        return None
    return (
        _message(
            _text(row.get("id")), iso_time(_text(row.get("createdDateTime"))),
            _text(_inner(row, "from", "user", "displayName")), _text(_inner(row, "body", "content")),
            [_file(one, "name", "size", "contentType") for one in _rows(row.get("attachments"))],
        )
        for row in rows
    )  # fmt: skip


def _discord(found: Any) -> Iterator[Message] | None:
    rows = _rows(found.get("messages")) if isinstance(found, dict) else []
    if not rows or not all("timestamp" in row and "content" in row for row in rows):
        return None
    return (
        _message(
            _text(row.get("id")), iso_time(_text(row.get("timestamp"))),
            " ".join(filter(None, (_text(_inner(row, "author", "name")), _text(_inner(row, "author", "id"))))),
            _text(row.get("content")),
            [_file(one, "fileName", "fileSizeBytes", "") for one in _rows(row.get("attachments"))],
        )
        for row in rows
    )  # fmt: skip


_LINE = re.compile(
    r"^\u200e?\[?(\d{1,4}[./-]\d{1,2}[./-]\d{1,4},? \d{1,2}:\d{2}(?::\d{2})?(?:[ \u202f][AaPp][Mm])?)\]?(?: -)? "
    r"([^:\n]{1,80}): "
)


def _whatsapp(found: Any) -> Iterator[Message] | None:
    if not isinstance(found, str) or not _LINE.match(found.lstrip("\ufeff")):
        return None
    return _lines_of(found)


def _lines_of(text: str) -> Iterator[Message]:
    """A line that begins with no time goes on with the message before it."""
    held: tuple[str, str, list[str]] | None = None
    number = 0
    for line in text.splitlines():
        start = _LINE.match(line)
        if start is None:
            if held is not None:
                held[2].append(line)
            continue
        if held is not None:
            yield _message(str(number), Moment(held[0]), held[1], "\n".join(held[2]), [])
        number += 1
        held = (start[1], start[2], [line[start.end() :]])
    if held is not None:
        yield _message(str(number), Moment(held[0]), held[1], "\n".join(held[2]), [])


def _message(id: str, sent: Moment, sender: str, text: str, files: list[Attachment]) -> Message:  # noqa: A002 - the export's own word
    problems = () if sent.utc else ("its time states no offset, so it is not turned into UTC",)
    return Message(id, sent, sender, (), "", text, links_in(text), wallets_in([text]), tuple(files), problems=problems)


def _file(row: Row, name: str, size: str, kind: str) -> Attachment:
    """A file that the export only names: its bytes are elsewhere."""
    given = row.get(size)
    return Attachment(_text(row.get(name)), given if isinstance(given, int) else 0, "", "", _text(row.get(kind)))


def _rows(found: Any) -> list[Row]:
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _inner(row: Row, *names: str) -> Any:
    value: Any = row
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _joined(text: Any) -> str:
    """Telegram writes marked text as a list of pieces."""
    if isinstance(text, list):
        return "".join(_text(one.get("text")) if isinstance(one, dict) else _text(one) for one in text)
    return _text(text)


def _seconds(value: Any) -> Moment:
    try:
        return epoch_time(float(value))
    except (TypeError, ValueError):
        return Moment(_text(value))


def _text(value: Any) -> str:
    return "" if value is None or isinstance(value, dict | list) else str(value)


_READERS: dict[str, Reader] = {
    "Slack": _slack, "Microsoft Teams": _teams, "Discord": _discord, "Telegram": _telegram, "WhatsApp": _whatsapp,
}  # fmt: skip
