"""Facts as a good tenant has them, to be spoilt one at a time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from connectors.contract import Check
from connectors.microsoft.preflight.facts import App, Facts, Held, User

READER = App(
    "reader", "app-reader", "sp-reader", "evict-reader", enabled=True, rights=frozenset({"User.Read.All"}), roles=(),
    owners=frozenset({"boss"}), certificates=("2030-01-01T00:00:00Z",), secrets=0,
)  # fmt: skip
CUTTER = replace(READER, name="cutter", app="app-cutter", principal="sp-cutter", label="evict-cutter",
                 rights=frozenset({"User.RevokeSessions.All"}), roles=(Held("User Administrator"),))  # fmt: skip
WORKER = User("w1", "jlee@initech.example", guest=False, synced=False, restricted=False, roles=(), role_groups=(),
              units=())  # fmt: skip
GOOD = Facts({"reader": READER, "cutter": CUTTER}, {"w1": WORKER}, frozenset({"AAD_PREMIUM"}), ())


def with_cutter(**changed: Any) -> Facts:
    """The good facts with another cutter."""
    return replace(GOOD, apps={"reader": READER, "cutter": replace(CUTTER, **changed)})


def with_worker(**changed: Any) -> Facts:
    """The good facts with another account of the subject."""
    return replace(GOOD, users={"w1": replace(WORKER, **changed)})


def one(checks: Iterable[Check], id_: str) -> Check:
    """The check of this id."""
    (found,) = [check for check in checks if check.id == id_]
    return found
