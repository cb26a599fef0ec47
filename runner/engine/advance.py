"""The engine's face: fold the ledger, run what may run, say what is waited for.

`run`, `resume`, a tabletop and one day a fleet worker all call `advance`; it may be called again at any time,
by any process, after any crash. One process at a time holds the case.
"""

from __future__ import annotations

import os
import secrets
import socket
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future
from concurrent.futures import wait as wait_for
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from connectors.contract import Outcome, PathState
from connectors.errors import EvictError, InputError
from connectors.registry import Registry
from runner.case.events import BudgetPassed, Event, RunEnded, RunStarted, StepEnded, StepExpanded, StepStarted
from runner.case.folder import Case
from runner.case.lines import Record
from runner.engine.answers import Answers
from runner.engine.asks import run_builtin
from runner.engine.conclude import Ending, conclude
from runner.engine.cut import cut_group
from runner.engine.execution import Clock, Execution, Tell, utc_now
from runner.engine.expand import checked_items
from runner.engine.journal import Journal
from runner.engine.plan import PlannedStep
from runner.engine.reading import read_again
from runner.engine.restore import restore_group
from runner.engine.saving import frozen_estate, frozen_plan, plan_to_run
from runner.engine.schedule import Decision, live_steps, schedule
from runner.engine.scope import Scopes, as_value
from runner.engine.sessions import Sessions
from runner.engine.steps import Prepared, check_inputs, run_step
from runner.engine.workers import spawn
from runner.playbook.expressions import evaluate

TICK_S = 0.2
"""How often a working run looks for approvals and answers from other terminals, and at phase budgets."""


def advance(
    case: Case,
    registry: Registry,
    *,
    by: str,
    stop: threading.Event | None = None,
    watch: Callable[[Sequence[Record]], None] | None = None,
    tell: Tell = lambda _step, _text, _done, _total: None,
    secret: Callable[[str, str], None] = lambda _label, _secret: None,
    clock: Clock = utc_now,
) -> Ending:
    """Run the case's latest plan as far as it goes now.

    Args:
        case: an opened case.
        registry: the connectors.
        by: e-mail of the person who runs it.
        stop: set it to end after what is in flight.
        watch: called with every record that becomes known, in order.
        tell: called while a step works.
        secret: shows a one-time secret to the person at the terminal.
        clock: the time.

    Raises:
        BusyError: another process holds the case.
        IntegrityError: the ledger or the frozen plan is broken, or an approval does not stand up.

    """
    with case.lease():
        journal = Journal(case.ledger, watch)
        plan_state = plan_to_run(journal.state)
        plan = frozen_plan(case, plan_state.saved.plan)
        estate = frozen_estate(case, journal.state, registry, plan_state.saved.plan)
        run = Execution(
            case=case,
            plan=plan,
            journal=journal,
            registry=registry,
            sessions=Sessions(estate.systems, registry),
            run_id=secrets.token_hex(6),
            clock=clock,
            stop=stop or threading.Event(),
            tell=tell,
            digest=plan_state.saved.plan,
            secret=secret,
        )
        process = {"pid": os.getpid(), "host": socket.gethostname()}
        journal.begin(RunStarted(run.run_id, run.digest, by, process, plan_state.started))
        try:
            return _Loop(run, Answers(plan, run.digest, estate)).go()
        finally:
            run.sessions.close()


