"""A case's documents as files: what they are called, where they stand, what the ledger says of them.

A version that says the same as the last one is not written again. Files are never overwritten: counsel may have one
of them open.
"""

from __future__ import annotations

import gc
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from multiprocessing import get_context
from pathlib import Path

from runner.case.canonical import sha256_hex
from runner.case.events import DocumentRendered, FileFrozen
from runner.case.folder import Case
from runner.case.state import CaseState
from runner.case.store import write_private
from runner.documents.law import Law, shipped_law
from runner.documents.render import Draft, deadlines_of, from_master, make, write
from runner.documents.template.form import Template

UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass(frozen=True)
class Order:
    """What is asked for."""

    formats: tuple[str, ...]
    final: bool
    by: str
    reference: Path | None = None
    """The firm's own .docx for styles and margins."""
    master: Path | None = None
    """The firm's own .docx with fields, which takes the place of the template's text in Word."""
    closed: Mapping[str, str] = field(default_factory=dict)
    """Ids of documents that would move value, each with why the payment gate is closed for it."""


@dataclass(frozen=True)
class Paper:
    """What became of one document."""

    id: str
    title: str
    files: tuple[str, ...]
    """Names under `documents/`; empty when it could not be final."""
    new: tuple[str, ...]
    """Those of them that were written now."""
    missing: tuple[str, ...]
    unknown: tuple[str, ...]
    refused: tuple[str, ...]
    """Facts that kept it from being final, or why the payment gate did."""


@dataclass(frozen=True)
class Made:
    """One document in all the formats that were asked for."""

    draft: Draft
    data: tuple[bytes, ...]


@dataclass(frozen=True)
class Task:
    """What all documents of one run share; a helping process unpickles the law twenty times faster than it reads it."""

    law: Law
    state: CaseState
    now: datetime
    order: Order
    deadlines: Mapping[str, str]


def produce(template: Template, task: Task) -> Made:
    """One document, with no bytes when it cannot be final; may run in another process."""
    law, state, now, order = task.law, task.state, task.now, task.order
    draft, mastered = make(template, state, law, now, final=order.final, deadlines=task.deadlines), b""
    if order.master is not None:
        draft, mastered = from_master(draft, order.master, state, law, now)
    if order.final and (draft.in_the_way or template.id in order.closed):
        return Made(draft, ())
    return Made(draft, tuple(
        mastered if mastered and form == "docx" else write(draft, form, order.reference) for form in order.formats
    ))  # fmt: skip


def render(
    case: Case, state: CaseState, templates: Sequence[Template], order: Order, now: datetime, *,
    jobs: int = 1, told: Callable[[Paper], None] | None = None,
) -> tuple[Paper, ...]:  # fmt: skip
    """Render documents, keep them as files, and record each; in the order of `templates`.

    Raises:
        InputError: a template or a format is wrong, or a library is missing.

    """
    papers = []
    for made in _all(templates, state, now, order, jobs):
        paper = _keep(case, state, made, order)
        papers.append(paper)
        if told is not None:
            told(paper)
    return tuple(papers)


def _all(templates: Sequence[Template], state: CaseState, now: datetime, order: Order, jobs: int) -> Iterable[Made]:
    law = shipped_law()
    task = Task(law, state, now, order, deadlines_of(state, law))
    if jobs < 2 or len(templates) < 2:  # noqa: PLR2004 - one of anything needs no helpers
        yield from (produce(one, task) for one in templates)
        return
    # Spawned, because a progress bar has a thread and a fork would copy its locks.
    with ProcessPoolExecutor(min(jobs, len(templates)), get_context("spawn"), _take, (task,)) as pool:
        futures = [pool.submit(_produce, one) for one in templates]
        yield from (future.result() for future in futures)


UNTIL_COLLECTED = 20_000
"""Objects that a helping process makes before it looks for garbage in cycles. Most of them are syntax trees, which have
none: at Python's own measure a twentieth of the time goes into walking them again and again."""

_taken: list[Task] = []
"""In a helping process: what it works on, sent once and not with every document."""


def _take(task: Task) -> None:
    gc.set_threshold(UNTIL_COLLECTED)
    _taken[:] = [task]


def _produce(template: Template) -> Made:
    return produce(template, _taken[0])


def _keep(case: Case, state: CaseState, made: Made, order: Order) -> Paper:
    draft = made.draft
    if not made.data:
        gate = order.closed.get(draft.template.id)
        refused = (*draft.in_the_way, *([gate] if gate else []))
        return Paper(draft.template.id, draft.template.title, (), (), draft.missing, draft.unknown, refused)
    _freeze(case, state, f"template/{draft.template.id}", Path(draft.template.file).name, draft.template.source)
    for role, file in (("reference", order.reference), ("master", order.master)):
        if file is not None:
            _freeze(case, state, role, file.name, file.read_bytes())
    folder = case.directory / "documents"
    folder.mkdir(mode=0o700, exist_ok=True)
    files, new = [], []
    for form, data in zip(order.formats, made.data, strict=True):
        earlier = [one for one in state.documents if (one.document, one.format, one.final) ==
                   (draft.template.id, form, order.final)]  # fmt: skip
        digest = sha256_hex(data)
        if earlier and earlier[-1].sha256 == digest and (folder / earlier[-1].file).exists():
            files.append(earlier[-1].file)
            continue
        name = _free_name(folder, draft, state.case_id, form, len(earlier) + 1, data)
        write_private(folder / name, data)
        event = DocumentRendered(
            draft.template.id, form, name, digest, draft.template.sha256, list(draft.missing), list(draft.unknown),
            draft.dress.as_of, order.final, order.by,
        )  # fmt: skip
        case.ledger.append([event])
        files.append(name)
        new.append(name)
    return Paper(draft.template.id, draft.template.title, tuple(files), tuple(new), draft.missing, draft.unknown, ())


def _free_name(folder: Path, draft: Draft, case_id: str, form: str, version: int, data: bytes) -> str:
    """The next version's name; a file that a crash left unrecorded keeps its own when its bytes are others."""
    while True:
        name = file_name(draft, case_id, form, version)
        if not (folder / name).exists() or (folder / name).read_bytes() == data:
            return name
        version += 1


def _freeze(case: Case, state: CaseState, role: str, name: str, data: bytes) -> None:
    """Keep what a document was made with, once."""
    kept = state.frozen.get(role)
    if kept is None or kept.sha256 != sha256_hex(data):
        state.frozen[role] = FileFrozen(role, name, case.freeze(role, name, data), len(data))


def file_name(draft: Draft, case_id: str, form: str, version: int) -> str:
    """A name of letters, digits, dots and dashes, which says first whether it is an exercise."""
    word = "FINAL" if draft.final else "DRAFT"
    parts = ["EXERCISE"] if draft.exercise else []
    parts += [UNSAFE.sub("-", case_id)[:60].lstrip(".-") or "case", draft.template.id, f"{word}-{version}"]
    return f"{'_'.join(parts)}.{form}"
