"""Groups that the subject made able to hold roles, whom they put into groups or made owner, and rules they changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from connectors.contract import Finding
from connectors.errors import NotFoundError
from connectors.microsoft.hunt.area import Look, request
from connectors.microsoft.odata import any_of, select

AREA = "groups that the subject changed"
PERMISSIONS = ("Directory.Read.All",)
MADE, OWNER, MEMBER, CHANGED = "add group", "add owner to group", "add member to group", "update group"
"""Activities' names in the audit log (general knowledge)."""
GROUP_ID, RULE = "Group.ObjectID", "MembershipRule"
AT_ONCE = 15
"""Clauses that Graph takes in one filter (general knowledge)."""


@dataclass(frozen=True)
class _Link:
    """Somebody whom the subject linked to a group."""

    group: str
    who: str
    owner: bool


def sweep(look: Look) -> Iterator[Finding]:
    """Each only while it still stands."""
    with look.tried():
        yield from _assignable(look)
    links = sorted({*_links(look, OWNER), *_links(look, MEMBER)}, key=lambda one: (one.group, one.owner, one.who))
    groups = _groups(look, sorted({one.group for one in links} | set(_ruled(look))))
    held = lru_cache(maxsize=None)(lambda group, what: _held(look, group, what))
    for one in links:
        with look.tried():
            if one.group in groups and one.who in held(one.group, "owners" if one.owner else "members"):
                yield _linked(look, one, groups[one.group])
    for id_ in _ruled(look):
        if "DynamicMembership" in (groups.get(id_, {}).get("groupTypes") or []):
            yield _rule(look, groups[id_])


def _assignable(look: Look) -> Iterator[Finding]:
    """Whether a group can hold roles is settled when it is made, and never later (general knowledge)."""
    made = {str(target.get("id")) for row in look.trail.changes(MADE) for target in row.get("targetResources") or []}
    query = {"$filter": "isAssignableToRole eq true", **select("id", "displayName", "createdDateTime")}
    for group in look.session.rows("/v1.0/groups", query=query):
        if str(group["id"]) in made:
            yield look.finding(
                "role-group", str(group["id"]), f"the subject made the group {group.get('displayName')}, which can "
                "hold directory roles", found_by="GET /groups, GET /auditLogs/directoryAudits", by_subject=True,
                allows="whatever roles the group has or is given, for everybody in it and by everybody who owns it",
                remove=request("DELETE", f"/v1.0/groups/{group['id']}"),
                detail={"created": group.get("createdDateTime")},
            )  # fmt: skip


def _links(look: Look, activity: str) -> Iterator[_Link]:
    for row in look.trail.changes(activity):
        for target in row.get("targetResources") or []:
            who = str(target.get("id"))
            if who not in look.subjects:
                groups = _changed(target, GROUP_ID)
                yield from (_Link(group, who, owner=activity == OWNER) for group in groups)


def _ruled(look: Look) -> list[str]:
    """Groups whose rule the subject changed."""
    return sorted({
        str(target["id"]) for row in look.trail.changes(CHANGED) for target in row.get("targetResources") or []
        if target.get("id") and _changed(target, RULE)
    })  # fmt: skip


def _changed(target: dict[str, Any], name: str) -> list[str]:
    """New values of a property, bare of the log's quotes."""
    return [str(one.get("newValue") or "").strip('"[]') for one in target.get("modifiedProperties") or []
            if one.get("displayName") == name]  # fmt: skip


def _groups(look: Look, ids: list[str]) -> dict[str, dict[str, Any]]:
    """These groups as they are now; one that is gone is left out.

    Raises:
        WorldError: they cannot be read.

    """
    shown = select("id", "displayName", "groupTypes", "membershipRule", "isAssignableToRole")
    found: dict[str, dict[str, Any]] = {}
    for start in range(0, len(ids), AT_ONCE):
        query = {"$filter": any_of("id", ids[start : start + AT_ONCE]), **shown}
        found |= {str(row["id"]): row for row in look.session.rows("/v1.0/groups", query=query)}
    return found


def _held(look: Look, group: str, what: str) -> frozenset[str]:
    try:
        rows = look.session.rows(f"/v1.0/groups/{{group}}/{what}", query=select("id"), group=group)
    except NotFoundError:
        return frozenset()
    return frozenset(str(row["id"]) for row in rows)


def _linked(look: Look, one: _Link, group: dict[str, Any]) -> Finding:
    name, high = str(group.get("displayName")), bool(group.get("isAssignableToRole"))
    link = "owners" if one.owner else "members"
    allows = "add anybody to it, and so have what it gives" if one.owner else "have what the group gives"
    severity = "high" if high else "medium" if one.owner else "low"
    return look.finding(
        "group-owner" if one.owner else "group-member", f"{one.group}/{one.who}",
        f"the subject made {one.who} {'an owner' if one.owner else 'a member'} of the group {name}",
        found_by=f"GET /groups/{{id}}/{link}, GET /auditLogs/directoryAudits", by_subject=True, severity=severity,
        allows=f"{allows}; the group can hold directory roles" if high else allows,
        remove=request("DELETE", f"/v1.0/groups/{one.group}/{link}/{one.who}/$ref"),
        detail={"group": one.group, "principal": one.who},
    )  # fmt: skip


def _rule(look: Look, group: dict[str, Any]) -> Finding:
    return look.finding(
        "group-rule", str(group["id"]), f"the subject changed which people the group {group.get('displayName')} holds",
        found_by="GET /groups, GET /auditLogs/directoryAudits", by_subject=True, severity="medium",
        allows="put anybody into the group by an attribute that they set, without a membership of their own",
        remove=f"Entra portal: Groups, the group with the object id {group['id']}, Dynamic membership rules: set the "
        "earlier rule, which the audit log has as the old value",
        detail={"rule": group.get("membershipRule")},
    )  # fmt: skip
