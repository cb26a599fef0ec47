"""What all collections share: whole listings with the reason where they end early, places side by side, patience.

A collection never ends because one place cannot be read: that place is a gap with its reason. `ReadOnlyError` is
no such gap, it passes: a session that may not make a hold must not look as if it had tried.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

from connectors.contract import ActionContext, Gap
from connectors.errors import OperatorError, OutOfTimeError, ThrottledError, UnreachableError, WorldError

if TYPE_CHECKING:
    from connectors.aws.client import AwsSession

WIDTH = 16
POLL_S = 0.5
LONGEST_POLL_S = 5.0
HOLD_TRIES = 6
"""A hold that AWS did not take because it was asked too fast is repeated, as the client does with reads."""
STOPPED = "stopped before it was done"
REPEATED = "AWS repeated a page token: pages after it are missing"
UNREADABLE = (WorldError, OperatorError)
"""What makes a gap of a place: an answer of AWS, or an account that the estate gives no way into."""

Thing = TypeVar("Thing")
Done = TypeVar("Done")


@dataclass
class Pages:
    """The replies of one listing as they came; `gap` says why there are not all of them, "" when there are."""

    replies: list[dict[str, Any]] = field(default_factory=list)
    gap: str = ""

    def items(self, key: str) -> list[Any]:
        """Everything under `key`, over all pages."""
        return [item for reply in self.replies for item in reply.get(key) or []]


def read_pages(
    aws: AwsSession,
    context: ActionContext,
    service: str,
    operation: str,
    *,
    account: str,
    region: str | None = None,
    cursor: str = "NextToken",
    **params: Any,
) -> Pages:
    """All pages of one listing. `cursor` is the name under which the service takes and gives its page token."""
    found = Pages()
    more: dict[str, str] = {}
    seen: set[str] = set()
    while not context.cancelled():
        try:
            reply = aws.call(service, operation, account=account, region=region, **params, **more)
        except UNREADABLE as error:
            found.gap = error.what
            return found
        found.replies.append(reply)
        following = reply.get(cursor)
        if not following:
            return found
        if following in seen:
            found.gap = REPEATED
            return found
        seen.add(following)
        more = {cursor: following}
    found.gap = STOPPED
    return found


def hold(aws: AwsSession, context: ActionContext, service: str, operation: str, **params: Any) -> dict[str, Any]:
    """One evidence hold, repeated while AWS did not take it.

    Raises:
        WorldError: AWS refused it, or its time is up.
        ReadOnlyError: this session may make no holds.

    """
    for wait in islice(waits(), HOLD_TRIES - 1):
        try:
            return aws.call(service, operation, **params)
        except (ThrottledError, UnreachableError) as error:
            pause(context, max(wait, getattr(error, "retry_after", None) or 0.0))
    return aws.call(service, operation, **params)


def waits() -> Iterator[float]:
    """Seconds between looks, longer each time; never ends."""
    wait = POLL_S
    while True:
        yield wait
        wait = min(wait * 2, LONGEST_POLL_S)


def pause(context: ActionContext, seconds: float) -> None:
    """Wait.

    Raises:
        OutOfTimeError: the step's time is up, or its run was interrupted.

    """
    if not context.cancelled():
        context.pause(seconds)
    if context.cancelled():
        raise OutOfTimeError(STOPPED)


def side_by_side(work: Callable[[Thing], Done], things: Iterable[Thing]) -> list[Done]:
    """What `work` makes of each, in the same order."""
    with ThreadPoolExecutor(WIDTH) as pool:
        return list(pool.map(work, things))


def places(aws: AwsSession) -> list[tuple[str, str]]:
    """Every account with every Region."""
    return [(account, region) for account in aws.accounts() for region in aws.regions()]


def verdict(gaps: Iterable[Gap], whole: str = "complete") -> str:
    """The word for a receipt: `whole` unless something is missing."""
    return "incomplete" if tuple(gaps) else whole


def told(gaps: Iterable[Gap], *notes: str) -> str:
    """A receipt's sentence: why something is missing, then what else a reader must know."""
    return "; ".join(dict.fromkeys((*(f"{gap.what}: {gap.why}" for gap in gaps), *(note for note in notes if note))))


def kept(context: ActionContext, name: str, replies: list[dict[str, Any]]) -> tuple[str, ...]:
    """Store replies as they came; the SHA-256 of the artefact, none when nothing came."""
    return (context.store(name, json_lines(replies), "application/x-ndjson").sha256,) if replies else ()


def json_lines(pages: list[dict[str, Any]]) -> bytes:
    """Original replies, one JSON text to a line, as they came."""
    return b"".join(json.dumps(page, default=str, sort_keys=True).encode() + b"\n" for page in pages)
