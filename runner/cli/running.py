"""Run a case's plan at a terminal: progress, Ctrl-C, the ending and its exit code."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING

import typer

from runner.cli.shared import console, emit, registry, say

if TYPE_CHECKING:
    from runner.case.folder import Case
    from runner.engine.conclude import Ending


def run_case(case: Case, by: str, *, as_json: bool) -> Ending:
    """Advance a case until nothing can move, telling a person what happens on standard error."""
    from runner.engine.advance import advance
    from runner.report.text import safe

    def tell(step: str, text: str, done: int, total: int) -> None:
        count = f" {done}/{total}" if total else ""
        sys.stderr.write(f"  {safe(step)}: {safe(text)}{count}\n")

    def secret(label: str, value: str) -> None:
        sys.stderr.write(f"  shown once, recorded nowhere: {safe(label)}: {value}\n")

    with stopping() as stop:
        from runner.report.progress import Narrator

        narrator = Narrator(sys.stderr.write) if not as_json else None
        return advance(
            case, registry(), by=by, stop=stop, tell=tell, secret=secret, watch=narrator.watch if narrator else None
        )


def show_ending(case: Case, ending: Ending, *, as_json: bool) -> None:
    """The board, what to do next, and the exit code of this ending."""
    from runner.case.state import fold
    from runner.report.board import board
    from runner.report.status import status

    shape = status(fold(case.ledger.read()))
    if as_json:
        emit(shape)
    else:
        console().print(board(shape))
        if ending.state == "waiting":
            say(f"\nnext: answer what waits, then: evict resume {case.directory}")
    raise typer.Exit(ending.exit_code)


@contextmanager
def stopping() -> Iterator[threading.Event]:
    """The first Ctrl-C finishes what is in flight; the second leaves at once. Both are safe to resume."""
    stop = threading.Event()

    def interrupted(_number: int, _frame: FrameType | None) -> None:
        if stop.is_set():
            os._exit(130)
        stop.set()
        sys.stderr.write("\ninterrupted: finishing what is in flight; Ctrl-C again leaves at once\n")

    before = signal.signal(signal.SIGINT, interrupted)
    try:
        yield stop
    finally:
        signal.signal(signal.SIGINT, before)
