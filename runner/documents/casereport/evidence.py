"""The evidence: every artefact under its number, and the receipts that say how complete each collection is."""

from __future__ import annotations

from collections import Counter
from typing import Any

from runner.case.events import ArtefactStored, ReceiptMade
from runner.documents.casereport import told
from runner.documents.casereport.parts import (
    LINE,
    Block,
    Grid,
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
from runner.documents.casereport.tones import COMPLETENESS

INDEX = ("No.", "Artefact", "SHA-256", "Size")
INDEX_SHARES = (5, 40, 40, 15)
RECEIPTS = ("Collection", "Window asked for (UTC)", "Records", "Complete?", "Why, and gaps", "Artefacts")
RECEIPTS_SHARES = (20, 20, 10, 10, 30, 10)


MOST_GAPS = 8
"""Gaps of one receipt that are told; the rest is counted."""


def evidence(source: Source) -> Section:
    """The index of the store, and every receipt."""
    artefacts, receipts = source.state.artefacts, source.state.receipts
    total = sum(one.size for one in artefacts.values())
    blocks: list[Block] = [Prose((plain(
        f"{told.many(len(artefacts), 'artefact')}, {told.size(total)} in all, kept unchanged in the case folder under "
        "the SHA-256 of their bytes. Numbers are the same in every document of the case."
    ),))]  # fmt: skip
    if artefacts:
        rows = tuple(_artefact(source, one) for one in artefacts.values())
        blocks.append(Grid(INDEX, rows, INDEX_SHARES))
    blocks.append(Under((plain("How complete each collection is"),)))
    found = completeness(source)
    words = "; ".join(f"{count} {COMPLETENESS[word][1]}" for word, count in found.items() if word in COMPLETENESS)
    blocks.append(Prose((plain(
        f"{told.many(len(receipts), 'receipt')}{': ' if words else ''}{words}. Complete means that the source's own "
        "count or its end was reached; cannot tell means that the source gives no way to know."
    ),)))  # fmt: skip
    if receipts:
        order = list(COMPLETENESS)[::-1]
        ordered = sorted(receipts, key=lambda one: order.index(_word(one)) if _word(one) in order else -1)
        blocks.append(Grid(RECEIPTS, tuple(_receipt(source, one) for one in ordered), RECEIPTS_SHARES))
    return Section("evidence", "Evidence", tuple(blocks))


def completeness(source: Source) -> dict[str, int]:
    """How many receipts say what."""
    found = Counter(_word(one) for one in source.state.receipts)
    return {word: found[word] for word in (*COMPLETENESS, *sorted(set(found) - set(COMPLETENESS))) if found[word]}


def _word(one: ReceiptMade) -> str:
    return str(one.receipt.get("complete", ""))


def _artefact(source: Source, one: ArtefactStored) -> Row:
    number = source.numbers[one.sha256]
    name: Pieces = (given(one.name), LINE, quiet(f"{one.source} · {source.title_of(one.step)}"))
    return row(str(number), name, fixed(one.sha256), told.size(one.size), anchor=f"a-{number}")


def _receipt(source: Source, made: ReceiptMade) -> Row:
    one: dict[str, Any] = made.receipt
    tone, word = COMPLETENESS.get(_word(made), (Tone.DARK, _word(made)))
    start, end = one.get("start"), one.get("end")
    window = f"{told.told(start) if start else 'the beginning'} to {told.told(end) if end else 'the end'}"
    if not start and not end:
        window = "no window: all there was"
    name: Pieces = (given(one.get("source", "")), LINE, quiet(source.title_of(made.step)))
    records = f"{one.get('records', 0):,}" if isinstance(one.get("records"), int) else ""
    return row(name, window, records, badge(tone, word), _gaps(one), _artefact_numbers(source, one))


def _gaps(one: dict[str, Any]) -> Pieces:
    gaps = [": ".join(str(gap[key]) for key in ("start", "end", "what", "why") if gap.get(key))
            for gap in one.get("gaps") or () if gap]  # fmt: skip
    why = str(one.get("why") or "")
    # Most reasons repeat the gaps in one line.
    found: list[Pieces] = [(given(why),)] if why and not any(gap in why for gap in gaps[:1]) else []
    found += [(plain("gap: "), given(gap)) for gap in gaps[:MOST_GAPS]]
    if len(gaps) > MOST_GAPS:
        found.append((plain(f"and {len(gaps) - MOST_GAPS} more gaps, as the ledger lists them"),))
    if one.get("retention"):
        found.append((quiet(f"the source keeps {one['retention']}"),))
    pieces: Pieces = ()
    for line in found:
        pieces = (*pieces, *((LINE,) if pieces else ()), *line)
    return pieces


def _artefact_numbers(source: Source, one: dict[str, Any]) -> str:
    numbers = [source.numbers.get(str(sha256)) for sha256 in one.get("artefacts") or ()]
    return ", ".join(str(number) for number in numbers if number)
