"""`evict demo`: the whole thing on this machine."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from runner.cli.shared import called_as, private_umask, say, show

if TYPE_CHECKING:
    from runner.cli.rehearsal import Rehearsal
    from runner.range.probe import Probe

app = typer.Typer(rich_markup_mode=None)

LATER_S = 3700.0
"""Seconds after which an access token without continuous access evaluation has ended."""


@app.command()
def demo(
    directory: Annotated[Path, typer.Option("--dir", help="Where to leave the case; must not exist.")] = Path(
        "evict-demo"
    ),
    interactive: Annotated[
        bool, typer.Option("--interactive", help="You give the approvals and answer the cards.")
    ] = False,
) -> None:
    """Start a local AWS and a Microsoft tenant with a suspect in them, cut them off, prove it with their own old keys.

    No account, no network, no Docker. It takes less than a minute and leaves a case folder to explore.

    Example: evict demo --dir /tmp/evict-demo --interactive
    """
    from connectors.errors import InputError
    from runner.cli.rehearsal import Rehearsal
    from runner.range.company import seed_company
    from runner.range.doors import colleague_tries, suspect_tries
    from runner.range.process import AwsRange, MicrosoftRange

    private_umask()
    if directory.exists():
        raise InputError(f"{directory} exists", fix=f"remove it (rm -r {directory}), or give --dir")
    for name in [one for one in os.environ if one.startswith("AWS_")]:
        del os.environ[name]
    title("1. A company in a local AWS and Microsoft range, with a suspect in it (all invented)")
    with AwsRange.start() as running, MicrosoftRange.start() as tenant:
        company = seed_company(running, tenant, directory)
        before, daily = suspect_tries(company), colleague_tries(company)
        _introduce(before)
        rehearsal = Rehearsal(company, interactive=interactive)
        rehearsal.play()
        title("9. The suspect tries everything again; a colleague goes on working")
        after, spared = suspect_tries(company), colleague_tries(company)
        residual = rehearsal.residual()
        _compare("the suspect", before, after, residual)
        _compare("a colleague", daily, spared, {})
        tenant.advance(LATER_S)
        later = suspect_tries(company)
        _later(after, later)
    title("10. Check the record, with evict and without it")
    sound = rehearsal.check()
    contained = all(one.path in residual for one in after if one.allowed) and not any(one.allowed for one in later)
    fine = contained and not rehearsal.standing() and all(one.allowed for one in spared)
    _farewell(directory, rehearsal, refused=sum(not one.allowed for one in later), fine=fine)
    raise typer.Exit(5 if not sound else 0 if fine else 4)


def title(text: str) -> None:
    """A heading."""
    say(f"\n== {text}")


def _introduce(before: list[Probe]) -> None:
    """What the suspect can do today."""
    say("an organisation of three accounts, IAM Identity Center, instances, a cluster, and its source archive;")
    say(f"before anything is done, of {len(before)} things that the suspect tries, these work:")
    for one in before:
        if one.allowed:
            say(f"  * {one.what}")


def _compare(who: str, before: list[Probe], after: list[Probe], residual: dict[str, str]) -> None:
    """`residual` are the access paths that the case says outlive the cut, each with the time left."""
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False)
    for name in (f"{who} tries to", "before", "now", "answer"):
        table.add_column(name, overflow="fold")
    for was, now in zip(before, after, strict=True):
        good = now.allowed == (who != "the suspect")
        left = residual.get(now.path, "") if now.allowed else ""
        style = "green" if good else "yellow" if left else "bold red"
        word = Text(f"residual, {left}" if left else "can" if now.allowed else "cannot", style=style)
        table.add_row(now.what, "can" if was.allowed else "cannot", word, now.answer)
    show(table)


def _later(after: list[Probe], later: list[Probe]) -> None:
    """What was residual, tried again when the tenant's clock has moved on."""
    for was, now in zip(after, later, strict=True):
        if was.allowed:
            result = "STILL CAN" if now.allowed else f"cannot, {now.answer}"
            say(f"an hour later the suspect tries to {now.what}: {result}")


def _farewell(directory: Path, rehearsal: Rehearsal, *, refused: int, fine: bool) -> None:
    say("")
    say(f"the suspect is out: all {refused} tries are refused; the colleague noticed nothing" if fine else
        "NOT CONTAINED: see above what still works")  # fmt: skip
    for line in rehearsal.left():
        say(line)
    say(f"\nleft for you in {directory}; the range itself has ended:")
    evict = called_as()
    for command, why in (
        (f"{evict} status {directory}", "the board, the clocks, who did what"),
        (f"{evict} verify {directory}", "check ledger, evidence and signatures"),
        (f"python3 {directory}/VERIFY.py", "the same without evict"),
        (f"less {directory}/ledger.jsonl", "every record, in order"),
        (f"{evict} playbook show suspected-worker", "what ran"),
        (f"{evict} init my-case", "start on your own estate: evict plan only reads"),
    ):
        say(f"  {command:42} {why}")
