"""`evict playbook`: list and show playbooks."""

from __future__ import annotations

from typing import Annotated

import typer

from runner.cli.shared import JsonOption, emit, registry, say

app = typer.Typer(rich_markup_mode=None, no_args_is_help=True, help="Show, list and draw playbooks.")

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="A shipped playbook's id, or a file.")]


@app.command("list")
def list_playbooks(as_json: JsonOption = False) -> None:
    """List the shipped playbooks."""
    from runner.authored.shipped import shipped_playbooks
    from runner.playbook.load import load_playbook

    loaded = [load_playbook(path) for path in shipped_playbooks()]
    if as_json:
        rows = [{"id": one.id, "title": one.title, "file": one.file, "attack": list(one.attack)} for one in loaded]
        emit({"evict-playbooks": 1, "playbooks": rows})
        return
    for one in loaded:
        say(f"{one.id:24} {one.title}")


@app.command()
def show(name: NameArgument, as_json: JsonOption = False) -> None:
    """Show a playbook's phases, steps and approvals in their order.

    Example: evict playbook show cut-only
    """
    from runner.playbook.load import find_playbook, load_playbook
    from runner.playbook.shape import playbook_shape
    from runner.report.text import safe

    playbook = load_playbook(find_playbook(name))
    if as_json:
        emit(playbook_shape(playbook))
        return
    say(f"{safe(playbook.id)}: {safe(playbook.title)}\n{safe(playbook.description, 1000)}")
    for phase in playbook.phases:
        budget = f", at most {phase.budget_s:g} s" if phase.budget_s else ""
        gate = f", behind {phase.approval.count} approval(s)" if phase.approval else ""
        say(f"\n{phase.name}{budget}{gate}")
        for step in phase.steps:
            say(f"  {safe(step.id):20} {safe(step.uses):24} {safe(step.title)}")


@app.command()
def graph(
    name: NameArgument,
    form: Annotated[str, typer.Option("--format", metavar="FORMAT", help="mermaid, dot or svg.")] = "mermaid",
) -> None:
    """Draw a playbook: phases from left to right, arrows where a step needs another.

    Example: evict playbook graph cut-only --format svg > playbook.svg
    """
    from connectors.errors import InputError
    from runner.playbook.graph import dot, mermaid
    from runner.playbook.load import find_playbook, load_playbook
    from runner.playbook.picture import svg

    playbook = load_playbook(find_playbook(name))
    if form not in ("mermaid", "dot", "svg"):
        raise InputError(f"there is no format {form!r}", expected="mermaid, dot or svg")
    say(svg(playbook, registry()) if form == "svg" else dot(playbook) if form == "dot" else mermaid(playbook))


@app.command()
def schema() -> None:
    """Write the JSON Schema of playbooks, by which editors complete and check them as you type.

    Example: evict playbook schema > playbook.schema.json
    """
    from runner.playbook.jsonschema import playbook_schema

    emit(playbook_schema(registry()))
