"""`evict report`: the whole case for people who never open a terminal."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from runner.cli.shared import AsOption, CaseArgument, JsonOption, emit, open_case, person, private_umask, say, tool

if TYPE_CHECKING:
    from runner.documents.casereport.keep import Written

app = typer.Typer(rich_markup_mode=None)


@app.command()
def report(
    case: CaseArgument,
    formats: Annotated[str, typer.Option("--format", metavar="LIST", help="html, pdf; joined by commas.")] = "html",
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="Copy the files there too.", show_default=False)
    ] = None,
    by: AsOption = "",
    as_json: JsonOption = False,
) -> None:
    """Write the report of a case into CASE/documents, and record it.

    Summary, access paths, timeline, approvals, evidence, what is left, findings, obligations, and what is not known.
    One HTML file without script or request, and a PDF for the archive; both are made from the ledger alone.

    Example: evict report ./case-17 --format html,pdf --as responder@example.org
    """
    from runner.case.clock import utc_now
    from runner.documents.casereport.keep import source_of, write
    from runner.documents.law import shipped_law

    private_umask()
    opened, who = open_case(case), person(by)
    chosen = tuple(dict.fromkeys(one.strip() for one in formats.split(",")))
    source = source_of(opened, shipped_law(), utc_now(), tool())
    written = write(opened, source, chosen, who)
    paths = [opened.directory / "documents" / one.file for one in written]
    copies = _copied(written, out) if out is not None else []
    if as_json:
        rows = [{"format": one.format, "file": one.file, "path": str(path), "sha256": one.sha256, "size": one.size}
                for one, path in zip(written, paths, strict=True)]  # fmt: skip
        emit({"evict-report": 1, "case": source.state.case_id, "exercise": source.state.mode == "exercise",
              "documents": rows, "copies": [str(one) for one in copies]})  # fmt: skip
        return
    for path in (*paths, *copies):
        say(f"written: {path}")


def _copied(written: tuple[Written, ...], folder: Path) -> list[Path]:
    from runner.case.store import rewrite_private

    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for one in written:
        rewrite_private(folder / one.file, one.data)
    return [folder / one.file for one in written]
