"""How families make access paths: the same id for the same thing, whatever its state."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from connectors.contract import AccessPath, Account, PathKind, PathState, Undo

Paths = list[AccessPath]
Unread = dict[PathKind, str]


def path(account: Account, family: str, kind: PathKind, part: str, label: str, **more: Any) -> AccessPath:
    """One path of an account: `family/account/part`."""
    return AccessPath(account.system, account.id, kind, f"{family}/{account.id}/{part}", label, **more)


def unlicensed(account: Account, family: str, kind: PathKind, part: str, label: str, why: str) -> AccessPath:
    """A kind of path that this tenant cannot have: it lacks the licence, and the reason is told."""
    return path(account, family, kind, part, label, state=PathState.NOT_APPLICABLE, reason=why, undo=Undo.NO)


def known_before(known: tuple[AccessPath, ...], id: str) -> Mapping[str, Any]:  # noqa: A002 - the path's id
    """What an earlier read recorded of a path: the state before anything was cut."""
    return next((one.before for one in known if one.id == id), {})


def moment(text: object) -> datetime | None:
    """A time as Graph writes it, with its offset; None when there is none."""
    if not isinstance(text, str) or not text:
        return None
    return datetime.fromisoformat(text)
