"""`evict interview`: ask people what still matters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from runner.cli.shared import AsOption, CaseArgument, JsonOption, emit, on_a_terminal, open_case, person, say

if TYPE_CHECKING:
    from runner.case.events import FactRecorded
    from runner.case.folder import Case
    from runner.case.state import CaseState
    from runner.documents.interview import Question
    from runner.documents.law import Law

app = typer.Typer(rich_markup_mode=None)

SKIP = "skip"


@app.command()
def interview(
    case: CaseArgument,
    role: Annotated[str, typer.Option("--for", metavar="ROLE", help="Only what this role can know.")] = "",
    answers: Annotated[
        list[str], typer.Option("--answer", metavar="NAME=VALUE", help="Record an answer; may be given often.")
    ] = [],
    confidence: Annotated[str, typer.Option("--confidence", help="stated, observed or inferred.")] = "stated",
    why: Annotated[str, typer.Option("--why", help="What the answers rest on.")] = "",
    by: AsOption = "",
    as_json: JsonOption = False,
) -> None:
    """Ask only what decides an open obligation, starts a clock that is due, or fills a document that is due.

    `unknown` is an answer and is not the same as no; `skip` asks again next time. Without a terminal it lists.

    Example: evict interview ./case-17 --for counsel --answer nexus_us=yes --as mei@example.org
    """
    from connectors.errors import InputError
    from runner.case.fold import fold
    from runner.documents.facts import ROLES
    from runner.documents.law import shipped_law
    from runner.documents.record import record_facts
    from runner.documents.statements import parse_statement, statement
    from runner.report.changes import change_lines

    if role and role not in ROLES:
        raise InputError(f"{role!r:.40} is no role", expected=f"one of {', '.join(ROLES)}")
    opened, law = open_case(case), shipped_law()
    state = fold(opened.ledger.read())
    if on_a_terminal() and not as_json and not answers:
        _talk(opened, law, role, person(by))
        return
    given = [one for one in answers if parse_statement(one)[1] != SKIP]
    facts = [statement(one, law.catalogue, by=person(by), confidence=confidence, why=why) for one in given]
    lines: list[str] = []
    if facts:
        known = state.contradictions
        kept = record_facts(opened, law, facts)
        state, lines = kept.state, change_lines(kept.changes, known)
    asked = _questions(law, state, role)
    if as_json:
        rows = [one.to_json() for one in asked]
        emit({"evict-interview": 1, "recorded": [one.name for one in facts], "changes": lines, "questions": rows})
        return
    for line in (*(f"recorded: {one.name}" for one in facts), *lines):
        say(line)
    for question in asked:
        _show(question)
    say(f"{len(asked)} question(s); answer with: evict interview {case} --answer NAME=VALUE --as EMAIL")


def _questions(law: Law, state: CaseState, role: str) -> tuple[Question, ...]:
    from runner.case.clock import utc_now
    from runner.documents.interview import questions
    from runner.documents.template.form import load_templates

    needed = {name: one.facts for name, one in load_templates(law.catalogue).items()}
    return questions(law.duties(state), law.facts(state), law.catalogue, utc_now(), documents=needed, role=role)


def _show(question: Question) -> None:
    from runner.documents.interview import why_asked
    from runner.documents.statements import expectation

    spec = question.spec
    say(f"\n{spec.name}  ({', '.join(spec.who)})")
    say(f"  {spec.ask}")
    say(f"  answer: {expectation(spec)}")
    for line in why_asked(question):
        say(f"  why: {line}")


def _talk(case: Case, law: Law, role: str, by: str) -> None:
    """Ask one question after the other until nothing matters any more, or the person has had enough."""
    from runner.case.fold import fold
    from runner.documents.record import record_facts
    from runner.report.changes import change_lines

    state, skipped = fold(case.ledger.read()), set[str]()
    say("An empty answer or `skip` leaves a question for later; Ctrl-D ends. `unknown`: it was asked, nobody knows.")
    while left := [one for one in _questions(law, state, role) if one.spec.name not in skipped]:
        _show(left[0])
        try:
            written = input("> ").strip()
        except EOFError:
            break
        if written in ("", SKIP):
            skipped.add(left[0].spec.name)
            continue
        fact = _understood(law, left[0], written, by)
        if fact is None:
            continue
        known = state.contradictions
        kept = record_facts(case, law, [fact])
        state = kept.state
        for line in change_lines(kept.changes, known):
            say(f"  {line}")
    say("\nthat is all for now; see `evict deadlines`")


def _understood(law: Law, question: Question, written: str, by: str) -> FactRecorded | None:
    """The answer as a fact; when it does not fit, the person is told why and asked again."""
    from connectors.errors import InputError
    from runner.cli.shared import show_error
    from runner.documents.statements import statement

    try:
        return statement(f"{question.spec.name}={written}", law.catalogue, by=by)
    except InputError as error:
        show_error(error)
        return None
