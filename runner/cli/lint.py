"""`evict lint`: prove that playbooks are safe to run."""

from __future__ import annotations

from typing import Annotated

import typer

from runner.cli.shared import JsonOption, emit, registry, say

app = typer.Typer(rich_markup_mode=None)


@app.command()
def lint(
    playbooks: Annotated[list[str], typer.Argument(help="Playbook files or ids; default: all that are shipped.")] = [],
    as_json: JsonOption = False,
) -> None:
    """Check playbooks without touching anything; exit 1 with every finding at once.

    Example: evict lint playbooks/cut-only.yaml
    """
    from runner.authored.shipped import shipped_playbooks
    from runner.playbook.lint import lint as check
    from runner.playbook.load import find_playbook, load_playbook, load_sub
    from runner.report.text import safe

    connectors = registry()
    files = [find_playbook(name) for name in playbooks] or list(shipped_playbooks())
    found = [problem for file in files for problem in check(load_playbook(file), connectors, load_sub)]
    if as_json:
        rows = [
            {"file": p.place.file, "line": p.place.line, "column": p.place.column, "code": p.code, "message": p.message,
             "fix": p.fix}
            for p in found
        ]  # fmt: skip
        emit({"evict-lint": 1, "files": [str(file) for file in files], "findings": rows})
    else:
        for problem in found:
            say("\n".join(safe(line, 1000) for line in str(problem).splitlines()))
        say(f"{len(files)} playbook(s), {len(found)} finding(s)")
    raise typer.Exit(1 if found else 0)
