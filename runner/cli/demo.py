"""`evict demo`: the whole thing on this machine."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from runner.cli.shared import console, open_case, private_umask, registry, say

if TYPE_CHECKING:
    from runner.range.probe import Probe
    from runner.range.seed import World

app = typer.Typer(rich_markup_mode=None)

RESPONDER = "responder@initech.example"
APPROVERS = ("mei@initech.example", "tomas@initech.example")


@app.command()
def demo(
    directory: Annotated[Path, typer.Option("--dir", help="Where to leave the case; must not exist.")] = Path(
        "evict-demo"
    ),
    interactive: Annotated[bool, typer.Option("--interactive", help="You give the approvals.")] = False,
) -> None:
    """Start a local AWS with a suspect in it, cut them off, prove it with their own old keys, check the record.

    No account, no network, no Docker. It takes some seconds and leaves a case folder to explore.

    Example: evict demo --dir /tmp/evict-demo --interactive
    """
    from connectors.errors import InputError
    from runner.range.probe import probe_innocent, probe_suspect
    from runner.range.process import AwsRange
    from runner.range.seed import seed

    private_umask()
    if directory.exists():
        raise InputError(f"{directory} exists", fix=f"remove it (rm -r {directory}), or give --dir")
    for name in [one for one in os.environ if one.startswith("AWS_")]:
        del os.environ[name]
    _title("1. A company in a local AWS range, with a suspect in it (all invented)")
    with AwsRange.start() as running:
        world = seed(running, directory)
        _tries(probe_suspect(running, world), "the suspect")
        state = _rehearse(world, interactive=interactive)
        _title("5. The suspect tries everything again; a colleague goes on working")
        after = probe_suspect(running, world)
        _tries(after, "the suspect")
        spared = probe_innocent(world)
        _tries(spared, "a colleague")
    _title("6. Check the record, with evict and without it")
    code = _check(directory)
    say(f"\nleft for you in {directory}:")
    say(f"  evict status {directory}        the board")
    say(f"  evict verify {directory}        check the record")
    say(f"  less {directory}/ledger.jsonl   the ledger itself")
    fine = (
        state in ("done", "residual") and not any(one.allowed for one in after) and all(one.allowed for one in spared)
    )
    say("\nthe suspect is out, the colleague is not" if fine else "\nNOT CONTAINED: see above")
    raise typer.Exit(code or (0 if fine else 4))


def _rehearse(world: World, *, interactive: bool) -> str:
    """Plan, approve, run: the same code as for real. Returns the run's last state."""
    from runner.case.state import fold
    from runner.cli.planning import plan_case
    from runner.cli.running import run_case
    from runner.engine.gates import answer_gate, open_gates
    from runner.report.approval import approval_view
    from runner.report.board import board
    from runner.report.plan import plan_view
    from runner.report.status import status

    _title("2. Plan: what would be cut, by reading only")
    case, plan = plan_case(world.directory, "suspected-worker", None, [], RESPONDER)
    console().print(plan_view(plan.to_json(), plan.digest))
    _title("3. Two people approve this plan and only this, with their SSH keys")
    for gate in open_gates(fold(case.ledger.read())):
        console().print(approval_view(plan.to_json(), gate))
        for who in APPROVERS:
            if interactive and not typer.confirm(f"Sign as {who}?"):
                raise typer.Exit(3)
            made = answer_gate(
                case, registry(), gate.opened.gate, by=who, answer="approve", reason="demo: wage-payee match",
                key=world.key_of(who),
            )  # fmt: skip
            say(f"signed by {made.by} with {made.key}")
    _title("4. Run: evidence first, then the cut, then proof by a separate read")
    ending = run_case(case, RESPONDER, as_json=False)
    console().print(board(status(fold(case.ledger.read()))))
    return ending.state


def _check(directory: Path) -> int:
    import subprocess

    from runner.case.verify import verify_case

    report = verify_case(open_case(directory).directory)
    for fault in report.faults:
        say(f"BROKEN: {fault}")
    say(f"evict verify: {report.records} records, {report.approvals} signatures, {len(report.faults)} faults")
    python = shutil.which("python3") or sys.executable
    done = subprocess.run([python, str(directory / "VERIFY.py")], capture_output=True, text=True, check=False)
    say(f"VERIFY.py:    {done.stdout.strip().splitlines()[-1]}")
    return 5 if report.faults or done.returncode else 0


def _tries(probes: list[Probe], who: str) -> None:
    for one in probes:
        say(f"  {'CAN   ' if one.allowed else 'cannot'} {who}: {one.what} ({one.answer})")


def _title(text: str) -> None:
    say(f"\n== {text}")
