"""Asking again where a source said that it did not act, for as long as the step has time."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from connectors.contract import ActionContext
from connectors.errors import OutOfTimeError, ThrottledError, UnreachableError

Got = TypeVar("Got")
WAITS_S = (5.0, 20.0, 60.0)
"""Between tries of one request, above those of the HTTP seam, where the source names no longer time: a collection is
worth minutes of waiting, and a gap is for ever."""
STOPPED = "stopped before it was done"


def patiently(context: ActionContext, ask: Callable[[], Got]) -> Got:
    """Ask, and ask again where the source said that it did not act: it is throttled, or could not be reached.

    Raises:
        OutOfTimeError: the step's time is up, or its run was interrupted.
        WorldError: what it answered otherwise, or in the end.

    """
    for wait in WAITS_S:
        if context.cancelled():
            raise OutOfTimeError(STOPPED)
        try:
            return ask()
        except (ThrottledError, UnreachableError) as error:
            pause(context, max(wait, getattr(error, "retry_after", None) or 0.0))
    return ask()


def pause(context: ActionContext, seconds: float) -> None:
    """Wait.

    Raises:
        OutOfTimeError: the step's time is up, or its run was interrupted.

    """
    if not context.cancelled():
        context.pause(seconds)
    if context.cancelled():
        raise OutOfTimeError(STOPPED)
