"""The seeded company's Entra tenant: its people, what the suspect holds there, and what they planted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from runner.range.microsoft import (
    apps,
    azure,
    devices,
    devops,
    files,
    groups,
    history,
    mail,
    mailboxes,
    people,
    teams,
    tenant,
)
from runner.range.microsoft.people import People

Put = Callable[..., None]
"""`put(table, *records)` of a tenant's state."""

SEEDS: tuple[Callable[[Put, People], Any], ...] = (
    mail.seed,
    files.seed,
    teams.seed,
    devops.seed,
    devices.seed,
    apps.seed,
    tenant.seed,
    groups.seed,
    azure.seed,
    history.seed,
    mailboxes.seed,
)
"""One module to an area; each adds what the suspect holds there, the same for a colleague, and what was planted."""


def seed_tenant(put: Put) -> People:
    """Fill an empty tenant."""
    made = people.seed(put)
    for seed in SEEDS:
        seed(put, made)
    return made
