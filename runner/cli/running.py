"""Run a case's plan at a terminal: progress, Ctrl-C, the ending and its exit code."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import TYPE_CHECKING, NoReturn

import typer

from runner.cli.shared import console, emit, on_a_terminal, registry, say, show

if TYPE_CHECKING:
    from runner.case.folder import Case
    from runner.case.lines import Record
    from runner.engine.conclude import Ending

STDERR = 2


@dataclass(frozen=True)
class View:
    """Where what happens in a run is shown."""

    watch: Callable[[Sequence[Record]], None] | None
    tell: Callable[[str, str, int, int], None]
    say: Callable[[str], None]
    """A line that must stay on the screen."""
    note: Callable[[str], None]
    """A line from inside a signal handler: nothing that a thread may hold is waited for."""


def run_case(case: Case, by: str, *, as_json: bool) -> Ending:
    """Advance a case until nothing can move, telling a person what happens on standard error."""
    from runner.engine.advance import advance
    from runner.report.text import safe

    with _view(case, as_json=as_json) as view, stopping(view.note) as stop:

        def secret(label: str, value: str) -> None:
            view.say(f"  shown once, recorded nowhere: {safe(label)}: {value}")

        return advance(case, registry(), by=by, stop=stop, tell=view.tell, secret=secret, watch=view.watch)


def show_ending(case: Case, ending: Ending, *, as_json: bool) -> NoReturn:
    """The board, what to do next, and the exit code of this ending."""
    show_state(case, as_json=as_json)
    if ending.state == "waiting" and not as_json:
        say(f"\nnext: answer what waits, then: evict resume {case.directory}")
    raise typer.Exit(ending.exit_code)


def show_state(case: Case, *, as_json: bool) -> None:
    """The board, or its JSON."""
    from runner.report.board import board
    from runner.report.status import case_status

    shape = case_status(case)
    if as_json:
        emit(shape)
    else:
        show(board(shape))


@contextmanager
def _view(case: Case, *, as_json: bool) -> Iterator[View]:
    """The live board on a terminal, a line for each event elsewhere, next to nothing for programs."""
    from runner.report.progress import Narrator

    if as_json:
        yield View(None, lambda _step, _text, _done, _total: None, _say, _note)
    elif on_a_terminal():
        with _live(case) as view:
            yield view
    else:
        narrator = Narrator(_write)
        yield View(narrator.watch, narrator.tell, _say, _note)


@contextmanager
def _live(case: Case) -> Iterator[View]:
    from rich.live import Live

    from runner.report.live import LiveBoard

    screen = console(error=True)
    shown = LiveBoard(lambda digest: dict(json.loads(case.frozen(digest))))
    with Live(shown, console=screen, refresh_per_second=8, transient=True, vertical_overflow="crop"):
        yield View(shown.watch, shown.tell, screen.print, shown.note)


def _write(text: str) -> None:
    """A line on standard error. Whoever listened may be gone; the run goes on without them."""
    with contextlib.suppress(OSError):
        sys.stderr.write(text)


def _say(text: str) -> None:
    _write(text + "\n")


def _note(text: str) -> None:
    with contextlib.suppress(OSError):
        os.write(STDERR, f"\n{text}\n".encode())


@contextmanager
def stopping(tell: Callable[[str], None]) -> Iterator[threading.Event]:
    """The first Ctrl-C finishes what is in flight; the second leaves at once. Both are safe to resume."""
    stop = threading.Event()

    def interrupted(_number: int, _frame: FrameType | None) -> None:
        if stop.is_set():
            leave_at_once()
        stop.set()
        tell("interrupted: finishing what is in flight; Ctrl-C again leaves at once")

    before = {number: signal.signal(number, interrupted) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def leave_at_once() -> NoReturn:
    """End this process now, with the cursor that a live board hides back on the screen."""
    if on_a_terminal():
        os.write(STDERR, b"\x1b[?25h\r\n")
    os._exit(130)
