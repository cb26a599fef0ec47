"""`evict init`: commented files to start from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from runner.cli.shared import JsonOption, emit, private_umask, say

app = typer.Typer(rich_markup_mode=None)

FILES = ("estate.yaml", "case.yaml")


@app.command()
def init(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="A new folder for the case.")],
    as_json: JsonOption = False,
) -> None:
    """Write a commented estate.yaml and case.yaml; existing files are never overwritten.

    Example: evict init ./case-17
    """
    from connectors.errors import InputError
    from runner.authored.shipped import shipped

    private_umask()
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name in FILES:
        target = directory / name
        if target.exists():
            raise InputError(
                f"{target} exists", expected="a folder without it", fix="edit it, or choose another folder"
            )
    written = [directory / name for name in FILES]
    for target in written:
        target.write_bytes((shipped("templates") / "init" / target.name).read_bytes())
    if as_json:
        emit({"evict-init": 1, "written": [str(target) for target in written]})
        return
    for target in written:
        say(f"wrote {target}")
    say(f"next: fill them in, then: evict plan {directory} --as you@example.org")
