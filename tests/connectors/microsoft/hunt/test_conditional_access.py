"""Conditional access: exceptions, switches and deletions of the subject's, and places that are trusted since."""

from __future__ import annotations

import pytest

from connectors.contract import Finding
from connectors.errors import UnsupportedError
from connectors.microsoft.hunt.areas import conditional_access
from runner.range.microsoft.people import guid
from runner.range.microsoft.tenant import COMPLIANT, COUNTRIES, LEGACY, MFA, ago
from tests.connectors.microsoft.trial import Trial, trial


def swept(one: Trial) -> dict[str, Finding]:
    findings, gaps = one.sweep(conditional_access)
    assert gaps == []
    return {found.id: found for found in findings}


def test_what_was_bent_is_found_and_what_the_boss_did_is_not() -> None:
    with trial() as one:
        found = swept(one)
        assert set(found) == {
            f"policy-exception/{guid(MFA)}", f"policy-exception/{guid(COMPLIANT)}", f"policy-off/{guid(LEGACY)}",
            f"policy-deleted/{guid('policy-gone')}", f"trusted-location/{guid('place-planted')}",
        }  # fmt: skip
        assert guid(COUNTRIES) not in str(found)


def test_an_exception_says_whom_it_is_for() -> None:
    with trial() as one:
        found = swept(one)
        assert found[f"policy-exception/{guid(MFA)}"].title.endswith("leaves out the subject")
        assert found[f"policy-exception/{guid(COMPLIANT)}"].title.endswith("leaves out a user they made")


def test_an_excluded_group_that_the_subject_is_in_is_an_exception_too() -> None:
    with trial() as one:
        one.world.tenant.put("groups", {"id": "g9", "displayName": "Breakfast club", "_members": [one.account.id]})
        policy = one.world.tenant.table("conditionalAccessPolicies")[guid(COUNTRIES)]
        policy["conditions"]["users"]["excludeGroups"] = ["g9"]
        found = swept(one)[f"policy-exception/{guid(COUNTRIES)}"]
        assert "the group Breakfast club" in found.title
        assert found.by_subject is None


def test_a_policy_that_was_switched_off_is_switched_on_by_one_request() -> None:
    with trial() as one:
        found = swept(one)[f"policy-off/{guid(LEGACY)}"]
        assert found.by_subject is True
        assert '{"state": "enabled"}' in found.remove


def test_a_policy_that_was_only_changed_is_told_as_that() -> None:
    with trial() as one:
        one.world.tenant.table("conditionalAccessPolicies")[guid(LEGACY)]["state"] = "enabled"
        assert f"policy-changed/{guid(LEGACY)}" in swept(one)


def test_a_place_that_was_trusted_before_the_log_begins_is_told_as_nobodys() -> None:
    with trial() as one:
        place = one.world.tenant.table("namedLocations")[guid("place-branch")]
        place["createdDateTime"] = place["modifiedDateTime"] = ago(60)
        found = swept(one)[f"trusted-location/{guid('place-branch')}"]
        assert (found.by_subject, found.severity) == (None, "low")


def test_without_the_licence_there_are_no_policies_and_that_is_said() -> None:
    with trial() as one:
        one.world.control.does("settings", {"licences": []})
        with pytest.raises(UnsupportedError, match="licence"):
            one.sweep(conditional_access)
