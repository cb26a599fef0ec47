"""What the commands of `evict documents` share: the desk of a case, rendering with progress, the binder."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from connectors.errors import Problem
from runner.case.fold import fold
from runner.case.folder import Case
from runner.case.state import CaseState
from runner.cli.shared import console, on_a_terminal, open_case, say
from runner.documents.desk import Sheet, named, sheets, unwritten
from runner.documents.duties import Duty
from runner.documents.law import Law, shipped_law
from runner.documents.papers import Order, Paper, render
from runner.documents.template.form import Template, load_templates


@dataclass(frozen=True)
class Desk:
    """A case with its documents."""

    case: Case
    state: CaseState
    law: Law
    templates: dict[str, Template]
    sheets: tuple[Sheet, ...]
    absent: tuple[Duty, ...]
    broken: tuple[Problem, ...]
    """What is wrong with templates that cannot be used."""

    def sheet(self, name: str) -> Sheet:
        """One document.

        Raises:
            InputError: there is none of this name.

        """
        template = named(self.templates, name)
        return next(one for one in self.sheets if one.template is template)


@dataclass(frozen=True)
class Bundle:
    """A binder on disk."""

    folder: Path
    files: tuple[str, ...]


def desk(directory: Path) -> Desk:
    """The desk of a case folder."""
    case, law = open_case(directory), shipped_law()
    state = fold(case.ledger.read())
    broken: list[Problem] = []
    templates = dict(load_templates(law.catalogue, broken=broken))
    made, absent = sheets(state, law, templates), unwritten(state, law, templates)
    return Desk(case, state, law, templates, made, absent, tuple(broken))


def render_chosen(here: Desk, ids: Sequence[str], order: Order, jobs: int, *, quiet: bool) -> tuple[Paper, ...]:
    """Render with a bar on a terminal, and a line for each document."""
    from runner.case.clock import utc_now

    templates = [here.templates[one] for one in ids]
    bar = _bar() if on_a_terminal() and not quiet else None
    with bar or nullcontext():
        task = bar.add_task("documents", total=len(templates)) if bar else None

        def told(paper: Paper) -> None:
            if bar is not None and task is not None:
                bar.advance(task)
            if not quiet:
                _tell(paper)

        return render(here.case, here.state, templates, order, utc_now(), jobs=jobs, told=told)


def before_sending(here: Desk, ids: Sequence[str]) -> list[dict[str, Any]]:
    """What holds now and must be read before some documents are sent, each once with the documents that it is about."""
    from runner.documents.interactions import warnings_about

    found: dict[str, dict[str, Any]] = {}
    facts = here.law.facts(here.state)
    for name in ids:
        for one in warnings_about(here.law.interactions, facts, name):
            if not one.possible:
                about = one.interaction
                row = {"id": about.id, "title": about.title, "text": one.text, "stop": about.stop, "documents": []}
                found.setdefault(about.id, row)["documents"].append(name)
    return list(found.values())


def tell_before_sending(rows: Sequence[dict[str, Any]]) -> None:
    """The warnings of `before_sending` as lines."""
    from runner.report.text import safe

    for row in rows:
        names = ", ".join(row["documents"])
        say(f"{'STOP' if row['stop'] else 'note'}: {names}: {safe(row['title'])}. {safe(row['text'], 2000)}")


def _bar() -> Any:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeElapsedColumn

    columns = (BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=console(), transient=True, redirect_stdout=True)


def _tell(paper: Paper) -> None:
    if paper.refused:
        say(f"{paper.id}: not final, because of {', '.join(paper.refused)}")
        return
    gaps = len(paper.missing) + len(paper.unknown)
    note = f" ({gaps} fact(s) marked as missing or unknown)" if gaps else ""
    for name in paper.files:
        say(f"documents/{name}{'' if name in paper.new else ', unchanged'}{note}")


def bind(here: Desk, order: Order, out: Path | None, jobs: int, *, quiet: bool) -> Bundle:
    """Render what is due, and copy it with an index into one folder."""
    from runner.case.clock import utc_now
    from runner.case.store import rewrite_private
    from runner.documents.binder import index_csv, index_dress, index_page
    from runner.documents.page.html import html
    from runner.documents.page.word import word

    due = [one for one in here.sheets if one.standing == "due"]
    papers = render_chosen(here, [one.template.id for one in due], order, jobs, quiet=quiet)
    files = {paper.id: paper.files for paper in papers}
    exercise = "EXERCISE_" if here.state.mode == "exercise" else ""
    folder = out or here.case.directory / "documents" / f"{exercise}binder"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    page, dress = index_page(here.state, due, here.absent, files), index_dress(here.state, utc_now())
    written = {f"{exercise}INDEX.docx": word(page, dress, order.reference), f"{exercise}INDEX.html": html(page, dress),
               f"{exercise}INDEX.csv": index_csv(due, files)}  # fmt: skip
    for paper in papers:
        for name in paper.files:
            written[name] = (here.case.directory / "documents" / name).read_bytes()
    for name, data in written.items():
        rewrite_private(folder / name, data)
    return Bundle(folder, tuple(written))
