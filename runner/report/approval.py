"""What an approver sees before signing: exactly what will be cut, what cannot be undone, what evidence it costs."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from runner.case.state import GateState, JsonObject
from runner.report.text import safe


def approval_view(plan: JsonObject, gate: GateState) -> RenderableType:
    """The part of a plan (as JSON) that one gate guards."""
    steps = [step for step in plan["steps"] if step["id"] in gate.opened.steps]
    paths = paths_of(plan)
    restores = {_key(path): path for path in plan["restores"]}
    head = Text()
    if plan["mode"] == "exercise":
        head.append("EXERCISE ", style="bold reverse")
    verb = "put back" if plan["purpose"] == "restore" else "cut"
    head.append(f"Approval {safe(gate.opened.gate)}\n", style="bold")
    head.append(
        f"case {safe(plan['case_id'])}, plan {gate.opened.plan[:16]}…, asked by {safe(gate.opened.requested_by)}"
    )
    head.append(f"\n{len(gate.approvals)} of {gate.opened.count} signatures given\n")
    for account in plan["accounts"]:
        label = safe(account["label"] or account["id"])
        head.append(f"for {label}, persona {safe(account['persona'])}, in {safe(account['system'])}: ", style="bold")
        head.append(f"{safe(account['id'])}\n")
    table = Table(box=None, pad_edge=False, title=f"What will be {verb}", title_justify="left")
    for name in ("system", "kind", "access path", "undo"):
        table.add_column(name, overflow="fold")
    for step in steps:
        for key in step["cuts"]:
            path = restores.get(key) or paths[key]
            undo = {"yes": "yes", "when-asked": "only when asked", "no": "NO"}[path["undo"]]
            table.add_row(
                Text(safe(path["system"], 20)),
                Text(path["kind"]),
                Text(safe(path["label"], 70)),
                Text(undo, style="bold red" if undo == "NO" else ""),
            )
    return Group(head, table, *_costs(steps, paths), *_by_hand(steps, paths), *outlives(plan), *warnings(plan))


def paths_of(plan: JsonObject) -> dict[str, JsonObject]:
    """Every observed path of a plan's JSON by key."""
    return {_key(path): path for seen in plan["observed"] for path in seen["paths"]}


def _key(path: JsonObject) -> str:
    return f"{path['system']}|{path['account']}|{path['kind']}|{path['id']}"


def _costs(steps: list[JsonObject], paths: dict[str, JsonObject]) -> list[Text]:
    lost = sorted({lost for step in steps for key in step["cuts"] for lost in paths.get(key, {}).get("destroys", [])})
    return [Text(f"Evidence lost by cutting: {', '.join(map(safe, lost))}", style="bold red")] if lost else []


def _by_hand(steps: list[JsonObject], paths: dict[str, JsonObject]) -> list[Text]:
    manual = [paths[key]["manual"]["title"] for step in steps for key in step["manual"]]
    return [Text("By hand (a card each): " + "; ".join(map(safe, manual)))] if manual else []


def outlives(plan: JsonObject) -> list[Text]:
    """What the plan predicts to be left after the cut: for how long, or for good."""
    paths, lines = paths_of(plan), []
    for one in plan["predicted"]:
        path = paths.get(one["key"], {})
        if one["state"] == "residual":
            hours = (one["survives_s"] or 0) / 3600
            lines.append(Text(f"outlives the cut, at most {hours:g} h: {safe(one['reason'])}", style="yellow"))
        if one["state"] == "standing" and path.get("manual"):
            lines.append(Text(f"stands until its card is done: {safe(path['label'])}", style="yellow"))
        elif one["state"] == "standing" and plan["purpose"] == "run":
            lines.append(Text(f"would still stand: {safe(path.get('label', one['key']))}", style="bold red"))
    return list({line.plain: line for line in lines}.values())


def warnings(plan: JsonObject) -> list[Text]:
    """What a person must know before approving."""
    return [Text(f"warning: {safe(line)}", style="yellow") for line in plan["warnings"]]
