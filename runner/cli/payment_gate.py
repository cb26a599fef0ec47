"""`evict payment-gate`: whether anything of value may move."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from runner.cli.approve import KeyOption, ReasonOption
from runner.cli.shared import AsOption, CaseArgument, JsonOption, emit, open_case, person, registry, show

if TYPE_CHECKING:
    from runner.case.folder import Case
    from runner.case.state import CaseState

app = typer.Typer(rich_markup_mode=None)


@app.command()
def payment_gate(
    case: CaseArgument,
    ground: Annotated[
        str, typer.Option("--open", metavar="licence|opinion", help="Ask to open it on one of the two grounds.")
    ] = "",
    act: Annotated[str, typer.Option("--act", help="The act, in the words of the licence or opinion.")] = "",
    reference: Annotated[
        str, typer.Option("--reference", help="Its number, its author and file, or an artefact's SHA-256.")
    ] = "",
    dated: Annotated[str, typer.Option("--dated", metavar="DATE", help="The day that it bears.")] = "",
    until: Annotated[str, typer.Option("--until", metavar="DATE", help="The last day on which it counts.")] = "",
    sign: Annotated[bool, typer.Option("--sign", help="Sign a request, as counsel or finance.")] = False,
    deny: Annotated[bool, typer.Option("--deny", help="Sign a denial of a request.")] = False,
    request: Annotated[str, typer.Option("--request", help="Which request; needed when several wait.")] = "",
    close: Annotated[bool, typer.Option("--close", help="Close it again; anybody may, with a --reason.")] = False,
    by: AsOption = "",
    key: KeyOption = Path("~/.ssh/id_ed25519"),
    reason: ReasonOption = "",
    as_json: JsonOption = False,
) -> None:
    """Show whether anything of value may move to the subject, an agency or an extorter, and why not.

    Closed by default. It opens for one act, by a licence or an opinion of sanctions counsel that a person in role
    counsel and another in role finance sign with their SSH keys; who asks cannot sign.

    Example: evict payment-gate ./case-17 --sign --reason "read the licence" --as cfo@example.org
    """
    from connectors.errors import InputError
    from runner.case.clock import utc_now
    from runner.engine import payment_requests as requests

    if sum(map(bool, (ground, sign, deny, close))) > 1:
        raise InputError("only one of --open, --sign, --deny and --close at a time")
    opened = open_case(case)
    if ground:
        asked = requests.Request(ground, act, reference, dated, until)
        requests.ask_to_open(opened, registry(), asked, by=person(by), now=utc_now())
    elif sign or deny:
        word = "approve" if sign else "deny"
        requests.sign(
            opened, registry(), by=person(by), answer=word, reason=reason, key=key.expanduser(), name=request
        )  # fmt: skip
    elif close:
        requests.close(opened, by=person(by), why=reason)
    shape = _shape(opened)
    if as_json:
        emit(shape)
        return
    _show(shape)


def _shape(case: Case) -> dict[str, Any]:
    from runner.case.clock import utc_now
    from runner.case.fold import fold
    from runner.engine.payment import payment_gate as judged

    state = fold(case.ledger.read())
    found = judged(case, state, registry(), utc_now())
    return {
        "evict-payment-gate": 1,
        "case": state.case_id,
        "exercise": state.mode == "exercise",
        "state": "not-needed" if not found.needed else "open" if found.open_for else "closed",
        "open_for": list(found.open_for),
        "reasons": list(found.needed),
        "requests": [
            {
                **{name: body.get(name) for name in ("act", "ground", "reference", "dated", "until", "requested_by")},
                "gate": gate.opened.gate,
                "signed": [one.by for one in gate.approvals],
                "open": not why,
                "why": list(why),
            }
            for gate, body, why in found.requests
        ],
        "warnings": _warnings(state),
    }


def _warnings(state: CaseState) -> list[dict[str, Any]]:
    from runner.documents.law import shipped_law

    return [
        {"id": one.interaction.id, "title": one.interaction.title, "text": one.text, "possible": one.possible}
        for one in shipped_law().warnings(state, "before-payment")
    ]


def _show(shape: dict[str, Any]) -> None:
    from rich.text import Text

    from runner.documents.payments import GROUNDS
    from runner.report.text import safe

    exercise = "EXERCISE " if shape["exercise"] else ""
    words = {
        "not-needed": "open: the facts rule a sanctions link out",
        "open": f"open for: {'; '.join(map(safe, shape['open_for']))}",
        "closed": "CLOSED: nothing of value may move to the subject, an agency or an extorter",
    }
    lines = [f"{exercise}{safe(shape['case'])}  payment gate {words[shape['state']]}"]
    lines += [f"  because: {safe(one)}" for one in shape["reasons"]]
    for one in shape["requests"]:
        lines.append(f"{safe(one['ground'])} {safe(one['reference'])}, dated {safe(one['dated'])}: {safe(one['act'])}")
        lines.append(f"  {one['gate']}, until {safe(one['until'])}, asked by {safe(one['requested_by'])}")
        lines += [f"  signed: {safe(who)}" for who in one["signed"]]
        lines += [f"  not open: {safe(why)}" for why in one["why"]]
    lines += [
        f"note: {safe(one['title'])}. {safe(one['text'], 2000)}" for one in shape["warnings"] if not one["possible"]
    ]
    if shape["state"] == "closed":
        lines.append(f"It opens only with {' or '.join(GROUNDS.values())}.")
    show(Text("\n".join(lines)))
