"""`evict`: the program. Commands load when they are called, so that `--help` stays quick."""

from __future__ import annotations

import contextlib
import importlib
import os
import sys
import traceback
from pathlib import Path
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

COMMANDS: dict[str, str] = {
    "demo": "See the whole thing on this machine: a suspect in a local AWS range is cut off.",
    "init": "Write a commented estate.yaml and case.yaml to start from.",
    "lint": "Prove that a playbook is safe to run: every finding at once.",
    "plan": "Show exactly what would be cut. Reads only; nothing is changed.",
    "run": "Cut for real: plan, approvals, evidence, one moment, proof.",
    "resume": "Go on after an approval, an answer, an interrupt or a crash.",
    "status": "The board: what stands, what is cut, who is waited for.",
    "approve": "Sign an approval with your SSH key.",
    "deny": "Sign a denial with your SSH key.",
    "answer": "Answer a question or report a manual task.",
    "fact": "Record or list facts of the case.",
    "interview": "Ask what still decides a report or starts its clock, the most urgent first.",
    "deadlines": "Every report that is due: by when, by whom, and why.",
    "documents": "Counsel's documents: what is due, what is missing; Word, PDF, HTML.",
    "report": "The whole case as one HTML file or PDF, for a board and for counsel.",
    "payment-gate": "Whether anything of value may move, and why not.",
    "restore": "Put back what was cut, when the suspicion was wrong.",
    "verify": "Check the whole case folder from its bytes.",
    "playbook": "Show, list, draw and describe playbooks.",
    "connectors": "List connectors, their actions and the permissions they need.",
}
"""Every command with the one line that `evict --help` shows, in the order of an incident."""


WRONG_USAGE: Any = typer.BadParameter.__mro__[2]
"""ClickException, by the one public name that typer gives to a descendant of it."""


class LazyGroup(TyperGroup):
    """Knows every command's name and help line; imports its module only when it is called."""

    def list_commands(self, ctx: Any) -> list[str]:
        """All commands, in the order of an incident."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command; while help is shown, a stand-in with only its line."""
        if cmd_name not in COMMANDS:
            return None
        if ctx.resilient_parsing or _only_listing():
            return TyperCommand(cmd_name, short_help=COMMANDS[cmd_name], help=COMMANDS[cmd_name])
        return _load(cmd_name)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Load the command that is called, even while completing."""
        name = args[0] if args else ""
        if name in COMMANDS:
            return name, _load(name), args[1:]
        return super().resolve_command(ctx, args)


def _only_listing() -> bool:
    arguments = sys.argv[1:]
    return not arguments or arguments[0] in ("--help", "-h")


def _load(name: str) -> Any:
    module: Any = importlib.import_module(f"runner.cli.{name.replace('-', '_')}")
    command = typer.main.get_command(module.app)
    command.name = name
    return command


app = typer.Typer(
    cls=LazyGroup,
    rich_markup_mode=None,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    help=(
        "Cut every access path of a suspected DPRK remote worker at one moment, prove it, keep the evidence.\n\n"
        "Exit codes: 0 done and verified, 1 findings or residual access, 2 wrong usage or input, 3 waiting for a\n"
        "person, 4 a step failed, 5 integrity broken, 130 interrupted and safe to resume."
    ),
    pretty_exceptions_enable=False,
)


def _version(show: bool) -> None:
    if show:
        from importlib.metadata import version

        typer.echo(f"evict {version('evict')}")
        raise typer.Exit


@app.callback()
def _root(
    version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="Show the version."),
) -> None:
    """Only options that belong to no command."""


def main() -> None:
    """Run the program; the one place where an error becomes an exit code."""
    from connectors.errors import EvictError

    try:
        code = app(standalone_mode=False)
    except typer.Exit as stop:
        _leave(stop.exit_code)
    except typer.Abort:
        _leave(130)
    except WRONG_USAGE as error:
        error.show()
        _leave(2)
    except EvictError as error:
        from runner.cli.shared import show_error

        show_error(error)
        _leave(error.exit_code)
    except BrokenPipeError:
        _leave(0)
    except KeyboardInterrupt:
        _tell("interrupted; nothing was left half-recorded")
        _leave(130)
    except OSError as error:
        _tell(f"error: {error.strerror or type(error).__name__}: {error.filename or ''}".rstrip(": "))
        _leave(2)
    except Exception as error:  # noqa: BLE001 - the one place that turns a fault of our own into its exit code
        _fault(error)
        _leave(4)
    _leave(code if isinstance(code, int) else 0)


def _leave(code: int) -> None:
    """Flush and go at once: a thread that hangs in a vendor's call must not keep the process."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError):
            stream.flush()
    os._exit(code)


def _tell(text: str) -> None:
    from runner.report.text import safe

    with contextlib.suppress(OSError):
        sys.stderr.write(safe(text, 1000) + "\n")


def _fault(error: Exception) -> None:
    """Name a fault of evict itself; its message may quote what it worked on, so that is shown only when asked for."""
    if os.environ.get("EVICT_DEBUG"):
        traceback.print_exception(error)
    place = traceback.extract_tb(error.__traceback__)[-1]
    name = Path(place.filename).name
    _tell(f"error: a fault of evict itself: {type(error).__name__} at {name}:{place.lineno}; please report it")
    _tell("do next: `evict resume` is safe; EVICT_DEBUG=1 shows the details")


if __name__ == "__main__":
    main()
