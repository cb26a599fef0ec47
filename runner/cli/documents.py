"""`evict documents`: what counsel gets, as Word, PDF and HTML."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from runner.cli.shared import AsOption, CaseArgument, JsonOption, emit, person, private_umask, registry, say, show

if TYPE_CHECKING:
    from runner.cli.papers import Desk

app = typer.Typer(rich_markup_mode=None, no_args_is_help=True, help="List, render, check and bind counsel's documents.")

IdsArgument = Annotated[list[str], typer.Argument(metavar="[ID]...", help="Ids that `evict documents list` shows.")]
DueOption = Annotated[bool, typer.Option("--due", help="All that are due.")]
AllOption = Annotated[bool, typer.Option("--all", help="All that there are.")]
FormatOption = Annotated[str, typer.Option("--format", metavar="LIST", help="docx, pdf, html; joined by commas.")]
FinalOption = Annotated[bool, typer.Option("--final", help="Without the DRAFT mark; refused while a fact is missing.")]
ReferenceOption = Annotated[
    Path | None, typer.Option("--reference", help="The firm's own .docx: its styles and margins.", show_default=False)
]
MasterOption = Annotated[
    Path | None, typer.Option("--master", help="The firm's own .docx with {{ fields }}; for one document in Word.")
]
JobsOption = Annotated[int, typer.Option("--jobs", min=1, max=16, help="How many are rendered at a time.")]


@app.command("list")
def list_documents(
    case: CaseArgument,
    everything: Annotated[bool, typer.Option("--all", help="List what nothing asks for too.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Show which documents are due or may be, what is missing in each, and who can tell.

    Example: evict documents list ./case-17
    """
    from runner.cli.papers import desk
    from runner.documents.desk import desk_json
    from runner.report.documents import listing

    here = desk(case)
    shape = desk_json(here.state, here.sheets, here.absent, here.broken)
    if as_json:
        emit(shape)
    else:
        show(listing(shape, everything=everything))


@app.command()
def render(
    case: CaseArgument,
    ids: IdsArgument = [],
    due: DueOption = False,
    everything: AllOption = False,
    formats: FormatOption = "docx",
    final: FinalOption = False,
    reference: ReferenceOption = None,
    master: MasterOption = None,
    jobs: JobsOption = 1,
    by: AsOption = "",
    as_json: JsonOption = False,
) -> None:
    """Write documents into CASE/documents and record each; exit 1 when one could not be final.

    Warnings tell what must be read before one is sent: what costs credit elsewhere, who may not be tipped off.

    Example: evict documents render ./case-17 --due --format docx,pdf --as counsel@example.org
    """
    from runner.case.clock import utc_now
    from runner.cli.papers import before_sending, desk, render_chosen, tell_before_sending
    from runner.documents.papers import Order
    from runner.engine.payment import closed_for

    private_umask()
    here = desk(case)
    chosen = _chosen(here, ids, due=due, everything=everything)
    moving = [one for one in chosen if final and here.templates[one].moves_value]
    closed = closed_for(here.case, here.state, registry(), utc_now(), moving)
    order = Order(_formats(formats), final, person(by), reference, master, closed)
    papers = render_chosen(here, chosen, order, jobs, quiet=as_json)
    warnings = before_sending(here, chosen)
    if as_json:
        rows = [vars(one) for one in papers]
        emit({"evict-documents-rendered": 1, "case": here.state.case_id, "documents": rows, "warnings": warnings})
    else:
        tell_before_sending(warnings)
    raise typer.Exit(1 if any(one.refused for one in papers) else 0)


@app.command()
def explain(
    case: CaseArgument, name: Annotated[str, typer.Argument(metavar="ID")], as_json: JsonOption = False
) -> None:
    """Show why a document is due, the facts it uses with their sources, and what is missing.

    Example: evict documents explain ./case-17 blocked-property-report
    """
    from runner.cli.papers import desk
    from runner.documents.explain import explanation
    from runner.report.documents import explained

    here = desk(case)
    shape = explanation(here.state, here.law, here.sheet(name))
    if as_json:
        emit(shape)
    else:
        show(explained(shape))


@app.command()
def check(
    templates: Annotated[list[Path], typer.Argument(metavar="[TEMPLATE]...", help="Files; default: all shipped.")] = [],
    as_json: JsonOption = False,
) -> None:
    """Prove templates sound without a case; exit 1 with every finding at once.

    Example: evict documents check templates/us/blocked-property-report.md
    """
    from runner.documents.law import shipped_law
    from runner.documents.template.check import check_all, check_files
    from runner.documents.template.form import template_files
    from runner.report.text import safe

    law = shipped_law()
    files = tuple(templates) or template_files()
    found = check_files(files, law.catalogue, law.obligations) if templates else check_all(law)
    if as_json:
        rows = [{"file": one.place.file, "line": one.place.line, "column": one.place.column, "code": one.code,
                 "message": one.message, "fix": one.fix} for one in found]  # fmt: skip
        emit({"evict-documents-check": 1, "files": [str(file) for file in files], "findings": rows})
    else:
        for problem in found:
            say("\n".join(safe(line, 1000) for line in str(problem).splitlines()))
        say(f"{len(files)} template(s), {len(found)} finding(s)")
    raise typer.Exit(1 if found else 0)


@app.command()
def bundle(
    case: CaseArgument,
    out: Annotated[Path | None, typer.Option("--out", help="Folder; default: a new one in CASE/documents.")] = None,
    formats: FormatOption = "docx,pdf",
    reference: ReferenceOption = None,
    jobs: JobsOption = 1,
    by: AsOption = "",
    as_json: JsonOption = False,
) -> None:
    """Bind all due drafts with an index: what, why, by when, what is missing, who can tell.

    Example: evict documents bundle ./case-17 --out ./for-counsel --as responder@example.org
    """
    from runner.cli.papers import bind, desk
    from runner.documents.papers import Order

    private_umask()
    here = desk(case)
    written = bind(here, Order(_formats(formats), final=False, by=person(by), reference=reference), out, jobs,
                   quiet=as_json)  # fmt: skip
    if as_json:
        emit({"evict-documents-bundle": 1, "folder": str(written.folder), "files": list(written.files)})
    else:
        say(f"{len(written.files)} files in {written.folder}")


def _formats(text: str) -> tuple[str, ...]:
    from connectors.errors import InputError
    from runner.documents.render import FORMATS

    formats = tuple(dict.fromkeys(one.strip() for one in text.split(",")))
    for one in formats:
        if one not in FORMATS:
            raise InputError(f"there is no format {one!r:.40}", expected=f"one or more of {', '.join(FORMATS)}")
    return formats


def _chosen(here: Desk, ids: list[str], *, due: bool, everything: bool) -> list[str]:
    from connectors.errors import InputError

    if sum((bool(ids), due, everything)) != 1:
        raise InputError("which documents?", expected="ids, or --due, or --all", fix="see `evict documents list CASE`")
    if ids:
        return [here.sheet(one).template.id for one in dict.fromkeys(ids)]
    return [one.template.id for one in here.sheets if everything or one.standing == "due"]
