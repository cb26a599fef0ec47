"""Conditional access bent to let somebody in: policies with an exception, switched off or gone, and trusted places."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from connectors.contract import Finding
from connectors.microsoft.hunt.area import Look, request
from connectors.microsoft.hunt.planted import planted_users
from connectors.microsoft.hunt.reach import Reach

AREA = "conditional access and named locations"
PERMISSIONS = ("Policy.Read.All", "User.Read.All", "AuditLog.Read.All")
POLICIES = "/v1.0/identity/conditionalAccess/policies"
LOCATIONS = "/v1.0/identity/conditionalAccess/namedLocations"


def sweep(look: Look) -> Iterator[Finding]:
    """Policies, then what was deleted, then places."""
    policies = look.session.rows(POLICIES)
    yield from _policies(look, policies)
    yield from _deleted(look)
    with look.tried():
        yield from _locations(look)


def _policies(look: Look, policies: list[dict[str, Any]]) -> Iterator[Finding]:
    people = {**dict.fromkeys(look.subjects, "the subject"), **dict.fromkeys(planted_users(look), "a user they made")}
    groups = _groups(look)
    for policy in policies:
        users = (policy.get("conditions") or {}).get("users") or {}
        excused = [people[one] for one in users.get("excludeUsers") or [] if one in people]
        excused += [f"the group {groups[one]}" for one in users.get("excludeGroups") or [] if one in groups]
        if excused:
            yield _excused(look, policy, excused)
        elif look.trail.touched(str(policy["id"])):
            yield _changed(look, policy)


def _groups(look: Look) -> dict[str, str]:
    """Groups that the subject is in, owns or changed, by id."""
    found: dict[str, str] = {}
    for user in sorted(look.subjects):
        for path in ("/v1.0/users/{user}/transitiveMemberOf", "/v1.0/users/{user}/ownedObjects"):
            with look.tried():
                rows = look.session.rows(path, user=user)
                found |= {str(row["id"]): str(row.get("displayName") or row["id"]) for row in rows}
    for row in look.trail.changes("group"):
        targets = [one for one in row.get("targetResources") or [] if one.get("type") == "Group" and one.get("id")]
        found |= {str(one["id"]): str(one.get("displayName") or one["id"]) for one in targets}
    return found


def _excused(look: Look, policy: dict[str, Any], excused: list[str]) -> Finding:
    who = ", ".join(sorted(set(excused)))
    return look.finding(
        "policy-exception", str(policy["id"]), f"the policy {policy.get('displayName')} leaves out {who}",
        found_by="GET /identity/conditionalAccess/policies", allows="sign-in without what others are asked",
        remove=f"Entra admin centre, Conditional Access, policy {policy['id']}: take the exclusion out",
        severity="high", detail={"state": policy.get("state"), "excluded": sorted(set(excused))},
    )  # fmt: skip


def _changed(look: Look, policy: dict[str, Any]) -> Finding:
    off = policy.get("state") != "enabled"
    remove = f"compare the policy {policy['id']} with the audit log's old values, and put those back"
    if off:
        remove = request("PATCH", f"{POLICIES}/{policy['id']}", '{"state": "enabled"}')
    return look.finding(
        "policy-off" if off else "policy-changed", str(policy["id"]),
        f"the subject changed the policy {policy.get('displayName')}, which is {policy.get('state')}",
        found_by="GET /identity/conditionalAccess/policies and the audit log",
        allows="sign-in that the policy was there to stop", remove=remove,
        severity="high" if off else "medium", by_subject=True,
    )  # fmt: skip


def _deleted(look: Look) -> Iterator[Finding]:
    for row in look.trail.changes("delete conditional access policy", "delete policy"):
        for target in row.get("targetResources") or []:
            name = target.get("displayName") or target.get("id")
            yield look.finding(
                "policy-deleted", str(target.get("id") or row["id"]), f"the subject deleted the policy {name}",
                found_by="GET /auditLogs/directoryAudits", allows="sign-in that the policy was there to stop",
                remove="make the policy again from the audit log's old values", severity="high", by_subject=True,
                detail={"at": row.get("activityDateTime")},
            )  # fmt: skip


def _locations(look: Look) -> Iterator[Finding]:
    trusted = [row for row in look.session.rows(LOCATIONS) if row.get("isTrusted")]
    reach = Reach(look) if trusted else None
    for row in trusted:
        ours = look.trail.touched(str(row["id"]))
        if not ours and not (reach and reach.untold(row)):
            continue
        ranges = [str(one.get("cidrAddress")) for one in row.get("ipRanges") or []]
        made = "the subject's doing" if ours else "of which nobody can tell who changed it last"
        yield look.finding(
            "trusted-location", str(row["id"]), f"{', '.join(ranges)} is trusted as {row.get('displayName')}, {made}",
            found_by="GET /identity/conditionalAccess/namedLocations",
            allows="sign-in from there without what policies ask elsewhere",
            remove=request("PATCH", f"{LOCATIONS}/{row['id']}",
                           '{"@odata.type": "#microsoft.graph.ipNamedLocation", "isTrusted": false}'),
            severity="high" if ours else "low", by_subject=ours, detail={"ranges": ranges},
        )  # fmt: skip
