"""Read the subject's access paths and put what was seen into the ledger."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from functools import partial

from connectors.contract import AccessPath, Account, Observation, PathState, settle
from connectors.errors import WorldError
from runner.case.events import PathsObserved
from runner.engine.convert import path_to_json, stamp
from runner.engine.execution import Execution
from runner.engine.workers import gather

WIDTH = 64
"""Accounts read side by side; above this the CPU of one process limits, not the wait."""


def discover(run: Execution, system: str) -> tuple[Account, ...]:
    """Find the subject's accounts again, and remember them together with those of the plan.

    An account that the plan knew stays known even when it is no longer found: it is observed, not forgotten.
    """
    containment = run.sessions.connector(system).containment
    assert containment is not None, "only systems with a containment are discovered"  # noqa: S101
    found = containment.discover(run.sessions.reader(system), run.subject)
    known = run.accounts(system)
    merged = {account.id: account for account in (*known, *found)}
    run.discovered[system] = tuple(merged[account_id] for account_id in sorted(merged))
    return run.discovered[system]


def observe(run: Execution, step: str, account: Account, moment: str) -> Observation:
    """Read one account and record it, together with what the plan saw there and this read does not show."""
    containment = run.sessions.connector(account.system).containment
    assert containment is not None, "only systems with a containment are observed"  # noqa: S101
    known = run.known(account)
    seen = containment.observe(run.sessions.reader(account.system), account, run.subject, known)
    shown = run.journal.state.paths.keys() | {path.key for path in seen.paths}
    gone = [path for path in settle(known, seen) if path.key not in shown]
    run.journal.record([observed_event(step, replace(seen, paths=(*seen.paths, *gone)), moment)])
    return seen


def read_again(run: Execution, step: str, account: Account) -> None:
    """Read one account once more where that is possible; what cannot be read stays as it was last told."""
    with suppress(WorldError):
        observe(run, step, account, "after")


def observe_all(run: Execution, step: str, system: str, moment: str) -> list[Observation]:
    """Read every account of the subject in a system, side by side."""
    accounts = run.accounts(system)
    return gather([partial(observe, run, step, account, moment) for account in accounts], WIDTH)


def observed_event(step: str, seen: Observation, moment: str) -> PathsObserved:
    """The ledger's record of one read."""
    return PathsObserved(
        step=step,
        system=seen.account.system,
        account=seen.account.id,
        read_at=stamp(seen.at),
        read_by=seen.read_by,
        moment=moment,
        paths=[path_to_json(path) for path in seen.paths],
        unread={kind.value: why for kind, why in seen.unread.items()},
    )


def standing(observations: list[Observation]) -> dict[str, AccessPath]:
    """The standing paths by key."""
    return {path.key: path for seen in observations for path in seen.paths if path.state is PathState.STANDING}
