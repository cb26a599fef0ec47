"""Devices: as Entra and Intune know them, with what is installed, and Intune's own log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connectors.microsoft.evidence.devices import PreserveDevices
from runner.range.microsoft.devices import LAPTOP
from runner.range.microsoft.people import COLLEAGUE, SUSPECT, guid

if TYPE_CHECKING:
    from tests.connectors.microsoft.evidence.conftest import Scene

DETECTED = "GET /beta/deviceManagement/managedDevices/{device}/detectedApps"


def test_devices_their_apps_and_the_log_are_kept(scene: Scene) -> None:
    result = scene.run(PreserveDevices())
    assert guid(f"managed-{LAPTOP}-{SUSPECT}") in result.outputs["managed"]
    assert [one.complete for one in result.receipts] == ["complete", "complete"]
    stored = b"".join(data for name, data in scene.context.stored.items() if name.startswith("devices-"))
    assert b"AnyDesk" in stored
    assert b"deviceActionResults" in stored, "a listing leaves them out; each device is read"
    assert guid(f"managed-{LAPTOP}-{COLLEAGUE}").encode() not in stored


def test_where_the_beta_list_of_apps_is_gone_that_is_a_gap_and_the_devices_are_kept(scene: Scene) -> None:
    scene.faults({"kind": "refuse", "match": DETECTED, "times": 100})
    devices, _log = scene.run(PreserveDevices()).receipts
    assert devices.complete == "incomplete"
    assert all("(beta)" in gap.what for gap in devices.gaps)
    assert devices.records > 3


def test_a_tenant_without_intune_has_no_managed_devices_and_no_gap(scene: Scene) -> None:
    scene.settings(licences=["P1"])
    result = scene.run(PreserveDevices())
    assert [one.complete for one in result.receipts] == ["complete", "complete"]
    assert all("Intune licence" in one.why for one in result.receipts)
    assert result.outputs["managed"] == []
