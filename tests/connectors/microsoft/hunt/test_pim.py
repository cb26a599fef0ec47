"""Privileged Identity Management: roles to be activated and settings."""

from __future__ import annotations

import shlex

import pytest

from connectors.errors import UnsupportedError
from connectors.microsoft.hunt.areas import pim
from runner.range.microsoft.people import guid
from runner.range.microsoft.tenant import PLANTED_USER
from tests.connectors.microsoft.trial import trial


def test_what_the_subject_let_others_activate_and_the_setting_they_loosened_are_found() -> None:
    with trial() as one:
        found, gaps = one.sweep(pim)
        assert {finding.kind for finding in found} == {"role-eligible", "pim-setting"}
        assert all(finding.by_subject for finding in found)
        eligible = next(finding for finding in found if finding.kind == "role-eligible")
        assert guid(PLANTED_USER) in eligible.title
        assert any("adminRemove" in word for word in shlex.split(eligible.remove))
        assert not gaps


def test_a_setting_that_others_changed_last_is_no_finding() -> None:
    with trial() as one:
        for row in one.world.tenant.rows("roleManagementPolicies"):
            row["lastModifiedBy"] = {"id": guid("dana.price"), "displayName": "x"}
        assert [finding.kind for finding in one.sweep(pim)[0]] == ["role-eligible"]


def test_without_the_licence_there_is_nothing_of_the_sort() -> None:
    with trial() as one:
        one.door("settings", licences=["P1"])
        with pytest.raises(UnsupportedError, match="licence"):
            one.sweep(pim)


def test_settings_that_cannot_be_read_are_a_gap_and_hide_no_role() -> None:
    with trial() as one:
        match = "GET /v1.0/policies/roleManagementPolicies"
        one.door("faults", faults=[{"kind": "refuse", "match": match, "times": 9}])
        found, gaps = one.sweep(pim)
        assert [finding.kind for finding in found] == ["role-eligible"]
        assert len(gaps) == 1
