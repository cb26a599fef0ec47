"""What a mail or a chat says, read and nothing more: nothing is opened, nothing fetched, nothing believed.

Every text in here was chosen by whoever wrote it. Times are told twice: as they stand, and in UTC where they can be
read. A link is text; an attachment is a name, a size and a digest.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from runner.evidence.wallets import Wallet, wallets

LONGEST_TEXT = 200_000
"""Characters of one message that are looked at for links and wallets: a note is short, a bomb is not."""

_LINK = re.compile(r"(?:https?|ftp|tg|magnet)(?::|://)[^\s<>\"'`\\^{}|\x00-\x1f\x7f]{3,2000}", re.IGNORECASE)
_ONION = re.compile(r"(?<![\w.])[a-z2-7]{56}\.onion(?:/[^\s<>\"']*)?", re.IGNORECASE)
_TRAILING = ".,;:!?)]}>'\""


@dataclass(frozen=True)
class Moment:
    """A time as the message states it, and in UTC; `utc` is empty when it cannot be read."""

    stated: str
    utc: str = ""


@dataclass(frozen=True)
class Attachment:
    """A part that is kept inside the original and is not opened."""

    name: str
    size: int
    sha256: str
    media_type: str
    """By its first bytes, not by what the message claims."""
    claimed: str


@dataclass(frozen=True)
class Message:
    """One mail or one chat message."""

    id: str
    sent: Moment
    sender: str
    recipients: tuple[str, ...]
    subject: str
    text: str
    links: tuple[str, ...]
    wallets: tuple[Wallet, ...]
    attachments: tuple[Attachment, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    hops: tuple[Moment, ...] = ()
    """Times of the Received lines, the first hop first."""
    authentication: tuple[str, ...] = ()
    """Authentication results as their header states them, each with the server that claims them."""
    problems: tuple[str, ...] = ()
    """What could not be read, and what does not fit together."""


def links_in(text: str) -> tuple[str, ...]:
    """Every link in a text, each once, in their order; none is followed."""
    text = text[:LONGEST_TEXT]
    hits = sorted((hit.start(), hit[0].rstrip(_TRAILING)) for one in (_LINK, _ONION) for hit in one.finditer(text))
    found: list[str] = []
    for _start, link in hits:
        if not any(link in longer for longer in found):
            found.append(link)
    return tuple(found)


def wallets_in(texts: Iterable[str]) -> tuple[Wallet, ...]:
    """Every wallet address in these texts, each once."""
    return tuple({one.address: one for text in texts for one in wallets(text[:LONGEST_TEXT])}.values())


def defanged(link: str) -> str:
    """A link that no program makes a link of again."""
    return link.replace("://", "[:]//", 1).replace(".", "[.]")


def mail_time(text: str) -> Moment:
    """A time as RFC 5322 writes it; one without an offset is not taken for UTC."""
    stated = " ".join(text.split())[:200]
    try:
        at = parsedate_to_datetime(stated)
    except (ValueError, TypeError, IndexError, OverflowError):
        return Moment(stated)
    return Moment(stated, _utc(at)) if at.tzinfo else Moment(stated)


def epoch_time(seconds: float) -> Moment:
    """Seconds since 1970 in UTC; out of range is unreadable."""
    try:
        return Moment(str(seconds), _utc(datetime.fromtimestamp(seconds, UTC)))
    except (ValueError, OverflowError, OSError):
        return Moment(str(seconds))


def iso_time(text: str) -> Moment:
    """A time of ISO 8601; one without an offset is not taken for UTC."""
    stated = text.strip()[:60]
    try:
        at = datetime.fromisoformat(stated)
    except ValueError:
        return Moment(stated)
    return Moment(stated, _utc(at)) if at.tzinfo else Moment(stated)


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
