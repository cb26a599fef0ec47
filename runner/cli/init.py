"""`evict init`: commented files to start from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from runner.cli.shared import private_umask, say

app = typer.Typer(rich_markup_mode=None)


@app.command()
def init(directory: Annotated[Path, typer.Argument(metavar="DIR", help="A new folder for the case.")]) -> None:
    """Write a commented estate.yaml and case.yaml; existing files are never overwritten.

    Example: evict init ./case-17
    """
    from connectors.errors import InputError
    from runner.playbook.shipped import shipped

    private_umask()
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name in ("estate.yaml", "case.yaml"):
        target = directory / name
        if target.exists():
            raise InputError(
                f"{target} exists", expected="a folder without it", fix="edit it, or choose another folder"
            )
    for name in ("estate.yaml", "case.yaml"):
        (directory / name).write_bytes((shipped("templates") / "init" / name).read_bytes())
        say(f"wrote {directory / name}")
    say(f"next: fill them in, then: evict plan {directory} --as you@example.org")
