"""`evict plan`: what would be cut, exactly. Reads only."""

from __future__ import annotations

from typing import Annotated

import typer

from runner.cli.shared import (
    AsOption,
    CaseArgument,
    EstateOption,
    JsonOption,
    emit,
    person,
    private_umask,
    say,
    show,
)

app = typer.Typer(rich_markup_mode=None)

PlaybookOption = Annotated[str, typer.Option("--playbook", help="A shipped playbook's id, or a file.")]
InputOption = Annotated[list[str], typer.Option("--input", "-i", metavar="NAME=VALUE", help="An input; repeatable.")]


@app.command()
def plan(
    case: CaseArgument,
    playbook: PlaybookOption = "suspected-worker",
    estate: EstateOption = None,
    inputs: InputOption = [],
    by: AsOption = "",
    as_json: JsonOption = False,
) -> None:
    """Read the estate, resolve the playbook, save the plan and open its approvals. Nothing is changed.

    Exit 4 when a system could not be read: the plan is saved, and says nothing about that system.

    Example: evict plan ./case-17 --playbook suspected-worker --as rae@example.org
    """
    from runner.cli.planning import plan_case
    from runner.report.plan import plan_view
    from runner.report.text import safe

    private_umask()
    _case, made = plan_case(case, playbook, estate, inputs, person(by))
    silent = [one["system"] for one in made.unread]
    if as_json:
        emit({**made.to_json(), "digest": made.digest})
        raise typer.Exit(4 if silent else 0)
    show(plan_view(made.to_json(), made.digest))
    if made.gates:
        say(f"\nnext: each approver: evict approve {case} --as EMAIL; then: evict run {case}")
    else:
        say(f"\nnext: evict run {case}")
    if silent:
        say(f"not read, so nothing is planned there: {', '.join(map(safe, silent))}; mend that and plan again")
        raise typer.Exit(4)
