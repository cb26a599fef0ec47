"""What a resource's policy opens to people who are none of ours. Pure.

1. Only Allow statements open anything; a deny elsewhere may close it again, which is not counted on.
2. A service principal is no stranger: it acts for whoever set the service up.
3. A condition limits a statement to us only when every value it admits is ours, and only with an operator that
   fails when the key is absent (IAM user guide, condition operators: `…IfExists` does not).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from connectors.aws.hunt.area import Look
from connectors.aws.policies import listed, parsed, statements
from connectors.contract import Finding

LIMITING = frozenset({"stringequals", "stringequalsignorecase", "stringlike", "arnequals", "arnlike"})
ACCOUNT_KEYS = frozenset(
    {"aws:principalaccount", "aws:principalarn", "aws:sourceaccount", "aws:sourcearn", "aws:sourceowner",
     "kms:calleraccount"}
)  # fmt: skip
"""Condition keys whose value is, or holds, the account that the request comes from."""

ORGANIZATION_KEYS = frozenset({"aws:principalorgid", "aws:sourceorgid"})
PATH_KEYS = frozenset({"aws:principalorgpaths", "aws:sourceorgpaths"})


@dataclass(frozen=True)
class Opening:
    """One statement that lets strangers in."""

    sid: str
    who: tuple[str, ...]
    """Accounts, ARNs and canonical ids that are none of ours; `*` is everybody."""
    actions: tuple[str, ...]


def openings(look: Look, document: Any) -> list[Opening]:
    """The statements of a resource policy that admit strangers; none when there is no policy."""
    found = []
    for one in statements(parsed(document)) if document else []:
        who = _strangers(look, one)
        if who:
            actions = tuple(str(name) for name in listed(one.get("Action")))
            found.append(Opening(str(one.get("Sid", "")), tuple(who), actions))
    return found


def closed(look: Look, document: Any) -> str:
    """The same policy as JSON without the strangers; "" when nothing else is left of it."""
    policy = parsed(document)
    kept = [left for one in statements(policy) for left in [_without_strangers(look, one)] if left]
    return json.dumps({**policy, "Statement": kept}, separators=(",", ":")) if kept else ""


def opened(
    look: Look,
    kind: str,
    resource: str,
    what: str,
    document: Any,
    *,
    found_by: str,
    remove: Callable[[str], str],
    known_as: str = "",
) -> Iterator[Finding]:
    """One finding when a resource's policy admits strangers; `remove` makes the command out of the policy that is left.

    `what` names the resource in words; `known_as` is how the audit log names it, where that is another way. The
    policy that is left is JSON, or "" when nothing is.
    """
    found = openings(look, document)
    if found:
        who = sorted({name for one in found for name in one.who})
        yield look.finding(
            kind, resource, f"{what} is open to {named(found)}", found_by=found_by, allows=allowed(found),
            remove=remove(closed(look, document)), by_subject=look.tied(known_as or resource) or None,
            detail={"principals": who},
        )  # fmt: skip


def named(found: Iterable[Opening]) -> str:
    """Whom openings let in, in words."""
    return told({who for one in found for who in one.who})


def told(who: Iterable[str]) -> str:
    """Some strangers in words."""
    names = set(who)
    return "everybody" if names & {"*", "all"} else ", ".join(sorted(names))


def allowed(found: Iterable[Opening]) -> str:
    """What openings allow, in words."""
    actions = sorted({action for one in found for action in one.actions})
    return ", ".join(actions) or "all actions but some"


def _strangers(look: Look, statement: Mapping[str, Any]) -> list[str]:
    if statement.get("Effect") != "Allow" or _limited(look, statement):
        return []
    return look.strangers(_principals(statement))


def _principals(statement: Mapping[str, Any]) -> list[str]:
    """Whom a statement names. An allow for all but some is an allow for everybody."""
    if "NotPrincipal" in statement:
        return ["*"]
    who = statement.get("Principal")
    if not isinstance(who, dict):
        return [str(name) for name in listed(who)]
    return [str(name) for sort in ("AWS", "CanonicalUser") for name in listed(who.get(sort))]


def _without_strangers(look: Look, statement: dict[str, Any]) -> dict[str, Any] | None:
    strangers = set(_strangers(look, statement))
    if not strangers:
        return statement
    who = statement.get("Principal")
    if not isinstance(who, dict):
        return None
    left = {sort: [name for name in listed(names) if name not in strangers] for sort, names in who.items()}
    left = {sort: names for sort, names in left.items() if names}
    return {**statement, "Principal": left} if left else None


def _limited(look: Look, statement: Mapping[str, Any]) -> bool:
    """Whether one condition alone keeps everybody out who is none of ours."""
    return any(
        operator.lower().removeprefix("foranyvalue:") in LIMITING and _ours(look, key.lower(), listed(wanted))
        for operator, keys in (statement.get("Condition") or {}).items()
        for key, wanted in keys.items()
    )


def _ours(look: Look, key: str, values: list[Any]) -> bool:
    texts = [str(value) for value in values]
    if key in ORGANIZATION_KEYS:
        return bool(look.organization) and set(texts) == {look.organization}
    if key in PATH_KEYS:
        return bool(look.organization) and bool(texts) and all(one.startswith(f"{look.organization}/") for one in texts)
    return key in ACCOUNT_KEYS and bool(texts) and not look.strangers(texts)
