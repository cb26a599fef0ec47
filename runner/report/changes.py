"""What a fact changed, in lines for the person who recorded it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from runner.case.events import ContradictionsFound, Event, ObligationChanged
from runner.report.text import safe

LONG = 500
MOST = 12
"""More changes than these are counted; `evict deadlines` lists them all."""


def change_lines(changes: Iterable[Event], before: Sequence[dict[str, Any]] = ()) -> list[str]:
    """What became due, ceased to be, or moved; then contradictions that were not there before."""
    changed = [one for one in changes if isinstance(one, ObligationChanged)]
    told = [line for one in changed for line in _obligation(one)]
    lines = [*told[:MOST], *([f"and {len(told) - MOST} more: see `evict deadlines`"] if len(told) > MOST else [])]
    known = {one["id"] for one in before}
    for event in changes:
        if isinstance(event, ContradictionsFound):
            lines += [f"! {safe(one['says'], LONG)}" for one in event.found if one["id"] not in known]
    return lines


def _obligation(one: ObligationChanged) -> Iterator[str]:
    title = f"{safe(one.now['title'], LONG)} ({one.id})"
    standing, before = one.now["standing"], one.was.get("standing", "undetermined")
    if standing == "due" and one.now["done"]:
        yield f"done: {title}"
    elif standing == "due" and (before != "due" or one.was.get("deadline") != one.now["deadline"]):
        yield f"due: {title}, {_when(one.now)}"
    elif before == "due" and standing != "due":
        yield f"no longer due, now {standing}: {title}"


def _when(now: dict[str, Any]) -> str:
    basis = {"target": " (target, not law)", "retention": " (to be kept until then)"}.get(now["basis"], "")
    if now["kind"] == "immediate":
        return f"at once{basis}"
    if now["last_day"]:
        return f"by the end of {now['last_day']}{basis}"
    if now["deadline"]:
        return f"by {now['deadline'][:16].replace('T', ' ')}Z{basis}"
    return "no number in the law" if now["kind"] == "no-number" else "its clock has no start yet"
