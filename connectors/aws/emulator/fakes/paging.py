"""Pages of a listing, and a service that repeats its page token, as a broken one would."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from connectors.aws.emulator.kept import kept

Row = TypeVar("Row")
Seed = Callable[[Mapping[str, Any]], Any]
"""Plants state that a scenario names; called by the range's `seed` route."""

STUCK: set[str] = kept(set())
"""Operations that give the same page, and the same token, for ever."""


def page(operation: str, rows: Sequence[Row], token: str | int | None, size: int) -> tuple[list[Row], str]:
    """One page, and the token of the next one; "" on the last."""
    if operation in STUCK:
        return list(rows[:size]), "0"
    start = int(token or 0)
    end = start + size
    return list(rows[start:end]), str(end) if end < len(rows) else ""


def _stick(given: Mapping[str, Any]) -> list[str]:
    STUCK.update(given["operations"])
    return sorted(STUCK)


SEEDS: dict[str, Seed] = {"stuck": _stick}
