"""Whether the payment gate is open for one act now.

A request is frozen as canonical JSON (role `payment-case`): the act, the ground, its reference, until when, who asks,
the estate whose people may sign, and the facts that it rests on. The gate binds to its digest, and what is signed has
the form of every other approval. It is open only while all of this holds, asked again each time:

1. the request is of this case and mode, and the estate is still the one that it names;
2. nobody denied or closed it, and its last day is not over;
3. a person in role counsel and another in role finance signed it, with two keys, and neither asked for it;
4. an opinion's facts are as they were when it was given.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from connectors.errors import EvictError
from connectors.registry import Registry
from runner.case.events import GateAnswered
from runner.case.fold import fold
from runner.case.folder import Case
from runner.case.signatures import verify_signature
from runner.case.state import CaseState, GateState
from runner.documents.facts import facts_of
from runner.documents.payments import ROLES, closed_because, weighed
from runner.engine.gates import NAMESPACE, may_answer
from runner.engine.saving import frozen_estate
from runner.playbook.estate import Estate

if TYPE_CHECKING:
    from runner.engine.execution import Execution
    from runner.engine.steps import Prepared

JsonObject = dict[str, Any]

SIGNERS = 2
"""Two people, two keys."""


@dataclass(frozen=True)
class PaymentGate:
    """The state of the payment gate."""

    needed: tuple[str, ...]
    """Why it is closed by default; empty when the facts rule a sanctions link out."""
    requests: tuple[tuple[GateState, JsonObject, tuple[str, ...]], ...]
    """Each request with its frozen body and what keeps it from being open, the latest first."""

    @property
    def open_for(self) -> tuple[str, ...]:
        """The acts for which it is open by licence or opinion."""
        return tuple(body["act"] for _gate, body, why in self.requests if not why)

    def refusal(self, act: str) -> str:
        """Why value may not move for an act; "" when it may."""
        if not self.needed:
            return ""
        mine = [why for _gate, body, why in self.requests if act and body.get("act") == act]
        if any(not why for why in mine):
            return ""
        told = f"for this act: {'; '.join(mine[0])}" if mine else "no licence and no opinion names this act"
        return f"the payment gate is closed: {'; '.join(self.needed)}; {told}"


def payment_gate(case: Case, state: CaseState, registry: Registry, now: datetime) -> PaymentGate:
    """The payment gate of a case as it is now; every signature is checked again."""
    requests = []
    for gate in reversed(state.payment_gates.values()):
        body, why = body_of(case, gate)
        requests.append((gate, body, why or _closed(case, state, gate, body, registry, now)))
    return PaymentGate(closed_because(facts_of(state)), tuple(requests))


def closed_for(case: Case, state: CaseState, registry: Registry, now: datetime, acts: Iterable[str]) -> dict[str, str]:
    """Those of some acts for which value may not move, each with why; a document is an act under its own id."""
    wanted = sorted(acts)
    gate = payment_gate(case, state, registry, now) if wanted else None
    return {act: why for act in wanted if gate is not None and (why := gate.refusal(act))}


def refusal(run: Execution, prepared: Prepared) -> str:
    """Why a step that moves value may not run; "" when it may. Judged on a fold of its own, as other steps run."""
    gate = payment_gate(run.case, fold(run.case.ledger.read()), run.registry, run.clock())
    return gate.refusal(str(prepared.inputs.get("act") or ""))


def body_of(case: Case, gate: GateState) -> tuple[JsonObject, tuple[str, ...]]:
    """The frozen request of a gate, or why it cannot be read."""
    try:
        body = json.loads(case.frozen(gate.opened.plan))
    except (EvictError, ValueError):
        return {}, ("its frozen request is missing or altered",)
    return (body, ()) if isinstance(body, dict) else ({}, ("its frozen request is not readable",))


def _closed(
    case: Case, state: CaseState, gate: GateState, body: JsonObject, registry: Registry, now: datetime
) -> tuple[str, ...]:
    """Everything that keeps a request from being open."""
    try:
        estate = frozen_estate(case, state, registry)
        why = [
            ("it belongs to another case", (body["case"], body["mode"]) != (state.case_id, state.mode)),
            ("the estate has changed since it was asked for", body["estate"] != estate.digest),
            (f"its last day was {body['until']}", date.fromisoformat(body["until"]) < now.astimezone(UTC).date()),
            ("the facts that the opinion rests on have changed", _moved(body, state)),
            (f"{gate.closed.by} closed it: {gate.closed.why}" if gate.closed else "", gate.closed is not None),
            (f"{gate.denials[0].by} denied it" if gate.denials else "", bool(gate.denials)),
        ]
        return (*(text for text, is_so in why if is_so), *_unsigned(gate, estate, state))
    except EvictError as error:
        return (error.what,)
    except (KeyError, TypeError, ValueError):
        return ("its frozen request is not readable",)


def _moved(body: JsonObject, state: CaseState) -> bool:
    return bool(body["ground"] != "licence" and body["facts"] != weighed(facts_of(state)))


def _unsigned(gate: GateState, estate: Estate, state: CaseState) -> tuple[str, ...]:
    """What the signatures lack: each is checked again, and the two must be counsel and finance."""
    signed: dict[str, str] = {}
    for one in gate.approvals:
        key = _key_of(one, gate, estate, state)
        if not key:
            return (f"the signature of {one.by} does not stand up",)
        signed[one.by] = key
    if len(signed) < SIGNERS or len(set(signed.values())) < SIGNERS:
        return (f"{len(signed)} of {SIGNERS} have signed: {' and '.join(ROLES)} must",)
    return () if may_cover(list(signed), estate) else (f"the signers are not {' and '.join(ROLES)}",)


def _key_of(one: GateAnswered, gate: GateState, estate: Estate, state: CaseState) -> str:
    """The key that signed an approval; "" when it is not that person's, over this request, and theirs to give."""
    try:
        key = verify_signature(one.statement, one.signature, one.by, estate.allowed_signers(), NAMESPACE)
        said = json.loads(one.statement)
        agrees = (said["plan"], said["gate"], said["case"], said["by"], said["answer"])
    except (EvictError, ValueError, KeyError, TypeError):
        return ""
    mine = agrees == (gate.opened.plan, gate.opened.gate, state.case_id, one.by, "approve")
    return key if mine and may_answer(one.by, gate.opened, estate) else ""


def may_cover(people: list[str], estate: Estate) -> bool:
    """Whether people can be counsel and finance between them, a person for each; one alone must be either."""
    roles = {one.email: one.roles for one in estate.people}
    if len(people) < SIGNERS:
        return any(role in roles.get(people[0], ()) for role in ROLES)
    pairs = ((roles.get(one, ()), roles.get(other, ())) for one in people for other in people if one != other)
    return any(ROLES[0] in one and ROLES[1] in other for one, other in pairs)
