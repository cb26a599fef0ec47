"""Recovery keys: always listed, read only when asked, and told nowhere but in their own artefact."""

from __future__ import annotations

import json

from connectors.microsoft.actions.preserve_bitlocker_keys import PreserveBitlockerKeys
from connectors.microsoft.actions.preserve_defender_package import PreserveDefenderPackage
from runner.range.microsoft.devices import KIOSK, LAPTOP
from runner.range.microsoft.people import SUSPECT, guid
from tests.connectors.microsoft.actions.conftest import Bench

ACTION = PreserveBitlockerKeys()
MINE = guid(f"own-id-{LAPTOP}-{SUSPECT}")
READ = "GET /v1.0/informationProtection/bitlocker/recoveryKeys/{key}"


def keys(bench: Bench) -> list[str]:
    return [row["key"] for row in bench.rows("recoveryKeys", deviceId=MINE)]


def test_the_keys_of_the_subjects_devices_are_listed_and_none_is_read(bench: Bench) -> None:
    done = bench.run(ACTION)
    assert {one["device_id"] for one in done.outputs["found"]} == {MINE}
    assert {one["volume"] for one in done.outputs["found"]} == {"operatingSystemVolume", "fixedDataVolume"}
    assert done.outputs["read"] == 0
    assert not bench.calls(READ)
    assert not bench.rows("directoryAudits", activityDisplayName="Read BitLocker key")


def test_keys_that_are_asked_for_are_in_one_artefact_and_nowhere_else(bench: Bench) -> None:
    done = bench.run(ACTION, keys=True)
    assert done.outputs["read"] == 2
    kept = [json.loads(line) for line in bench.context.stored["bitlocker-recovery-keys.jsonl"].splitlines()]
    assert sorted(one["key"] for one in kept) == sorted(keys(bench))
    told = repr(done) + bench.context.stored["bitlocker-key-ids.json"].decode()
    assert not [key for key in keys(bench) if key in told]
    assert "opens the disks" in done.receipts[1].why


def test_each_read_of_a_key_stands_in_the_tenants_log(bench: Bench) -> None:
    bench.run(ACTION, keys=True)
    rows = bench.rows("directoryAudits", activityDisplayName="Read BitLocker key")
    assert [row["targetResources"][0]["id"] for row in rows] == [MINE, MINE]


def test_keys_of_a_shared_device_are_listed_and_not_read(bench: Bench) -> None:
    bench.world.tenant.put("recoveryKeys", {"id": "shared", "deviceId": guid(f"own-id-{KIOSK}"), "key": "1-2",
                                            "createdDateTime": "2026-02-03T08:00:00Z", "volumeType": "fixedDataVolume"})  # fmt: skip
    done = bench.run(ACTION, keys=True)
    assert "shared" in {one["key_id"] for one in done.outputs["found"]}
    assert done.outputs["read"] == 2


def test_a_refused_read_is_a_gap_and_the_list_stays(bench: Bench) -> None:
    bench.world.allow(reader=frozenset(ACTION.permissions) - {"BitlockerKey.Read.All"})
    done = bench.run(ACTION, keys=True)
    assert len(done.outputs["found"]) == 2
    listed, read = done.receipts
    assert (listed.complete, read.complete, len(read.gaps)) == ("complete", "incomplete", 2)
    assert "bitlocker-recovery-keys.jsonl" not in bench.context.stored


def test_a_list_that_cannot_be_read_is_incomplete_and_never_empty_in_silence(bench: Bench) -> None:
    bench.world.allow(reader=frozenset(PreserveDefenderPackage.permissions))
    (listed,) = bench.run(ACTION).receipts
    assert listed.complete == "incomplete"
    assert "403" in listed.gaps[0].why
