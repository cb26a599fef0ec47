"""Counsel's documents for a person at a terminal; readable in 80 columns."""

from __future__ import annotations

from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from runner.report.text import safe

JsonObject = dict[str, Any]

HEADINGS = {"due": "Due", "undetermined": "May be due: facts are missing", "done": "Done", "possible": "Others"}
STYLES = {"due": "bold red", "undetermined": "yellow", "done": "green", "possible": ""}
LONG = 2000


def listing(shape: JsonObject, *, everything: bool = False) -> RenderableType:
    """The desk: what is due first; what nothing asks for only when it is asked for."""
    parts: list[RenderableType] = []
    if shape["exercise"]:
        parts.append(Text("EXERCISE", style="bold reverse"))
    for standing, heading in HEADINGS.items():
        rows = [one for one in shape["documents"] if one["standing"] == standing]
        if rows and (everything or standing in ("due", "undetermined")):
            parts += [Text(heading, style=STYLES[standing]), _table(rows), Text("")]
    if shape["unwritten"]:
        names = ", ".join(sorted({one["document"] for one in shape["unwritten"]}))
        parts.append(Text(f"due, and no template yet: {safe(names, LONG)}", style="yellow"))
    parts += [Text(f"cannot be used: {safe(one, LONG)}", style="bold red") for one in shape["broken"]]
    if not parts:
        parts.append(Text("nothing is due; `--all` lists every document that there is"))
    return Group(*parts)


def _table(rows: list[JsonObject]) -> Table:
    table = Table(box=None, pad_edge=False)
    for name in ("document", "by", "missing", "who can tell"):
        table.add_column(name, overflow="fold", no_wrap=name == "by")
    for one in rows:
        count = len(one["missing"]) + len(one["unknown"])
        who = list(dict.fromkeys(role for fact in one["missing"] for role in fact["who"]))
        by = one["at"][:16].replace("T", " ") + "Z" if one["at"] else "-"
        missing = Text(f"{count} facts" if count else "nothing", style="bold red" if count else "green")
        table.add_row(Text(f"{one['id']}\n  {safe(one['title'], 70)}"), Text(by), missing, Text(", ".join(who)))
    return table


def explained(shape: JsonObject) -> RenderableType:
    """One document: why, by when, with which facts, and what is missing."""
    lines = [Text(f"{shape['id']}: {safe(shape['title'], LONG)}", style="bold"),
             Text(f"{shape['standing']}; goes to {safe(shape['authority'], LONG)}")]  # fmt: skip
    for one in shape["duties"]:
        lines.append(Text(f"\n{one['standing']}: {safe(one['title'], LONG)} ({safe(one['citation'], LONG)})"))
        lines += [Text(f"  because {safe(line, LONG)}") for line in one["because"]]
        lines += [Text(f"  not known: {safe(name)}", style="yellow") for name in one["unknown"]]
        lines += [Text(f"  {safe(line, LONG)}", style="dim") for line in one["working"]]
        lines += [Text(f"  take care: {safe(line, LONG)}", style="yellow") for line in one["cautions"]]
    lines += [Text(f"\nwarning: {safe(line, LONG)}", style="yellow") for line in shape["warnings"]]
    lines.append(Text("\nfacts that it uses"))
    for fact in shape["facts"]:
        value = "nobody knows" if fact["unknown"] else safe(fact["value"])
        source = f"{safe(fact['source'].get('kind', ''))} {safe(fact['source'].get('name', ''))}"
        lines.append(Text(f"  {fact['fact']} = {value}  ({source}, {fact['recorded_at'][:16]}Z)"))
    if shape["missing"]:
        lines.append(Text("\nmissing", style="bold red"))
    lines += [Text(f"  {one['fact']} ({', '.join(one['who'])}): {safe(one['ask'], LONG)}") for one in shape["missing"]]
    return Group(*lines)
