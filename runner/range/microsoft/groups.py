"""Groups and directory roles: of every kind one that the suspect and a colleague both hold, and what was planted.

Through a role that they held the suspect made a user they had planted a Privileged Role Administrator and eligible to
become a Global Administrator, made a group that can hold roles and gave it to that user, became a second owner of the
on-call group, changed the rule of another, and took the approval out of how a role is activated.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from runner.range.microsoft.people import BOSS, People, guid
from runner.range.microsoft.tenant import PLANTED_USER, STARTER, ago

ENGINEERING, VPN, REMOTE, STAFF, DIRECTORY_GROUP = (
    "engineering", "vpn-users", "all-remote", "all-staff", "GG-Build-Servers"
)  # fmt: skip
HELPDESK, TOOLS, RELEASE, ANNOUNCE, ATLAS = "helpdesk-admins", "suspect-tools", "release", "announcements", "atlas"
PLANTED_GROUP, ON_CALL, RULED = "contractor-ops", "on-call", "contractors"
RULE = '(user.department -eq "Remote")'
UNIT = "emea"
MORE_ROLES = ("Groups Administrator", "Helpdesk Administrator", "Privileged Role Administrator")
TENANT_WIDE, SCOPED, FOR_A_TIME, ELIGIBLE = (
    "Groups Administrator", "User Administrator", "Security Reader", "Application Administrator"
)  # fmt: skip
UNTIL = (datetime.now(UTC) + timedelta(days=300)).strftime("%Y-%m-%dT00:00:00Z")
"""When what was given for a time ends by itself."""


def group(name: str) -> str:
    """The object id of a group."""
    return guid(f"group-{name}")


def seed(put: Any, people: People) -> None:
    """Add all of it."""
    put("roleDefinitions", *({"id": guid(name), "displayName": name, "isBuiltIn": True} for name in MORE_ROLES))
    put("administrativeUnits", {"id": guid(f"unit-{UNIT}"), "displayName": UNIT, "_members": []})
    put("groups", *_groups(people))
    for person in (people.suspect, people.colleague):
        _roles(put, person)
        _timed(put, person)
    put("roleAssignments", _assignment(group(HELPDESK), "Helpdesk Administrator"))
    _planted(put, people)


def _groups(people: People) -> Iterator[dict[str, Any]]:
    both, security = [people.suspect, people.colleague], {"securityEnabled": True, "mailEnabled": False}
    yield _group(ENGINEERING, both, both, **security)
    yield _group(VPN, [group(ENGINEERING)], [], **security)
    yield _group(REMOTE, both, [], groupTypes=["DynamicMembership"], membershipRule=RULE, **security)
    yield _group(STAFF, [group(REMOTE)], [], **security)
    yield _group(DIRECTORY_GROUP, both, [], onPremisesSyncEnabled=True, onPremisesSamAccountName=DIRECTORY_GROUP,
                 **security)  # fmt: skip
    yield _group(HELPDESK, both, [guid(BOSS)], isAssignableToRole=True, **security)
    yield _group(TOOLS, [], [people.suspect], **security)
    yield _group(RELEASE, both, [guid(BOSS)], **security)
    yield _group(ANNOUNCE, both, [], mailEnabled=True, securityEnabled=True)
    yield _group(ATLAS, both, [guid(BOSS)], groupTypes=["Unified"], mailEnabled=True, securityEnabled=False,
                 resourceProvisioningOptions=["Team"])  # fmt: skip


def _group(name: str, members: list[str], owners: list[str], **more: Any) -> dict[str, Any]:
    return {
        "id": group(name), "displayName": name, "groupTypes": [], "membershipRule": None,
        "onPremisesSyncEnabled": None, "onPremisesSamAccountName": None, "isAssignableToRole": None,
        "resourceProvisioningOptions": [], "createdDateTime": "2025-06-12T09:00:00Z",
        "_members": list(members), "_owners": list(owners), **more,
    }  # fmt: skip


def _assignment(who: str, role: str, scope: str = "/") -> dict[str, Any]:
    return {"id": guid(f"{who}-{role}-{scope}"), "principalId": who, "roleDefinitionId": guid(role),
            "directoryScopeId": scope}  # fmt: skip


def _roles(put: Any, person: str) -> None:
    """One role over the tenant, one over a part of it, one for a time and one to be activated."""
    put("roleAssignments", _assignment(person, TENANT_WIDE), _assignment(person, FOR_A_TIME),
        _assignment(person, SCOPED, f"/administrativeUnits/{guid(f'unit-{UNIT}')}"))  # fmt: skip
    put("roleSchedules", {**_assignment(person, FOR_A_TIME), "id": guid(f"active-{person}"), "memberType": "Direct",
                          "assignmentType": "Assigned", "startDateTime": ago(30), "endDateTime": UNTIL})  # fmt: skip
    put("roleEligibilities", {**_assignment(person, ELIGIBLE), "id": guid(f"eligible-{person}"),
                              "memberType": "Direct", "startDateTime": ago(30), "endDateTime": None})  # fmt: skip


def _timed(put: Any, person: str) -> None:
    """A membership for a time, and an ownership to be activated."""
    common = {"groupId": group(RELEASE), "principalId": person, "startDateTime": ago(30)}
    put("groupAssignments", {**common, "id": guid(f"group-active-{person}"), "accessId": "member",
                             "memberType": "direct", "assignmentType": "assigned", "endDateTime": UNTIL})  # fmt: skip
    put("groupEligibilities", {**common, "id": guid(f"group-eligible-{person}"), "accessId": "owner",
                               "memberType": "direct", "endDateTime": None})  # fmt: skip


def _planted(put: Any, people: People) -> None:
    planted, starter, suspect = guid(PLANTED_USER), guid(STARTER), people.suspect
    put("roleAssignments", _assignment(planted, "Privileged Role Administrator"),
        _assignment(starter, "Security Reader"))  # fmt: skip
    put("roleEligibilities", {**_assignment(planted, "Global Administrator"), "id": guid("eligible-planted"),
                              "memberType": "Direct", "startDateTime": ago(3), "endDateTime": None})  # fmt: skip
    put("groups",
        _group(PLANTED_GROUP, [planted], [planted], isAssignableToRole=True, securityEnabled=True),
        _group(ON_CALL, [guid(BOSS)], [guid(BOSS), planted], securityEnabled=True),
        _group(RULED, [], [guid(BOSS)], groupTypes=["DynamicMembership"], securityEnabled=True,
               membershipRule='(user.userPrincipalName -startsWith "svc.")'))  # fmt: skip
    put("roleManagementPolicies", _policy("Privileged Role Administrator", suspect),
        _policy("Security Reader", guid(BOSS)))  # fmt: skip
    put(
        "directoryAudits",
        _row("role-planted", "Add member to role", suspect, planted, "Privileged Role Administrator"),
        _row("role-eligible", "Add eligible member to role in PIM completed (permanent)", suspect, planted,
             "Global Administrator"),
        _row("role-starter", "Add member to role", guid(BOSS), starter, "Security Reader"),
        _about("group-made", "Add group", suspect, group(PLANTED_GROUP), "Group"),
        _link("group-owner", "Add owner to group", suspect, planted, group(ON_CALL)),
        _link("group-own-owner", "Add owner to group", suspect, planted, group(PLANTED_GROUP)),
        _link("group-member", "Add member to group", suspect, planted, group(PLANTED_GROUP)),
        _about("group-rule", "Update group", suspect, group(RULED), "Group", MembershipRule='["svc."]'),
        _about("pim-setting", "Update role setting in PIM", suspect, guid("Privileged Role Administrator"), "Role"),
    )  # fmt: skip


def _policy(role: str, by: str) -> dict[str, Any]:
    return {
        "id": f"DirectoryRole_{guid('tenant')}_{guid(f'policy-{role}')}", "displayName": "DirectoryRole",
        "description": "DirectoryRole", "isOrganizationDefault": False, "scopeId": "/", "scopeType": "DirectoryRole",
        "lastModifiedBy": {"id": by, "displayName": role}, "lastModifiedDateTime": ago(3),
    }  # fmt: skip


def _row(name: str, activity: str, by: str, who: str, role: str) -> dict[str, Any]:
    changed = {"Role.ObjectID": f'"{guid(role)}"', "Role.DisplayName": f'"{role}"'}
    return _about(name, activity, by, who, "User", **changed)


def _link(name: str, activity: str, by: str, who: str, group_id: str) -> dict[str, Any]:
    return _about(name, activity, by, who, "User", **{"Group.ObjectID": f'"{group_id}"'})


def _about(name: str, activity: str, by: str, target: str, kind: str, **changed: str) -> dict[str, Any]:
    properties = [{"displayName": key, "oldValue": None, "newValue": value} for key, value in changed.items()]
    return {
        "id": guid(f"groups-{name}"), "activityDateTime": ago(3), "activityDisplayName": activity, "result": "success",
        "category": "RoleManagement", "loggedByService": "Core Directory",
        "initiatedBy": {"app": None, "user": {"id": by, "userPrincipalName": "", "displayName": ""}},
        "targetResources": [{"id": target, "displayName": "", "type": kind, "modifiedProperties": properties}],
    }  # fmt: skip
