"""Directory roles: assignments, PIM's schedules, the settings of PIM. A role that is gone is gone at the next call."""

from __future__ import annotations

from typing import Any

from connectors.microsoft.emulator.area import Answered, Area, Call, Refusal, denied, not_found
from connectors.microsoft.emulator.areas.group_schedules import rights
from connectors.microsoft.emulator.areas.groups import TOP
from connectors.microsoft.emulator.listing import listing
from connectors.microsoft.emulator.schedules import ACTIVE, ELIGIBLE, Schedules, provisioned
from connectors.microsoft.emulator.tenant import Record, Tenant

AREA = Area("roles")
BASE = "/v1.0/roleManagement/directory"
READ = ("RoleManagement.Read.Directory", "RoleManagement.ReadWrite.Directory")
WRITE = ("RoleManagement.ReadWrite.Directory",)
KINDS = {ACTIVE: ("roleAssignment", "RoleAssignmentSchedule"), ELIGIBLE: ("roleEligibility", "RoleEligibilitySchedule")}


class RoleSchedules(Schedules):
    """Roles over the tenant or a part of it."""

    tables = {ACTIVE: "roleSchedules", ELIGIBLE: "roleEligibilities"}  # noqa: RUF012 - never changed
    place = ("principalId", "roleDefinitionId", "directoryScopeId")

    def give(self, tenant: Tenant, wanted: Record) -> None:
        """Assign the role."""
        if not tenant.rows("roleAssignments", **wanted):
            tenant.put("roleAssignments", dict(wanted))

    def take(self, tenant: Tenant, wanted: Record) -> bool:
        """Take the role."""
        found = tenant.rows("roleAssignments", **wanted)
        tenant.remove("roleAssignments", found)
        return bool(found)


SCHEDULES = RoleSchedules()


def _may_give(call: Call) -> None:
    """A person needs the role for it; an app's right is enough."""
    if call.who.kind == "user" and not call.who.roles & TOP:
        raise denied()


@AREA.route("GET", f"{BASE}/roleDefinitions", READ)
def _definitions(tenant: Tenant, call: Call) -> Any:
    return listing(tenant, call, tenant.rows("roleDefinitions"))


@AREA.route("GET", f"{BASE}/roleAssignments", READ)
def _assignments(tenant: Tenant, call: Call) -> Any:
    return listing(tenant, call, tenant.rows("roleAssignments"))


@AREA.route("POST", f"{BASE}/roleAssignments", WRITE)
def _assign(tenant: Tenant, call: Call) -> Any:
    _may_give(call)
    given = dict(call.body or {})
    wanted = {name: given.get(name) for name in SCHEDULES.place}
    if tenant.rows("roleAssignments", **wanted):
        raise Refusal(400, "Request_BadRequest", "A conflicting object with one or more of the specified property "
                      "values is present in the directory.")  # fmt: skip
    if wanted["roleDefinitionId"] not in tenant.table("roleDefinitions"):
        raise not_found("Role definition")
    made = tenant.put("roleAssignments", wanted)
    _note(tenant, call, "Add member to role", made)
    return Answered(201, made)


@AREA.route("DELETE", f"{BASE}/roleAssignments/{{assignment}}", WRITE)
def _unassign(tenant: Tenant, call: Call) -> None:
    found = tenant.table("roleAssignments").get(call.values["assignment"])
    if found is None:
        raise not_found(f"Resource '{call.values['assignment']}'")
    _may_give(call)
    tenant.remove("roleAssignments", [found])
    tenant.remove("roleSchedules", tenant.rows("roleSchedules", **{name: found[name] for name in SCHEDULES.place}))
    _note(tenant, call, "Remove member from role", found)


def _instances(tenant: Tenant, kind: str) -> list[Record]:
    """PIM's own, and of active ones all plain assignments besides."""
    own = tenant.rows(SCHEDULES.tables[kind])
    if kind == ELIGIBLE:
        return own
    held = {tuple(row.get(name) for name in SCHEDULES.place) for row in own}
    return own + [
        {**row, "assignmentType": "Assigned", "memberType": "Direct", "startDateTime": None, "endDateTime": None,
         "roleAssignmentOriginId": row["id"]}
        for row in tenant.rows("roleAssignments") if tuple(row.get(name) for name in SCHEDULES.place) not in held
    ]  # fmt: skip


def _serve(kind: str) -> None:
    path, right = KINDS[kind]

    reads = (f"{right}.Read.Directory", f"{right}.ReadWrite.Directory")

    @AREA.route("GET", f"{BASE}/{path}ScheduleInstances", reads, licence="P2")
    def _list(tenant: Tenant, call: Call) -> Any:
        return listing(tenant, call, _instances(tenant, kind))

    @AREA.route("POST", f"{BASE}/{path}ScheduleRequests", rights(right, "Directory"), licence="P2")
    def _ask(tenant: Tenant, call: Call) -> Any:
        given = dict(call.body or {})
        if given.get("action") != "selfActivate":
            _may_give(call)
        wanted = SCHEDULES.ask(tenant, call, kind, str(given.get("action")), given)
        _note(tenant, call, f"{given['action']} in PIM completed", wanted)
        return Answered(201, provisioned(call, wanted))


for _kind in KINDS:
    _serve(_kind)


@AREA.route("GET", "/v1.0/policies/roleManagementPolicies", READ, licence="P2")
def _policies(tenant: Tenant, call: Call) -> Any:
    """Only of one scope at a time."""
    if "scopeId eq" not in call.query.get("$filter", "") or "scopeType eq" not in call.query["$filter"]:
        raise Refusal(400, "InvalidFilter", "The filter must name scopeId and scopeType.")
    return listing(tenant, call, tenant.rows("roleManagementPolicies"))


def _note(tenant: Tenant, call: Call, activity: str, row: Record) -> None:
    role = tenant.table("roleDefinitions").get(str(row["roleDefinitionId"]), {})
    named = {"Role.ObjectID": f'"{row["roleDefinitionId"]}"', "Role.DisplayName": f'"{role.get("displayName")}"'}
    call.audit(activity, "User", str(row["principalId"]), category="RoleManagement", **named)


AREA.job(SCHEDULES.end)


@AREA.snapshot
def _snapshot(tenant: Tenant) -> dict[str, Any]:
    timed = {_part(row) for row in tenant.rows("roleSchedules")}
    plain = {f"assignment/{_part(row)}": True for row in tenant.rows("roleAssignments") if _part(row) not in timed}
    made = {f"{what}/{_part(row)}": row["endDateTime"]
            for what, table in (("active", "roleSchedules"), ("eligible", "roleEligibilities"))
            for row in tenant.rows(table)}  # fmt: skip
    shown = {}
    for name, value in {**plain, **made}.items():
        what, who, rest = name.split("/", 2)
        shown[f"roles/{who}/{what}/{rest}"] = value
    return shown


def _part(row: Record) -> str:
    scope = str(row.get("directoryScopeId") or "/").strip("/").replace("/", "-") or "tenant"
    return f"{row['principalId']}/{row['roleDefinitionId']}@{scope}"
