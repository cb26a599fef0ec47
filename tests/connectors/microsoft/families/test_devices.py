"""Entra devices, proven by refresh tokens that belong to them."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.contract import AccessPath, PathKind, PathState, Persona, Subject
from connectors.errors import RefusedError
from connectors.microsoft.emulator import tokens
from connectors.microsoft.emulator.area import Refusal
from runner.range.microsoft.devices import KIOSK, LAPTOP, PHONE
from runner.range.microsoft.people import COLLEAGUE, DOMAIN, PASSWORD, SUSPECT, guid
from tests.connectors.microsoft.trial import Trial, trial

MINE, THEIRS = guid(f"device-{LAPTOP}-{SUSPECT}"), guid(f"device-{LAPTOP}-{COLLEAGUE}")


def device(one: Trial, what: str) -> AccessPath:
    (found,) = [path for path in one.paths("devices", PathKind.DEVICE) if path.id.endswith(guid(f"device-{what}"))]
    return found


def granted(one: Trial, **form: Any) -> str:
    """A refresh token, or why there is none."""
    whole = {"client_id": "t", "scope": "https://graph.microsoft.com/.default", **form}
    with one.world.tenant.lock:
        try:
            return str(tokens.grant(one.world.tenant, whole).body["refresh_token"])
        except Refusal as refusal:
            return refusal.message


def signed_in(one: Trial, name: str, on: str) -> str:
    user = f"{name}@{DOMAIN}"
    return granted(one, grant_type="password", username=user, password=PASSWORD, device=on)


def renewed(one: Trial, refresh: str) -> str:
    return granted(one, grant_type="refresh_token", refresh_token=refresh)


def test_a_disabled_device_gets_no_new_token_and_anothers_does() -> None:
    with trial() as one:
        mine, theirs = signed_in(one, SUSPECT, MINE), signed_in(one, COLLEAGUE, THEIRS)
        unbound = signed_in(one, SUSPECT, "")
        assert renewed(one, mine) == mine
        one.cut(device(one, f"{LAPTOP}-{SUSPECT}"))
        assert "AADSTS135011" in renewed(one, mine)
        assert renewed(one, theirs) == theirs
        assert renewed(one, unbound) == unbound
        one.restore(device(one, f"{LAPTOP}-{SUSPECT}"))
        assert renewed(one, mine) == mine


def test_a_cut_device_says_what_still_works_offline() -> None:
    with trial() as one:
        laptop = device(one, f"{LAPTOP}-{SUSPECT}")
        one.cut(laptop)
        after = one.after()[laptop.id]
        assert after.state is PathState.CUT
        assert "offline" in after.reason


def test_a_device_that_no_app_may_disable_is_a_card_and_the_range_refuses_it_too() -> None:
    with trial() as one:
        phone = device(one, f"{PHONE}-{SUSPECT}")
        assert phone.manual is not None
        assert phone.id.rsplit("/", 1)[1] in " ".join(phone.manual.instructions)
        assert isinstance(one.held.one("cut", phone).error, RefusedError)


def test_a_device_that_a_person_disabled_by_hand_reads_as_cut() -> None:
    with trial() as one:
        phone = device(one, f"{PHONE}-{SUSPECT}")
        one.door("change", table="devices", id=phone.id.rsplit("/", 1)[1], values={"accountEnabled": False})
        assert one.after()[phone.id].state is PathState.CUT


def test_a_shared_device_is_told_and_never_cut() -> None:
    with trial() as one:
        kiosk = device(one, KIOSK)
        assert kiosk.manual is not None
        assert f"{COLLEAGUE}@{DOMAIN}" in " ".join(kiosk.manual.instructions)
        one.cut(*[path for path in one.before.paths if path.manual is None])
        assert one.world.tenant.table("devices")[guid(f"device-{KIOSK}")]["accountEnabled"]
        assert one.after()[kiosk.id].state is PathState.STANDING


def test_a_device_of_the_subjects_two_personas_is_not_shared() -> None:
    with trial() as one:
        second = Persona("p2", (), (f"{COLLEAGUE}@{DOMAIN}",))
        one.world.subject = Subject("worker-1", (*one.world.subject.personas, second))
        (kiosk,) = [path for path in one.observe().paths if path.id.startswith("devices/") and KIOSK in path.label]
        assert kiosk.manual is None


def test_a_device_whose_owner_was_taken_away_is_still_judged() -> None:
    with trial() as one:
        laptop = device(one, f"{LAPTOP}-{SUSPECT}")
        one.door("change", table="devices", id=MINE, values={"_owners": [], "_users": []})
        assert one.after()[laptop.id].state is PathState.STANDING


def test_a_deleted_device_is_gone() -> None:
    with trial() as one:
        laptop = device(one, f"{LAPTOP}-{SUSPECT}")
        del one.world.tenant.table("devices")[MINE]
        assert one.after()[laptop.id].state is PathState.CUT


@pytest.mark.parametrize("synced", [True, None])
def test_of_a_synced_device_it_is_told_that_the_directory_may_enable_it_again(synced: bool | None) -> None:
    with trial() as one:
        laptop = device(one, f"{LAPTOP}-{SUSPECT}")
        one.door("change", table="devices", id=MINE, values={"onPremisesSyncEnabled": synced})
        one.cut(laptop)
        assert ("Active Directory" in one.after()[laptop.id].reason) == bool(synced)


def test_owned_things_that_are_no_devices_are_left_alone() -> None:
    with trial() as one:
        strange = {"id": "endpoint-1", "@odata.type": "#microsoft.graph.endpoint", "_owners": [one.account.id],
                   "_users": [], "deviceId": "x", "displayName": "x", "operatingSystem": "Windows",
                   "accountEnabled": True}  # fmt: skip
        one.door("put", table="devices", rows=[strange])
        assert not [path for path in one.observe().paths if path.id.endswith("endpoint-1")]
