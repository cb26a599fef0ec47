"""The whole report from its parts. Pure: the same ledger and the same time make the same report."""

from __future__ import annotations

from runner.documents.casereport import told
from runner.documents.casereport.decisions import decisions
from runner.documents.casereport.evidence import evidence
from runner.documents.casereport.happened import everything, key_moments, timeline
from runner.documents.casereport.hunt import hunt
from runner.documents.casereport.parts import (
    Drawing,
    Pieces,
    Prose,
    Report,
    Section,
    Tone,
    badge,
    cut,
    fixed,
    given,
    joined,
    jump,
    plain,
)
from runner.documents.casereport.paths import board, residual
from runner.documents.casereport.reporting import reporting, undetermined
from runner.documents.casereport.source import Source
from runner.documents.casereport.summary import summary
from runner.documents.casereport.unknowns import unknowns
from runner.documents.template.scope import facts_as_of
from runner.documents.template.words import load_words

NAME = 120
"""Characters of a case's name in running lines."""


LEGEND = (
    (Tone.GOOD, "done"), (Tone.WARN, "waits or was not attempted"), (Tone.BAD, "failed, denied or overdue"),
    (Tone.DARK, "found, or could not be checked"), (Tone.IDLE, "recorded, or not applicable"),
)  # fmt: skip


def make(source: Source) -> Report:
    """The report of a case."""
    words = load_words()["en"]
    state = source.state
    exercise = state.mode == "exercise"
    as_of = facts_as_of(state) or source.now
    foot = (f"{cut(state.case_id, NAME)} · ledger of {told.many(state.size, 'record')}, head {state.head} · "
            f"{source.tool} · facts as of {told.moment(as_of)} · made {told.moment(source.now)}")  # fmt: skip
    return Report(
        title="Case report",
        case_id=cut(state.case_id, NAME),
        exercise=exercise,
        mark=words.say("exercise") if exercise else "",
        label=words.say("privileged"),
        lines=_lines(source),
        sections=(
            summary(source), board(source), _timeline(source), decisions(source), evidence(source), residual(source),
            hunt(source), reporting(source), unknowns(source), undetermined(source), _record(source),
        ),
        foot=foot,
        as_of=source.now.isoformat(),
        facts_as_of=as_of.isoformat(),
    )  # fmt: skip


def _lines(source: Source) -> tuple[Pieces, ...]:
    state = source.state
    return (
        (plain("Case "), fixed(state.case_id), plain(": "), given(state.title)),
        (plain(f"As the record stood on {told.moment(source.now)}. Made from the case's ledger and nothing else."),),
    )


def _timeline(source: Source) -> Section:
    return Section("timeline", "Timeline", (
        Prose((plain(
            "Times are UTC. Each bar is a step or a single cut, from its intent to its answer; each dot is one or "
            "several records. Where nothing was recorded for long, the time is left out and named; elsewhere it is to "
            "scale. "
        ), *joined([badge(tone, word) for tone, word in LEGEND], plain(" ")))),
        Drawing(timeline(source)),
        Prose((plain("What matters most; "), jump("record", "Appendix B"), plain(" has every record."))),
        key_moments(source),
    ))  # fmt: skip


def _record(source: Source) -> Section:
    return Section("record", "Appendix B: every record of the ledger", (everything(source),))
