"""Files in a person's OneDrive that others reach without them: links, and grants to people outside.

A link opens for whoever holds it, whatever became of its maker. There is no list of links for a tenant: the drive's
items are walked, and only those that are shared are asked. Permissions that come from a folder above are cut there.
Source: learn.microsoft.com/graph/api/driveitem-delta, …/driveitem-list-permissions, …/permission-delete.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from connectors.contract import AccessPath, Account, CutOrder, Landed, Outcome, PathKind, Subject, Undo
from connectors.errors import NotFoundError, WorldError
from connectors.microsoft.discover import MEMBER
from connectors.microsoft.odata import select
from connectors.microsoft.paths import Paths, Unread, path
from connectors.microsoft.routes.files import ITEM, ITEMS, READ, WRITE

if TYPE_CHECKING:
    from connectors.microsoft.client import MicrosoftSession

FAMILY = "sharing"
KINDS = (MEMBER,)
OBSERVE_PERMISSIONS = (READ, "User.Read.All")
CUT_PERMISSIONS = (WRITE,)
RESTORE_PERMISSIONS = (WRITE,)
READ_BY = "GET drive/root/delta, GET permissions of every shared item"

LINK_NOTE = "a new link has another address: a link cannot be given back as it was (general knowledge)"
GRANT_NOTE = "they are outside the company: access comes back only when asked for, by an invitation without a mail"


def observe(
    session: MicrosoftSession, account: Account, subject: Subject, known: tuple[AccessPath, ...]
) -> tuple[Paths, Unread]:
    """Links and outside grants of every item that is shared, and of every item that once was."""
    del subject
    try:
        return _paths(session, account, known), {}
    except NotFoundError:
        return [], {}
    except WorldError as error:
        return [], {PathKind.SHARE: error.what}


def cut(session: MicrosoftSession, path: AccessPath, order: CutOrder) -> Landed:
    """Take the permission away; a link is a permission."""
    del order
    session.call(
        "DELETE", f"{ITEM}/permissions/{{permission}}", user=path.account, item=str(path.before["item"]),
        permission=str(path.before["permission"]),
    )  # fmt: skip
    return Landed(datetime.now(UTC))


def restore(session: MicrosoftSession, path: AccessPath, order: CutOrder) -> Landed:
    """Grant a named person the same roles again, without a mail to them."""
    del order
    address = path.before.get("address")
    if not address:
        return Landed(datetime.now(UTC), Outcome.NOT_APPLICABLE, path.undo_note)
    body = {
        "recipients": [{"email": address}], "roles": list(path.before["roles"]), "requireSignIn": True,
        "sendInvitation": False,
    }  # fmt: skip
    session.call("POST", f"{ITEM}/invite", body=body, user=path.account, item=str(path.before["item"]))
    return Landed(datetime.now(UTC))


def _paths(session: MicrosoftSession, account: Account, known: tuple[AccessPath, ...]) -> Paths:
    outsiders = _Outsiders(session, account)
    return [
        made for item in _shared(session, account, known)
        for permission in _permissions(session, account, str(item["id"]))
        if (made := _path(account, item, permission, outsiders)) is not None
    ]  # fmt: skip


def _shared(session: MicrosoftSession, account: Account, known: tuple[AccessPath, ...]) -> list[dict[str, Any]]:
    """Items that are shared now, and those that earlier reads know as shared: a link's absence is asked by id."""
    query = select("id", "name", "shared", "deleted")
    found = {str(item["id"]): item for item in session.rows(ITEMS, query=query, user=account.id)}
    once = {str(one.before["item"]) for one in known if one.id.startswith(f"{FAMILY}/")}
    return [item for id_, item in found.items() if not item.get("deleted") and (item.get("shared") or id_ in once)]


def _permissions(session: MicrosoftSession, account: Account, item: str) -> list[dict[str, Any]]:
    try:
        return session.rows(f"{ITEM}/permissions", user=account.id, item=item)
    except NotFoundError:
        return []


def _path(
    account: Account, item: dict[str, Any], permission: dict[str, Any], outsiders: _Outsiders
) -> AccessPath | None:
    """What a permission lets others do; None when it is the owner's, inherited, or for people inside alone."""
    roles = [str(role) for role in permission.get("roles") or []]
    if permission.get("inheritedFrom") or "owner" in roles:
        return None
    link, name = permission.get("link"), str(item.get("name") or item["id"])
    part = f"{item['id']}/{permission['id']}"
    before: dict[str, Any] = {"item": item["id"], "permission": permission["id"]}
    if link:
        scope = str(link.get("scope") or "unknown")
        if scope == "users" and not any(outsiders.include(one) for one in grantees(permission)):
            return None
        label = f"a link to {name} for {_OPENS.get(scope, scope)} ({', '.join(roles) or link.get('type')})"
        return path(account, FAMILY, PathKind.SHARE, part, label, wave=2, undo=Undo.NO, undo_note=LINK_NOTE,
                    before=before)  # fmt: skip
    people = [one for one in grantees(permission) if outsiders.include(one)]
    if not people:
        return None
    address = next((one["email"] for one in people if one["email"]), "")
    label = f"access to {name} for {address or people[0]['name']} ({', '.join(roles)})"
    undo = Undo.WHEN_ASKED if address else Undo.NO
    note = GRANT_NOTE if address else "their address is not known: they are invited again by hand"
    return path(account, FAMILY, PathKind.SHARE, part, label, wave=2, undo=undo, undo_note=note,
                before={**before, "address": address, "roles": roles})  # fmt: skip


_OPENS = {
    "anonymous": "whoever has it",
    "organization": "everybody in the company who has it",
    "users": "named people",
}


def grantees(permission: dict[str, Any]) -> Iterator[dict[str, str]]:
    """The people that a permission names, each with `id`, `email` and `name`, any of them empty."""
    named = [permission.get("grantedToV2"), *(permission.get("grantedToIdentitiesV2") or [])]
    for one in named:
        user = (one or {}).get("user") or (one or {}).get("siteUser")
        if user:
            yield {"id": str(user.get("id") or ""), "email": str(user.get("email") or ""),
                   "name": str(user.get("displayName") or "somebody")}  # fmt: skip
    invited = permission.get("invitation")
    if invited and not any(named):
        yield {"id": "", "email": str(invited.get("email") or ""), "name": str(invited.get("email") or "somebody")}


class _Outsiders:
    """Who is not of the company: guests, and addresses that no member of the directory stands behind."""

    def __init__(self, session: MicrosoftSession, account: Account) -> None:
        self._session = session
        self._domain = account.label.rpartition("@")[2].casefold()
        self._known: dict[str, bool] = {}

    def include(self, one: dict[str, str]) -> bool:
        """Whether this grantee is outside."""
        if not one["id"]:
            return not self._domain or one["email"].rpartition("@")[2].casefold() != self._domain
        if one["id"] not in self._known:
            self._known[one["id"]] = self._is_guest(one["id"])
        return self._known[one["id"]]

    def _is_guest(self, user: str) -> bool:
        try:
            found = self._session.get("/v1.0/users/{user}", query=select("id", "userType"), user=user)
        except NotFoundError:
            return True
        return found.get("userType") == "Guest"
