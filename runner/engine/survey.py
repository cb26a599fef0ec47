"""What planning reads: the subject's accounts and their access paths in every system, all side by side."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from connectors.contract import Account, Observation
from connectors.errors import WorldError
from runner.case.state import CaseState
from runner.engine.convert import path_to_json, subject_from_json
from runner.engine.sessions import Sessions
from runner.engine.workers import gather

JsonObject = dict[str, Any]
Progress = Callable[[str], None]

WIDTH = 32
"""Systems and accounts read side by side while planning."""


@dataclass(frozen=True)
class Seen:
    """What planning read: accounts and their paths by system, and systems that could not be read."""

    accounts: Mapping[str, tuple[Account, ...]]
    observations: tuple[Observation, ...]
    failed: Mapping[str, str]


def survey(case: CaseState, sessions: Sessions, systems: list[str], progress: Progress) -> Seen:
    """Discover the subject's accounts in each system and observe each account, all side by side."""
    subject = subject_from_json(case.subject)
    failed: dict[str, str] = {}

    def discover(name: str) -> tuple[Account, ...]:
        containment = sessions.connector(name).containment
        if containment is None:
            return ()
        progress(f"finding the subject's accounts in {name}")
        try:
            return containment.discover(sessions.reader(name), subject)
        except WorldError as error:
            failed[name] = error.what
            return ()

    def observe(account: Account) -> Observation | None:
        containment = sessions.connector(account.system).containment
        if containment is None:
            return None
        progress(f"reading access paths in {account.system}")
        try:
            return containment.observe(sessions.reader(account.system), account, subject)
        except WorldError as error:
            failed[account.system] = error.what
            return None

    found = dict(zip(systems, gather([partial(discover, name) for name in systems], WIDTH), strict=True))
    accounts = [account for name in systems for account in found[name]]
    seen = gather([partial(observe, account) for account in accounts], WIDTH)
    return Seen(found, tuple(one for one in seen if one is not None), failed)


def observation_to_json(observation: Observation) -> JsonObject:
    """An observation without its time, so that plans of an unchanged world are byte-equal."""
    return {
        "system": observation.account.system,
        "account": observation.account.id,
        "read_by": observation.read_by,
        "paths": [path_to_json(path) for path in observation.paths],
        "unread": {str(kind.value): why for kind, why in observation.unread.items()},
    }
