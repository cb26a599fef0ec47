"""The built-in `case.*` actions: questions and cards that wait for a person, facts and notes for the record."""

from __future__ import annotations

import contextlib
from typing import Any

from connectors.contract import Outcome
from connectors.errors import EvictError, InputError
from connectors.types import parse_type
from runner.case.events import AskAnswered, AskOpened, Event, FactRecorded, StepEnded
from runner.case.fold import fold
from runner.case.folder import Case
from runner.case.state import AskState, CaseState, is_yes
from runner.documents.law import shipped_law
from runner.documents.record import changes
from runner.engine.execution import Execution
from runner.engine.payment import refusal
from runner.engine.steps import Prepared

JsonObject = dict[str, Any]

TASKS = ("case.card", "case.release-payment")
"""What a person does, or declines to do."""


def run_builtin(run: Execution, prepared: Prepared) -> None:
    """Run one `case.*` step as far as it goes without a person."""
    verb = prepared.step.uses.split(".", 1)[1]
    events = _BUILTIN[verb](run, prepared)
    run.journal.record(events)
    if any(isinstance(event, FactRecorded) for event in events):
        _keep_changes(run)


def _keep_changes(run: Execution) -> None:
    """Record what a fact changes in the law's deadlines; legal data that cannot be read must never stop a run.

    A fold of its own is judged: other steps fold into the journal's meanwhile.
    """
    with contextlib.suppress(EvictError):
        run.journal.record(changes(shipped_law(), fold(run.case.ledger.read()), run.clock()))


def _ask(run: Execution, prepared: Prepared) -> list[Event]:
    inputs, step = prepared.inputs, prepared.step
    return _wait_or_end(
        run,
        prepared,
        AskOpened(
            ask=run.ask_id(step.id, "answer"),
            step=step.id,
            form="question",
            title=inputs["question"],
            text=list(inputs.get("text") or []),
            expect=inputs.get("expect") or "",
            type=inputs.get("type") or "string",
            who=list(inputs.get("who") or []),
            choices=list(inputs.get("choices") or []),
            fact=inputs.get("fact") or "",
        ),
    )


def _card(run: Execution, prepared: Prepared) -> list[Event]:
    inputs, step = prepared.inputs, prepared.step
    return _wait_or_end(
        run,
        prepared,
        AskOpened(
            ask=run.ask_id(step.id, "answer"),
            step=step.id,
            form="question",
            title=inputs["title"],
            text=list(inputs.get("instructions") or []),
            expect=inputs.get("expect") or "answer yes when it is done",
            type="boolean",
            who=list(inputs.get("who") or []),
        ),
    )


def _release(run: Execution, prepared: Prepared) -> list[Event]:
    """A payment by hand. The gate is asked again when the answer is there: it may have closed meanwhile."""
    inputs, step = prepared.inputs, prepared.step
    why = refusal(run, prepared)
    ask = run.state.asks.get(run.ask_id(step.id, "answer"))
    if why and (ask is None or ask.answer is None or not is_yes(ask.answer.value)):
        return [StepEnded(step.id, Outcome.NOT_ATTEMPTED.value, why)]
    if why:
        return [StepEnded(step.id, Outcome.FAILED.value, f"paid although the payment gate is closed: {why}")]
    return _wait_or_end(
        run,
        prepared,
        AskOpened(
            ask=run.ask_id(step.id, "answer"),
            step=step.id,
            form="question",
            title=f"Pay {inputs['amount']} to {inputs['payee']}",
            text=[f"act: {inputs['act']}", *(inputs.get("instructions") or [])],
            expect="answer yes with the payment's reference in --why; no when it was not made",
            type="boolean",
            who=list(inputs.get("who") or []),
        ),
    )


def _wait_or_end(run: Execution, prepared: Prepared, ask: AskOpened) -> list[Event]:
    known = run.state.asks.get(ask.ask)
    if known is None:
        return [ask]
    if known.answer is None:
        return []
    value, by = known.answer.value, known.answer.by
    declined = prepared.step.uses in TASKS and not is_yes(value)
    outcome = Outcome.NOT_ATTEMPTED if declined else Outcome.DONE
    outputs = {"answer": value, "by": by, "done": not declined}
    ended = StepEnded(prepared.step.id, outcome.value, f"answered by {by}", outputs)
    if not ask.fact:
        return [ended]
    source = {"kind": "person", "name": by}
    return [FactRecorded(ask.fact, ask.type, value, source, "stated", known.answer.why), ended]


def _fact(_run: Execution, prepared: Prepared) -> list[Event]:
    inputs, step = prepared.inputs, prepared.step
    fact = FactRecorded(
        name=inputs["name"],
        type=inputs.get("type") or "string",
        value=inputs["value"],
        source={"kind": "step", "name": step.id},
        confidence=inputs.get("confidence") or "stated",
        why=inputs.get("why") or "",
    )
    return [fact, StepEnded(step.id, Outcome.DONE.value, "", {"value": inputs["value"]})]


def _note(_run: Execution, prepared: Prepared) -> list[Event]:
    return [StepEnded(prepared.step.id, Outcome.DONE.value, "", {"text": prepared.inputs["text"]})]


_BUILTIN = {"ask": _ask, "card": _card, "release-payment": _release, "fact": _fact, "note": _note}


def open_asks(state: CaseState) -> list[AskState]:
    """Every question and card that nobody has answered yet, oldest first."""
    return [ask for plan in state.plans.values() for ask in plan.asks.values() if ask.answer is None]


def answer_ask(case: Case, ask_id: str, value: Any, *, by: str, why: str = "") -> AskAnswered:
    """Record a person's answer to one question or card.

    Raises:
        InputError: no such ask, it has an answer already, or the value has the wrong type.

    """
    state = fold(case.ledger.read())
    asks = {ask.opened.ask: ask for plan in state.plans.values() for ask in plan.asks.values()}
    ask = asks.get(ask_id) or _by_suffix(asks, ask_id)
    if ask is None:
        open_ids = ", ".join(one.opened.ask for one in open_asks(state)) or "none"
        raise InputError(f"nothing is asked under {ask_id!r}", expected=f"one of: {open_ids}")
    if ask.answer is not None:
        raise InputError(f"{ask.opened.ask} was already answered by {ask.answer.by}", fix="see `evict status`")
    wrong = parse_type(ask.opened.type).problem(value)
    if wrong is None and ask.opened.choices and value not in ask.opened.choices:
        wrong = f"must be one of {', '.join(ask.opened.choices)}"
    if wrong:
        raise InputError(f"the answer {wrong}", expected=f"a value of type {ask.opened.type}")
    answered = AskAnswered(ask.opened.ask, value, by, why)
    case.ledger.append([answered])
    return answered


def _by_suffix(asks: dict[str, AskState], text: str) -> AskState | None:
    """People type the part after the plan's digest; it counts when it means one ask only."""
    fitting = [ask for name, ask in asks.items() if name.split("/", 1)[1] == text]
    return fitting[-1] if len(fitting) == 1 else None
