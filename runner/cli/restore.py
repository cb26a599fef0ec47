"""`evict restore`: put back what was cut."""

from __future__ import annotations

from typing import Annotated

import typer

from runner.cli.shared import (
    AsOption,
    CaseArgument,
    JsonOption,
    open_case,
    person,
    private_umask,
    registry,
    say,
    show,
)

app = typer.Typer(rich_markup_mode=None)


@app.command()
def restore(
    case: CaseArgument,
    asked: Annotated[list[str], typer.Option("--with", help="Also a kind that stays off by itself, e.g. key.")] = [],
    by: AsOption = "",
    as_json: JsonOption = False,
) -> None:
    """Make a restore plan with its own approval, or run it once it is approved.

    Access keys stay off unless asked for with --with key. Nothing comes back that was not there before the cut.

    Example: evict restore ./case-17 --as rae@example.org
    """
    from runner.case.fold import fold
    from runner.cli.running import run_case, show_ending
    from runner.engine.restore import make_restore_plan
    from runner.engine.saving import frozen_estate, plan_to_run, save_plan
    from runner.engine.sessions import Sessions
    from runner.report.plan import plan_view

    private_umask()
    opened = open_case(case)
    who = person(by)
    state = fold(opened.ledger.read())
    latest = plan_to_run(state)
    if latest.saved.purpose != "restore" or (state.runs and state.runs[-1].ended and latest.started):
        connectors = registry()
        estate = frozen_estate(opened, state, connectors)
        sessions = Sessions(estate.systems, connectors)
        made, left = make_restore_plan(state, estate, sessions, requested_by=who, asked=frozenset(asked))
        save_plan(opened, made, estate, [])
        if not as_json:
            show(plan_view(made.to_json(), made.digest))
            say(f"{len(made.restores)} to put back, {len(left)} left off; approve it, then run this again")
    show_ending(opened, run_case(opened, who, as_json=as_json), as_json=as_json)
