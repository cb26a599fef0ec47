"""Areas of the persistence sweep, one module each; `AREAS` is all of them, in the order in which they are told."""

from __future__ import annotations

from connectors.microsoft.hunt.area import Area
from connectors.microsoft.hunt.areas import (
    azure_left,
    azure_roles,
    conditional_access,
    devices,
    federation,
    groups,
    guests,
    inbox_rules,
    intune,
    methods,
    partners,
    pim,
    roles,
    users,
)

AREAS: tuple[Area, ...] = (
    azure_left,
    azure_roles,
    conditional_access,
    devices,
    federation,
    groups,
    guests,
    inbox_rules,
    intune,
    methods,
    partners,
    pim,
    roles,
    users,
)
