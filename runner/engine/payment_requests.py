"""Ask to open the payment gate, sign such a request, and close the gate again."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from connectors.errors import ApprovalError, InputError
from connectors.registry import Registry
from runner.case.canonical import canonical
from runner.case.clock import stamp
from runner.case.events import GateAnswered, GateOpened, PaymentGateClosed
from runner.case.fold import fold
from runner.case.folder import Case
from runner.case.state import PAYMENT_CASE, CaseState, GateState
from runner.documents.facts import facts_of
from runner.documents.payments import GROUNDS, ROLES, weighed
from runner.engine.gates import may_answer, sign_answer
from runner.engine.payment import SIGNERS, body_of, may_cover
from runner.engine.saving import frozen_estate

SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Request:
    """What somebody asks the payment gate to be opened for."""

    ground: str
    """licence or opinion."""
    act: str
    """The act in the words of the licence or opinion; a step that pays must name it alike."""
    reference: str
    """The licence's number, the opinion's author and file, or the SHA-256 of the artefact that holds it."""
    dated: str
    """The day that it bears."""
    until: str
    """The last day on which it opens the gate."""


def ask_to_open(case: Case, registry: Registry, request: Request, *, by: str, now: datetime) -> GateOpened:
    """Freeze a request and open its gate; nothing may move until two people have signed.

    Raises:
        InputError: the ground, the reference or a date is wrong or missing.
        ApprovalError: who asks is not one of the estate's people.

    """
    state = fold(case.ledger.read())
    estate = frozen_estate(case, state, registry)
    if by not in {one.email for one in estate.people}:
        raise ApprovalError(f"{by} is not one of the estate's people")
    _check(state, request, now.astimezone(UTC).date())
    body = {
        "evict-payment-case": 1,
        "case": state.case_id,
        "mode": state.mode,
        **asdict(request),
        "requested_by": by,
        "at": stamp(now),
        "estate": estate.digest,
        "facts": weighed(facts_of(state)),
    }
    digest = case.freeze(PAYMENT_CASE, "payment-case.json", canonical(body))
    opened = GateOpened(
        gate=f"{digest[:12]}/payment", steps=[request.act], plan=digest, count=SIGNERS, who=list(ROLES),
        reason_required=True, requested_by=by,
    )  # fmt: skip
    case.ledger.append([opened])
    return opened


def _check(state: CaseState, request: Request, today: date) -> None:
    if request.ground not in GROUNDS:
        raise InputError(f"{request.ground!r:.40} opens no payment gate", expected=" or ".join(GROUNDS))
    if not request.act.strip() or not request.reference.strip():
        raise InputError("a request names its act and its reference", fix="give --act TEXT and --reference TEXT")
    if _day("--until", request.until) < today:
        raise InputError(f"{request.until} is over", expected="a day to come")
    if _day("--dated", request.dated) > today:
        raise InputError(
            f"{request.dated} is still to come", expected=f"the day on which the {request.ground} is dated"
        )
    if SHA256.fullmatch(request.reference) and request.reference not in state.artefacts:
        raise InputError("the reference is a digest, and the case holds no such artefact", fix="preserve it first")


def _day(name: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InputError(f"{name} must be a date, got {text!r:.40}", expected="e.g. 2026-12-01") from None


def sign(
    case: Case, registry: Registry, *, by: str, answer: str, reason: str, key: Path, name: str = ""
) -> GateAnswered:
    """One person's signature on the request that waits.

    Raises:
        InputError: none waits, or several do and none was named.
        ApprovalError: it is not theirs to give, or the other role must sign now.

    """
    state = fold(case.ledger.read())
    gate = _waiting(state, name)
    body, why = body_of(case, gate)
    if why:
        raise ApprovalError(f"{gate.opened.gate}: {why[0]}")
    estate = frozen_estate(case, state, registry)
    if estate.digest != body.get("estate"):
        raise ApprovalError("the estate has changed since this was asked for", fix="ask again with --open")
    before = [one.by for one in gate.approvals]
    if answer == "approve" and by not in before and may_answer(by, gate.opened, estate):
        people = [*before, by]
        if not may_cover(people, estate):
            raise ApprovalError(
                f"{' and '.join(people)} cannot be counsel and finance between them",
                expected="one person in role counsel and another in role finance",
            )
    return sign_answer(case, state, gate, estate, by=by, answer=answer, reason=reason, key=key)


def close(case: Case, *, by: str, why: str) -> tuple[str, ...]:
    """Close every request that is not closed; returns their gates.

    Raises:
        InputError: none is open or waits.

    """
    state = fold(case.ledger.read())
    gates = [name for name, gate in state.payment_gates.items() if not gate.closed and not gate.denials]
    if not gates:
        raise InputError("no request to open the payment gate is there to close", fix="it is closed already")
    case.ledger.append([PaymentGateClosed(name, by, why) for name in gates])
    return tuple(gates)


def _waiting(state: CaseState, name: str) -> GateState:
    waiting = {key: gate for key, gate in state.payment_gates.items() if gate.waiting and not gate.closed}
    fitting = [gate for key, gate in waiting.items() if not name or key.startswith(name)]
    if len(fitting) != 1:
        expected = f"one of: {', '.join(waiting)}" if waiting else "ask first with --open"
        raise InputError(f"{len(fitting)} requests to open the payment gate wait for a signature", expected=expected)
    return fitting[0]
