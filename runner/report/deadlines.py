"""The duties of a case for a person: what is due, in what order, by whom, and why; readable in 80 columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from runner.report.board import countdown
from runner.report.text import safe

JsonObject = dict[str, Any]

LONG = 2000
"""Sentences of the legal data are shown whole."""

SOON_S = 72 * 3600
FEW = 8
"""How many undetermined obligations are listed when not all are asked for."""

HEADINGS = {
    "now": "At once",
    "start": "The clock may be running: nobody has said when it began",
    "dated": "By time",
    "open": "No number in the law, or a person sets the date",
    "after": "After an earlier filing",
    "undetermined": "Undetermined: facts are missing",
    "done": "Done",
    "informational": "For information: not in force",
    "replaced": "Replaced by a more particular entry",
    "not-due": "Not due",
}
ALWAYS = ("now", "start", "dated", "open", "after")


def listing(shape: JsonObject, *, everything: bool = False) -> RenderableType:
    """The duties, the most urgent first. Without `everything`, what is open, and what facts would decide first."""
    groups: dict[str, list[JsonObject]] = {}
    for row in shape["duties"]:
        groups.setdefault(_group(row), []).append(row)
    certain = [one for one in shape["warnings"] if everything or not one["possible"]]
    parts: list[RenderableType] = [_head(shape), *_conflicts(shape)]
    for name, heading in HEADINGS.items():
        rows = groups.get(name, [])
        shown = rows if everything or name in ALWAYS else rows[:FEW] if name == "undetermined" else []
        if shown:
            parts.append(_table(heading, shown))
        if len(rows) > len(shown) and name in ("undetermined", "done"):
            more = len(rows) - len(shown)
            parts.append(Text(f"{more} more {name}; `--all` lists them, `evict interview` asks what decides them"))
    parts += _warnings(certain)
    parts.append(Text("Research for counsel, who decides. A target is this project's own time and never the law's."))
    return Group(*parts)


def _group(row: JsonObject) -> str:
    if row["state"] == "done":
        return "done"
    if row["state"] != "open":
        return str(row["standing"])
    first = row["first"]
    if first and first["kind"] == "immediate":
        return "now"
    if row["after"]:
        return "after"
    if first and first["at"]:
        return "dated"
    return "start" if row["missing"] else "open"


def _head(shape: JsonObject) -> Text:
    line = Text()
    if shape["exercise"]:
        line.append("EXERCISE ", style="bold reverse")
    line.append(safe(shape["case"]), style="bold")
    counts = shape["counts"]
    words = [f"{counts['open']} open", f"{counts.get('undetermined', 0)} undetermined", f"{counts['done']} done"]
    line.append(f"  {', '.join(words)}")
    if counts["overdue"]:
        line.append(f", {counts['overdue']} OVERDUE", style="bold red")
    if counts["targets_missed"]:
        line.append(f", {counts['targets_missed']} target(s) missed", style="yellow")
    return line


def _conflicts(shape: JsonObject) -> Iterator[RenderableType]:
    for one in shape["conflicts"]:
        yield Text(f"! {safe(one['says'], LONG)}", style="bold red")


def _warnings(warnings: Sequence[JsonObject]) -> Iterator[RenderableType]:
    """What one act does to another."""
    for one in warnings:
        mark = "STOP" if one["stop"] else "note"
        yield Text(f"{mark}: {safe(one['title'])}. {safe(one['text'], LONG)}", style="yellow")


def _table(heading: str, rows: Sequence[JsonObject]) -> Table:
    table = Table(title=heading, title_justify="left", show_header=False, pad_edge=False, box=None)
    table.add_column(no_wrap=True, min_width=14)
    table.add_column(overflow="fold")
    for row in rows:
        table.add_row(Text(_left(row), style=_style(row)), _entry(row))
    return table


def _entry(row: JsonObject) -> Text:
    entry = Text(safe(row["title"], LONG), style="bold" if row["kind"] == "mandatory" else "")
    stage = f", {row['series']} stage {row['stage']}" if row["stage"] else ""
    entry.append(f"\n{when(row)}", style="")
    entry.append(f"\n{row['id']}  {row['kind']}{stage}, {', '.join(row['who'])}", style="dim")
    entry.append(f"\n{safe(row['authority'], LONG)}; {safe(row['citation'], LONG)}", style="dim")
    entry.append(f"\nconfidence {row['confidence']}, as of {safe(row['as_of'])}", style="dim")
    if row["unknown"]:
        entry.append(f"\nasks: {', '.join(row['unknown'])}")
    return entry


def _shown(row: JsonObject) -> JsonObject | None:
    """What counts down: what ends first, but the law's time once a target is missed."""
    first: JsonObject | None = row["first"]
    law: JsonObject | None = row["law"]
    missed = first and first["basis"] == "target" and first["overdue"]
    return law if missed and law and law["at"] else first


