"""What CloudTrail shows of a request: its members, without secrets, and cut short where somebody uploads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

HIDDEN = "HIDDEN_DUE_TO_SECURITY_REASONS"
"""CloudTrail's own words in place of a secret."""
SECRET = ("password", "secretstring", "secretbinary", "privatekey", "plaintext")
LONGEST = 8192
"""Characters of one text that are kept: more than any policy has, less than an uploaded archive."""


def requested(params: Mapping[str, Any]) -> dict[str, Any]:
    """A request's members as `requestParameters` tells them."""
    return {name: HIDDEN if _secret(name) else _shown(value) for name, value in params.items()}


def _shown(value: Any) -> Any:
    if isinstance(value, dict):
        return requested(value)
    if isinstance(value, list):
        return [_shown(one) for one in value]
    return value[:LONGEST] if isinstance(value, str) else value


def _secret(name: str) -> bool:
    return any(word in name.lower() for word in SECRET)
