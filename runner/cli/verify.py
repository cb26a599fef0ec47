"""`evict verify`: check a case folder from its bytes."""

from __future__ import annotations

import typer

from runner.cli.shared import CaseArgument, JsonOption, emit, say

app = typer.Typer(rich_markup_mode=None)


@app.command()
def verify(case: CaseArgument, as_json: JsonOption = False) -> None:
    """Check the ledger's chain, every artefact, frozen file and signature; exit 5 when anything is broken.

    Anyone can do the same without evict: python3 CASE/VERIFY.py

    Example: evict verify ./case-17
    """
    from runner.case.verify import verify_case
    from runner.report.text import safe

    report = verify_case(case)
    if as_json:
        shape = {key: value for key, value in vars(report).items() if key != "directory"}
        emit({"evict-verify": 1, "sound": report.sound, **shape})
    else:
        for fault in report.faults:
            say(f"BROKEN: {safe(fault, 1000)}")
        for note in report.notes:
            say(f"note: {safe(note, 1000)}")
        word = "sound" if report.sound else "BROKEN"
        say(f"{word}: {report.records} records, {report.artefacts} artefacts, {report.frozen} frozen files,")
        say(f"{report.approvals} signatures; records 1 to {report.anchored} are vouched for; head {report.head}")
    raise typer.Exit(0 if report.sound else 5)
