"""Devices under Intune: a lock is what the device says of it, and a personal device is never touched whole."""

from __future__ import annotations

from connectors.contract import AccessPath, Outcome, PathKind, PathState, Undo
from runner.range.microsoft.devices import KIOSK, LAPTOP, PHONE
from runner.range.microsoft.people import SUSPECT, guid
from tests.connectors.microsoft.trial import Trial, trial

MINE = guid(f"managed-{LAPTOP}-{SUSPECT}")


def managed(one: Trial, what: str = f"{LAPTOP}-{SUSPECT}") -> AccessPath:
    (found,) = [path for path in one.paths("intune", PathKind.DEVICE) if path.id.endswith(guid(f"managed-{what}"))]
    return found


def test_a_locked_device_is_open_only_to_who_knows_its_pin() -> None:
    with trial() as one:
        laptop = managed(one)
        assert one.door("screen", device=MINE)["open"]
        one.cut(laptop)
        assert not one.door("screen", device=MINE)["open"]
        assert one.door("screen", device=MINE, pin="1234")["open"]
        after = one.after()[laptop.id]
        assert after.state is PathState.CUT
        assert "PIN" in after.reason


def test_a_lock_that_waits_for_its_device_is_no_proof() -> None:
    with trial() as one:
        one.door("change", table="managedDevices", id=MINE, values={"_online": False})
        laptop = managed(one)
        (tried,) = one.cut(laptop)
        assert tried.landed is not None
        assert "waits" in tried.landed.detail
        one.door("advance", seconds=3000)
        after = one.after()[laptop.id]
        assert after.state is PathState.STANDING
        assert "waits for the device" in after.reason
        one.door("change", table="managedDevices", id=MINE, values={"_online": True})
        assert one.after()[laptop.id].state is PathState.CUT


def test_a_lock_takes_the_devices_time() -> None:
    with trial() as one:
        one.door("settings", device_time=600.0)
        laptop = managed(one)
        one.cut(laptop)
        one.door("advance", seconds=599)
        assert one.after()[laptop.id].state is PathState.STANDING
        one.door("advance", seconds=2)
        assert one.after()[laptop.id].state is PathState.CUT


def test_a_system_that_takes_no_lock_is_told_and_stands() -> None:
    with trial() as one:
        one.door("change", table="managedDevices", id=MINE, values={"_lock": "notSupported"})
        laptop = managed(one)
        one.cut(laptop)
        after = one.after()[laptop.id]
        assert (after.state, after.reason) == (PathState.STANDING, "this device does not take a remote lock")


def test_a_lock_from_before_the_first_read_is_not_taken_for_ours() -> None:
    with trial() as one:
        one.cut(managed(one))
        (fresh,) = [path for path in one.observe().paths if path.id == managed(one).id]
        assert fresh.state is PathState.STANDING
        one.before = one.observe()
        one.cut(managed(one))
        assert one.after()[fresh.id].state is PathState.CUT


def test_a_personal_device_is_never_locked_and_its_card_names_the_selective_wipe() -> None:
    with trial() as one:
        phone = managed(one, f"{PHONE}-{SUSPECT}")
        assert phone.manual is not None
        assert "microsoft.wipe-managed-apps" in " ".join(phone.manual.instructions)
        one.cut(*[path for path in one.before.paths if path.manual is None])
        assert one.door("screen", device=guid(f"managed-{PHONE}-{SUSPECT}"))["open"]
        assert not one.world.tenant.rows("erased")


def test_a_device_of_unknown_owner_is_treated_as_a_personal_one() -> None:
    with trial() as one:
        one.door("change", table="managedDevices", id=MINE, values={"managedDeviceOwnerType": "unknown"})
        (laptop,) = [path for path in one.observe().paths if path.id == managed(one).id]
        assert laptop.manual is not None


def test_a_shared_device_is_not_locked() -> None:
    with trial() as one:
        assert managed(one, KIOSK).manual is not None
        one.cut(*[path for path in one.before.paths if path.manual is None])
        assert one.door("screen", device=guid(f"managed-{KIOSK}"))["open"]


def test_nothing_is_given_back_and_the_note_says_who_unlocks() -> None:
    with trial() as one:
        laptop = managed(one)
        assert laptop.undo is Undo.NO
        one.cut(laptop)
        (tried,) = one.restore(laptop)
        assert tried.landed is not None
        assert (tried.landed.outcome, tried.landed.detail) == (Outcome.NOT_APPLICABLE, laptop.undo_note)


def test_a_device_that_left_intune_is_gone() -> None:
    with trial() as one:
        del one.world.tenant.table("managedDevices")[MINE]
        assert one.after()[managed(one).id].state is PathState.CUT


def test_a_tenant_without_intune_says_that_it_has_none() -> None:
    with trial() as one:
        one.door("settings", licences=["P1", "P2", "E5", "DEFENDER"])
        seen = one.observe()
        (told,) = [path for path in seen.paths if path.id.startswith("intune/")]
        assert told.state is PathState.NOT_APPLICABLE
        assert "Intune" in told.reason
        assert PathKind.DEVICE not in seen.unread
