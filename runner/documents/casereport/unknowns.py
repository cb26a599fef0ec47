"""What is not known: it is told as plainly as what is, because a report that is silent reads as if all were well."""

from __future__ import annotations

from collections.abc import Iterator

from runner.case import events as ev
from runner.documents.casereport import told
from runner.documents.casereport.evidence import completeness
from runner.documents.casereport.parts import (
    LINE,
    Block,
    Bullets,
    Grid,
    Pieces,
    Prose,
    Row,
    Section,
    Under,
    badge,
    given,
    jump,
    plain,
    quiet,
    row,
)
from runner.documents.casereport.source import Source
from runner.documents.casereport.tones import outcome_tone
from runner.documents.interview import Question, questions

MOST = 25
"""Questions that are listed; `evict interview` asks them all."""

STEP_HEAD, STEP_SHARES = ("Step", "Outcome", "Why"), (35, 15, 50)
UNREAD_HEAD, UNREAD_SHARES = ("Account", "Kind of path", "Why it could not be read"), (40, 15, 45)
FACT_HEAD, FACT_SHARES = ("Question", "Who can tell", "What hangs on it"), (50, 15, 35)

UNPROVEN = ("could-not-check", "not-attempted", "failed")


def unknowns(source: Source) -> Section:
    """Everything that limits what the report can say."""
    blocks: list[Block] = []
    for heading, made in (
        ("Access paths that could not be read", _unread(source)),
        ("Steps that did not do what they should", _steps(source)),
        ("Facts that contradict each other", _contradictions(source)),
        ("Gaps in the record and the run", _gaps(source)),
        ("Questions that nobody could answer", _unknown_facts(source)),
        ("Questions that nobody was asked yet, the most urgent first", _unasked(source)),
    ):
        if made:
            blocks += [Under((plain(heading),)), *made]
    if not blocks:
        blocks.append(Prose((plain("Nothing that evict keeps track of."),)))
    return Section("unknown", "What is not known", tuple(blocks))


def unread_kinds(source: Source) -> dict[tuple[str, str, str], str]:
    """Why a kind of path could not be read, by system, account and kind, as the last read of each account says."""
    last: dict[tuple[str, str], ev.PathsObserved] = {}
    for record in source.records:
        if isinstance(record.event, ev.PathsObserved):
            last[record.event.system, record.event.account] = record.event
    return {
        (system, account, kind): str(why)
        for (system, account), event in sorted(last.items())
        for kind, why in sorted(event.unread.items())
    }


def unproven_steps(source: Source) -> list[Row]:
    """Steps whose outcome leaves something open, and those that have not ended."""
    rows = []
    for plan in source.state.plans.values():
        for step in plan.steps.values():
            if step.outcome in UNPROVEN or step.open:
                outcome = step.outcome or "has not ended"
                name: Pieces = (given(source.title_of(step.id)), quiet(f" {step.id}"))
                rows.append(row(name, badge(outcome_tone(step.outcome), outcome), given(step.why)))
    return rows


def asked_for(source: Source) -> tuple[Question, ...]:
    """Facts that still decide something and that nobody was asked about."""
    state = source.state
    return questions(source.law.duties(state), source.law.facts(state), source.law.catalogue, source.now)


def _unread(source: Source) -> list[Block]:
    rows = [row((given(account), quiet(f" {system}")), kind, given(why))
            for (system, account, kind), why in unread_kinds(source).items()]  # fmt: skip
    found: list[Block] = [Grid(UNREAD_HEAD, tuple(rows), UNREAD_SHARES)] if rows else []
    warned = list(dict.fromkeys(line for plan in source.plans.values() for line in plan.get("warnings", ())))
    if warned:
        found.append(Bullets(tuple((plain("the plan warns: "), given(line)) for line in warned)))
    return found


def _steps(source: Source) -> list[Block]:
    rows = unproven_steps(source)
    return [Grid(STEP_HEAD, tuple(rows), STEP_SHARES)] if rows else []


def _contradictions(source: Source) -> list[Block]:
    found = source.law.conflicts(source.state, source.now)
    return [Bullets(tuple((given(one.says), quiet(f" {', '.join(one.facts)}")) for one in found))] if found else []


def _gaps(source: Source) -> list[Block]:
    lines = tuple(_gap_lines(source))
    return [Bullets(lines)] if lines else []


def _gap_lines(source: Source) -> Iterator[Pieces]:
    words = {"incomplete": "are incomplete", "cannot-tell": "cannot tell whether they are complete"}
    for word, count in completeness(source).items():
        if word != "complete":
            yield (plain(f"{told.many(count, 'collection')} of evidence {words.get(word, word)}: "),
                   jump("evidence", "see Evidence"))  # fmt: skip
    for plan in source.state.plans.values():
        for passed in plan.budgets_passed.values():
            yield (plain("the time budget ended of phase "), given(passed.phase), plain(" before: "),
                   given(", ".join(passed.unfinished)))  # fmt: skip
    known = {one.id for one in source.law.obligations}
    for name in sorted(set(source.state.obligations) - known):
        yield (plain("the record speaks of an obligation that this version does not know: "), given(name))
    for run in source.state.runs:
        if run.ended is None:
            yield (plain(f"the run of {told.moment(run.started_at)} has not said how it ended"),)
    for tail in source.state.torn_tails:
        yield (plain(f"a torn line of {tail.size} bytes after record {tail.after_seq} was set aside: "),
               given(tail.file))  # fmt: skip


def _unknown_facts(source: Source) -> list[Block]:
    lines: list[Pieces] = []
    for name, fact in sorted(source.state.facts.items()):
        if fact.unknown:
            spec = source.law.catalogue.get(name)
            why: Pieces = (quiet(f" {fact.why}"),) if fact.why else ()
            lines.append((given(spec.ask if spec else name), quiet(f" {name}"), *why))
    return [Bullets(tuple(lines))] if lines else []


def _unasked(source: Source) -> list[Block]:
    found = asked_for(source)
    rows = tuple(_question(one) for one in found[:MOST])
    blocks: list[Block] = [Grid(FACT_HEAD, rows, FACT_SHARES)] if rows else []
    if len(found) > MOST:
        blocks.append(Prose((plain(f"and {len(found) - MOST} more, which the interview asks"),)))
    return blocks


def _question(one: Question) -> Row:
    first = one.reasons[0].duty.obligation
    more = f" and {len(one.reasons) - 1} more" if len(one.reasons) > 1 else ""
    hangs: Pieces = (plain(first.title), quiet(more))
    return row((plain(one.spec.ask), LINE, quiet(one.spec.name)), ", ".join(one.spec.who), hangs)
