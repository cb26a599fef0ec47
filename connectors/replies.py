"""What an HTTP answer means: the words in it, how long to wait, and which of evict's errors it is. Pure.

1. 401, 403: refused. 404, 410: not there. 429: throttled. 501: unsupported. Other 4xx and redirects: rejected.
2. 408 and 5xx: of a read unreachable, of anything else ambiguous: a gateway may speak for a server that acted.
3. Messages carry the route, the status and the vendor's own code and words, cut short, and nothing else.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from connectors.errors import (
    AmbiguousError,
    NotFoundError,
    RefusedError,
    RejectedError,
    ThrottledError,
    UnreachableError,
    UnsupportedError,
    WorldError,
)
from connectors.routes import Does, Route
from connectors.vocabulary import Json

LONGEST_CODE = 80
LONGEST_WORDS = 300
"""Characters of a vendor's message that an error repeats: enough for a sentence, too few for a body."""

SHORTEST_SECRET = 6
"""Characters from which on a credential's text is taken out of messages; shorter text would blank ordinary words."""

CODES = ("code", "errorCode", "error_code", "scimType", "error", "reason", "status")
WORDS = ("message", "errorSummary", "error_description", "detail", "description", "title")


@dataclass(frozen=True)
class Answer:
    """One accepted HTTP answer."""

    route: Route
    status: int
    headers: Mapping[str, str]
    """By lower-case name."""
    body: bytes
    links: Mapping[str, str]
    """The Link header's targets by relation (RFC 8288)."""

    def json(self) -> Json:
        """The body as JSON; None when there is none.

        Raises:
            UnsupportedError: it is not JSON, so it did not come from this API.

        """
        if not self.body.strip():
            return None
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            raise UnsupportedError(f"{self.route.name}: the answer is not one of this API's") from None


def retry_after(text: str | None, now: datetime) -> float | None:
    """Seconds that a Retry-After header asks for: a number, or an HTTP date (RFC 9110, 10.2.3); None when unclear."""
    if text is None:
        return None
    text = text.strip()
    if text.isascii() and text.replace(".", "", 1).isdigit():
        return float(text)
    try:
        at = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return max(0.0, ((at if at.tzinfo else at.replace(tzinfo=UTC)) - now).total_seconds())


def words_of(body: bytes) -> tuple[str, str]:
    """The vendor's code and message, from the shapes that vendors use; empty where there are none.

    Known: {"error": {"code", "message"}}, {"errorCode", "errorSummary"}, {"error", "error_description"},
    {"message"}, {"errors": [{…}]}, and SCIM's {"detail", "scimType"}.
    """
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return "", ""
    if isinstance(found, dict):
        inner = found.get("error", found.get("errors"))
        inner = inner[0] if isinstance(inner, list) and inner else inner
        found = inner if isinstance(inner, dict) else found
    if not isinstance(found, dict):
        return "", ""
    return _first(found, CODES), _first(found, WORDS)


def refusal(
    route: Route, status: int, headers: Mapping[str, str], body: bytes, *, now: datetime, secrets: Iterable[str] = ()
) -> WorldError:
    """The error that an answer is; `secrets` are taken out of its words."""
    code, words = (_clean(text, secrets) for text in words_of(body))
    parts = [str(status), code[:LONGEST_CODE] if code != str(status) else "", words[:LONGEST_WORDS]]
    text = f"{route.name}: {': '.join(part for part in parts if part)}"
    match status:
        case 401 | 403:
            fix = f"grant {route.permission}" if route.permission and status == 403 else ""  # noqa: PLR2004
            challenge = headers.get("www-authenticate", "")
            return RefusedError(
                text, permission=route.permission, fix=fix or "check the credential", challenge=challenge
            )
        case 404 | 410:
            return NotFoundError(text)
        case 429:
            return ThrottledError(text, retry_after=retry_after(headers.get("retry-after"), now))
        case 501:
            return UnsupportedError(text)
    if (status == 408 or status >= 500) and route.does is not Does.READ:  # noqa: PLR2004 - rule 2
        return AmbiguousError(f"{text}; whether it acted is unknown")
    if status == 503 and "retry-after" in headers:  # noqa: PLR2004 - RFC 9110: a read may be repeated later
        return ThrottledError(text, retry_after=retry_after(headers["retry-after"], now))
    if status == 408 or status >= 500:  # noqa: PLR2004 - rule 2
        return UnreachableError(text)
    return RejectedError(text)


def _first(found: Mapping[str, Json], names: Iterable[str]) -> str:
    values = (found.get(name) for name in names)
    return next((str(value) for value in values if isinstance(value, str | int) and str(value)), "")


def _clean(text: str, secrets: Iterable[str]) -> str:
    """Without credentials that a vendor repeats, and without characters that steer a terminal."""
    for secret in sorted({one for one in secrets if len(one) >= SHORTEST_SECRET}, key=len, reverse=True):
        text = text.replace(secret, "…")
    return "".join(letter if letter.isprintable() else " " for letter in text)
