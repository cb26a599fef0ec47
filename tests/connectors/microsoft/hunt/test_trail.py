"""The trail: what the log ties to the subject, through apps that they made their own."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.microsoft.client import opened
from connectors.microsoft.hunt.trail import APP, PRINCIPAL, Trail
from connectors.testing.rounds import Identity, Round
from runner.range.microsoft import apps
from runner.range.microsoft.people import BOSS, SUSPECT, guid
from tests.connectors.microsoft.kit import everything, microsoft_world

ME = guid(SUSPECT)


def row(activity: str, target: str, kind: str, **by: Any) -> dict[str, Any]:
    return {
        "activityDateTime": "2099-01-01T00:00:00Z", "activityDisplayName": activity, "result": "success",
        "initiatedBy": by, "targetResources": [{"id": target, "type": kind, "modifiedProperties": []}],
    }  # fmt: skip


@pytest.mark.parametrize("initiator", [
    {"appId": apps.app_id(apps.BACKUP_AGENT)}, {"servicePrincipalId": apps.principal(apps.TIMESHEET)},
])  # fmt: skip
def test_what_an_app_did_whose_secret_the_subject_made_is_theirs(initiator: dict[str, str]) -> None:
    with microsoft_world() as world, Round(world) as held:
        now = world.tenant.stamp()
        put = [
            row(
                "Add service principal credentials", apps.principal(apps.TIMESHEET), "ServicePrincipal", user={"id": ME}
            ),
            row("Add user", guid("ghost"), "User", app=initiator),
            row("Add user", guid("other"), "User", app={"appId": apps.app_id(apps.PAYROLL_SYNC)}),
            row("Add user", guid("starter"), "User", user={"id": guid(BOSS)}),
        ]
        for one in put:
            world.tenant.put("directoryAudits", {**one, "activityDateTime": now})
        trail = Trail(opened(held.session(Identity.READER)), [ME])
        assert trail.touched(guid("ghost")) is True
        assert trail.touched(guid("other")) is None
        assert trail.touched(guid("starter")) is None
        assert trail.gaps() == []
        assert trail.apps()[apps.app_id(apps.BACKUP_AGENT)] == APP
        assert trail.apps()[apps.principal(apps.TIMESHEET)] == PRINCIPAL


def test_a_change_that_two_ids_of_one_app_lead_to_is_told_once() -> None:
    with microsoft_world() as world, Round(world) as held:
        now, name = world.tenant.stamp(), apps.BACKUP_AGENT
        both = {"appId": apps.app_id(name), "servicePrincipalId": apps.principal(name)}
        for one in (
            row("Add service principal credentials", apps.principal(name), "ServicePrincipal", user={"id": ME}),
            row("Add user", guid("ghost"), "User", app=both),
        ):
            world.tenant.put("directoryAudits", {**one, "activityDateTime": now})
        trail = Trail(opened(held.session(Identity.READER)), [ME])
        made = [one for one in trail.changes("add user") if one["targetResources"][0]["id"] == guid("ghost")]
        assert len(made) == 1


def test_registrations_that_may_not_be_read_are_a_gap() -> None:
    with microsoft_world() as world, Round(world) as held:
        world.allow(reader=everything() - {"Application.Read.All", "Application.ReadWrite.All"})
        trail = Trail(opened(held.session(Identity.READER)), [ME])
        assert trail.changes("add user")
        assert any("/v1.0/applications" in gap for gap in trail.gaps())
