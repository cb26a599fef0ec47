"""`evict fact`: record and list facts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from runner.cli.shared import AsOption, CaseArgument, JsonOption, emit, open_case, person, say

if TYPE_CHECKING:
    from runner.case.folder import Case
    from runner.case.state import CaseState, FactState

app = typer.Typer(rich_markup_mode=None)

CONFIDENCES = ("stated", "observed", "inferred")


@app.command()
def fact(
    case: CaseArgument,
    statements: Annotated[
        list[str] | None,
        typer.Argument(metavar="[NAME=VALUE]...", help="What to record; one name alone shows its history."),
    ] = None,
    type_name: Annotated[
        str, typer.Option("--type", help="Type of a fact of this case alone; the catalogue knows its own.")
    ] = "",
    confidence: Annotated[str, typer.Option("--confidence", help="stated, observed or inferred.")] = "stated",
    why: Annotated[str, typer.Option("--why", help="What it rests on.")] = "",
    by: AsOption = "",
    as_json: JsonOption = False,
) -> None:
    """List the facts of a case, show the history of one, or record some with their source; a change keeps the history.

    NAME=unknown records that it was asked and nobody knows. Of several, all are recorded or none. What they change in
    the law's deadlines is told at once.

    Example: evict fact ./case-17 hire_date=2026-02-03 --as hr@example.org --why "HR file"
    """
    from connectors.errors import InputError
    from runner.case.fold import fold

    opened = open_case(case)
    given = statements or []
    if len(given) > 1 or any("=" in one for one in given):
        if confidence not in CONFIDENCES:
            raise InputError(f"{confidence!r:.40} is no confidence", expected=f"one of {', '.join(CONFIDENCES)}")
        _record(opened, given, {"type_name": type_name, "confidence": confidence, "why": why}, by, as_json=as_json)
        return
    state = fold(opened.ledger.read())
    if given:
        _history(state, given[0], as_json=as_json)
        return
    if as_json:
        emit({"evict-facts": 1, "facts": {name: _shape(one) for name, one in state.facts.items()}})
        return
    for _name, one in sorted(state.facts.items()):
        say(_line(one))


def _record(case: Case, texts: list[str], options: dict[str, str], by: str, *, as_json: bool) -> None:
    from runner.case.fold import fold
    from runner.documents.law import shipped_law
    from runner.documents.record import record_facts
    from runner.documents.statements import statement
    from runner.report.changes import change_lines
    from runner.report.text import safe

    law, who = shipped_law(), person(by)
    made = [statement(text, law.catalogue, by=who, **options) for text in texts]
    before = fold(case.ledger.read())
    kept = record_facts(case, law, made)
    lines = change_lines(kept.changes, before.contradictions)
    found = [law.warnings(kept.state, "on-fact-change", one.name) for one in made]
    warnings = {one.interaction.id: one for group in found for one in group}.values()
    if as_json:
        told = [{"id": one.interaction.id, "text": one.text, "possible": one.possible} for one in warnings]
        shapes = [_shape(kept.state.facts[one.name]) for one in made]
        emit({"evict-fact": 1, "recorded": shapes, "changes": lines, "warnings": told})
        return
    for one in made:
        say(f"recorded: {safe(one.name)}")
        known = before.facts.get(one.name)
        if known and (known.value, known.unknown) != (one.value, one.unknown):
            say(f"before: {_line(known)}")
    for line in lines:
        say(line)
    for warning in warnings:
        say(f"{'STOP' if warning.interaction.stop else 'note'}: {safe(warning.text, 2000)}")


def _history(state: CaseState, name: str, *, as_json: bool) -> None:
    from connectors.errors import InputError

    known = state.facts.get(name)
    if known is None:
        raise InputError(f"nobody has recorded {name!r:.80}", expected="NAME=VALUE, or the name of a recorded fact")
    rows = [*known.history, known]
    if as_json:
        emit({"evict-fact-history": 1, "name": name, "history": [_shape(one) for one in rows]})
        return
    for one in rows:
        say(f"{one.at.isoformat()[:16]}Z  {_line(one)}")


def _shape(one: FactState) -> dict[str, Any]:
    return {
        "name": one.name,
        "type": one.type,
        "value": one.value,
        "unknown": one.unknown,
        "source": one.source,
        "confidence": one.confidence,
        "why": one.why,
        "at": one.at.isoformat(),
    }


def _line(one: FactState) -> str:
    from runner.report.text import safe

    value = "unknown" if one.unknown else safe(one.value)
    why = f"; {safe(one.why)}" if one.why else ""
    return f"{safe(one.name)} = {value}  ({one.source.get('kind')}: {safe(one.source.get('name'))}{why})"