class _Loop:
    """Decide, start, wait, until nothing can move."""

    def __init__(self, run: Execution, answers: Answers) -> None:
        self.run, self._answers = run, answers
        self._running: dict[Future[Any], tuple[str, ...]] = {}
        self._read_back: set[str] = set()
        """Keys of paths done by hand that this process has read since."""
        self._wrong: dict[str, str] = {}

    def go(self) -> Ending:
        while True:
            self.run.journal.refresh()
            self._answers.check(self.run.state)
            decision = self._decide()
            moved = not self.run.stop.is_set() and self._start(decision)
            if moved:
                continue
            if self._running:
                done, _ = wait_for(self._running, timeout=TICK_S, return_when=FIRST_COMPLETED)
                for future in done:
                    self._running.pop(future)
                    future.result()
                continue
            if not self.run.stop.is_set() and self._read_what_was_said():
                continue
            return self._end(decision)

    def _read_what_was_said(self) -> bool:
        """Read the accounts in which a person says to have done something by hand: said is not proven."""
        said = {
            ask.opened.path: ask.opened.step
            for ask in self.run.state.asks.values()
            if ask.answer is not None and ask.opened.path and ask.opened.path not in self._read_back
        }
        self._read_back |= set(said)
        found = [(key, self.run.journal.state.paths[key]) for key in said if key in self.run.journal.state.paths]
        issued = [(key, status) for key, status in found if status.state is PathState.ISSUED]
        accounts = {(status.path["system"], status.path["account"]): said[key] for key, status in issued}
        for (system, name), step in accounts.items():
            for account in self.run.accounts(system):
                if account.id == name:
                    read_again(self.run, step, account)
        return bool(accounts)

    def _decide(self) -> Decision:
        self._budgets()
        scopes: list[Scopes] = []

        def condition(step: PlannedStep) -> bool:
            if not scopes:
                scopes.append(self.run.scopes())
            try:
                return all(_holds(scopes[0], step, one) for one in step.conditions)
            except InputError as error:
                self._wrong[step.id] = error.explain()
                return True

        return schedule(
            self.run.plan,
            self.run.state,
            running=frozenset(step for steps in self._running.values() for step in steps),
            passed=frozenset(self.run.state.budgets_passed),
            condition=condition,
        )

    def _budgets(self) -> None:
        """Record each phase whose time is up; what it had not finished is named."""
        now = self.run.clock()
        for name, ends in self._budget_ends().items():
            unfinished = [step.id for step in self._members(name) if not self._outcome(step)]
            if unfinished and now >= ends:
                budget = next(phase["budget_s"] for phase in self.run.plan.phases if phase["name"] == name)
                self.run.journal.record([BudgetPassed(name, budget, unfinished)])

    def _budget_ends(self) -> dict[str, datetime]:
        """When each phase that has begun, has a budget and has not passed it runs out of its time."""
        ends = {}
        for phase in self.run.plan.phases:
            name, budget = phase["name"], phase["budget_s"]
            if budget is None or name in self.run.state.budgets_passed:
                continue
            states = [self.run.state.steps.get(step.id) for step in self._members(name)]
            began = [state.started_at for state in states if state and state.started_at]
            if began and not all(state and state.outcome for state in states):
                ends[name] = min(began) + timedelta(seconds=budget)
        return ends

    def _members(self, phase: str) -> list[PlannedStep]:
        return [step for step in live_steps(self.run.plan, self.run.state) if step.phase == phase]

    def _outcome(self, step: PlannedStep) -> str:
        known = self.run.state.steps.get(step.id)
        return known.outcome if known else ""

    def _start(self, decision: Decision) -> bool:
        events: list[Event] = [StepEnded(skip.step, skip.outcome.value, skip.why) for skip in decision.skip]
        events.extend(self._expand(step) for step in decision.expand)
        prepared = [one for step in decision.start if (one := self._prepare(step, events))]
        cuts = [one for step in decision.cut if (one := self._prepare(step, events))]
        events.extend(self._intent(one) for one in (*prepared, *cuts))
        if not events and not prepared and not cuts:
            return False
        if events:
            self.run.journal.intend(events)
        for one in prepared:
            work = run_builtin if not one.action.needs_system else run_step
            self._running[spawn(partial(work, self.run, one), one.step.id)] = (one.step.id,)
        if cuts:
            group = [(one.step, one.system, one.scope) for one in cuts]
            work_on = restore_group if self.run.plan.purpose == "restore" else cut_group
            self._running[spawn(partial(work_on, self.run, group), "cut")] = tuple(one.step.id for one in cuts)
        return True

    def _expand(self, step: PlannedStep) -> Event:
        try:
            value = as_value(step.for_each, step.file, step.line)
            items = checked_items(evaluate(value, self.run.scopes().of(step.frame)), value)
        except InputError as error:
            self._wrong[step.id] = error.explain()
            return StepEnded(step.id, Outcome.FAILED.value, error.explain())
        return StepExpanded(step.id, items)

    def _prepare(self, step: PlannedStep, events: list[Event]) -> Prepared | None:
        """Evaluate a step's inputs; what is wrong becomes its outcome."""
        try:
            if step.id in self._wrong:
                raise InputError(self._wrong[step.id])
            scope = self.run.scopes().of(step.frame, step.item)
            action = self.run.registry.action(step.uses)
            given = {
                name: evaluate(as_value(raw, step.file, step.line), scope)
                for name, raw in step.arguments.items()
                if name != "system"
            }
            system = step.system or self._system(step, scope) if action.needs_system else ""
            if action.needs_system:
                self.run.sessions.system(system)
            return Prepared(step, action, check_inputs(action, given), system, scope)
        except (EvictError, ValueError) as error:
            why = error.explain() if isinstance(error, EvictError) else f"{step.file}:{step.line}: {error}"
            events.append(StepEnded(step.id, Outcome.FAILED.value, why))
            return None

    @staticmethod
    def _system(step: PlannedStep, scope: dict[str, Any]) -> str:
        return str(evaluate(as_value(step.arguments.get("system"), step.file, step.line), scope))

    def _intent(self, one: Prepared) -> StepStarted:
        known = self.run.state.steps.get(one.step.id)
        attempt = known.attempts + 1 if known else 1
        inputs = {**one.inputs, "item": one.step.item} if one.step.item is not None else one.inputs
        return StepStarted(
            one.step.id, self.run.run_id, attempt, one.step.uses, one.step.effect, dict(inputs), one.system
        )

    def _end(self, decision: Decision) -> Ending:
        interrupted = self.run.stop.is_set() and not decision.finished
        ending = conclude(
            self.run.journal.state, self.run.state, decision.waits, self._budget_ends(), interrupted=interrupted
        )
        self.run.journal.close(lambda head: RunEnded(self.run.run_id, ending.state, ending.why, head.size, head.hash))
        self.run.case.keep_end(self.run.run_id, self.run.journal.head())
        return ending


def _holds(scopes: Scopes, step: PlannedStep, condition: dict[str, Any]) -> bool:
    if condition["decided"] != "at-run":
        return bool(condition["decided"] == "yes")
    return bool(evaluate(as_value(condition["raw"], step.file, step.line), scopes.of(condition["frame"], step.item)))
