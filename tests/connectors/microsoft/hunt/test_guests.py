"""Guests that the subject invited."""

from __future__ import annotations

from connectors.microsoft.hunt.areas import guests
from runner.range.microsoft.mail import GUEST
from runner.range.microsoft.people import guid, user
from tests.connectors.microsoft.trial import trial


def test_the_invited_guest_is_found_with_the_request_that_blocks_them() -> None:
    with trial() as one:
        (found,), _gaps = one.sweep(guests)
        assert found.id == f"guest/{guid(GUEST)}"
        assert found.by_subject is True
        assert "was invited by the subject" in found.title
        assert f"/v1.0/users/{guid(GUEST)}" in found.remove
        assert '{"accountEnabled": false}' in found.remove


def test_a_guest_of_others_is_no_finding_and_a_blocked_one_is_none_either() -> None:
    with trial() as one:
        one.door("put", table="users", rows=[user("vendor", userType="Guest")])
        one.door("change", table="users", id=guid(GUEST), values={"accountEnabled": False})
        assert one.sweep(guests) == ([], [])


def test_a_guest_that_was_only_changed_is_told_as_such() -> None:
    with trial() as one:
        (row,) = one.door("get", table="directoryAudits", activityDisplayName="Invite external user")
        row["activityDisplayName"] = "Update user"
        (found,), _gaps = one.sweep(guests)
        assert "was changed by the subject" in found.title
