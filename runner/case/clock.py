"""Time in the ledger: UTC, RFC 3339, microseconds."""

from __future__ import annotations

from datetime import UTC, datetime


def utc_now() -> datetime:
    """The time now, in UTC."""
    return datetime.now(UTC)


def stamp(moment: datetime) -> str:
    """RFC 3339 UTC with six digits of fraction, e.g. 2026-11-24T02:03:04.000005Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def unstamp(text: str) -> datetime:
    """The time that `stamp` wrote.

    Raises:
        ValueError: the text has another form.

    """
    moment = datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
    if stamp(moment) != text:
        raise ValueError(f"time {text!r} is not written with six digits")
    return moment
