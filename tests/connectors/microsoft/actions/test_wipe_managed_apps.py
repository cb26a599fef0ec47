"""The selective wipe: only the subject's tags, only work data, and done only when the registration is gone."""

from __future__ import annotations

import pytest

from connectors.contract import Outcome
from connectors.errors import InputError
from connectors.microsoft.actions.wipe_managed_apps import WipeManagedApps
from runner.range.microsoft.people import COLLEAGUE, SUSPECT, guid
from tests.connectors.microsoft.actions.conftest import Bench

TAG, THEIRS = guid(f"tag-{SUSPECT}"), guid(f"tag-{COLLEAGUE}")


def test_a_wipe_waits_until_the_app_is_opened(bench: Bench) -> None:
    done = bench.run(WipeManagedApps(), device_tags=[TAG])
    assert done.outcome is Outcome.COULD_NOT_CHECK
    assert "waits until the app is next opened" in done.why
    assert not bench.rows("erased")


def test_an_app_that_is_opened_loses_its_work_data_and_the_device_nothing_else(bench: Bench) -> None:
    bench.change("managedAppRegistrations", f"registration-{SUSPECT}", _opened=True)
    done = bench.run(WipeManagedApps(), device_tags=[TAG])
    assert done.outcome is Outcome.DONE
    assert [one["state"] for one in done.outputs["devices"]] == ["done"]
    assert bench.rows("erased") == [{"id": f"registration-{SUSPECT}", "what": "managed app data"}]
    assert bench.rows("managedDevices", managedDeviceOwnerType="personal", userId=guid(SUSPECT))


@pytest.mark.parametrize("strange", [THEIRS, "no-such-tag"])
def test_a_tag_that_is_not_the_subjects_keeps_all_from_being_asked(bench: Bench, strange: str) -> None:
    with pytest.raises(InputError) as caught:
        bench.run(WipeManagedApps(), device_tags=[TAG, strange])
    assert "1 of 2" in caught.value.what
    assert not [one for one in bench.world.gate.calls if one["write"]]


def test_a_refusal_is_a_failure(bench: Bench) -> None:
    bench.world.control.does("faults", {"faults": [{"kind": "refuse", "write": True}]})
    done = bench.run(WipeManagedApps(), device_tags=[TAG])
    assert (done.outcome, done.outputs["devices"][0]["state"]) == (Outcome.FAILED, "failed")
