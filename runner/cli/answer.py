"""`evict answer`: answer a question, or report a manual task."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

from runner.cli.shared import AsOption, CaseArgument, JsonOption, emit, open_case, person, say

app = typer.Typer(rich_markup_mode=None)

WORDS = {"yes": True, "done": True, "true": True, "no": False, "false": False}


@app.command()
def answer(
    case: CaseArgument,
    ask: Annotated[str, typer.Argument(help="Name of the question or card, as `evict status` lists it.")],
    value: Annotated[str, typer.Argument(help="The answer; for a card: yes or no.")],
    by: AsOption = "",
    why: Annotated[str, typer.Option("--why", help="What you saw, for the record.")] = "",
    as_json: JsonOption = False,
) -> None:
    """Answer what a run waits for; it goes on with `evict resume`.

    Example: evict answer ./case-17 portal-session yes --as chris@example.org --why "no session is left"
    """
    from runner.case.fold import fold
    from runner.cli.choice import choose_ask
    from runner.engine.asks import answer_ask

    opened = open_case(case)
    chosen = choose_ask(fold(opened.ledger.read()), ask).opened
    made = answer_ask(opened, chosen.ask, typed(value, chosen.type), by=person(by), why=why)
    if as_json:
        emit({"evict-answer": 1, "ask": made.ask, "value": made.value, "by": made.by})
        return
    say(f"recorded: {made.ask}; go on with: evict resume {case}")


def typed(value: str, wanted: str) -> Any:
    """The text as the wanted type has it; text stays text."""
    if wanted == "boolean":
        return WORDS.get(value.strip().lower(), value)
    if wanted in ("integer", "number", "object", "any") or wanted.startswith("list"):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value
