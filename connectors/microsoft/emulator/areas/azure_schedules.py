"""PIM for Azure: roles for a time, and those that somebody may activate."""

from __future__ import annotations

import uuid
from typing import Any

from connectors.microsoft.emulator.area import Answered, Area, Call, Refusal
from connectors.microsoft.emulator.areas.azure import ROLES, assignment, part, record, shown_at
from connectors.microsoft.emulator.arm import operation, scope_of
from connectors.microsoft.emulator.listing import listing
from connectors.microsoft.emulator.schedules import ACTIVE, ELIGIBLE, Schedules
from connectors.microsoft.emulator.tenant import Record, Tenant

AREA = Area("azure schedules")
KINDS = {ACTIVE: "roleAssignment", ELIGIBLE: "roleEligibility"}


class AzureSchedules(Schedules):
    """Azure roles; records are flat here and have `properties` besides, as Azure shows them."""

    tables = {ACTIVE: "azureSchedules", ELIGIBLE: "azureEligibilities"}  # noqa: RUF012 - never changed
    place = ("principalId", "roleDefinitionId", "scope")

    def give(self, tenant: Tenant, wanted: Record) -> None:
        """Assign the role."""
        if not self._held(tenant, wanted):
            scope, rest = str(wanted["scope"]), {name: wanted[name] for name in ("principalId", "roleDefinitionId")}
            tenant.put("azureAssignments", assignment(scope, str(uuid.uuid4()), {**rest, "principalType": "User"}))

    def take(self, tenant: Tenant, wanted: Record) -> bool:
        """Take the role."""
        found = self._held(tenant, wanted)
        tenant.remove("azureAssignments", found)
        return bool(found)

    def _held(self, tenant: Tenant, wanted: Record) -> list[Record]:
        return [row for row in tenant.rows("azureAssignments")
                if all(row["properties"][name] == wanted[name] for name in self.place)]  # fmt: skip


SCHEDULES = AzureSchedules()


def _instance(row: Record) -> Record:
    name = str(row["id"])
    return {"id": f"{row['scope']}{ROLES}/scheduleInstances/{name}", "name": name,
            "properties": {key: value for key, value in row.items() if key != "id"}}  # fmt: skip


def _instances(tenant: Tenant, kind: str) -> list[Record]:
    """PIM's own, and of active ones all plain assignments besides."""
    own = [_instance(row) for row in tenant.rows(SCHEDULES.tables[kind])]
    if kind == ELIGIBLE:
        return own
    timed = {part(row["properties"]) for row in own}
    plain = [row for row in tenant.rows("azureAssignments") if part(row["properties"]) not in timed]
    more = {"assignmentType": "Assigned", "memberType": "Direct", "endDateTime": None}
    return own + [{**row, "properties": {**row["properties"], **more}} for row in plain]


def _serve(kind: str) -> None:
    name = KINDS[kind]
    right = f"Microsoft.Authorization/{name}Schedule"

    @AREA.route("GET", f"/{{scope+}}{ROLES}/{name}ScheduleInstances", operation(f"{right}Instances/read"),
                service="arm")  # fmt: skip
    def _list(tenant: Tenant, call: Call) -> Any:
        _licensed(tenant)
        return listing(tenant, call, shown_at(tenant, call, _instances(tenant, kind)), filters=False)

    @AREA.route("PUT", f"/{{scope+}}{ROLES}/{name}ScheduleRequests/{{name}}", _needs(kind, f"{right}Requests/write"),
                service="arm")  # fmt: skip
    def _ask(tenant: Tenant, call: Call) -> Any:
        _licensed(tenant)
        given = {**call.body["properties"], "scope": scope_of(call)}
        expiration = dict((given.get("scheduleInfo") or {}).get("expiration") or {})
        if expiration and expiration.get("type") not in ("AfterDateTime", "AfterDuration", "NoExpiration"):
            raise Refusal(400, "InvalidRequest", "Unknown expiration type.")
        wanted = SCHEDULES.ask(tenant, call, kind, str(given["requestType"]), given)
        record(tenant, call, f"{right}Requests/write", f"{scope_of(call)}{ROLES}/{name}ScheduleRequests/x")
        return Answered(201, {"name": call.values["name"], "properties": {**given, **wanted, "status": "Provisioned"}})


def _needs(kind: str, right: str) -> Any:
    """Whoever is eligible may activate it; anything else takes the operation."""
    asked = operation(right)

    def needs(tenant: Tenant, call: Call) -> Any:
        given = call.body["properties"] if isinstance(call.body, dict) else {}
        own = kind == ACTIVE and given.get("requestType") == "SelfActivate"
        return () if own else asked(tenant, call)

    return needs


def _licensed(tenant: Tenant) -> None:
    if not tenant.licensed("P2"):
        raise Refusal(400, "AadPremiumLicenseRequired", "The tenant needs an AAD Premium 2 license.")


for _kind in KINDS:
    _serve(_kind)


AREA.job(SCHEDULES.end)


@AREA.snapshot
def _snapshot(tenant: Tenant) -> dict[str, Any]:
    return {
        f"azure/{part(row)[0]}/{what}/{part(row)[1]}": row["endDateTime"]
        for what, table in (("active", "azureSchedules"), ("eligible", "azureEligibilities"))
        for row in tenant.rows(table)
    }  # fmt: skip
