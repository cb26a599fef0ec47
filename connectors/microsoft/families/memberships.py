"""Which groups hold a user, directly or through other groups, and which of those only a person can leave for them.

A nested group holds the user as long as one direct membership leads to it; a group that Graph cannot edit (dynamic,
synced, mail-enabled) keeps what it leads to. Reads by Graph's own listings, never by its search index, which lags.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from connectors.contract import AccessPath, Account, Manual, PathKind, Undo
from connectors.errors import NotFoundError
from connectors.microsoft.odata import select
from connectors.microsoft.paths import path

if TYPE_CHECKING:
    from connectors.microsoft.client import MicrosoftSession

PERMISSIONS = ("Directory.Read.All", "User.Read.All")
PROPERTIES = (
    "id", "displayName", "groupTypes", "mailEnabled", "membershipRule", "onPremisesSyncEnabled",
    "onPremisesSamAccountName", "isAssignableToRole", "resourceProvisioningOptions",
)  # fmt: skip
GROUP = "#microsoft.graph.group"
WITH_THE_GROUP = "comes back with the membership of the group"


@dataclass(frozen=True)
class Way:
    """One group that holds the user."""

    id: str
    name: str
    """Chosen by whoever made the group; for display only."""
    direct: bool
    assignable: bool
    """Whether it can hold directory roles."""
    team: bool
    """Whether it is a team's: Teams announces who leaves it."""
    manual: Manual | None = None
    """Set where the user cannot be taken out of it by Graph."""


def ways(session: MicrosoftSession, user: str) -> Mapping[str, Way]:
    """Every group that holds the user, by id.

    Raises:
        WorldError: what Graph answered; NotFoundError when there is no such user.

    """
    own = _groups(session, "/v1.0/users/{user}/memberOf", user=user)
    found = {str(one["id"]): _way(one, direct=True, manual=by_hand(one)) for one in own}
    nested = [
        one for one in _groups(session, "/v1.0/users/{user}/transitiveMemberOf", user=user) if one["id"] not in found
    ]
    held = _kept(session, [one for one in own if nested and by_hand(one)])
    for one in nested:
        found[str(one["id"])] = _way(one, direct=False, manual=held.get(str(one["id"])))
    return found


def through(account: Account, family: str, kind: PathKind, part: str, label: str, way: Way) -> AccessPath:
    """What a user has only through a group: nothing to cut of its own, and proven gone by its own read."""
    name = way.name or way.id
    if way.manual is not None:
        return path(account, family, kind, part, label, undo=Undo.NO, undo_note=WITH_THE_GROUP, manual=way.manual)
    reason = f"goes with the membership of {name}: nothing of its own is cut"
    return path(account, family, kind, part, label, undo=Undo.NO, undo_note=WITH_THE_GROUP, reason=reason)


def by_hand(group: Mapping[str, Any]) -> Manual | None:
    """How a person takes the user out of a group that Graph cannot edit; None where it can (general knowledge)."""
    name = f"{group.get('displayName') or ''} ({group['id']})"
    types = group.get("groupTypes") or []
    if group.get("onPremisesSyncEnabled"):
        return _synced(name, str(group.get("onPremisesSamAccountName") or "<sAMAccountName of the group>"))
    if "DynamicMembership" in types:
        return _dynamic(name, str(group.get("membershipRule") or ""))
    if group.get("mailEnabled") and "Unified" not in types:
        return _mail(name)
    return None


def _groups(session: MicrosoftSession, listing: str, **values: Any) -> list[dict[str, Any]]:
    """The groups of a listing of directory objects, each once, by id."""
    rows = session.rows(listing, query=select(*PROPERTIES), **values)
    found = {str(row["id"]): row for row in rows if str(row.get("@odata.type") or GROUP) == GROUP}
    return [found[id_] for id_ in sorted(found)]


def _kept(session: MicrosoftSession, uneditable: list[dict[str, Any]]) -> dict[str, Manual]:
    """Groups that a group leads to which only a person can take the user out of."""
    kept: dict[str, Manual] = {}
    for group in uneditable:
        try:
            above = _groups(session, "/v1.0/groups/{group}/transitiveMemberOf", group=str(group["id"]))
        except NotFoundError:
            continue
        card = by_hand(group)
        if card is not None:
            kept.update({str(one["id"]): card for one in above})
    return kept


def _way(group: Mapping[str, Any], *, direct: bool, manual: Manual | None) -> Way:
    return Way(
        str(group["id"]), str(group.get("displayName") or ""), direct, bool(group.get("isAssignableToRole")),
        "Team" in (group.get("resourceProvisioningOptions") or []), manual,
    )  # fmt: skip


GROUPS = "https://learn.microsoft.com/graph/api/resources/groups-overview"


def _dynamic(name: str, rule: str) -> Manual:
    return Manual(
        f"Take the person out of the dynamic group {name}",
        (
            "A rule fills this group, and Graph cannot edit its members.",
            f"The rule is: {rule or '(could not be read: open the group, Dynamic membership rules)'}",
            "Change the attribute of the person that the rule asks for, or make the rule leave the person out.",
            "A change of the rule concerns everybody in the group: let its owner approve it.",
        ),
        "Entra portal, the group, Members: the person is not listed once the rule has been evaluated again",
        "Which attribute or rule did you change, from what, and when did the person disappear?",
        "https://learn.microsoft.com/entra/identity/users/groups-dynamic-membership",
    )


def _synced(name: str, account: str) -> Manual:
    return Manual(
        f"Take the person out of the group {name} in on-premises Active Directory",
        (
            "Active Directory is the master of this group, and Graph cannot edit its members.",
            f"The group's account name in Active Directory is: {account}",
            "On a domain controller: Remove-ADGroupMember with that group as -Identity and the person as -Members",
            "Start a sync: Start-ADSyncSyncCycle -PolicyType Delta",
        ),
        "Get-ADGroupMember of the group does not list the person, and after the sync Entra does not either",
        "What did Get-ADGroupMember show, and when did the sync run?",
        "https://learn.microsoft.com/entra/identity/users/users-revoke-access",
    )


def _mail(name: str) -> Manual:
    return Manual(
        f"Take the person out of the mail-enabled group {name}",
        (
            "Graph cannot edit the members of distribution lists and mail-enabled security groups.",
            "In Exchange Online PowerShell: Remove-DistributionGroupMember -Identity <the group> -Member <the person>",
        ),
        "Get-DistributionGroupMember of the group does not list the person",
        "What did Get-DistributionGroupMember show?",
        GROUPS,
    )
