"""`evict connectors`: what there is, what it does, and which permissions it needs."""

from __future__ import annotations

from typing import Annotated

import typer

from runner.cli.shared import JsonOption, emit, registry, say

MarkdownOption = Annotated[bool, typer.Option("--markdown", help="As a page for people who write playbooks.")]

app = typer.Typer(rich_markup_mode=None)


@app.command()
def connectors(as_json: JsonOption = False, as_markdown: MarkdownOption = False) -> None:
    """List every action with its effect, who notices it, and the permissions it needs.

    Example: evict connectors --json
    """
    actions = registry().actions()
    if as_markdown:
        from runner.report.catalogue import markdown

        say(markdown(actions).rstrip())
        return
    if as_json:
        rows = [
            {
                "name": one.name, "title": one.title, "doc": one.doc, "effect": one.effect.value,
                "notice": one.notice.value, "permissions": list(one.permissions), "sources": list(one.sources),
                "inputs": [vars(field) for field in one.inputs], "outputs": [vars(field) for field in one.outputs],
            }
            for one in actions
        ]  # fmt: skip
        emit({"evict-connectors": 1, "actions": rows})
        return
    for one in actions:
        say(f"{one.name:28} {one.effect.value:9} noticed: {one.notice.value:7} {one.title}")
        if one.permissions:
            say(f"{'':28} needs {', '.join(one.permissions)}")
