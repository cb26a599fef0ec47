"""Retire, wipe and sync: issued is never told as done, and only the subject's own devices are touched."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.contract import Action, Effect, Outcome
from connectors.errors import InputError, ReadOnlyError
from connectors.microsoft.actions.retire_device import RetireDevice
from connectors.microsoft.actions.sync_device import SyncDevice
from connectors.microsoft.actions.wipe_device import DISK, WipeDevice
from runner.range.microsoft.devices import KIOSK, LAPTOP, PHONE
from runner.range.microsoft.people import COLLEAGUE, SUSPECT, guid
from tests.connectors.microsoft.actions.conftest import Bench

MINE, PERSONAL = guid(f"managed-{LAPTOP}-{SUSPECT}"), guid(f"managed-{PHONE}-{SUSPECT}")
THEIRS, SHARED = guid(f"managed-{LAPTOP}-{COLLEAGUE}"), guid(f"managed-{KIOSK}")
ENDS = (RetireDevice(), WipeDevice())
ALL = (*ENDS, SyncDevice())
each = pytest.mark.parametrize("action", ALL, ids=lambda one: one.name)


def told(outputs: Any) -> dict[str, str]:
    return {one["device"]: one["state"] for one in outputs["devices"]}


@each
def test_an_online_device_does_it_and_is_told_as_done(bench: Bench, action: Action) -> None:
    done = bench.run(action, devices=[MINE])
    assert (done.outcome, told(done.outputs)) == (Outcome.DONE, {MINE: "done"})
    gone = MINE not in bench.world.tenant.table("managedDevices")
    assert gone == (action in ENDS)


@each
def test_a_device_that_is_off_is_issued_and_never_done(bench: Bench, action: Action) -> None:
    bench.change("managedDevices", MINE, _online=False)
    done = bench.run(action, devices=[MINE], wait_minutes=20)
    assert (done.outcome, told(done.outputs)) == (Outcome.COULD_NOT_CHECK, {MINE: "waits"})
    assert "issued, waits for the device" in done.why
    assert sum(bench.context.pauses) >= 20 * 60
    assert not bench.rows("erased")


@each
def test_a_device_that_comes_online_while_it_is_waited_for_is_done(bench: Bench, action: Action) -> None:
    bench.settings(device_time=120.0)
    done = bench.run(action, devices=[MINE], wait_minutes=20)
    assert told(done.outputs) == {MINE: "done"}
    assert 120 <= sum(bench.context.pauses) < 20 * 60


@each
def test_an_end_of_time_loses_nothing_that_was_issued(bench: Bench, action: Action) -> None:
    bench.change("managedDevices", MINE, _online=False)
    bench.context.looks = 0
    assert told(bench.run(action, devices=[MINE]).outputs) == {MINE: "waits"}


@each
@pytest.mark.parametrize("strange", [THEIRS, SHARED])
def test_one_device_of_somebody_else_keeps_all_of_them_from_being_asked(
    bench: Bench, action: Action, strange: str
) -> None:
    with pytest.raises(InputError, match=strange):
        bench.run(action, devices=[MINE, strange])
    assert not [one for one in bench.world.gate.calls if one["write"]]


@each
def test_a_device_that_is_not_there_is_already_so(bench: Bench, action: Action) -> None:
    strange = guid("nowhere")
    done = bench.run(action, devices=[strange])
    assert (done.outcome, told(done.outputs)) == (Outcome.ALREADY_SO, {strange: "gone"})


@each
def test_a_refused_device_is_told_and_the_others_are_asked(bench: Bench, action: Action) -> None:
    second = {**bench.world.tenant.table("managedDevices")[MINE], "id": guid("second"), "deviceActionResults": []}
    bench.world.tenant.put("managedDevices", second)
    bench.world.control.does("faults", {"faults": [{"kind": "refuse", "write": True, "times": 1}]})
    done = bench.run(action, devices=[MINE, guid("second")])
    assert (done.outcome, told(done.outputs)) == (Outcome.FAILED, {MINE: "failed", guid("second"): "done"})


@each
def test_a_lost_reply_is_settled_by_what_intune_shows(bench: Bench, action: Action) -> None:
    bench.world.control.does("faults", {"faults": [{"kind": "drop-reply", "write": True}]})
    assert told(bench.run(action, devices=[MINE]).outputs) == {MINE: "done"}


@each
def test_a_session_that_may_not_write_refuses(bench: Bench, action: Action) -> None:
    with pytest.raises(ReadOnlyError):
        action.run(bench.preserver, {"devices": [MINE], "wait_minutes": 0, "keep_enrollment_data": False,
                                     "keep_user_data": False}, bench.context)  # fmt: skip
    assert not [one for one in bench.world.gate.calls if one["write"]]


@pytest.mark.parametrize("state", ["retireFailed", "retireCanceled"])
def test_a_retire_that_failed_is_told_as_failed(bench: Bench, state: str) -> None:
    bench.change("managedDevices", MINE, _online=False)
    bench.run(RetireDevice(), devices=[MINE], wait_minutes=0)
    bench.world.control.does("faults", {"faults": []})

    class Failing(type(bench.context)):  # type: ignore[misc]
        def pause(self, seconds: float) -> None:
            super().pause(seconds)
            bench.change("managedDevices", MINE, managementState=state)

    bench.context = Failing(bench.world, bench.context.accounts, bench.context.subject)
    done = bench.run(RetireDevice(), devices=[MINE], wait_minutes=1)
    assert (done.outcome, told(done.outputs)) == (Outcome.FAILED, {MINE: "failed"})


@pytest.mark.parametrize("owner", ["personal", "unknown"])
def test_a_device_that_is_not_the_companys_is_never_wiped_whole(bench: Bench, owner: str) -> None:
    bench.change("managedDevices", PERSONAL, managedDeviceOwnerType=owner)
    with pytest.raises(InputError, match=PERSONAL):
        bench.run(WipeDevice(), devices=[MINE, PERSONAL])
    assert not bench.rows("erased")


def test_a_personal_device_may_be_retired_for_that_leaves_the_persons_data(bench: Bench) -> None:
    bench.run(RetireDevice(), devices=[PERSONAL])
    assert bench.rows("erased") == [{"id": PERSONAL, "what": "retire"}]


def test_a_wipe_keeps_what_it_is_told_to_keep(bench: Bench) -> None:
    bench.change("managedDevices", MINE, _online=False)
    bench.run(WipeDevice(), devices=[MINE], wait_minutes=0, keep_user_data=True)
    assert bench.world.tenant.table("managedDevices")[MINE]["_wipe"] == {
        "keepEnrollmentData": False, "keepUserData": True, "persistEsimDataPlan": True,
    }  # fmt: skip


def test_a_wipe_says_which_evidence_it_loses() -> None:
    assert WipeDevice.destroys == (DISK,)
    assert {one.effect for one in ENDS} == {Effect.DESTROY}
