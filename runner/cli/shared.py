"""What commands share: finding and opening a case, the person at the keyboard, output, errors."""

from __future__ import annotations

import json
import os
import shutil
import sys
import termios
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from connectors.errors import EvictError, InputError

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

    from connectors.registry import Registry
    from runner.case.folder import Case
    from runner.playbook.estate import Estate

PIPED_WIDTH = 80
"""Columns when nobody's terminal says how many there are."""

CaseArgument = Annotated[Path, typer.Argument(metavar="CASE", help="The case folder.", show_default=False)]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for programs and nothing else.")]
AsOption = Annotated[
    str,
    typer.Option(
        "--as",
        envvar="EVICT_AS",
        metavar="EMAIL",
        help="Who you are: the e-mail of one of the estate's people.",
        show_default=False,
    ),
]
EstateOption = Annotated[
    Path | None,
    typer.Option("--estate", envvar="EVICT_ESTATE", help="estate.yaml; default: beside case.yaml.", show_default=False),
]


def console(*, error: bool = False) -> Console:
    """A console that colours only on a terminal and never interprets markup, links or emoji codes."""
    from rich.console import Console

    stream = sys.stderr if error else sys.stdout
    terminal = stream.isatty()
    return Console(
        stderr=error, markup=False, emoji=False, highlight=False, soft_wrap=False, force_terminal=terminal,
        width=None if terminal else PIPED_WIDTH, legacy_windows=False,
    )  # fmt: skip


def on_a_terminal() -> bool:
    """Whether a person watches: both streams go to a terminal that can redraw."""
    return sys.stdout.isatty() and sys.stderr.isatty() and os.environ.get("TERM", "dumb") not in ("dumb", "unknown")


def show(what: RenderableType) -> None:
    """Tables and text for a person."""
    with _reader_may_leave():
        console().print(what)


def say(text: str) -> None:
    """One line for a person."""
    with _reader_may_leave():
        typer.echo(text)


def confirmed(question: str, *, default: bool = False) -> bool:
    """Yes or no, from a person who has read the question: keys that were pressed before it do not count."""
    if sys.stdin.isatty():
        termios.tcflush(sys.stdin, termios.TCIFLUSH)
    return bool(typer.confirm(question, default=default))


def emit(value: Any) -> None:
    """JSON for programs."""
    with _reader_may_leave():
        typer.echo(json.dumps(value, indent=2, ensure_ascii=True))


@contextmanager
def _reader_may_leave() -> Iterator[None]:
    """A reader like `head` that has seen enough changes neither what is done nor the exit code."""
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        hush()


def hush() -> None:
    """Send whatever is still printed to nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def show_error(error: EvictError) -> None:
    """What happened, expected, do next, safe; made safe for a terminal."""
    from runner.report.text import safe

    lines = error.explain().splitlines() or [type(error).__name__]
    sys.stderr.write("error: " + "\n".join(safe(line, 2000) for line in lines) + "\n")


def registry() -> Registry:
    """The installed connectors."""
    from connectors.registry import Registry

    return Registry.installed()


def open_case(directory: Path) -> Case:
    """An existing case.

    Raises:
        InputError: the folder is no case.

    """
    from runner.case.folder import Case

    if not (directory / "ledger.jsonl").exists():
        raise InputError(
            f"{directory} is not a case folder: it has no ledger.jsonl",
            fix=f"start one with `evict init {directory}` and `evict plan {directory}`",
        )
    return Case.open(directory)


def open_or_create(directory: Path, estate_file: Path | None) -> tuple[Case, Estate]:
    """A case and the estate it acts on; a folder with only case.yaml becomes a case now."""
    from runner.case.fold import fold
    from runner.engine.saving import frozen_estate
    from runner.engine.saving import open_case as create
    from runner.playbook.casefile import load_casefile
    from runner.playbook.estate import load_estate

    connectors = registry()
    found = _estate_file(directory, estate_file)
    if (directory / "ledger.jsonl").exists():
        case = open_case(directory)
        if found is None:
            return case, frozen_estate(case, fold(case.ledger.read()), connectors)
        return case, load_estate(found, connectors)
    case_file = directory / "case.yaml"
    if not case_file.exists():
        raise InputError(f"{directory} has no case.yaml", fix=f"write one with `evict init {directory}`")
    if found is None:
        raise InputError("no estate.yaml was found", fix=f"give --estate FILE, or put it beside {case_file}")
    estate = load_estate(found, connectors)
    return create(directory, load_casefile(case_file, connectors), estate, tool()), estate


def _estate_file(directory: Path, given: Path | None) -> Path | None:
    if given is not None:
        return given
    return next((path for path in (directory / "estate.yaml", Path("estate.yaml")) if path.exists()), None)


def tool() -> str:
    """Name and version, as the ledger records who wrote it."""
    from importlib.metadata import version

    return f"evict {version('evict')}"


def called_as() -> str:
    """How to call this program again: by its name where that is found, else by the path that was typed."""
    typed = sys.argv[0]
    return typed if Path(typed).name == "evict" and shutil.which("evict") is None else "evict"


def person(given: str) -> str:
    """The e-mail of the person at the keyboard.

    Raises:
        InputError: nobody was named.

    """
    if not given:
        raise InputError("who are you?", fix="give --as EMAIL or set EVICT_AS")
    return given


def private_umask() -> None:
    """Nothing that evict writes is readable by others."""
    os.umask(0o077)
