"""Machines under Defender, proven by their network."""

from __future__ import annotations

import pytest

from connectors.contract import AccessPath, PathKind, PathState
from runner.range.microsoft.devices import KIOSK, LAPTOP, machine_id
from runner.range.microsoft.people import COLLEAGUE, SUSPECT, guid
from tests.connectors.microsoft.trial import Trial, trial

MINE, THEIRS = machine_id(f"{LAPTOP}-{SUSPECT}"), machine_id(f"{LAPTOP}-{COLLEAGUE}")
DEVICE = guid(f"device-{LAPTOP}-{SUSPECT}")


def machine(one: Trial, id_: str = MINE) -> AccessPath:
    (found,) = [path for path in one.paths("defender", PathKind.NETWORK) if path.id.endswith(id_)]
    return found


def reaches(one: Trial, id_: str = MINE) -> bool:
    return bool(one.door("network", machine=id_)["open"])


def test_an_isolated_machine_reaches_nothing_until_it_is_released_and_others_go_on() -> None:
    with trial() as one:
        one.cut(machine(one))
        assert not reaches(one)
        assert reaches(one, THEIRS)
        assert one.after()[machine(one).id].state is PathState.CUT
        one.restore(machine(one))
        assert reaches(one)
        assert machine(one).id in one.standing()


def test_an_isolation_that_waits_for_its_machine_is_no_proof() -> None:
    with trial() as one:
        one.door("change", table="machines", id=MINE, values={"_online": False})
        one.cut(machine(one))
        one.door("advance", seconds=3000)
        after = one.after()[machine(one).id]
        assert after.state is PathState.STANDING
        assert "waits for the machine" in after.reason
        assert reaches(one)


@pytest.mark.parametrize("status", ["Failed", "TimeOut", "Cancelled"])
def test_an_isolation_that_came_to_nothing_says_so(status: str) -> None:
    with trial() as one:
        one.door("change", table="machines", id=MINE, values={"_online": False})
        one.cut(machine(one))
        for row in one.world.tenant.rows("machineActions", machineId=MINE):
            row["status"] = status
        after = one.after()[machine(one).id]
        assert (after.state, after.reason) == (PathState.STANDING, f"the last isolation is {status}")


def test_a_release_that_waits_leaves_the_machine_isolated() -> None:
    with trial() as one:
        one.cut(machine(one))
        assert not reaches(one)
        one.door("change", table="machines", id=MINE, values={"_online": False})
        one.restore(machine(one))
        assert one.after()[machine(one).id].state is PathState.CUT
        assert not reaches(one)


def test_a_shared_machine_is_not_isolated() -> None:
    with trial() as one:
        kiosk = machine(one, machine_id(KIOSK))
        assert kiosk.manual is not None
        one.cut(*[path for path in one.before.paths if path.manual is None])
        assert reaches(one, machine_id(KIOSK))


def test_a_machine_whose_device_object_is_gone_is_judged_by_itself() -> None:
    with trial() as one:
        del one.world.tenant.table("devices")[DEVICE]
        assert one.after()[machine(one).id].state is PathState.STANDING
        one.cut(machine(one))
        assert one.after()[machine(one).id].state is PathState.CUT


def test_a_shared_machine_stays_a_card_when_its_device_object_is_gone() -> None:
    with trial() as one:
        kiosk = machine(one, machine_id(KIOSK))
        del one.world.tenant.table("devices")[guid(f"device-{KIOSK}")]
        after = one.after()[kiosk.id]
        assert (after.state, after.manual) == (PathState.STANDING, kiosk.manual)


def test_a_machine_that_defender_does_not_hold_is_told() -> None:
    with trial() as one:
        one.door("change", table="machines", id=MINE, values={"onboardingStatus": "CanBeOnboarded"})
        (found,) = [path for path in one.observe().paths if path.id == machine(one).id]
        assert found.state is PathState.NOT_APPLICABLE


def test_an_estate_without_defender_asks_it_nothing() -> None:
    with trial(defender=False) as one:
        assert one.paths("defender") == []
        assert not [call for call in one.world.gate.calls if call["service"] == "defender"]


def test_a_tenant_without_the_licence_says_that_it_has_none() -> None:
    with trial() as one:
        one.door("settings", licences=["P1", "P2", "E5", "INTUNE"])
        seen = one.observe()
        (told,) = [path for path in seen.paths if path.id.startswith("defender/")]
        assert (told.state, told.kind) == (PathState.NOT_APPLICABLE, PathKind.NETWORK)
        assert PathKind.NETWORK not in seen.unread


def test_a_device_that_names_itself_by_no_guid_is_asked_for_nowhere() -> None:
    with trial() as one:
        one.door("change", table="devices", id=DEVICE, values={"deviceId": "x' or 1 eq 1"})
        assert not [path for path in one.observe().paths if path.id == machine(one).id]
