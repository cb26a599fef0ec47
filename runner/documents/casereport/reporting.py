"""What the law asks for or invites: what is open and by when, what is met, what facts would decide.

Times of the law and of this project are told apart in every row; nothing here is advice, and nothing was sent.
"""

from __future__ import annotations

from collections.abc import Sequence

from runner.case.state import JsonObject
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
    given,
    jump,
    plain,
    quiet,
    row,
)
from runner.documents.casereport.source import Source

OPEN = ("Obligation", "State", "By when", "Authority and citation", "Sure?")
OPEN_SHARES = (30, 10, 25, 25, 10)
MAYBE = ("Obligation", "Citation", "What has to be known", "Sure?")
MAYBE_SHARES = (35, 25, 30, 10)
BASES = {"law": "law", "target": "target, not law", "retention": "to be kept"}
FEW = 4
"""Facts that are named in a row; the rest is counted."""


def open_duties(source: Source) -> list[JsonObject]:
    """Due and not yet met, the most urgent first."""
    return [one for one in source.duties if one["state"] == "open"]


def overdue(source: Source) -> list[JsonObject]:
    """Open, and over by law."""
    return [one for one in open_duties(source) if one["law"] and one["law"]["overdue"]]


def standing(source: Source, word: str) -> list[JsonObject]:
    """Those that stand so and are not met."""
    return [one for one in source.duties if one["standing"] == word and one["state"] == "none"]


def reporting(source: Source) -> Section:
    """What is open, and what was met; the rest is counted here and listed at the end."""
    due = open_duties(source)
    done = [one for one in source.duties if one["state"] == "done"]
    maybe, told_only = standing(source, "undetermined"), standing(source, "informational")
    rest = len(source.duties) - len(due) - len(done) - len(maybe) - len(told_only)
    blocks: list[Block] = [
        Prose((plain(
            f"{len(due)} due and open, {len(done)} met, {len(maybe)} undetermined because facts are missing, "
            f"{len(told_only)} for information only, {rest} not due. Research for counsel, who decides. A target is "
            "this project's own time and never the law's. Nothing is sent by the tool."
        ),)),
    ]  # fmt: skip
    if due:
        blocks += [Under((plain("Due and open, the most urgent first"),)), _grid(due)]
    if done:
        blocks += [Under((plain("Met"),)), _grid(done)]
    if maybe or told_only:
        blocks.append(Prose((plain("The undetermined and informational ones are listed in "),
                             jump("undetermined", "Appendix A"), plain("."))))  # fmt: skip
    return Section("obligations", "Obligations to report", tuple(blocks))


def undetermined(source: Source) -> Section:
    """What may come to be due, with the facts that would decide, and what is shown for information."""
    blocks: list[Block] = []
    for word, heading in (("undetermined", "Undetermined: facts are missing"),
                          ("informational", "For information: not in force")):  # fmt: skip
        found = standing(source, word)
        if found:
            blocks.append(Under((plain(f"{heading} ({len(found)})"),)))
            blocks.append(Grid(MAYBE, tuple(map(_maybe, found)), MAYBE_SHARES))
    if not blocks:
        blocks.append(Prose((plain("None."),)))
    return Section("undetermined", "Appendix A: obligations that facts would decide", tuple(blocks))


def _grid(found: Sequence[JsonObject]) -> Grid:
    return Grid(OPEN, tuple(map(_row, found)), OPEN_SHARES)


def _row(one: JsonObject) -> Row:
    state = badge(Tone.GOOD, "met") if one["state"] == "done" else badge(Tone.WARN, "due")
    if one["state"] == "open" and one["law"] and one["law"]["overdue"]:
        state = badge(Tone.BAD, "overdue by law")
    title: Pieces = (plain(one["title"]), LINE, quiet(f"{one['id']} · {one['kind']} · {', '.join(one['who'])}"))
    where: Pieces = (plain(one["authority"]), LINE, quiet(one["citation"]))
    return row(title, state, _when(one), where, (plain(one["confidence"]), LINE, quiet(f"as of {one['as_of']}")))


def _when(one: JsonObject) -> Pieces:
    lines: list[Pieces] = []
    if one["done"]:
        lines.append((given(one["done"]),))
    lines += [(plain(f"{BASES[basis]}: {_deadline(one[basis])}"),) for basis in BASES if one[basis]]
    if one["after"] and one["state"] == "open":
        lines.append((plain(f"starts when {one['after']} is filed"),))
    elif one["missing"] and one["state"] == "open":
        lines.append((plain(f"its start is not known: {', '.join(one['missing'])}"),))
    if one["working"]:
        lines.append((quiet("; ".join(one["working"])),))
    pieces: list[Piece] = []
    for line in lines:
        pieces += [*([LINE] if pieces else []), *line]
    return tuple(pieces) or (plain("no clock"),)


def _deadline(one: JsonObject) -> str:
    match one["kind"]:
        case "immediate":
            return "at once"
        case "no-number":
            return "no number"
        case "needs-a-person":
            return f"{one['period']}; a person sets the date"
        case "date":
            return f"by the end of {one['last_day']} in {one['zone']}"
        case _:
            return f"by {told.told(one['at'])}"


def _maybe(one: JsonObject) -> Row:
    names = one["unknown"]
    more = f" and {len(names) - FEW} more" if len(names) > FEW else ""
    facts = (plain(", ".join(names[:FEW]) + more),) if names else (quiet("not in force when last seen"),)
    title: Pieces = (plain(one["title"]), LINE, quiet(one["id"]))
    return row(title, quiet(one["citation"]), facts, one["confidence"])
