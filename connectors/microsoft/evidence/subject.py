"""Whom evidence is about: the subject's users, and the apps that are theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connectors.contract import Account, ActionContext
from connectors.microsoft.discover import GUEST, MEMBER

if TYPE_CHECKING:
    from connectors.microsoft.client import MicrosoftSession
    from connectors.microsoft.evidence.collection import Collection, Row

APP_TYPES = ("application", "servicePrincipal")
OWNED = "/v1.0/users/{user}/ownedObjects"
OWNED_PERMISSION = "User.Read.All"


def users(context: ActionContext) -> tuple[Account, ...]:
    """The subject's users, members and guests, sorted."""
    return tuple(sorted(one for one in context.accounts if one.kind in (MEMBER, GUEST)))


def owned_apps(session: MicrosoftSession, collection: Collection, user: str) -> list[str]:
    """Application ids of what a user owns: registrations and service principals alike, sorted."""
    found: set[str] = set()

    def note(row: Row) -> None:
        kind = str(row.get("@odata.type") or "").rsplit(".", 1)[-1]
        if kind in APP_TYPES and row.get("appId"):
            found.add(str(row["appId"]))

    collection.listing(session, OWNED, part="apps that the subject owns", each=note, user=user)
    return sorted(found)
