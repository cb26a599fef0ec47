"""One document of one case: fill its template, dress it, and write it in a format. No files, no clock.

A draft ends with the list of what is open. A final document has no mark of a missing fact, and one of an unknown fact
only where its template says that the unknown may be stated.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from connectors.errors import InputError, InternalError
from runner.case.clock import stamp
from runner.case.state import CaseState
from runner.documents.law import Law
from runner.documents.page.html import html
from runner.documents.page.pdf import pdf
from runner.documents.page.tree import Block, Dress, Heading, List, Page, Paragraph, Text
from runner.documents.page.word import word
from runner.documents.template.fill import Filling, fill
from runner.documents.template.form import WITHOUT_REFERENCE, Template
from runner.documents.template.scope import build_scope, facts_as_of, facts_view
from runner.documents.template.values import FactsView, Gap
from runner.documents.template.words import Words, words_of

FORMATS = ("docx", "pdf", "html")


@dataclass(frozen=True)
class Draft:
    """A filled and dressed document, ready to be written in any format."""

    template: Template
    page: Page
    dress: Dress
    gaps: tuple[Gap, ...]
    """What is not known: on the page, or required by the template."""
    final: bool
    exercise: bool

    @property
    def missing(self) -> tuple[str, ...]:
        """Facts that nobody was asked about."""
        return _names(self.gaps, asked=False)

    @property
    def unknown(self) -> tuple[str, ...]:
        """Facts that nobody knows."""
        return _names(self.gaps, asked=True)

    @property
    def in_the_way(self) -> tuple[str, ...]:
        """Facts that keep it from being final."""
        return (*self.missing, *(one for one in self.unknown if one not in self.template.may_be_unknown))


def make(
    template: Template, case: CaseState, law: Law, now: datetime, *, final: bool = False,
    deadlines: Mapping[str, str] | None = None,
) -> Draft:  # fmt: skip
    """The document that a template makes of a case; `deadlines` when they were counted before.

    Raises:
        InputError: the template does something that cannot be done.

    """
    scope = build_scope(case, template, law.catalogue, law.obligations, now,
                        deadlines_of(case, law) if deadlines is None else deadlines)  # fmt: skip
    filled = fill(template, scope)
    gaps = {gap.fact + gap.meaning: gap for gap in (*filled.gaps, *_required(template, scope["facts"]))}
    draft = Draft(template, filled.page, _dress(template, case, now, final=final), tuple(gaps.values()), final,
                  case.mode == "exercise")  # fmt: skip
    if final or not draft.gaps:
        return draft
    return replace(draft, page=Page((*draft.page.blocks, *_open_points(draft)), draft.page.notes))


def write(draft: Draft, form: str, reference: Path | None = None) -> bytes:
    """The bytes of a document in one of FORMATS.

    Raises:
        InputError: there is no such format, or its library is not installed.

    """
    match form:
        case "docx":
            return word(draft.page, draft.dress, reference)
        case "pdf":
            return pdf(draft.page, draft.dress)
        case "html":
            return html(draft.page, draft.dress)
        case _:
            raise InputError(f"there is no format {form!r:.40}", expected=", ".join(FORMATS))


def from_master(draft: Draft, master: Path, case: CaseState, law: Law, now: datetime) -> tuple[Draft, bytes]:
    """The Word file that a firm's own master makes of the case, and the draft with what that file lacks too.

    Raises:
        InputError: docxtpl is not installed, or the master cannot be filled.

    """
    from runner.documents.master import fill_master

    template = draft.template
    scope = build_scope(case, template, law.catalogue, law.obligations, now, deadlines_of(case, law))
    # No check reads a firm's master; for outsiders it is refused here before it tells what counsel alone assessed.
    told = {name: spec for name, spec in law.catalogue.items() if not template.hides(spec)}
    scope["facts"] = facts_view(case, told)
    data, gaps = fill_master(master, scope, _words(template), draft.dress)
    return replace(draft, gaps=tuple({gap.fact + gap.meaning: gap for gap in (*draft.gaps, *gaps)}.values())), data


def deadlines_of(case: CaseState, law: Law) -> dict[str, str]:
    """When each obligation is due, by its id: the same for every document of a case."""
    return {one.obligation.id: stamp(one.at) for one in law.duties(case) if one.at}


def _names(gaps: tuple[Gap, ...], *, asked: bool) -> tuple[str, ...]:
    return tuple(dict.fromkeys(gap.fact for gap in gaps if gap.asked is asked))


def _required(template: Template, view: FactsView) -> tuple[Gap, ...]:
    """Required facts that are not known, whether or not the page shows them."""
    return tuple(found for found in map(view.get, template.facts) if isinstance(found, Gap))


def _words(template: Template) -> Words:
    words = words_of(template.language)
    if words is None:
        raise InternalError(f"no words for {template.language}")
    return words


def _dress(template: Template, case: CaseState, now: datetime, *, final: bool) -> Dress:
    words = _words(template)
    as_of = facts_as_of(case) or now
    marks = ([] if final else [words.say("draft")]) + ([words.say("exercise")] if case.mode == "exercise" else [])
    labels: Mapping[str, str] = {
        "none": "", "privileged": words.say("privileged"), "work-product": words.say("work_product"),
    }  # fmt: skip
    age = words.say("facts_as_of", time=words.moment(as_of))
    reference = f"{case.case_id} · {template.id} {template.sha256[:8]} · {age}"
    return Dress(
        title=template.title,
        language=template.language,
        case_id=case.case_id,
        marks=tuple(marks),
        label=labels[template.privilege],
        foot="" if template.audience in WITHOUT_REFERENCE else reference,
        page_words=words.texts["page"],
        sources_title=words.say("sources"),
        as_of=as_of.isoformat(),
    )


def _open_points(draft: Draft) -> tuple[Block, ...]:
    words = _words(draft.template)
    marker = Filling(words)
    items = tuple((Paragraph((marker.mark(gap),)),) for gap in draft.gaps)
    return Heading(2, (Text(words.say("open_points")),)), List(ordered=False, start=1, items=items)
