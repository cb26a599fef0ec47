"""Prove that templates are sound before a case needs them: every finding at once, with file and line.

1. The head: form, known facts, known obligations, a language that evict has words for.
2. The body: allowed syntax, known names, fields and facts, filters on the right types.
3. Head and body agree: every fact that is read is declared, every declared fact is read; privileged ones only where
   the document is privileged too or says that it discloses them.
4. The Markdown: only what a document can hold; no link, image or HTML that would come out as bare text.
5. It is tried out twice, with nothing known and with everything known.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from connectors.errors import InputError, Place, Problem
from runner.case.state import CaseState
from runner.documents.facts import Catalogue
from runner.documents.law import Law
from runner.documents.obligations import Obligation
from runner.documents.page.read import read_page
from runner.documents.page.tree import Value
from runner.documents.template.compile import parse
from runner.documents.template.fill import fill, private_use
from runner.documents.template.form import Template, load_template, template_files
from runner.documents.template.kinds import ANY, Kind, Walk, shape_of
from runner.documents.template.samples import samples
from runner.documents.template.scope import SHAPES, build_scope
from runner.documents.template.values import FactsView, FromPerson

TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
NOT_TEXT = (
    (re.compile(r"!\["), "an image", "documents hold no images; describe it"),
    (re.compile(r"\]\("), "a link", "write the address as text"),
    (re.compile(r"</?[A-Za-z][^>]*>|<!--"), "HTML", "write Markdown"),
)
FILL_IN = re.compile(r"[ >]*(([-*+]|\d+[.)])[ \t]+)*(#{1,6}[ \t]+)?(_[ \t]*){3,}")
"""A line to write on that Markdown would take for a rule, or for a heading of underscores."""

A_MOMENT = datetime(2026, 11, 24, 2, tzinfo=UTC)


def check_files(files: Sequence[Path], catalogue: Catalogue, obligations: Sequence[Obligation]) -> tuple[Problem, ...]:
    """Every problem of some template files, sorted."""
    found: list[Problem] = []
    templates: dict[str, Template] = {}
    for file in files:
        try:
            template = load_template(file, catalogue)
        except InputError as error:
            found += error.problems or (Problem(Place(str(file), 1, 1), "head", error.what, error.expected),)
            continue
        if template.id in templates:
            found.append(Problem(Place(str(file), 1, 1), "duplicate-id", f"{template.id} exists twice", "rename one"))
        templates[template.id] = template
        found += check_template(template, catalogue, obligations)
    return tuple(sorted(set(found)))


def check_all(law: Law) -> tuple[Problem, ...]:
    """Every problem of the shipped templates, and obligations whose document nobody has written."""
    files, obligations = template_files(), law.obligations
    known = {path.stem for path in files}
    absent = [
        Problem(one.place, "no-template", f"{one.id} needs the document {one.document!r}", "write its template")
        for one in obligations
        if one.document and one.document not in known
    ]
    return tuple(sorted({*check_files(files, law.catalogue, obligations), *absent}))


def check_template(template: Template, catalogue: Catalogue, obligations: Sequence[Obligation]) -> tuple[Problem, ...]:
    """Every problem of one template whose head could be read, sorted."""
    found = list(_obligations(template, obligations))
    hit = private_use(template.body)
    if hit:
        line = template.body[: hit.start()].count("\n") + 1
        found.append(Problem(template.place(line), "private-use", "a character of private use", "remove it"))
    try:
        tree = parse(template)
    except InputError as error:
        return tuple(sorted({*found, *error.problems}))
    walk = Walk(catalogue)
    walk.body(tree.body, _names())
    found += [Problem(template.place(line), code, message, fix) for line, code, message, fix in walk.found]
    found += [*_agreement(template, walk.used), *_privileged(template, walk.used, catalogue), *_markdown(template)]
    if not found:
        found += _tried(template, catalogue, obligations)
    return tuple(sorted(set(found)))


def _names() -> Mapping[str, Kind]:
    roots = {name: shape_of(name) for name in SHAPES if "." not in name}
    return {**roots, "facts": Kind("facts"), "now": ANY, "facts_as_of": ANY}


def _obligations(template: Template, obligations: Sequence[Obligation]) -> Iterator[Problem]:
    known = {one.id: one for one in obligations}
    for name in template.obligations:
        if name not in known:
            yield Problem(Place(template.file, 1, 1), "unknown-obligation", f"there is no obligation {name!r}",
                          "see templates/obligations/")  # fmt: skip


def _agreement(template: Template, used: Mapping[str, int]) -> Iterator[Problem]:
    for name, line in used.items():
        if name not in template.declared:
            yield Problem(template.place(line), "undeclared-fact", f"the body reads {name}, the head does not name it",
                          "add it to facts (required) or optional")  # fmt: skip
    for name in template.declared:
        if name not in used:
            yield Problem(Place(template.file, 1, 1), "unused-fact", f"the head names {name}, the body never reads it",
                          "remove it, or write it")  # fmt: skip


def _privileged(template: Template, used: Mapping[str, int], catalogue: Catalogue) -> Iterator[Problem]:
    """Privilege is lost by telling: what counsel alone assessed goes to outsiders only where the head says so."""
    for name, line in used.items():
        if name in catalogue and template.hides(catalogue[name]):
            yield Problem(template.place(line), "privileged-fact", f"{name} is privileged and the document is not",
                          "leave it out, or name it under discloses")  # fmt: skip
    for name in template.discloses:
        if name not in used:
            yield Problem(Place(template.file, 1, 1), "unused-fact", f"discloses names {name}, the body never reads it",
                          "remove it")  # fmt: skip


def _markdown(template: Template) -> Iterator[Problem]:
    """The body parsed in its own lines: statements gone, outputs as one value."""
    text, lines = blanked(template.body)
    place = dict(enumerate(lines, 1))
    try:
        read_page(text, ((Value("x"),),), template.file)
    except InputError as error:
        yield from (replace(one, place=template.place(place.get(one.place.line, 1))) for one in error.problems)
    for number, line in enumerate(text.splitlines(), 1):
        if FILL_IN.fullmatch(line):
            yield Problem(template.place(place[number]), "not-text", "a line of underscores alone would be a rule",
                          "say what is written there: `Date: ____`; for a rule, write ---")  # fmt: skip
        for pattern, what, fix in NOT_TEXT:
            if pattern.search(re.sub(r"`[^`]*`", "", line)):
                yield Problem(template.place(place[number]), "not-text", f"{what} would come out as bare text", fix)


def blanked(body: str) -> tuple[str, list[int]]:
    """The body with outputs as tokens and lines that held only statements left out; and each line's own number."""
    text = TAG.sub(lambda match: _blank(match[0]), body)
    kept: list[str] = []
    numbers: list[int] = []
    for number, (line, original) in enumerate(zip(text.split("\n"), body.split("\n"), strict=True), 1):
        if line.strip() or not original.strip():
            kept.append(line)
            numbers.append(number)
    return "\n".join(kept), numbers


def _blank(tag: str) -> str:
    return ("\ue000\ue100\ue001" if tag.startswith("{{") else "") + "\n" * tag.count("\n")


def _tried(template: Template, catalogue: Catalogue, obligations: Iterable[Obligation]) -> tuple[Problem, ...]:
    empty = build_scope(CaseState(case_id="C", opened_at=A_MOMENT), template, catalogue, obligations, A_MOMENT)
    values = samples(catalogue, template.declared)
    source = FromPerson("sample@initech.example", A_MOMENT.isoformat(), "")
    full = {**empty, "facts": FactsView(values, lambda _name: source, catalogue)}
    for scope in (empty, full):
        try:
            fill(template, scope)
        except InputError as error:
            return error.problems
    return ()
