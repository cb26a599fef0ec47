"""The first page: what happened, how it stands, how fast it was, what is left, what waits, what is not known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from runner.case.events import ArtefactStored
from runner.documents.casereport import told
from runner.documents.casereport.decisions import waiting_lines
from runner.documents.casereport.parts import (
    Block,
    Bullets,
    Grid,
    Piece,
    Pieces,
    Prose,
    Section,
    Tile,
    Tiles,
    Tone,
    Under,
    badge,
    given,
    joined,
    jump,
    plain,
    row,
    strong,
)
from runner.documents.casereport.paths import counts, in_state
from runner.documents.casereport.reporting import open_duties, overdue, standing
from runner.documents.casereport.source import Source
from runner.documents.casereport.tones import state_tone, state_words
from runner.documents.casereport.unknowns import UNPROVEN, asked_for, unproven_steps, unread_kinds

MOST = 8
"""Lines of a list on the first page; the section that it names has them all."""


def summary(source: Source) -> Section:
    """What a board member reads."""
    blocks: list[Block] = [Prose(verdict(source), lead=True), Tiles(tuple(_tiles(source)))]
    blocks += [Under((plain("What happened"),)), *(Prose(one) for one in _story(source))]
    found = counts(source)
    if found:
        rows = [row(badge(state_tone(word), state_words(word)), f"{count:,}") for word, count in found.items()]
        blocks += [Under((plain("Access paths by state"),)), Grid(("State", "Paths"), tuple(rows), (80, 20))]
    blocks += _list("What outlives the cut, and until when", _outlives(source), "residual", "all of it")
    blocks += _list("What waits for people", list(waiting_lines(source)), "decisions", "all of it")
    blocks += _list("What is not known", list(_unknown(source)), "unknown", "all of it")
    return Section("summary", "Summary", tuple(blocks))


def verdict(source: Source) -> Pieces:
    """Whether the subject is out, in one sentence that promises nothing that no read has shown."""
    found = counts(source)
    total = ways_in(found)
    if source.plan and source.plan.saved.purpose == "restore" and source.plan.started:
        return (strong("Access was put back: the suspicion was withdrawn. "),
                plain(f"{found.get('standing', 0)} of {told.many(total, 'access path')} stand."))  # fmt: skip
    if source.cut is None:
        return (strong("Nothing has been cut yet. "),
                plain(f"{told.many(total, 'access path')} of the subject are known." if total else
                      "The subject's access has not been read."))  # fmt: skip
    if found.get("standing"):
        return (strong("Not contained. "), plain(f"{found['standing']} of {total} access paths still stand."))
    proven = f"{found.get('cut', 0)} of {told.many(total, 'access path')} are cut, and a separate read has shown it"
    left = [f"{found[word]} {words}" for word, words in (
        ("unknown", "unknown (could not be read)"), ("residual", "residual (outlasts the cut for a time)"),
        ("issued", "issued (done or accepted, not proven by a read)"),
    ) if found.get(word)]  # fmt: skip
    if not left:
        return (strong("Contained. "), plain(f"{proven}. Nothing is left."))
    return (strong("No known access path stands, and some are not proven closed. "),
            plain(f"{proven}. Left: {', '.join(left)}."))  # fmt: skip


def ways_in(found: dict[str, int]) -> int:
    """Paths without those that turned out to be none."""
    return sum(count for word, count in found.items() if word != "not-applicable")


def _tiles(source: Source) -> Iterator[Tile]:
    numbers, found = source.figures, counts(source)
    total = ways_in(found)
    seconds = numbers.time_to_contain_s
    yield Tile(told.lasting(seconds) if seconds is not None else "not yet", "from the order to cut to the last proof",
               Tone.GOOD if seconds is not None else Tone.WARN)  # fmt: skip
    if numbers.skew_s is not None:
        yield Tile(told.lasting(numbers.skew_s), "between the first cut and the last", Tone.IDLE)
    done = found.get("cut", 0)
    yield Tile(f"{done} of {total}", "access paths cut and proven", Tone.GOOD if total and done == total else Tone.WARN)
    last = max((at for one in source.state.paths.values() if one.until and (at := told.read(one.until))), default=None)
    if last:
        yield Tile(told.short(last), "UTC: the last that outlives the cut ends", Tone.WARN)
    yield Tile(str(len(source.waiting)), "waiting for a person", Tone.WARN if source.waiting else Tone.GOOD)
    late = len(overdue(source))
    yield Tile(f"{len(open_duties(source))}", f"reports due{f', {late} overdue by law' if late else ''}",
               Tone.BAD if late else Tone.WARN if open_duties(source) else Tone.IDLE)  # fmt: skip
    findings = len(source.state.findings)
    yield Tile(str(findings), "findings of the hunt", Tone.WARN if findings else Tone.IDLE)
    yield Tile(str(len(source.state.artefacts)), "artefacts of evidence kept", Tone.IDLE)


def _story(source: Source) -> Iterator[Pieces]:
    state = source.state
    names: list[Piece] = [given(name) for persona in state.subject.get("personas", ()) if isinstance(persona, dict)
                          for name in persona.get("names", ())]  # fmt: skip
    who: Pieces = (plain(" The subject goes by "), *joined(names, plain(", ")), plain(".")) if names else ()
    yield (plain(f"On {told.moment(state.opened_at)} "), given(state.opened_by), plain(" opened this case: "),
           given(state.title), plain("."), *who)  # fmt: skip
    accounts = {(one.path["system"], one.path["account"]) for one in state.paths.values()}
    if accounts:
        systems = len({system for system, _account in accounts})
        yield (plain(f"{told.many(len(state.paths), 'access path')} were found in "
                     f"{told.many(len(accounts), 'account')} of {told.many(systems, 'system')}, by exact identifiers "
                     "of the subject."),)  # fmt: skip
    yield from _cut_story(source)
    if state.artefacts:
        before = _kept_before_the_cut(source)
        when = f", {before} of them before the cut" if source.cut else ""
        yield (plain(f"{told.many(len(state.artefacts), 'artefact')} of evidence were kept{when}."),)


def _kept_before_the_cut(source: Source) -> int:
    at = source.cut.ordered_at if source.cut else None
    return len({one.event.sha256 for one in source.records
                if isinstance(one.event, ArtefactStored) and at and one.at < at})  # fmt: skip


def _cut_story(source: Source) -> Iterator[Pieces]:
    plan = source.cut or source.plan
    if plan is None:
        return
    approvers: list[Piece] = [given(name) for name in dict.fromkeys(
        answer.by for gate in plan.gates.values() for answer in gate.approvals)]  # fmt: skip
    by: Pieces = (plain(" "), *joined(approvers, plain(" and ")), plain(" approved it.")) if approvers else ()
    yield (given(plan.saved.requested_by), plain(f" planned the cut on {told.moment(plan.at)}."), *by)
    if plan.ordered_at is None:
        return
    cut = [one for one in plan.operations.values() if one.verb == "cut"]
    failed = sum(1 for one in cut if one.outcome in UNPROVEN)
    seconds = source.figures.time_to_contain_s
    proof = (f"; a separate read had proven every system {told.lasting(seconds)} later" if seconds is not None
             else "; not every system is proven yet")  # fmt: skip
    yield (plain(f"The order was given on {told.moment(plan.ordered_at)}: {told.many(len(cut), 'cut')}, "
                 f"{failed or 'none'} of them failed or not checked{proof}."),)  # fmt: skip


def _outlives(source: Source) -> list[Pieces]:
    """What is not proven cut; the same in several accounts is one line."""
    times: Counter[Pieces] = Counter()
    for word in ("standing", "unknown", "residual", "issued"):
        for one in in_state(source, word):
            until = f" until {told.told(one.until)}" if one.until else ""
            times[(badge(state_tone(word), f"{word}{until}"), plain(" "), given(one.path["label"]),
                   plain(" in "), given(one.path["system"]))] += 1  # fmt: skip
    return [(*line, plain(f", in {count} accounts")) if count > 1 else line for line, count in times.items()]


def _unknown(source: Source) -> Iterator[Pieces]:
    if count := len(unread_kinds(source)):
        yield (plain(f"{told.many(count, 'kind')} of access path could not be read in some account"),)
    if count := len(unproven_steps(source)):
        yield (plain(f"{told.many(count, 'step')} failed, could not check, or did not end"),)
    if count := len(source.law.conflicts(source.state, source.now)):
        yield (plain(f"{told.many(count, 'contradiction')} between facts"),)
    incomplete = [one for one in source.state.receipts if one.receipt.get("complete") == "incomplete"]
    unclear = [one for one in source.state.receipts if one.receipt.get("complete") == "cannot-tell"]
    if incomplete or unclear:
        yield (plain(f"whether the evidence is complete: of {told.many(len(source.state.receipts), 'collection')}, "
                     f"{len(incomplete)} incomplete, {len(unclear)} whose source gives no way to know"),)  # fmt: skip
    if count := sum(1 for one in source.state.facts.values() if one.unknown):
        yield (plain(f"{told.many(count, 'question')} that nobody could answer"),)
    if count := len(asked_for(source)):
        yield (plain(f"{told.many(count, 'question')} that nobody was asked yet; they decide "
                     f"{told.many(len(standing(source, 'undetermined')), 'obligation')}"),)  # fmt: skip


def _list(heading: str, lines: list[Pieces], anchor: str, more: str) -> list[Block]:
    if not lines:
        return [Under((plain(heading),)), Prose((plain("Nothing."),))]
    shown = tuple(lines[:MOST])
    left = len(lines) - len(shown)
    tail: Pieces = (*((plain(f"and {left} more: "),) if left else ()), jump(anchor, more))
    return [Under((plain(heading),)), Bullets(shown), Prose(tail)]
