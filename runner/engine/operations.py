"""One cut or restore of one access path: do it, retry it where that is safe, record what the system answered.

A lost reply is never followed by a blind repeat: the account is read first.
"""

from __future__ import annotations

from connectors.contract import AccessPath, Containment, CutOrder, Landed, Outcome, PathState, Session
from connectors.errors import (
    AmbiguousError,
    EvictError,
    NotFoundError,
    OutOfTimeError,
    ThrottledError,
    UnreachableError,
    WorldError,
)
from runner.case.events import OperationEnded
from runner.engine.convert import stamp
from runner.engine.execution import Execution
from runner.engine.faults import fault

ATTEMPTS = 5
"""Tries of one operation before it becomes a card; with the back-off below, about 8 seconds of patience."""

PATIENCE_S = 120.0
"""After this no further try begins: a system that swallows every call becomes a card, not a wait without end."""

FIRST_WAIT_S = 0.25
LONGEST_WAIT_S = 20.0
"""A Retry-After above this is not obeyed inside the cut; the operation fails and becomes a card."""


class Operation:
    """One path, one verb, one system."""

    def __init__(self, run: Execution, step: str, verb: str, path: AccessPath, options: dict[str, object]) -> None:
        self.run, self.step, self.verb, self.path = run, step, verb, path
        self._options = options

    def perform(self) -> OperationEnded:
        """Do it and record the answer; never raises for what the world does."""
        ended = self._attempts()
        self.run.journal.record([ended])
        return ended

    def _attempts(self) -> OperationEnded:
        wait = FIRST_WAIT_S
        started = self.run.clock()
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return self._landed(self._call())
            except NotFoundError as error:
                return self._ended(Outcome.ALREADY_SO, f"no longer there: {error.what}")
            except (AmbiguousError, OutOfTimeError) as error:
                done = self._read_back()
                if done:
                    return self._ended(Outcome.DONE, f"read back after a lost reply: {error.what}", now=True)
                if done is None:
                    return self._ended(Outcome.FAILED, f"{error.what}; no read can tell, so it is not repeated")
                failure: EvictError = error
            except ThrottledError as error:
                failure, wait = error, max(wait, error.retry_after or 0.0)
            except UnreachableError as error:
                failure = error
            except EvictError as error:
                return self._ended(Outcome.FAILED, error.what)
            except Exception as error:  # noqa: BLE001 - the step boundary: recorded and re-classified
                return self._ended(Outcome.FAILED, fault(error, f"speaking to {self.path.system}").what)
            late = (self.run.clock() - started).total_seconds() > PATIENCE_S
            if attempt == ATTEMPTS or wait > LONGEST_WAIT_S or late or self.run.stop.is_set():
                return self._ended(Outcome.FAILED, f"{failure.what} ({attempt} attempts)")
            self.run.wait(wait)
            wait = min(wait * 2, LONGEST_WAIT_S)
        raise AssertionError("the loop above always returns")

    def _call(self) -> Landed:
        containment, session = self._hold()
        order: CutOrder = self.run.order(dict(self._options))
        if self.verb == "restore":
            return containment.restore(session, self.path, order)
        return containment.cut(session, self.path, order)

    def _hold(self) -> tuple[Containment, Session]:
        containment = self.run.sessions.connector(self.path.system).containment
        assert containment is not None, "operations exist only for connectors with a containment"  # noqa: S101
        return containment, self.run.sessions.cutter(self.path.system)

    def _read_back(self) -> bool | None:
        """Whether a read shows that the effect is there; None when no read can tell."""
        containment, _ = self._hold()
        account = next(one for one in self.run.accounts(self.path.system) if one.id == self.path.account)
        try:
            seen = containment.observe(
                self.run.sessions.reader(self.path.system), account, self.run.subject, self.run.known(account)
            )
        except WorldError:
            return None
        if self.path.kind in seen.unread:
            return None
        standing = any(path.key == self.path.key and path.state is PathState.STANDING for path in seen.paths)
        return standing == (self.verb == "restore")

    def _landed(self, landed: Landed) -> OperationEnded:
        if landed.one_time_secret:
            self.run.secret(self.path.label, landed.one_time_secret)
        return OperationEnded(
            self.step, self.verb, self.path.key, landed.outcome.value, landed.detail, stamp(landed.at)
        )

    def _ended(self, outcome: Outcome, why: str, *, now: bool = False) -> OperationEnded:
        at = stamp(self.run.clock()) if now else ""
        return OperationEnded(self.step, self.verb, self.path.key, outcome.value, why, at)
