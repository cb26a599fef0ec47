"""One pure fold over a ledger, which makes the state of its case.

Rules, in the order of the code:

1. Facts: the latest record of a name counts; earlier ones stay as history.
2. A plan has its own steps, gates and asks; the plan of the last `run-started` is the current one.
3. A step is open from its intent until its one outcome.
4. An operation is open from its intent until its answer; an accepted cut is `issued`, never `cut`.
5. What a read saw decides: a known path that a later read of the account does not show is `cut`, unless its
   kind could not be read, which makes it `unknown`.
6. A path that only a person can cut becomes `issued` when its card is answered: said, not read.
7. A gate belongs to its plan; one that names no plan of the case is a payment gate, which the engine checks.
8. Of an obligation, the latest change and the latest mark count.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from connectors.errors import IntegrityError
from connectors.vocabulary import PathState
from runner.case import events as ev
from runner.case.lines import Record
from runner.case.state import (
    AskState,
    CaseState,
    FactState,
    GateState,
    ObligationState,
    OperationState,
    PathStatus,
    PlanState,
    RunState,
    StepState,
    is_yes,
    path_key,
)

JsonObject = dict[str, Any]

PAPERS = (ev.DocumentRendered, ev.FileFrozen)
"""Records that add nothing to what is known of the case."""


def fold(records: Iterable[Record]) -> CaseState:
    """The state after all these records."""
    return apply(CaseState(), records)


def apply(state: CaseState, records: Iterable[Record]) -> CaseState:
    """Fold further records into a state, in place; returns it.

    Raises:
        IntegrityError: a record does not follow from those before it, though its line chains.

    """
    for record in records:
        state.size, state.last_seq, state.head, state.last_at = state.size + 1, record.seq, record.hash, record.at
        if not isinstance(record.event, PAPERS):
            state.known_at = record.at
        try:
            _FOLD[type(record.event)](state, record.event, record.at)
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            raise IntegrityError(
                f"ledger line {state.size} ({record.kind}) does not follow from the lines before it",
                expected="records in the order in which evict writes them",
                fix="this ledger was not written by evict alone; compare with a copy",
                safe=f"lines 1 to {state.size - 1}",
            ) from error
    return state


def _case_opened(state: CaseState, event: ev.CaseOpened, at: datetime) -> None:
    state.case_id, state.title, state.mode = event.case_id, event.title, event.mode
    state.subject, state.opened_by, state.opened_at = event.subject, event.opened_by, at


def _fact(state: CaseState, event: ev.FactRecorded, at: datetime) -> None:
    earlier = state.facts.get(event.name)
    history = [*earlier.history, earlier] if earlier else []
    state.facts[event.name] = FactState(
        event.name, event.type, event.value, event.source, event.confidence, at, event.why, event.unknown, history
    )


def _frozen(state: CaseState, event: ev.FileFrozen, _at: datetime) -> None:
    state.frozen[event.role] = event


def _plan(state: CaseState, event: ev.PlanSaved, at: datetime) -> None:
    state.plans.setdefault(event.plan, PlanState(event, at))


def _run_started(state: CaseState, event: ev.RunStarted, at: datetime) -> None:
    state.runs.append(RunState(event, at))
    state.current = state.plans[event.plan]
    state.current.started = True


def _run_ended(state: CaseState, event: ev.RunEnded, at: datetime) -> None:
    for run in reversed(state.runs):
        if run.started.run == event.run:
            run.ended, run.ended_at = event, at
            return


def _now(state: CaseState) -> PlanState:
    if state.current is None:
        raise LookupError("an execution record before any run-started")
    return state.current


def _step(state: CaseState, step: str) -> StepState:
    return _now(state).steps.setdefault(step, StepState(step))


def _gate_opened(state: CaseState, event: ev.GateOpened, at: datetime) -> None:
    plan = state.plans.get(event.plan)
    gates = plan.gates if plan else state.payment_gates
    gates.setdefault(event.gate, GateState(event, at))


def _gate_answered(state: CaseState, event: ev.GateAnswered, _at: datetime) -> None:
    for gates in (state.payment_gates, *(plan.gates for plan in state.plans.values())):
        if event.gate in gates:
            gate = gates[event.gate]
            (gate.approvals if event.answer == "approve" else gate.denials).append(event)


def _expanded(state: CaseState, event: ev.StepExpanded, _at: datetime) -> None:
    _now(state).expanded[event.step] = event.items


def _step_started(state: CaseState, event: ev.StepStarted, at: datetime) -> None:
    step = _step(state, event.step)
    step.uses, step.effect, step.system, step.inputs = event.uses, event.effect, event.system, event.inputs
    step.attempts, step.started_at = event.attempt, step.started_at or at


def _step_retried(state: CaseState, event: ev.StepRetried, _at: datetime) -> None:
    _step(state, event.step).attempts = event.attempt


def _step_ended(state: CaseState, event: ev.StepEnded, at: datetime) -> None:
    step = _step(state, event.step)
    step.outcome, step.why, step.outputs, step.ended_at = event.outcome, event.why, event.outputs, at


def _armed(state: CaseState, _event: ev.Armed, at: datetime) -> None:
    _now(state).armed_at = at


def _ordered(state: CaseState, _event: ev.CutOrdered, at: datetime) -> None:
    plan = _now(state)
    plan.ordered_at = plan.ordered_at or at


def _intended(state: CaseState, event: ev.OperationIntended, at: datetime) -> None:
    key = path_key(event.path)
    _now(state).operations[key] = OperationState(event.step, event.verb, event.path, key, event.attempt, at)


def _operation_ended(state: CaseState, event: ev.OperationEnded, at: datetime) -> None:
    operation = _now(state).operations[event.path]
    operation.outcome, operation.why, operation.landed_at = event.outcome, event.why, event.landed_at
    status = state.paths.get(event.path)
    if status is None or event.outcome not in ("done", "already-so"):
        return
    if event.verb == "cut":
        status.state, status.reason, status.at = PathState.ISSUED, "accepted, not yet read back", at


def _observed(state: CaseState, event: ev.PathsObserved, at: datetime) -> None:
    seen = {path_key(path): path for path in event.paths}
    for key, status in state.paths.items():
        mine = status.path["system"] == event.system and status.path["account"] == event.account
        if not mine or key in seen:
            continue
        why = event.unread.get(status.path["kind"])
        status.state = PathState.UNKNOWN if why else PathState.CUT
        status.reason = why or f"absent from {event.read_by}"
        status.until, status.at = None, at
    for key, path in seen.items():
        answered = _card_answer(state, key) if path.get("manual") else None
        known = state.paths.get(key)
        kept = known.path if known and event.moment != "before" and path["state"] != PathState.STANDING else path
        if answered and path["state"] == PathState.STANDING:
            reason = f"done by hand, said {answered.by}; no read can prove it"
            state.paths[key] = PathStatus(kept, PathState.ISSUED, reason, None, at)
        else:
            state.paths[key] = PathStatus(kept, PathState(path["state"]), path.get("reason", ""), path.get("until"), at)


def _card_answer(state: CaseState, key: str) -> ev.AskAnswered | None:
    for plan in state.plans.values():
        for ask in plan.asks.values():
            if ask.opened.path == key and ask.opened.form == "card" and ask.answer and is_yes(ask.answer.value):
                return ask.answer
    return None


def _verified(state: CaseState, event: ev.SystemVerified, _at: datetime) -> None:
    _now(state).verified[f"{event.step}|{event.system}"] = event


def _drift(state: CaseState, event: ev.DriftFound, _at: datetime) -> None:
    _now(state).drift.append(event)


def _budget(state: CaseState, event: ev.BudgetPassed, _at: datetime) -> None:
    _now(state).budgets_passed[event.phase] = event


def _ask_opened(state: CaseState, event: ev.AskOpened, at: datetime) -> None:
    _now(state).asks.setdefault(event.ask, AskState(event, at))


def _ask_answered(state: CaseState, event: ev.AskAnswered, at: datetime) -> None:
    for plan in state.plans.values():
        if event.ask not in plan.asks:
            continue
        ask = plan.asks[event.ask]
        ask.answer, ask.answered_at = event, at
        status = state.paths.get(ask.opened.path)
        if ask.opened.form == "card" and status and status.state is PathState.STANDING and is_yes(event.value):
            status.state, status.at = PathState.ISSUED, at
            status.reason = f"done by hand, said {event.by}; not yet read back"


def _artefact(state: CaseState, event: ev.ArtefactStored, _at: datetime) -> None:
    state.artefacts.setdefault(event.sha256, event)


def _receipt(state: CaseState, event: ev.ReceiptMade, _at: datetime) -> None:
    state.receipts.append(event)


def _finding(state: CaseState, event: ev.FindingMade, _at: datetime) -> None:
    state.findings.append(event)


def _document(state: CaseState, event: ev.DocumentRendered, _at: datetime) -> None:
    state.documents.append(event)


def _obligation_changed(state: CaseState, event: ev.ObligationChanged, at: datetime) -> None:
    known = state.obligations.setdefault(event.id, ObligationState(event.id))
    known.now, known.changed_at = event.now, at


def _obligation_marked(state: CaseState, event: ev.ObligationMarked, _at: datetime) -> None:
    state.obligations.setdefault(event.id, ObligationState(event.id)).marked = event


def _contradictions(state: CaseState, event: ev.ContradictionsFound, _at: datetime) -> None:
    state.contradictions = event.found


def _payment_closed(state: CaseState, event: ev.PaymentGateClosed, _at: datetime) -> None:
    state.payment_gates[event.gate].closed = event


def _tail(state: CaseState, event: ev.TailSetAside, _at: datetime) -> None:
    state.torn_tails.append(event)


_FOLD: dict[type[ev.Event], Any] = {
    ev.CaseOpened: _case_opened,
    ev.FactRecorded: _fact,
    ev.FileFrozen: _frozen,
    ev.PlanSaved: _plan,
    ev.RunStarted: _run_started,
    ev.RunEnded: _run_ended,
    ev.GateOpened: _gate_opened,
    ev.GateAnswered: _gate_answered,
    ev.StepExpanded: _expanded,
    ev.StepStarted: _step_started,
    ev.StepRetried: _step_retried,
    ev.StepEnded: _step_ended,
    ev.Armed: _armed,
    ev.CutOrdered: _ordered,
    ev.OperationIntended: _intended,
    ev.OperationEnded: _operation_ended,
    ev.PathsObserved: _observed,
    ev.SystemVerified: _verified,
    ev.DriftFound: _drift,
    ev.BudgetPassed: _budget,
    ev.AskOpened: _ask_opened,
    ev.AskAnswered: _ask_answered,
    ev.ArtefactStored: _artefact,
    ev.ReceiptMade: _receipt,
    ev.FindingMade: _finding,
    ev.DocumentRendered: _document,
    ev.ObligationChanged: _obligation_changed,
    ev.ObligationMarked: _obligation_marked,
    ev.ContradictionsFound: _contradictions,
    ev.PaymentGateClosed: _payment_closed,
    ev.TailSetAside: _tail,
}
