"""`evict deny`: sign a denial."""

from __future__ import annotations

from pathlib import Path

import typer

from runner.cli.approve import GateArgument, KeyOption, ReasonOption, answer
from runner.cli.shared import AsOption, CaseArgument, JsonOption

app = typer.Typer(rich_markup_mode=None)


@app.command()
def deny(
    case: CaseArgument,
    gate: GateArgument = None,
    by: AsOption = "",
    key: KeyOption = Path("~/.ssh/id_ed25519"),
    reason: ReasonOption = "",
    as_json: JsonOption = False,
) -> None:
    """Refuse what a gate asks for, with a reason; what stands behind it is not attempted.

    Example: evict deny ./case-17 --as mei@example.org --reason "wrong person: badge logs show two people"
    """
    answer(case, gate, by, key, reason, "deny", ask=False, as_json=as_json)
