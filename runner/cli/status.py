"""`evict status`: the board of a case."""

from __future__ import annotations

import time
from typing import Annotated

import typer

from runner.cli.shared import CaseArgument, JsonOption, console, emit, open_case

app = typer.Typer(rich_markup_mode=None)


@app.command()
def status(
    case: CaseArgument,
    as_json: JsonOption = False,
    watch: Annotated[bool, typer.Option("--watch", help="Keep the board on screen until Ctrl-C.")] = False,
) -> None:
    """Show what stands, what is cut and proven, what is residual until when, and who is waited for.

    Example: evict status ./case-17 --json | jq .state
    """
    from runner.case.state import fold
    from runner.report.board import board
    from runner.report.status import status as shape

    opened = open_case(case)
    if as_json:
        emit(shape(fold(opened.ledger.read())))
        return
    if not watch:
        console().print(board(shape(fold(opened.ledger.read()))))
        return
    from rich.live import Live

    with Live(console=console(), refresh_per_second=4) as live:
        while True:
            live.update(board(shape(fold(opened.ledger.read()))))
            time.sleep(0.5)
