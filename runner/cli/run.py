"""`evict run`: plan if there is no plan yet, then run as far as approvals allow."""

from __future__ import annotations

import typer

from runner.cli.plan import InputOption, PlaybookOption
from runner.cli.shared import AsOption, CaseArgument, EstateOption, JsonOption, person, private_umask

app = typer.Typer(rich_markup_mode=None)


@app.command()
def run(
    case: CaseArgument,
    playbook: PlaybookOption = "suspected-worker",
    estate: EstateOption = None,
    inputs: InputOption = [],
    by: AsOption = "",
    as_json: JsonOption = False,
) -> None:
    """Run the saved plan of a case, or make one first. Stops where a person is waited for (exit 3).

    Example: evict run ./case-17 --as rae@example.org
    """
    from runner.case.fold import fold
    from runner.cli.planning import plan_case
    from runner.cli.running import run_case, show_ending
    from runner.cli.shared import open_case

    private_umask()
    who = person(by)
    fresh = not (case / "ledger.jsonl").exists()
    opened = None if fresh else open_case(case)
    if opened is None or _needs_plan(fold(opened.ledger.read())):
        opened, _made = plan_case(case, playbook, estate, inputs, who)
    show_ending(opened, run_case(opened, who, as_json=as_json), as_json=as_json)


def _needs_plan(state: object) -> bool:
    """No plan yet, or the last one ended in drift and must be made anew."""
    from runner.case.state import CaseState

    assert isinstance(state, CaseState)  # noqa: S101
    ended = state.runs[-1].ended if state.runs else None
    return not state.plans or (ended is not None and ended.state == "drift")
