"""A plan for a person: the steps in order, what each would cut, and what will outlive the cut."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from runner.case.state import JsonObject
from runner.report.approval import outlives, paths_of, warnings
from runner.report.text import safe


def plan_view(plan: JsonObject, digest: str) -> RenderableType:
    """The plan (as JSON) as tables."""
    head = Text()
    if plan["mode"] == "exercise":
        head.append("EXERCISE ", style="bold reverse")
    head.append(f"Plan {digest[:16]}… of {safe(plan['playbook'])} for {safe(plan['case_id'])}\n", style="bold")
    head.append(f"{len(plan['accounts'])} account(s) of the subject found by exact identifier")
    return Group(head, _steps(plan), _cuts(plan), *outlives(plan), *warnings(plan))


def _steps(plan: JsonObject) -> Table:
    table = Table(title="Steps", title_justify="left", box=None, pad_edge=False)
    for name in ("phase", "step", "does", "behind"):
        table.add_column(name, overflow="fold")
    phase = ""
    for step in plan["steps"]:
        what = f"{safe(step['title'])} ({step['effect']})"
        shown = "" if step["phase"] == phase else step["phase"]
        phase = step["phase"]
        table.add_row(Text(shown, style="bold"), Text(safe(step["id"])), Text(what), Text(", ".join(step["gates"])))
    return table


def _cuts(plan: JsonObject) -> Table:
    paths = paths_of(plan)
    table = Table(title="Would be cut", title_justify="left", box=None, pad_edge=False)
    for name in ("system", "kind", "access path", "undo"):
        table.add_column(name, overflow="fold")
    for step in plan["steps"]:
        for key in step["cuts"]:
            path = paths[key]
            row = (safe(path["system"], 20), path["kind"], safe(path["label"], 90), path["undo"])
            table.add_row(*map(Text, row))
    return table
