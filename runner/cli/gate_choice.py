"""Which waiting gate a person means."""

from __future__ import annotations

from connectors.errors import InputError
from runner.case.state import CaseState, GateState


def choose_gate(state: CaseState, name: str | None) -> GateState:
    """The gate of this name, or the only one that waits.

    Raises:
        InputError: none waits, several wait and none was named, or the name fits none.

    """
    from runner.engine.gates import open_gates

    gates = open_gates(state)
    names = ", ".join(gate.opened.gate for gate in gates) or "none"
    if name is None and len(gates) == 1:
        return gates[0]
    fitting = [gate for gate in gates if name in (gate.opened.gate, gate.opened.gate.split("/", 1)[1])]
    if len(fitting) == 1:
        return fitting[0]
    what = f"no gate {name!r} waits" if name else f"{len(gates)} gates wait for an approval"
    raise InputError(what, expected=f"one of: {names}", fix="name it: evict approve CASE GATE")
