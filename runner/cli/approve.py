"""`evict approve`: sign an approval."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from runner.cli.shared import (
    AsOption,
    CaseArgument,
    JsonOption,
    confirmed,
    emit,
    open_case,
    person,
    registry,
    say,
    show,
)

app = typer.Typer(rich_markup_mode=None)

GateArgument = Annotated[str | None, typer.Argument(metavar="[GATE]", help="Which gate; needed when several wait.")]
KeyOption = Annotated[
    Path, typer.Option("--key", envvar="EVICT_KEY", help="Your SSH private key, or the .pub of one in your agent.")
]
ReasonOption = Annotated[str, typer.Option("--reason", help="One sentence for the record.")]


@app.command()
def approve(
    case: CaseArgument,
    gate: GateArgument = None,
    by: AsOption = "",
    key: KeyOption = Path("~/.ssh/id_ed25519"),
    reason: ReasonOption = "",
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask again after showing what is approved.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Show what will be cut, for whom, and what cannot be undone; then sign it with your SSH key.

    Example: evict approve ./case-17 --as mei@example.org --key ~/.ssh/id_ed25519 --reason "wage-payee match"
    """
    answer(case, gate, by, key, reason, "approve", ask=not (yes or as_json), as_json=as_json)


def answer(
    case: Path, gate: str | None, by: str, key: Path, reason: str, word: str, *, ask: bool, as_json: bool
) -> None:
    """Show one gate, sign the answer, record it."""
    from runner.case.fold import fold
    from runner.cli.choice import choose_gate
    from runner.engine.gates import answer_gate
    from runner.engine.saving import frozen_plan
    from runner.report.approval import approval_view

    opened = open_case(case)
    chosen = choose_gate(fold(opened.ledger.read()), gate)
    if not as_json:
        show(approval_view(frozen_plan(opened, chosen.opened.plan).to_json(), chosen))
    if ask and not confirmed(f"Sign this as {person(by)}: {word}?"):
        raise typer.Exit(3)
    answered = answer_gate(
        opened, registry(), chosen.opened.gate, by=person(by), answer=word, reason=reason, key=key.expanduser()
    )
    if as_json:
        emit({"evict-answer": 1, "gate": answered.gate, "answer": word, "by": answered.by, "key": answered.key})
        return
    say(f"{word}: {answered.gate}, signed by {answered.by} with {answered.key}")