def _left(row: JsonObject) -> str:
    first = _shown(row)
    if row["state"] == "done":
        return "done"
    if first is None or first["kind"] in ("no-number", "needs-a-person"):
        return "start?" if row["missing"] and row["state"] == "open" and not row["after"] else "-"
    words = "now" if first["kind"] == "immediate" else countdown(first["left_s"])
    if first["basis"] == "target":
        words = words.replace("OVER", "late")
    return words if row["state"] == "open" else f"({words})"


def _style(row: JsonObject) -> str:
    first = _shown(row)
    if row["state"] != "open" or first is None or first["left_s"] is None:
        return "bold red" if row["state"] == "open" and first and first["kind"] == "immediate" else ""
    if first["overdue"]:
        return "bold red" if first["basis"] == "law" else "yellow"
    return "yellow" if first["left_s"] < SOON_S else ""


def when(row: JsonObject) -> str:
    """When a duty ends, of whose making that is, and what is not known."""
    if row["done"]:
        return safe(row["done"])
    first, law = row["first"], row["law"]
    words = [_deadline(first)] if first else []
    if first and first["basis"] == "target" and law:
        words.append(f"in law: {_deadline(law).removeprefix('law: ')}")
    if row["retention"]:
        words.append(_deadline(row["retention"]))
    if row["after"]:
        words.append(f"starts when {row['after']} is filed")
    elif row["missing"]:
        words.append(f"not known: {', '.join(row['missing'])}")
    return "; ".join(words) or "no clock"


def _deadline(one: JsonObject) -> str:
    basis = {"law": "law", "target": "target (not law)", "retention": "keep"}[one["basis"]]
    match one["kind"]:
        case "immediate":
            return f"{basis}: at once"
        case "no-number":
            return f"{basis}: no number"
        case "needs-a-person":
            return f"{basis}: {one['period']}, a person sets the date"
        case "date":
            return f"{basis}: by the end of {one['last_day']} in {one['zone']} ({one['period']})"
        case _:
            return f"{basis}: by {one['at'][:16].replace('T', ' ')}Z ({one['period']})"


def explanation(shape: JsonObject) -> RenderableType:
    """Each duty of a shape with everything that decided it: the working, the cautions, the sources."""
    parts = [text for row in shape["duties"] for text in _explained(row)]
    told = Text("\n".join(safe(part, LONG) for part in parts))
    return Group(_head(shape), told, *_warnings([one for one in shape["warnings"] if _concerns(one, shape)]))


def _concerns(warning: JsonObject, shape: JsonObject) -> bool:
    """Whether a warning holds, or may hold and names one of the shown duties or their documents."""
    named = {*warning["obligations"], *warning["documents"]}
    return not warning["possible"] or any(named & {row["id"], row["document"]} for row in shape["duties"])


def _explained(row: JsonObject) -> list[str]:
    return [
        row["title"],
        f"{row['id']}: {row['standing']}" + (f", {row['state']}" if row["state"] != "none" else ""),
        when(row),
        *_lines("applies when", [row["summary"]]),
        *_lines("because", row["because"]),
        *_lines("not known", row["unknown"]),
        *_lines("clock", [row["event"]]),
        *_lines("working", row["working"]),
        *_lines("who acts", [", ".join(row["who"])]),
        *_lines("authority", [row["authority"]]),
        *_lines("citation", [row["citation"]]),
        *_lines("submit via", [row["submit_via"]]),
        *_lines("document", [row["document"]]),
        *_lines("caution", row["cautions"]),
        *_lines("confidence", [f"{row['confidence']}, as of {row['as_of']}", row["confidence_note"]]),
        *_lines("source", row["sources"]),
    ]


def _lines(label: str, values: Sequence[str]) -> list[str]:
    return [f"  {label}: {value}" for value in values if value]
