"""Legacy access policies of key vaults: they name object ids, and no role assignment shows them.

A policy lets its holder read secrets whatever their Azure roles are. Secrets that the subject may have read are not
taken back by this: they are to be rotated, which the hunt's list of what nobody looks at says.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from connectors.contract import AccessPath, Account, CutOrder, Landed, Outcome, PathKind, Subject
from connectors.errors import RefusedError
from connectors.microsoft.clouds import Service
from connectors.microsoft.discover import GUEST, MEMBER
from connectors.microsoft.families import azure_scopes, memberships
from connectors.microsoft.families.memberships import Way, through
from connectors.microsoft.families.reading import Reading
from connectors.microsoft.paths import Paths, Unread, path

if TYPE_CHECKING:
    from connectors.microsoft.client import MicrosoftSession

FAMILY = "key-vault"
KINDS = (MEMBER, GUEST)
OBSERVE_PERMISSIONS = (
    "Microsoft.Resources/subscriptions/read", "Microsoft.KeyVault/vaults/read", *memberships.PERMISSIONS
)  # fmt: skip
CUT_PERMISSIONS = RESTORE_PERMISSIONS = ("Microsoft.KeyVault/vaults/accessPolicies/write",)
READ_BY = "GET vaults of every visible subscription, with their access policies"
ROUTE = (
    "/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.KeyVault/vaults/{vault}"
    "/accessPolicies/{how}"
)
ROTATE = "secrets that the subject read before are known to them: rotate those"


def observe(
    session: MicrosoftSession, account: Account, subject: Subject, known: tuple[AccessPath, ...]
) -> tuple[Paths, Unread]:
    """Every access policy that names the user, or a group that holds the user."""
    del subject, known
    if not session.offers(Service.AZURE):
        return [], {}
    found, kinds = Reading(), (PathKind.PERMISSION,)
    try:
        scopes = azure_scopes.visible(session)
    except RefusedError as error:
        return [], {PathKind.PERMISSION: error.what}
    if not scopes.subscriptions:
        return [], {PathKind.PERMISSION: azure_scopes.NOTHING}
    ways: dict[str, Way] = {}
    found.read(kinds, lambda: _learn(ways, session, account))
    for subscription in scopes.subscriptions:
        found.read(kinds, _of(session, account, subscription, ways))
    return found.paths, found.unread


def cut(session: MicrosoftSession, path: AccessPath, order: CutOrder) -> Landed:
    """Take one policy out of its vault."""
    del order
    return _put(session, path, "remove", path.reason)


def restore(session: MicrosoftSession, path: AccessPath, order: CutOrder) -> Landed:
    """Put one policy back as it was."""
    del order
    return _put(session, path, "add", path.undo_note)


def _put(session: MicrosoftSession, path: AccessPath, how: str, otherwise: str) -> Landed:
    if "policy" not in path.before:
        return Landed(datetime.now(UTC), Outcome.NOT_APPLICABLE, otherwise)
    where = {name: path.before[name] for name in ("subscription", "group", "vault")}
    body = {"properties": {"accessPolicies": [path.before["policy"]]}}
    with session.alone(f"{FAMILY}/{where['vault']}"):
        session.call("PUT", ROUTE, service=Service.AZURE, query=azure_scopes.VAULTS, body=body, how=how, **where)
    return Landed(datetime.now(UTC), detail=ROTATE if how == "remove" else "")


def _learn(ways: dict[str, Way], session: MicrosoftSession, account: Account) -> Paths:
    ways.update(memberships.ways(session, account.id))
    return []


def _of(session: MicrosoftSession, account: Account, subscription: str, ways: Mapping[str, Way]) -> Any:
    return lambda: _policies(session, account, subscription.rsplit("/", 1)[-1], ways)


def _policies(
    session: MicrosoftSession, account: Account, subscription: str, ways: Mapping[str, Way]
) -> Iterator[AccessPath]:
    vaults = session.rows("/subscriptions/{subscription}/providers/Microsoft.KeyVault/vaults", service=Service.AZURE,
                          query=azure_scopes.VAULTS, subscription=subscription)  # fmt: skip
    for vault in vaults:
        for policy in vault["properties"].get("accessPolicies") or []:
            who = str(policy["objectId"])
            if who == account.id:
                yield _own(account, vault, policy)
            elif who in ways:
                name = f"access policy of the key vault {vault['name']}, through a group"
                yield through(account, FAMILY, PathKind.PERMISSION, f"by-group/{vault['name']}/{who}", name, ways[who])


def _own(account: Account, vault: Mapping[str, Any], policy: Mapping[str, Any]) -> AccessPath:
    _empty, _word, subscription, _groups, group, *_rest = str(vault["id"]).split("/")
    app = f"/{policy['applicationId']}" if policy.get("applicationId") else ""
    given = ", ".join(sorted(name for name, what in (policy.get("permissions") or {}).items() if what))
    return path(
        account, FAMILY, PathKind.PERMISSION, f"policy/{vault['name']}{app}",
        f"access policy of the key vault {vault['name']}: {given}",
        before={"subscription": subscription, "group": group, "vault": str(vault["name"]), "policy": dict(policy)},
    )  # fmt: skip
