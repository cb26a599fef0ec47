"""The live board of a run: as high as the terminal, redrawn while records come in.

From top to bottom: the case's state and figures, one mark for each access path by system and kind, one line for
each phase, a bar for each step that works, what is waited for, and the last lines of what happened. When the
terminal is low the last lines give way first, then the kinds are folded into one row for each system.
"""

from __future__ import annotations

import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rich.console import Console, ConsoleOptions
from rich.text import Text

from runner.case import events as ev
from runner.case.fold import apply
from runner.case.lines import Record
from runner.case.state import CaseState
from runner.report.board import MARKS, STYLES, countdown, head
from runner.report.progress import line
from runner.report.status import status
from runner.report.text import safe

JsonObject = dict[str, Any]

TAIL = 12
"""Last lines that are kept; fewer are shown on a low terminal."""
LEAST_TAIL = 2
BARS = 4
"""Working steps shown at once; more than that are a number."""
NAMED = 2
"""Done steps of a phase that are named; more are a number."""
BAR = 16
"""Width of a bar."""


@dataclass(frozen=True)
class Work:
    """How far a step says it is."""

    text: str
    done: int
    total: int


class LiveBoard:
    """What a person watches; a rich renderable. Thread-safe."""

    def __init__(self, load_plan: Callable[[str], JsonObject]) -> None:
        self._load_plan = load_plan
        self._lock = threading.RLock()
        self._state = CaseState()
        self._frozen: JsonObject = {}
        self._working: dict[str, Work] = {}
        self._tail: deque[str] = deque(maxlen=TAIL)
        self._began = time.monotonic()

    def watch(self, records: Sequence[Record]) -> None:
        """Fold new records in."""
        with self._lock:
            apply(self._state, records)
            for record in records:
                self._take(record)

    def tell(self, step: str, text: str, done: int, total: int) -> None:
        """Keep how far a step is, for the next redraw."""
        with self._lock:
            self._working[step] = Work(text, done, total)

    def note(self, text: str) -> None:
        """Say something that no record says."""
        with self._lock:
            self._tail.append(text)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Text]:
        with self._lock:
            shape = status(self._state, frozen=self._frozen)
            shape["why"] = f"for {time.monotonic() - self._began:.0f} s; Ctrl-C finishes what is in flight and stops"
            lines = fitted(shape, self._frozen, self._working, list(self._tail), console.size.height - 1)
        for one in lines:
            one.no_wrap, one.overflow = True, "ellipsis"
            yield one

    def _take(self, record: Record) -> None:
        event = record.event
        if isinstance(event, ev.RunStarted):
            self._frozen = self._load_plan(event.plan)
            self._tail.clear()
        if isinstance(event, ev.StepEnded):
            self._working.pop(event.step, None)
        if told := line(event):
            self._tail.append(f"{record.at:%H:%M:%S} {told}")


def fitted(
    shape: JsonObject, frozen: Mapping[str, Any], working: Mapping[str, Work], tail: Sequence[str], height: int
) -> list[Text]:
    """The lines of the board, at most `height` of them."""
    top = list(head(shape).split("\n"))
    below = [*_phases(shape, frozen), *_bars(working), *_waits(shape)]
    room = height - len(top) - len(below) - LEAST_TAIL
    paths = _by_kind(shape)
    if len(paths) > room:
        paths = _by_system(shape)
    middle = [*top, *paths[: max(room, 1)], *below]
    rest = max(height - len(middle), 1)
    return [*middle, *(Text(one, style="dim") for one in tail[-rest:])][:height]


def _by_kind(shape: JsonObject) -> list[Text]:
    rows: dict[tuple[str, str], list[JsonObject]] = {}
    for path in shape["paths"]:
        rows.setdefault((path["system"], path["kind"]), []).append(path)
    return [_row(f"{safe(system, 16):16} {kind:12}", paths) for (system, kind), paths in sorted(rows.items())]


def _by_system(shape: JsonObject) -> list[Text]:
    rows: dict[str, list[JsonObject]] = {}
    for path in shape["paths"]:
        rows.setdefault(path["system"], []).append(path)
    return [_counts(f"{safe(system, 28):28} ", paths) for system, paths in sorted(rows.items())]


def _counts(name: str, paths: Sequence[JsonObject]) -> Text:
    row = Text(name)
    counts = Counter(path["state"] for path in paths)
    for state, mark in MARKS.items():
        if counts[state]:
            row.append(f" {mark} {counts[state]}", style=STYLES[state])
    return row


def _row(name: str, paths: Sequence[JsonObject]) -> Text:
    """One mark for each path, what stands first; the countdown of the one that lasts longest."""
    row = Text(name + " ")
    order = list(MARKS)
    for path in sorted(paths, key=lambda one: order.index(one["state"])):
        row.append(f"{MARKS[path['state']]} ", style=STYLES[path["state"]])
    left = max((path["left_s"] for path in paths if path["left_s"]), default=0)
    if left:
        row.append(f" {countdown(left)} left", style=STYLES["residual"])
    return row


def _phases(shape: JsonObject, frozen: Mapping[str, Any]) -> list[Text]:
    known = {step["id"]: step for step in shape["steps"]}
    planned = {step["id"]: step["phase"] for step in frozen.get("steps", ())}
    members: dict[str, list[str]] = {}
    for name in [*planned, *(one for one in known if one not in planned)]:
        members.setdefault(planned.get(name) or planned.get(name.partition("[")[0], ""), []).append(name)
    return [_phase(phase, {name: known.get(name) for name in names}) for phase, names in members.items()]


def _phase(phase: str, steps: Mapping[str, JsonObject | None]) -> Text:
    """One line; steps that are done give way to a number, so that what is not done is never cut off."""
    row = Text(f"{phase:10}", style="bold")
    done = [name for name, step in steps.items() if step and step["outcome"] in ("done", "already-so")]
    if len(done) > NAMED:
        row.append(f" = {len(done)} done ", style=f"not bold {STYLES['done']}")
    for name, step in steps.items():
        if len(done) <= NAMED or name not in done:
            row.append_text(_step(name, step))
    return row


def _step(name: str, step: JsonObject | None) -> Text:
    if step is None:
        return Text(f" . {safe(name, 30)} ", style="not bold dim")
    outcome = step["outcome"] or "running"
    mark = {"running": ">", "done": "=", "already-so": "=", "failed": "!"}.get(outcome, "-")
    style = STYLES.get(outcome, "bold")
    return Text(f" {mark} {safe(name, 30)} ", style=style if outcome == "running" else f"not bold {style}")


def _bars(working: Mapping[str, Work]) -> list[Text]:
    rows = []
    for step, work in list(working.items())[:BARS]:
        row = Text(f"{safe(step, 20):20} ")
        if work.total:
            full = min(BAR, BAR * work.done // work.total)
            row.append("━" * full, style="green").append("─" * (BAR - full), style="dim")
            row.append(f" {work.done}/{work.total} ")
        rows.append(row.append(safe(work.text)))
    more = len(working) - BARS
    return [*rows, Text(f"and {more} more at work")] if more > 0 else rows


def _waits(shape: JsonObject) -> list[Text]:
    if not shape["waiting"]:
        return []
    names = "; ".join(f"{one['form']} {one['title']}" for one in shape["waiting"])
    return [Text(f"waits for people: {safe(names, 400)}", style="bold yellow")]
