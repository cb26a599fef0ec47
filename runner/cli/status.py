"""`evict status`: the board of a case."""

from __future__ import annotations

import time
from typing import Annotated

import typer

from runner.cli.shared import CaseArgument, JsonOption, console, emit, on_a_terminal, open_case, show

app = typer.Typer(rich_markup_mode=None)


@app.command()
def status(
    case: CaseArgument,
    as_json: JsonOption = False,
    watch: Annotated[bool, typer.Option("--watch", help="Keep the board on screen until Ctrl-C.")] = False,
) -> None:
    """Show what stands, what is cut and proven, what is residual until when, the clocks, and who is waited for.

    Example: evict status ./case-17 --json | jq .state
    """
    from runner.report.board import board
    from runner.report.status import case_status

    opened = open_case(case)
    if as_json:
        emit(case_status(opened))
        return
    if not watch:
        show(board(case_status(opened)))
        return
    from rich.live import Live

    try:
        with Live(console=console(), refresh_per_second=4, screen=on_a_terminal()) as live:
            while True:
                live.update(board(case_status(opened)))
                time.sleep(0.5)
    except KeyboardInterrupt:
        show(board(case_status(opened)))
