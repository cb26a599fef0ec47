"""What the subject changed in Intune, by Intune's own log."""

from __future__ import annotations

import pytest

from connectors.errors import UnsupportedError
from connectors.microsoft.hunt.areas import intune
from runner.range.microsoft.people import guid
from tests.connectors.microsoft.trial import trial


def test_a_script_and_a_role_of_the_subject_are_found_and_reads_are_not() -> None:
    with trial() as one:
        found, gaps = one.sweep(intune)
        assert {finding.detail["type"] for finding in found} == {"DeviceManagementScript", "RoleAssignment"}
        assert {finding.severity for finding in found} == {"high"}
        assert {finding.by_subject for finding in found} == {True}
        assert gaps == []


def test_the_finding_says_where_the_thing_is_by_its_id() -> None:
    with trial() as one:
        script = next(one_ for one_ in one.sweep(intune)[0] if one_.detail["type"] == "DeviceManagementScript")
        assert guid("DeviceManagementScript-Printer set-up") in script.remove


def test_one_thing_changed_twice_is_one_finding_of_the_latest_change() -> None:
    with trial() as one:
        (row,) = one.door("get", table="intuneAudit", displayName="Create RoleAssignment")
        one.door("put", table="intuneAudit", rows=[{**row, "id": "later", "activityType": "Patch RoleAssignment",
                                                    "activityDateTime": "2099-01-01T00:00:00Z"}])  # fmt: skip
        roles = [found for found in one.sweep(intune)[0] if found.detail["type"] == "RoleAssignment"]
        assert [found.detail["activity"] for found in roles] == ["Patch RoleAssignment"]


def test_a_change_that_failed_is_no_finding() -> None:
    with trial() as one:
        for row in one.door("get", table="intuneAudit"):
            row["activityResult"] = "Failure"
        assert one.sweep(intune) == ([], [])


def test_a_policy_weighs_less_than_a_script() -> None:
    with trial() as one:
        (row,) = one.door("get", table="intuneAudit", displayName="Patch DeviceConfiguration")
        row["actor"]["userId"] = one.account.id
        policy = next(found for found in one.sweep(intune)[0] if found.detail["type"] == "DeviceConfiguration")
        assert policy.severity == "medium"


def test_a_tenant_without_intune_is_told_as_not_applicable() -> None:
    with trial() as one:
        one.door("settings", licences=["P1"])
        with pytest.raises(UnsupportedError, match="licence"):
            one.sweep(intune)
