"""Ways to sign in that the subject added to other people's accounts."""

from __future__ import annotations

from connectors.microsoft.hunt.areas import methods
from runner.range.microsoft.devices import PHONES, PLANTED_PASSKEY, PLANTED_PHONE, method
from runner.range.microsoft.people import BOSS, COLLEAGUE, CUTTER, DOMAIN, guid
from tests.connectors.microsoft.trial import trial


def test_the_planted_passkey_and_phone_are_found_with_the_request_that_removes_each() -> None:
    with trial() as one:
        found, gaps = one.sweep(methods)
        by_id = {finding.id: finding for finding in found}
        passkey = by_id[f"sign-in-method/{guid(COLLEAGUE)}/{PLANTED_PASSKEY}"]
        phone = by_id[f"sign-in-method/{guid(BOSS)}/{PHONES['office']}"]
        assert passkey.remove.endswith(f"/users/{guid(COLLEAGUE)}/authentication/fido2Methods/{PLANTED_PASSKEY}")
        assert phone.detail["number"] == PLANTED_PHONE
        assert {finding.by_subject for finding in found} == {True}
        assert gaps == []


def test_the_request_that_is_named_closes_the_door() -> None:
    with trial() as one:
        passkey = next(finding for finding in one.sweep(methods)[0] if PLANTED_PASSKEY in finding.id)
        known = {"user": f"{COLLEAGUE}@{DOMAIN}", "method": PLANTED_PASSKEY}
        assert one.door("prove", **known)["open"]
        row = f"{guid(COLLEAGUE)}/{passkey.remove.rpartition('/')[2]}"
        del one.world.tenant.table("methods")[row]
        assert not one.door("prove", **known)["open"]
        assert not [finding for finding in one.sweep(methods)[0] if PLANTED_PASSKEY in finding.id]


def test_what_was_added_and_is_gone_is_a_finding_of_the_account() -> None:
    with trial() as one:
        found = next(finding for finding in one.sweep(methods)[0] if finding.id == f"sign-in-method/{guid(BOSS)}")
        assert found.severity == "medium"
        assert "revokeSignInSessions" in found.remove
        assert len(found.detail["changed"]) == 1


def test_methods_that_people_have_of_old_are_no_finding() -> None:
    with trial() as one:
        one.door("put", table="methods", rows=[method(COLLEAGUE, "old-key", "fido2AuthenticationMethod")])
        assert not [finding for finding in one.sweep(methods)[0] if "old-key" in finding.id]


def test_the_subjects_own_registrations_are_no_finding() -> None:
    with trial() as one:
        assert not [finding for finding in one.sweep(methods)[0] if one.account.id in finding.id]


def test_an_account_that_cannot_be_read_is_a_gap_and_never_nothing() -> None:
    with trial() as one:
        fault = {"kind": "refuse", "match": "GET /v1.0/users/{user}/authentication/methods", "times": 1}
        one.door("faults", faults=[fault])
        found, gaps = one.sweep(methods)
        assert len(gaps) == 1
        assert found
        assert CUTTER not in repr(found)


def test_an_account_that_was_deleted_holds_nothing() -> None:
    with trial() as one:
        del one.world.tenant.table("users")[guid(BOSS)]
        found, gaps = one.sweep(methods)
        assert not [finding for finding in found if guid(BOSS) in finding.id]
        assert gaps == []
