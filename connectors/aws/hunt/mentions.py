"""What a resource's policy grants the subject by name. Pure."""

from __future__ import annotations

import json
from typing import Any

from connectors.aws.hunt.area import Look
from connectors.aws.policies import listed, parsed, statements


def mentioned(look: Look, document: Any) -> list[str]:
    """The subject's ARNs that a policy allows something, sorted; none when there is no policy."""
    found = {name for one in statements(parsed(document)) for name in _subjects(look, one)} if document else set()
    return sorted(found)


def unmentioned(look: Look, document: Any) -> str:
    """The same policy as JSON without the subject; "" when nothing else is left of it."""
    policy = parsed(document)
    kept = [left for one in statements(policy) for left in [_without(look, one)] if left]
    return json.dumps({**policy, "Statement": kept}, separators=(",", ":")) if kept else ""


def _subjects(look: Look, statement: dict[str, Any]) -> set[str]:
    who = statement.get("Principal")
    if statement.get("Effect") != "Allow" or not isinstance(who, dict):
        return set()
    return {str(name) for name in listed(who.get("AWS"))} & look.subjects


def _without(look: Look, statement: dict[str, Any]) -> dict[str, Any] | None:
    theirs = _subjects(look, statement)
    if not theirs:
        return statement
    who = statement["Principal"].items()
    kept = {sort: [name for name in listed(names) if name not in theirs] for sort, names in who}
    left = {sort: names for sort, names in kept.items() if names}
    return {**statement, "Principal": left} if left else None
