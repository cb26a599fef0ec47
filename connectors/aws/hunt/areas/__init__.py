"""Areas of the persistence sweep, one module each; `AREAS` is all of them, in the order in which they are told."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from connectors.aws.hunt.areas import changes, outsiders

if TYPE_CHECKING:
    from connectors.aws.hunt.area import Area

AREAS: tuple[Area, ...] = tuple(
    cast("Area", module)
    for module in (
        changes,
        outsiders,
    )
)
