"""`evict resume`: go on."""

from __future__ import annotations

import typer

from runner.cli.shared import AsOption, CaseArgument, JsonOption, open_case, person, private_umask

app = typer.Typer(rich_markup_mode=None)


@app.command()
def resume(case: CaseArgument, by: AsOption = "", as_json: JsonOption = False) -> None:
    """Go on with the recorded plan: after an approval, an answer, Ctrl-C, kill -9, on this machine or another.

    What is done is not done again; an interrupted cut is read before anything is repeated.

    Example: evict resume ./case-17 --as rae@example.org
    """
    from runner.cli.running import run_case, show_ending

    private_umask()
    opened = open_case(case)
    show_ending(opened, run_case(opened, person(by), as_json=as_json), as_json=as_json)
