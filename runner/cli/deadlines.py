"""`evict deadlines`: what the law asks for, by when, of whom."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from runner.cli.shared import AsOption, CaseArgument, JsonOption, emit, open_case, person, say, show

if TYPE_CHECKING:
    from runner.case.folder import Case
    from runner.documents.law import Law

app = typer.Typer(rich_markup_mode=None)


@app.command()
def deadlines(
    case: CaseArgument,
    everything: Annotated[bool, typer.Option("--all", help="List what is undetermined, done and not due too.")] = False,
    ics: Annotated[bool, typer.Option("--ics", help="Write documents/deadlines.ics for a calendar.")] = False,
    why: Annotated[
        str, typer.Option("--why", metavar="ID", help="Show how one was decided and counted, and its cautions.")
    ] = "",
    done: Annotated[str, typer.Option("--done", metavar="ID", help="Record that one was met; needs --reference.")] = "",
    reopen: Annotated[str, typer.Option("--reopen", metavar="ID", help="Take a --done back.")] = "",
    reference: Annotated[str, typer.Option("--reference", help="What proves it: a receipt or portal number.")] = "",
    by: AsOption = "",
    as_json: JsonOption = False,
) -> None:
    """Show every report that is due, the most urgent first, with its countdown, who acts, and how sure that is.

    Law and this project's own targets are told apart. Nothing is ever sent. What is written is research for counsel.

    Example: evict deadlines ./case-17 --why us-ofac-blocked-property-initial
    """
    from runner.case.clock import utc_now
    from runner.case.fold import fold
    from runner.documents.law import shipped_law
    from runner.documents.listing import deadlines as shaped
    from runner.report.deadlines import explanation, listing

    opened, law = open_case(case), shipped_law()
    if done or reopen:
        _mark(opened, law, done or reopen, reference, person(by), is_done=bool(done))
    state, now = fold(opened.ledger.read()), utc_now()
    duties = law.duties(state)
    if ics:
        from runner.documents.ics import calendar_file

        written = _write(opened, calendar_file(state, duties, now), exercise=state.mode == "exercise")
        if as_json:
            emit({"evict-deadlines-file": 1, "file": str(written)})
        else:
            say(f"written: {written}")
        return
    warnings = law.warnings_about(state, _known(law, why)) if why else law.warnings(state, "before-report")
    shape = shaped(state, duties, law.conflicts(state, now), warnings, now)
    if why:
        shape["duties"] = [row for row in shape["duties"] if row["id"] == _known(law, why)]
    if as_json:
        emit(shape)
    elif why:
        show(explanation(shape))
    else:
        show(listing(shape, everything=everything))


def _known(law: Law, name: str) -> str:
    """The id of an obligation.

    Raises:
        InputError: there is none of this name; the nearest are told.

    """
    import difflib

    from connectors.errors import InputError

    ids = [one.id for one in law.obligations]
    if name in ids:
        return name
    near = difflib.get_close_matches(name, ids, 3) or [one for one in ids if name and name in one][:3]
    expected = f"did you mean {' or '.join(near)}?" if near else "an id that `evict deadlines --all` lists"
    raise InputError(f"there is no obligation {name!r:.80}", expected=expected)


def _mark(case: Case, law: Law, name: str, reference: str, by: str, *, is_done: bool) -> None:
    from connectors.errors import InputError
    from runner.case.events import ObligationMarked
    from runner.documents.record import keep_changes

    if is_done and not reference.strip():
        raise InputError("what proves it?", fix="give --reference TEXT: a receipt, a portal number, a letter's date")
    case.ledger.append([ObligationMarked(_known(law, name), is_done, reference, by)])
    keep_changes(case, law)


def _write(case: Case, data: bytes, *, exercise: bool) -> Path:
    from runner.case.store import rewrite_private

    path = case.directory / "documents" / ("EXERCISE-deadlines.ics" if exercise else "deadlines.ics")
    path.parent.mkdir(mode=0o700, exist_ok=True)
    rewrite_private(path, data)
    return path
