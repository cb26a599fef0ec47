"""Who decided what, when, why, and with which key: approvals, answers, and gates of payments."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from runner.case.events import GateAnswered
from runner.case.state import AskState, GateState
from runner.documents.casereport import told
from runner.documents.casereport.parts import (
    LINE,
    Block,
    Grid,
    Piece,
    Pieces,
    Prose,
    Row,
    Section,
    Tone,
    Under,
    badge,
    fixed,
    given,
    plain,
    quiet,
    row,
)
from runner.documents.casereport.source import Source
from runner.documents.casereport.words import answer_badge

ANSWERS = ("Who", "Decision", "When (UTC)", "Reason", "Signing key and plan")
ANSWERS_SHARES = (20, 10, 15, 20, 35)
ASKED = ("What was asked", "Of whom", "Answer", "By, and when (UTC)")
ASKED_SHARES = (35, 15, 30, 20)


def decisions(source: Source) -> Section:
    """Every approval and answer, as it was recorded."""
    blocks: list[Block] = []
    for plan in source.state.plans.values():
        for gate in plan.gates.values():
            blocks += _gate(gate, "put access back" if plan.saved.purpose == "restore" else "cut")
    for gate in source.state.payment_gates.values():
        blocks += _gate(gate, "move something of value")
    asks = [ask for plan in source.state.plans.values() for ask in plan.asks.values()]
    if asks:
        blocks.append(Under((plain("Questions and manual tasks"),)))
        blocks.append(Grid(ASKED, tuple(map(_ask, asks)), ASKED_SHARES))
    if blocks:
        blocks.insert(0, Prose((plain(
            "Each approval is a statement that the person signed with their own SSH key; "
        ), fixed("evict verify CASE"), plain(" checks every signature anew."))))  # fmt: skip
    else:
        blocks.append(Prose((plain("Nobody was asked for an approval or an answer yet."),)))
    return Section("decisions", "Decisions and approvals", tuple(blocks))


def _gate(gate: GateState, purpose: str) -> Iterator[Block]:
    state = badge(Tone.GOOD, "granted") if gate.granted else badge(Tone.WARN, "waiting")
    if gate.denials:
        state = badge(Tone.BAD, "denied")
    if gate.closed:
        state = badge(Tone.BAD, "closed again")
    opened = gate.opened
    yield Under((plain(f"Approval to {purpose}: "), given(opened.gate), plain("  "), state))
    yield Prose((plain("Asked for by "), given(opened.requested_by),
                 plain(f" on {told.moment(gate.opened_at)}; needs {told.many(opened.count, 'person', 'people')} of "),
                 given(", ".join(opened.who) or "anyone"), plain("; plan "), fixed(opened.plan)))  # fmt: skip
    answers = (*gate.approvals, *gate.denials)
    if answers:
        yield Grid(ANSWERS, tuple(map(_answer, answers)), ANSWERS_SHARES)
    if gate.closed:
        yield Prose((plain("Closed again by "), given(gate.closed.by), plain(": "), given(gate.closed.why)))


def _answer(answer: GateAnswered) -> Row:
    said = statement_of(answer)
    reason = given(said["reason"]) if said.get("reason") else quiet("none given")
    plan = fixed(said["plan"]) if said.get("plan") else quiet("the statement names no plan")
    return row(given(answer.by), answer_badge(answer), told.told(said.get("at", "not known")), reason,
               (fixed(answer.key), LINE, plan))  # fmt: skip


def _ask(ask: AskState) -> Row:
    opened = ask.opened
    kind = "manual task" if opened.form == "card" else "question"
    what: Pieces = (given(opened.title), quiet(f" {kind}"))
    of = given(", ".join(opened.who) or "anyone on the case")
    if ask.answer is None:
        return row(what, of, badge(Tone.WARN, "waiting"), told.moment(ask.opened_at))
    why: Pieces = (plain(": "), given(ask.answer.why)) if ask.answer.why else ()
    by = (given(ask.answer.by), LINE, plain(told.moment(ask.answered_at)))
    return row(what, of, (given(told.value(ask.answer.value)), *why), by)


def statement_of(answer: GateAnswered) -> dict[str, Any]:
    """What was signed, as far as it can be read; the signed text itself stands in the ledger."""
    try:
        found = json.loads(answer.statement)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def waiting_lines(source: Source) -> tuple[Pieces, ...]:
    """What waits for whom."""
    lines: list[Pieces] = []
    for one in source.waiting:
        who: Piece = given(", ".join(one["who"]) or "anyone on the case")
        lines.append((plain(f"{one['form']}: "), given(one["title"]), plain(", waits for "), who))
    return tuple(lines)
