"""Short names for what people are asked to type: ids are long because they say exactly what they mean."""

from __future__ import annotations

from collections.abc import Sequence


def endings(ids: Sequence[str]) -> dict[str, str]:
    """For each id the shortest ending, cut at a slash, that no other of them has."""
    return {one: next(name for name in _names(one) if _alone(name, one, ids)) for one in ids}


def named(ids: Sequence[str], text: str) -> str | None:
    """The one id that a person means by its whole text or an ending of it; None when none or several fit."""
    if text in ids:
        return text
    fitting = [one for one in ids if text in _names(one)]
    return fitting[0] if len(fitting) == 1 else None


def _names(one: str) -> list[str]:
    """Endings from the last part to the whole."""
    parts = one.split("/")
    return ["/".join(parts[start:]) for start in range(len(parts) - 1, -1, -1)]


def _alone(name: str, one: str, ids: Sequence[str]) -> bool:
    return name == one or not any(name in _names(other) for other in ids if other != one)
