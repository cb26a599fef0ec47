"""`evict fact`: record and list facts."""

from __future__ import annotations

from typing import Annotated

import typer

from runner.cli.shared import AsOption, CaseArgument, JsonOption, emit, open_case, person, say

app = typer.Typer(rich_markup_mode=None)


@app.command()
def fact(
    case: CaseArgument,
    statement: Annotated[str | None, typer.Argument(metavar="[NAME=VALUE]", help="What to record.")] = None,
    type_name: Annotated[str, typer.Option("--type", help="Type of the value.")] = "string",
    confidence: Annotated[str, typer.Option("--confidence", help="stated, observed or inferred.")] = "stated",
    why: Annotated[str, typer.Option("--why", help="What it rests on.")] = "",
    by: AsOption = "",
    as_json: JsonOption = False,
) -> None:
    """List the facts of a case, or record one with its source; a change keeps the history.

    Example: evict fact ./case-17 hire-date=2026-02-03 --type date --as hr@example.org --why "HR file"
    """
    from connectors.errors import InputError
    from connectors.types import parse_type
    from runner.case.events import FactRecorded
    from runner.case.state import fold
    from runner.cli.answer import typed
    from runner.report.text import safe

    opened = open_case(case)
    if statement is None:
        facts = fold(opened.ledger.read()).facts
        if as_json:
            rows = {name: {"value": one.value, "type": one.type, "source": one.source} for name, one in facts.items()}
            emit({"evict-facts": 1, "facts": rows})
            return
        for name, one in sorted(facts.items()):
            say(f"{safe(name)} = {safe(one.value)}  ({one.source.get('kind')}: {safe(one.source.get('name'))})")
        return
    name, separator, text = statement.partition("=")
    if not separator or not name:
        raise InputError(f"{statement!r} is not a fact", expected="NAME=VALUE")
    try:
        wrong = parse_type(type_name).problem(typed(text, type_name))
    except ValueError as error:
        raise InputError(str(error)) from None
    if wrong:
        raise InputError(f"{name} {wrong}")
    source = {"kind": "person", "name": person(by)}
    value = typed(text, type_name)
    opened.ledger.append([FactRecorded(name, type_name, value, source, confidence, why)])
    if as_json:
        emit({"evict-fact": 1, "name": name, "type": type_name, "value": value, "source": source})
        return
    say(f"recorded: {safe(name)}")
