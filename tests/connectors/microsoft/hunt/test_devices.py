"""Devices that the subject registered for others."""

from __future__ import annotations

from connectors.microsoft.hunt.areas import devices
from runner.range.microsoft.devices import LAPTOP
from runner.range.microsoft.people import SUSPECT, guid
from tests.connectors.microsoft.trial import trial

PLANTED = guid("device-desk-17")


def test_the_planted_device_is_found_with_the_request_that_disables_it() -> None:
    with trial() as one:
        (found,), gaps = one.sweep(devices)
        assert (found.id, found.by_subject, gaps) == (f"device/{PLANTED}", True, [])
        assert f"/v1.0/devices/{PLANTED}" in found.remove
        assert '{"accountEnabled": false}' in found.remove


def test_a_disabled_or_deleted_device_is_no_finding() -> None:
    with trial() as one:
        one.door("change", table="devices", id=PLANTED, values={"accountEnabled": False})
        assert one.sweep(devices) == ([], [])
        del one.world.tenant.table("devices")[PLANTED]
        assert one.sweep(devices) == ([], [])


def test_a_device_that_the_subject_registered_for_themself_is_an_access_path_and_no_finding() -> None:
    with trial() as one:
        (row,) = one.door("get", table="directoryAudits", activityDisplayName="Add registered owner to device")
        row["targetResources"][0]["id"] = guid(f"device-{LAPTOP}-{SUSPECT}")
        assert one.sweep(devices) == ([], [])


def test_a_device_that_cannot_be_read_is_a_gap() -> None:
    with trial() as one:
        one.door("faults", faults=[{"kind": "refuse", "match": "GET /v1.0/devices/{device}", "times": 1}])
        found, gaps = one.sweep(devices)
        assert (found, len(gaps)) == ([], 1)
