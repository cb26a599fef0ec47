"""Conditional access that blocks everybody: somebody must be left out of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from connectors.contract import Check, Readiness
from connectors.microsoft.preflight.conditions import conditions
from connectors.microsoft.preflight.facts import Unread
from tests.connectors.microsoft.preflight.cases import GOOD


def policy(**changed: Any) -> dict[str, Any]:
    asked = {"users": {"includeUsers": ["All"]}, "applications": {"includeApplications": ["All"]},
             "clientAppTypes": ["all"], **changed.pop("conditions", {})}  # fmt: skip
    return {"displayName": "Stop", "state": "enabled", "grantControls": {"builtInControls": ["block"]},
            "conditions": asked, **changed}  # fmt: skip


def told(*policies: dict[str, Any]) -> Check:
    (found,) = conditions(replace(GOOD, policies=policies))
    return found


def test_a_policy_that_blocks_everybody_and_leaves_nobody_out_is_not_ready() -> None:
    found = told(policy())
    assert found.readiness is Readiness.NOT_READY
    assert found.why == "nobody is left out of Stop"


@pytest.mark.parametrize("left", ["excludeUsers", "excludeGroups", "excludeRoles"])
def test_one_that_leaves_somebody_out_is_ready_and_a_person_knows_whom(left: str) -> None:
    found = told(policy(conditions={"users": {"includeUsers": ["All"], left: ["x"]}}))
    assert found.readiness is Readiness.READY
    assert "a person knows" in found.why


@pytest.mark.parametrize("narrow", [
    policy(state="disabled"), policy(grantControls={"builtInControls": ["mfa"]}), policy(grantControls=None),
    policy(conditions={"users": {"includeUsers": ["x"]}}), policy(conditions={"locations": {"includeLocations": ["y"]}}),
    policy(conditions={"clientAppTypes": ["other"]}), policy(conditions={"applications": {"includeApplications": ["z"]}}),
])  # fmt: skip
def test_a_narrower_policy_is_no_matter_of_break_glass_accounts(narrow: dict[str, Any]) -> None:
    assert told(narrow).readiness is Readiness.NOT_APPLICABLE


def test_policies_that_could_not_be_read_cannot_be_told_and_without_the_licence_there_are_none() -> None:
    (unread,) = conditions(replace(GOOD, policies=Unread("GET …: 403")))
    assert unread.readiness is Readiness.CANNOT_TELL
    (unbought,) = conditions(replace(GOOD, policies=Unread("not applicable (licence): no P1")))
    assert unbought.readiness is Readiness.NOT_APPLICABLE
