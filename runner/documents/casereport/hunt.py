"""What the hunt found: what each finding allows, and the action that removes it."""

from __future__ import annotations

from typing import Any

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
    badge,
    given,
    plain,
    quiet,
    row,
)
from runner.documents.casereport.source import Source

HEAD = ("What was found", "Weight", "What it allows", "What removes it")
SHARES = (35, 10, 25, 30)
WEIGHTS = {"critical": Tone.BAD, "high": Tone.BAD, "medium": Tone.WARN, "low": Tone.IDLE}
WHO = {True: "made by the subject, says the audit log", False: "made by somebody else"}


def hunt(source: Source) -> Section:
    """Every finding, in the order in which it was found."""
    found = source.state.findings
    if not found:
        hunted = any(source.lane_of(step.id, step.effect).value == "Hunt" and step.outcome
                     for plan in source.state.plans.values() for step in plan.steps.values())  # fmt: skip
        words = "The hunt ended without a finding." if hunted else "No hunt has ended yet."
        return Section("hunt", "What the hunt found", (Prose((plain(words),)),))
    by_subject = sum(1 for one in found if one.finding.get("by_subject") is True)
    blocks: list[Block] = [
        Prose((plain(
            f"{told.many(len(found), 'finding')}, {by_subject} of them made by the subject as far as the audit log "
            "shows. A finding stays in this list after somebody has removed it; removals are in the questions and "
            "facts of the record."
        ),)),
        Grid(HEAD, tuple(_row(one.finding) for one in found), SHARES),
    ]  # fmt: skip
    return Section("hunt", "What the hunt found", tuple(blocks))


def _row(one: dict[str, Any]) -> Row:
    severity = str(one.get("severity", ""))
    weight: Piece = badge(WEIGHTS[severity], severity) if severity in WEIGHTS else given(severity)
    made = one.get("by_subject")
    who = WHO[made] if isinstance(made, bool) else "who made it is not known"
    what: Pieces = (given(one.get("title", "")), LINE,
                    quiet(f"{one.get('system', '')} · {one.get('found_by', '')} · {who}"))  # fmt: skip
    return row(what, weight, given(one.get("allows", "")), given(one.get("remove", "")))
