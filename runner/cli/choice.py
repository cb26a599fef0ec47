"""Which of the things that wait a person means."""

from __future__ import annotations

from connectors.errors import InputError
from runner.case.state import AskState, CaseState, GateState
from runner.report.naming import endings, named


def choose_gate(state: CaseState, name: str | None) -> GateState:
    """The gate of this name, or the only one that waits.

    Raises:
        InputError: none waits, several wait and none was named, or the name fits none.

    """
    from runner.engine.gates import open_gates

    gates = {gate.opened.gate: gate for gate in open_gates(state)}
    chosen = named(list(gates), name) if name else next(iter(gates), None) if len(gates) == 1 else None
    if chosen is not None:
        return gates[chosen]
    if not gates:
        raise InputError("no approval is waited for", fix="see `evict status`")
    what = f"no gate {name!r} waits" if name else f"{len(gates)} gates wait for an approval"
    raise InputError(what, expected=_one_of(list(gates)), fix="name it: evict approve CASE GATE")


def choose_ask(state: CaseState, name: str) -> AskState:
    """The question or card of this name; one that has its answer too, so that the answer can be told.

    Raises:
        InputError: the name fits none, or several that wait.

    """
    asks = {ask.opened.ask: ask for plan in state.plans.values() for ask in plan.asks.values()}
    waiting = [one for one, ask in asks.items() if ask.answer is None]
    chosen = named(waiting, name) or named(list(asks), name)
    if chosen is None:
        raise InputError(f"nothing is asked under {name!r}", expected=_one_of(waiting), fix="see `evict status`")
    return asks[chosen]


def _one_of(ids: list[str]) -> str:
    return f"one of: {', '.join(endings(ids).values())}" if ids else "nothing waits"
