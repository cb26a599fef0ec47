"""Groups: who is in them and who owns them; what fills them by itself; and who may change them.

Members are kept in `_members` of a group, owners in `_owners`. Nobody edits a group that a rule or Active Directory
fills, nor one that Exchange keeps; one that can hold roles takes a right of its own; the last owner stays.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from connectors.microsoft.emulator.area import Area, Call, Needs, Refusal, denied, not_found
from connectors.microsoft.emulator.areas.users import user_of
from connectors.microsoft.emulator.listing import listing
from connectors.microsoft.emulator.roles import groups_of
from connectors.microsoft.emulator.tenant import Record, Tenant

AREA = Area("groups")
DIRECTORY: Needs = ("Directory.Read.All", "Directory.ReadWrite.All")
OWN: Needs = ("User.Read.All", "User.ReadWrite.All")
MEMBERS: Needs = ("GroupMember.ReadWrite.All", "Group.ReadWrite.All", "Directory.ReadWrite.All")
OWNERS: Needs = ("Group.ReadWrite.All", "Directory.ReadWrite.All")
ASSIGNABLE = "RoleManagement.ReadWrite.Directory"
TOP = frozenset({"Global Administrator", "Privileged Role Administrator"})
ADMINISTRATORS = TOP | {"User Administrator", "Groups Administrator"}
TYPES = {"users": "user", "groups": "group", "servicePrincipals": "servicePrincipal",
         "administrativeUnits": "administrativeUnit", "roleDefinitions": "directoryRole"}  # fmt: skip
LINKS = {"members": ("_members", "member", MEMBERS), "owners": ("_owners", "owner", OWNERS)}


def typed(table: str, rows: Iterable[Record]) -> list[Record]:
    """Rows that say of which kind they are, whatever is selected."""
    return [{"@odata.type": f"#microsoft.graph.{TYPES[table]}", **row} for row in rows]


def group_of(tenant: Tenant, call: Call) -> Record:
    """The group that a path names.

    Raises:
        Refusal: there is none.

    """
    found = tenant.table("groups").get(call.values["group"])
    if found is None:
        raise not_found(f"Resource '{call.values['group']}'")
    return found


@AREA.route("GET", "/v1.0/users/{user}/memberOf", DIRECTORY)
def _member_of(tenant: Tenant, call: Call) -> Any:
    user = user_of(tenant, call)["id"]
    held = [one for one in tenant.rows("groups") if user in one.get("_members", ())]
    return listing(tenant, call, [*typed("groups", held), *_besides(tenant, user)])


@AREA.route("GET", "/v1.0/users/{user}/transitiveMemberOf", OWN)
def _all_of(tenant: Tenant, call: Call) -> Any:
    user = user_of(tenant, call)["id"]
    return listing(tenant, call, [*typed("groups", groups_of(tenant, user)), *_besides(tenant, user)])


def _besides(tenant: Tenant, user: str) -> list[Record]:
    """What holds a user and is no group: administrative units and roles."""
    roles = {row["roleDefinitionId"] for row in tenant.rows("roleAssignments", principalId=user)}
    return [
        *typed("administrativeUnits", (one for one in tenant.rows("administrativeUnits") if user in one["_members"])),
        *typed("roleDefinitions", (one for one in tenant.rows("roleDefinitions") if one["id"] in roles)),
    ]


@AREA.route("GET", "/v1.0/groups/{group}/transitiveMemberOf", DIRECTORY)
def _above(tenant: Tenant, call: Call) -> Any:
    return listing(tenant, call, typed("groups", groups_of(tenant, group_of(tenant, call)["id"])))


@AREA.route("GET", "/v1.0/groups", DIRECTORY)
def _list(tenant: Tenant, call: Call) -> Any:
    return listing(tenant, call, tenant.rows("groups"))


def _serve(link: str) -> None:
    """The same routes for members and owners."""
    kept, one, needs = LINKS[link]

    @AREA.route("GET", f"/v1.0/groups/{{group}}/{link}", DIRECTORY)
    def _linked(tenant: Tenant, call: Call) -> Any:
        held = group_of(tenant, call).get(kept, ())
        return listing(tenant, call, [
            row for table in ("users", "groups", "servicePrincipals")
            for row in typed(table, (row for row in tenant.rows(table) if row["id"] in held))
        ])  # fmt: skip

    @AREA.route("POST", f"/v1.0/groups/{{group}}/{link}/$ref", needs)
    def _add(tenant: Tenant, call: Call) -> None:
        group, new = group_of(tenant, call), str((call.body or {}).get("@odata.id", "")).rsplit("/", 1)[-1]
        _may_edit(call, group, link)
        if not any(new in tenant.table(table) for table in ("users", "groups", "servicePrincipals")):
            raise not_found(f"Resource '{new}'")
        if new in group.setdefault(kept, []):
            raise Refusal(400, "Request_BadRequest", "One or more added object references already exist for the "
                          f"following modified properties: '{link}'.")  # fmt: skip
        group[kept].append(new)
        _note(call, f"Add {one} to group", group, new)

    @AREA.route("DELETE", f"/v1.0/groups/{{group}}/{link}/{{one}}/$ref", needs)
    def _remove(tenant: Tenant, call: Call) -> None:
        group, old = group_of(tenant, call), call.values["one"]
        _may_edit(call, group, link)
        if old not in group.get(kept, ()):
            raise not_found(f"Resource '{old}'")
        if link == "owners" and [who for who in group[kept] if who in tenant.table("users")] == [old]:
            raise Refusal(400, "Request_BadRequest", "The group must have at least one owner, hence this owner cannot "
                          "be removed.")  # fmt: skip
        group[kept].remove(old)
        _note(call, f"Remove {one} from group", group, old)


for _link in LINKS:
    _serve(_link)


def _may_edit(call: Call, group: Record, link: str) -> None:
    types = group.get("groupTypes") or []
    if group.get("onPremisesSyncEnabled"):
        raise Refusal(400, "Request_BadRequest", "Unable to update the specified properties for on-premises mastered "
                      "Directory Sync objects or objects currently undergoing migration.")  # fmt: skip
    if link == "members" and "DynamicMembership" in types:
        raise Refusal(400, "Request_BadRequest", "The members of a dynamic group cannot be changed by hand.")
    if group.get("mailEnabled") and "Unified" not in types:
        raise Refusal(400, "Request_BadRequest", "Cannot Update a mail-enabled security groups and or distribution "
                      "list.")  # fmt: skip
    assignable = bool(group.get("isAssignableToRole"))
    if call.who.kind == "user":
        owns = call.who.id in group.get("_owners", ())
        if not owns and not call.who.roles & (TOP if assignable else ADMINISTRATORS):
            raise denied()
    elif assignable and ASSIGNABLE not in call.who.rights:
        raise denied()


def _note(call: Call, activity: str, group: Record, who: str) -> None:
    """As the log has it: who was put in is the first target, the group the second."""
    named = {"displayName": "Group.ObjectID", "oldValue": None, "newValue": f'"{group["id"]}"'}
    call.audits.append({
        "activityDisplayName": activity, "category": "GroupManagement", "targetResources": [
            {"id": who, "displayName": "", "type": "User", "modifiedProperties": [named]},
            {"id": group["id"], "displayName": group.get("displayName", ""), "type": "Group", "modifiedProperties": []},
        ],
    })  # fmt: skip


@AREA.snapshot
def _snapshot(tenant: Tenant) -> dict[str, Any]:
    """Links that are nobody's but the group's own: those that PIM made are told as PIM's."""
    timed = {(row["groupId"], row["accessId"], row["principalId"]) for row in tenant.rows("groupAssignments")}
    return {
        f"groups/{who}/{one}/{group['id']}": True
        for group in tenant.rows("groups") for kept, one, _needs in LINKS.values() for who in group.get(kept, ())
        if (group["id"], one, who) not in timed
    }  # fmt: skip
