"""Make a case's report, write it into `documents/`, and record it: what was handed to the board can be checked later.

A report is final when it is written: `verify` holds each file against the ledger. Nothing is ever overwritten.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from connectors.errors import InputError
from runner.authored.shipped import shipped
from runner.case.canonical import sha256_hex
from runner.case.events import DocumentRendered
from runner.case.fold import fold
from runner.case.folder import Case
from runner.case.state import CaseState
from runner.case.store import write_private
from runner.documents.casereport.html import STYLE, html
from runner.documents.casereport.parts import Report
from runner.documents.casereport.pdf import LAYOUT, pdf
from runner.documents.casereport.report import make
from runner.documents.casereport.source import Source
from runner.documents.law import Law
from runner.documents.papers import UNSAFE

DOCUMENT = "case-report"

WRITERS: Mapping[str, Callable[[Report], bytes]] = {"html": html, "pdf": pdf}
"""Formats in the order in which they are offered."""


@dataclass(frozen=True)
class Written:
    """One file of a report."""

    format: str
    file: str
    """Its name under `documents/`."""
    sha256: str
    size: int
    data: bytes


def source_of(case: Case, law: Law, now: datetime, tool: str) -> Source:
    """The case as its report reads it.

    Raises:
        IntegrityError: the ledger is broken, or a frozen plan is missing or altered.

    """
    records = tuple(case.ledger.read())
    state = fold(records)
    plans = {digest: json.loads(case.frozen(digest)) for digest in state.plans}
    return Source(records, state, plans, law, now, tool)


def write(case: Case, source: Source, formats: Sequence[str], by: str) -> tuple[Written, ...]:
    """Write the report in these formats, and record each file.

    Raises:
        InputError: there is no such format, or its library is not installed.

    """
    for form in formats:
        if form not in WRITERS:
            raise InputError(f"there is no format {form!r:.40}", expected=f"one or more of {', '.join(WRITERS)}")
    report = make(source)
    # All bytes first: a format whose library is missing leaves no half of a report.
    made = [(form, WRITERS[form](report)) for form in formats]
    layout = _freeze(case, source.state)
    folder = case.directory / "documents"
    folder.mkdir(mode=0o700, exist_ok=True)
    written = []
    for form, data in made:
        name = _file_name(source.state, form, folder)
        one = Written(form, name, sha256_hex(data), len(data), data)
        write_private(folder / name, data)
        case.ledger.append(
            [DocumentRendered(DOCUMENT, form, name, one.sha256, layout, [], [], report.facts_as_of, True, by)]
        )
        written.append(one)
    return tuple(written)


def _freeze(case: Case, state: CaseState) -> str:
    """Keep the style of the page and the layout of the PDF, one after the other, once; returns their digest."""
    data = b"\n".join((shipped("templates") / "layout" / name).read_bytes() for name in (STYLE, LAYOUT))
    role, digest = f"template/{DOCUMENT}", sha256_hex(data)
    kept = state.frozen.get(role)
    return digest if kept and kept.sha256 == digest else case.freeze(role, f"{STYLE} and {LAYOUT}", data)


def _file_name(state: CaseState, form: str, folder: Path) -> str:
    """A new name of letters, digits, dots and dashes, which says first whether it is an exercise."""
    parts = ["EXERCISE"] if state.mode == "exercise" else []
    parts += [UNSAFE.sub("-", state.case_id)[:60].lstrip(".-") or "case", DOCUMENT]
    version = 1 + sum(one.document == DOCUMENT and one.format == form for one in state.documents)
    # A crash may have left a file that no record names; it stays as it is.
    while (folder / (name := f"{'_'.join(parts)}_{version}.{form}")).exists():
        version += 1
    return name
