"""PIM for groups: memberships and ownerships for a time, and those that somebody may activate."""

from __future__ import annotations

from typing import Any

from connectors.microsoft.emulator.area import Answered, Area, Call, Needs
from connectors.microsoft.emulator.listing import listing
from connectors.microsoft.emulator.schedules import ACTIVE, ELIGIBLE, Schedules, provisioned
from connectors.microsoft.emulator.tenant import Record, Tenant

AREA = Area("group schedules")
BASE = "/v1.0/identityGovernance/privilegedAccess/group"
RIGHTS = {ACTIVE: "PrivilegedAssignmentSchedule", ELIGIBLE: "PrivilegedEligibilitySchedule"}
KEPT = {"member": "_members", "owner": "_owners"}


class GroupSchedules(Schedules):
    """Links to a group."""

    tables = {ACTIVE: "groupAssignments", ELIGIBLE: "groupEligibilities"}  # noqa: RUF012 - never changed
    place = ("groupId", "accessId", "principalId")

    def give(self, tenant: Tenant, wanted: Record) -> None:
        """Put the link in."""
        held = tenant.table("groups")[wanted["groupId"]].setdefault(KEPT[wanted["accessId"]], [])
        if wanted["principalId"] not in held:
            held.append(wanted["principalId"])

    def take(self, tenant: Tenant, wanted: Record) -> bool:
        """Take the link out."""
        held = tenant.table("groups").get(wanted["groupId"], {}).get(KEPT[wanted["accessId"]], [])
        if wanted["principalId"] not in held:
            return False
        held.remove(wanted["principalId"])
        return True


SCHEDULES = GroupSchedules()


def rights(name: str, where: str) -> Any:
    """To take away, a right that can never give is enough."""

    def needs(_tenant: Tenant, call: Call) -> Needs:
        wide = f"{name}.ReadWrite.{where}"
        return (f"{name}.Remove.{where}", wide) if (call.body or {}).get("action") == "adminRemove" else (wide,)

    return needs


def _serve(kind: str) -> None:
    reads = (f"{RIGHTS[kind]}.Read.AzureADGroup", f"{RIGHTS[kind]}.ReadWrite.AzureADGroup")

    @AREA.route("GET", f"{BASE}/{kind}ScheduleInstances", reads, licence="P2")
    def _list(tenant: Tenant, call: Call) -> Any:
        return listing(tenant, call, tenant.rows(SCHEDULES.tables[kind]))

    @AREA.route("POST", f"{BASE}/{kind}ScheduleRequests", rights(RIGHTS[kind], "AzureADGroup"), licence="P2")
    def _ask(tenant: Tenant, call: Call) -> Any:
        given = dict(call.body or {})
        wanted = SCHEDULES.ask(tenant, call, kind, str(given.get("action")), given)
        name = str(given["action"])
        call.audit(f"{name} in PIM for groups completed", "User", str(wanted["principalId"]),
                   category="GroupManagement", **{"Group.ObjectID": wanted["groupId"]})  # fmt: skip
        return Answered(201, provisioned(call, wanted))


for _kind in RIGHTS:
    _serve(_kind)


AREA.job(SCHEDULES.end)


@AREA.snapshot
def _snapshot(tenant: Tenant) -> dict[str, Any]:
    return {
        f"groups/{row['principalId']}/pim-{kind}/{row['groupId']}/{row['accessId']}": row["endDateTime"]
        for kind, table in SCHEDULES.tables.items() for row in tenant.rows(table)
    }  # fmt: skip
