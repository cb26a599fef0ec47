"""The board: systems × access paths, figures, and what waits for whom, readable in 80 columns."""

from __future__ import annotations

from collections import Counter
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from runner.report.text import safe

JsonObject = dict[str, Any]

STYLES = {
    "standing": "bold red",
    "cut": "green",
    "issued": "yellow",
    "residual": "yellow",
    "not-applicable": "dim",
    "unknown": "bold magenta",
    "done": "green",
    "already-so": "green",
    "failed": "bold red",
    "could-not-check": "magenta",
    "not-attempted": "yellow",
}
MARKS = {
    "standing": "!",
    "cut": "x",
    "issued": "~",
    "residual": "…",
    "not-applicable": "-",
    "unknown": "?",
}
"""A mark beside each colour, so that the board reads without colour."""


FEW_DAYS_H = 48
"""From here on a time is told in days."""


def board(status: JsonObject, *, steps: bool = True) -> RenderableType:
    """The board of one status."""
    parts: list[RenderableType] = [head(status)]
    if status["paths"]:
        parts.append(_paths(status))
    if steps and status["steps"]:
        parts.append(_steps(status))
    parts += [Text(f"! {safe(one['says'], 500)}", style="bold red") for one in status["conflicts"]]
    if status["clocks"]:
        parts.append(_clocks(status))
    if status["waiting"]:
        parts.append(_waiting(status))
    if status["findings"]:
        parts.append(_findings(status))
    return Group(*parts)


def head(status: JsonObject) -> Text:
    """The case's state in a sentence, how many paths stand in which state, and the figures."""
    line = Text()
    if status["exercise"]:
        line.append("EXERCISE ", style="bold reverse")
    line.append(f"{safe(status['case'])}  ", style="bold")
    line.append(f"{status['state']}", style=STYLES.get(status["state"], "bold"))
    line.append(f": {safe(status['why'])}\n")
    counts = Counter(path["state"] for path in status["paths"])
    for state, mark in MARKS.items():
        if counts[state]:
            line.append(f"{mark} {counts[state]} {state}   ", style=STYLES[state])
    if any(counts.values()):
        line.append("\n")
    for key, label in (("time_to_contain_s", "time to contain"), ("skew_s", "skew")):
        if status[key] is not None:
            line.append(f"{label} {status[key]:.1f} s   ")
    line.append(f"ledger {status['ledger']['size']} records", style="dim")
    return line


def _paths(status: JsonObject) -> Table:
    table = Table(title="Access paths", title_justify="left", expand=False, pad_edge=False, box=None)
    for name in ("", "system", "kind", "path", "state"):
        table.add_column(name, overflow="fold", no_wrap=name == "")
    order = {state: index for index, state in enumerate(("standing", "unknown", "issued", "residual", "cut"))}
    for path in sorted(status["paths"], key=lambda one: (order.get(one["state"], 9), one["system"], one["id"])):
        state = path["state"]
        words = state if path["left_s"] is None else f"{state} {countdown(path['left_s'])}"
        table.add_row(
            Text(MARKS[state], style=STYLES[state]),
            Text(safe(path["system"], 20)),
            Text(path["kind"]),
            Text(safe(path["label"], 60)),
            Text(words, style=STYLES[state]),
        )
    return table


def _steps(status: JsonObject) -> Table:
    table = Table(title="Steps", title_justify="left", pad_edge=False, box=None)
    for name in ("step", "outcome", "why"):
        table.add_column(name, overflow="fold")
    for step in status["steps"]:
        outcome = step["outcome"] or "running"
        table.add_row(
            Text(safe(step["id"], 40)), Text(outcome, style=STYLES.get(outcome, "")), Text(safe(step["why"], 160))
        )
    return table


def _clocks(status: JsonObject) -> Table:
    table = Table(title="Clocks", title_justify="left", pad_edge=False, box=None)
    for name in ("left", "until", "what"):
        table.add_column(name, overflow="fold", no_wrap=name != "what")
    for clock in merged(status["clocks"]):
        what = f"time budget of {clock['title']}" if clock["form"] == "budget" else clock["title"]
        times = f" ({clock['times']} times)" if clock["times"] > 1 else ""
        row = (countdown(clock["left_s"]), f"{clock['until'][:16]}Z".replace("T", " "), f"{safe(what, 160)}{times}")
        table.add_row(*map(Text, row), style=STYLES["residual"])
    return table


def merged(clocks: list[JsonObject]) -> list[JsonObject]:
    """Clocks of the same name that end in the same minute as one row with their number."""
    rows: dict[tuple[str, str], JsonObject] = {}
    for clock in clocks:
        row = rows.setdefault((clock["title"], clock["until"][:16]), {**clock, "times": 0})
        row["times"] += 1
    return list(rows.values())


def _waiting(status: JsonObject) -> Table:
    table = Table(title="Waiting for people", title_justify="left", pad_edge=False, box=None)
    for name in ("what", "who", "name"):
        table.add_column(name, overflow="fold")
    for one in status["waiting"]:
        who = ", ".join(one["who"]) or "anyone on the case team"
        table.add_row(Text(f"{one['form']}: {safe(one['title'], 90)}"), Text(safe(who)), Text(safe(one["name"])))
    return table


def _findings(status: JsonObject) -> Table:
    table = Table(title="Findings", title_justify="left", pad_edge=False, box=None)
    for name in ("severity", "finding", "remove by"):
        table.add_column(name, overflow="fold")
    for finding in status["findings"]:
        table.add_row(
            Text(finding.get("severity", "")), Text(safe(finding["title"], 120)), Text(safe(finding["remove"], 120))
        )
    return table


def countdown(seconds: int) -> str:
    """A time that is left, or how long it is over, as people say it."""
    over, (hours, rest) = seconds < 0, divmod(abs(seconds), 3600)
    days = f"{hours // 24} d {hours % 24:02d} h" if hours >= FEW_DAYS_H else ""
    short = f"{hours} h {rest // 60:02d} min" if hours else f"{rest // 60} min {rest % 60:02d} s"
    return f"{'OVER ' if over else ''}{days or short}"
