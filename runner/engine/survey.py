"""What planning reads, all side by side: the subject's accounts, their access paths, and what could hinder the cut."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from connectors.contract import Account, Check, Observation, Readiness
from connectors.errors import WorldError
from runner.case.state import CaseState
from runner.engine.convert import path_to_json, subject_from_json, to_json
from runner.engine.sessions import Sessions
from runner.engine.workers import gather

JsonObject = dict[str, Any]
Progress = Callable[[str], None]

WIDTH = 32
"""Systems and accounts read side by side while planning."""

HINDRANCE = "what could keep the cut from working"


@dataclass(frozen=True)
class Seen:
    """What planning read: accounts and their paths by system, systems that could not be read, pre-flight checks."""

    accounts: Mapping[str, tuple[Account, ...]]
    observations: tuple[Observation, ...]
    failed: Mapping[str, str]
    checks: Mapping[str, tuple[Check, ...]]


def survey(
    case: CaseState, sessions: Sessions, systems: list[str], progress: Progress, *, preflight: bool = False
) -> Seen:
    """Discover the subject's accounts in each system, observe each account, and ask what could hinder a cut there."""
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

    def check(name: str) -> tuple[Check, ...]:
        progress(f"asking what could hinder the cut in {name}")
        try:
            return sessions.connector(name).preflight(sessions.reader(name), found[name])
        except WorldError as error:
            return (Check("preflight", HINDRANCE, Readiness.CANNOT_TELL, error.what, error.fix),)

    found = dict(zip(systems, gather([partial(discover, name) for name in systems], WIDTH), strict=True))
    accounts = [account for name in systems for account in found[name]]
    asked = [name for name in systems if preflight and found[name]]
    work: list[Callable[[], Observation | tuple[Check, ...] | None]] = [
        *(partial(observe, account) for account in accounts),
        *(partial(check, name) for name in asked),
    ]
    done = gather(work, WIDTH)
    seen = tuple(one for one in done if isinstance(one, Observation))
    checks = [one for one in done if isinstance(one, tuple)]
    return Seen(found, seen, failed, dict(zip(asked, checks, strict=True)))


def checks_to_json(checks: Mapping[str, tuple[Check, ...]]) -> tuple[JsonObject, ...]:
    """Every check with its system, sorted by both."""
    rows = [{"system": name, **to_json(one)} for name, several in checks.items() for one in several]
    return tuple(sorted(rows, key=lambda row: (row["system"], row["id"])))


def observation_to_json(observation: Observation) -> JsonObject:
    """An observation without its time, so that plans of an unchanged world are byte-equal."""
    return {
        "system": observation.account.system,
        "account": observation.account.id,
        "read_by": observation.read_by,
        "paths": [path_to_json(path) for path in observation.paths],
        "unread": {str(kind.value): why for kind, why in observation.unread.items()},
    }
