"""Areas of the persistence sweep, one module each; `AREAS` is all of them, in the order in which they are told."""

from __future__ import annotations

from connectors.microsoft.hunt.area import Area
from connectors.microsoft.hunt.areas import (
    conditional_access,
    devices,
    federation,
    guests,
    inbox_rules,
    intune,
    methods,
    partners,
    users,
)

AREAS: tuple[Area, ...] = (
    conditional_access,
    devices,
    federation,
    guests,
    inbox_rules,
    intune,
    methods,
    partners,
    users,
)
