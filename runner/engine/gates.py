"""Approvals: what is signed, who may sign, and the two-person rule.

A statement is the canonical JSON of what the approver agrees to: this case, this plan by digest, this gate,
and the ledger's size and head at that moment, so that a ledger cut off later is noticed. It is signed with
the approver's SSH key (`ssh-keygen -Y sign`, namespace `evict-approval`).
"""

from __future__ import annotations

from pathlib import Path

from connectors.errors import ApprovalError, InputError
from connectors.registry import Registry
from runner.case.canonical import canonical
from runner.case.events import GateAnswered, GateOpened
from runner.case.fold import fold
from runner.case.folder import Case
from runner.case.signatures import sign, verify_signature
from runner.case.state import CaseState, GateState
from runner.engine.convert import stamp
from runner.engine.execution import utc_now
from runner.engine.saving import frozen_estate
from runner.playbook.estate import Estate, Person

NAMESPACE = "evict-approval"


def open_gates(state: CaseState) -> list[GateState]:
    """Every gate that waits, of plans that were not superseded by a later run."""
    plans = [plan for plan in state.plans.values() if plan is state.current or not plan.started]
    return [gate for plan in plans for gate in plan.gates.values() if gate.waiting]


def answer_gate(
    case: Case, registry: Registry, gate_id: str, *, by: str, answer: str, reason: str, key: Path
) -> GateAnswered:
    """Sign and record one person's approval ("approve") or denial ("deny") of one gate.

    Raises:
        ApprovalError: the person may not answer, asked for it themselves, answered already, or signed with
            a key that the case does not know for them.
        InputError: no such gate, or a reason is required and missing.

    """
    state = fold(case.ledger.read())
    gate = _find(state, gate_id)
    estate = frozen_estate(case, state, registry, gate.opened.plan)
    return sign_answer(case, state, gate, estate, by=by, answer=answer, reason=reason, key=key)


def sign_answer(
    case: Case, state: CaseState, gate: GateState, estate: Estate, *, by: str, answer: str, reason: str, key: Path
) -> GateAnswered:
    """Sign and record one person's answer to a gate, by the rules of the estate that it was opened for.

    Raises:
        ApprovalError: as for `answer_gate`.
        InputError: a reason is required and missing.

    """
    _check(gate, estate, by, answer, reason)
    head = case.ledger.head()
    statement = canonical(
        {
            "evict-approval": 1,
            "case": state.case_id,
            "mode": state.mode,
            "plan": gate.opened.plan,
            "gate": gate.opened.gate,
            "steps": gate.opened.steps,
            "answer": answer,
            "by": by,
            "reason": reason,
            "at": stamp(utc_now()),
            "ledger_size": head.size,
            "ledger_head": head.hash,
        }
    ).decode()
    signature = sign(statement, key, NAMESPACE)
    fingerprint = verify_signature(statement, signature, by, estate.allowed_signers(), NAMESPACE)
    _other_key(gate, by, fingerprint)
    answered = GateAnswered(gate.opened.gate, answer, by, statement, signature, fingerprint)
    case.ledger.append([answered])
    case.keep_approval(answered)
    return answered


def _find(state: CaseState, gate_id: str) -> GateState:
    gates = {gate.opened.gate: gate for plan in state.plans.values() for gate in plan.gates.values()}
    if gate_id in gates:
        return gates[gate_id]
    fitting = [gate for gate in open_gates(state) if gate.opened.gate.split("/", 1)[1] == gate_id]
    if len(fitting) == 1:
        return fitting[0]
    waiting = ", ".join(gate.opened.gate for gate in open_gates(state)) or "none"
    raise InputError(f"no gate {gate_id!r} waits for an approval", expected=f"one of: {waiting}")


def _check(gate: GateState, estate: Estate, by: str, answer: str, reason: str) -> None:
    opened = gate.opened
    person = next((one for one in estate.people if one.email == by), None)
    if person is None:
        known = ", ".join(one.email for one in estate.people) or "nobody"
        raise ApprovalError(f"{by} is not one of the estate's people", expected=f"one of: {known}")
    if by == opened.requested_by:
        raise ApprovalError(
            f"{by} asked for this approval and cannot give it",
            expected="another person's signature",
            fix=f"ask one of: {', '.join(_may(opened.who, estate, opened.requested_by)) or 'nobody in the estate may'}",
        )
    if not _fits(person, opened.who):
        may = ", ".join(_may(opened.who, estate, opened.requested_by))
        raise ApprovalError(f"{by} has none of the roles {', '.join(opened.who)}", fix=f"ask one of: {may}")
    if any(one.by == by for one in (*gate.approvals, *gate.denials)):
        raise ApprovalError(f"{by} has already answered {opened.gate}", expected="one answer per person")
    if not gate.waiting:
        raise ApprovalError(f"{opened.gate} is already decided", fix="see `evict status`")
    if (opened.reason_required or answer == "deny") and not reason.strip():
        raise InputError("a reason is required", fix="give --reason 'one sentence for the record'")


def _other_key(gate: GateState, by: str, fingerprint: str) -> None:
    """Two people means two keys: one key cannot answer twice under two names."""
    for earlier in gate.approvals:
        if earlier.key == fingerprint:
            raise ApprovalError(
                f"{by} signed with the key that already answered as {earlier.by}",
                expected="a different key for each person",
            )


def may_answer(email: str, opened: GateOpened, estate: Estate) -> bool:
    """Whether somebody may answer a gate: one of the estate's people, in a role that it names, and not who asked."""
    return email != opened.requested_by and any(
        person.email == email and _fits(person, opened.who) for person in estate.people
    )


def _fits(person: Person, who: list[str]) -> bool:
    return not who or person.email in who or any(role in who for role in person.roles)


def _may(who: list[str], estate: Estate, requester: str) -> list[str]:
    return [person.email for person in estate.people if _fits(person, who) and person.email != requester]
