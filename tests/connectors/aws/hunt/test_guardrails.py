"""What holds for every area about identities, secrets and the audit."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import pytest

from connectors.aws.hunt.areas import (
    AREAS,
    analyzer,
    assignments,
    audit,
    changes,
    delegation,
    federation,
    identity_center,
    kms,
    log_groups,
    outsiders,
    policy_versions,
    providers,
    roles_anywhere,
    secrets,
    sharing,
)
from connectors.aws.hunt.sweep import _checks

FIRST: dict[ModuleType, str] = {
    analyzer: "ListAnalyzers",
    assignments: "ListInstances",
    audit: "ListDetectors",
    changes: "LookupEvents",
    delegation: "ListDelegatedAdministrators",
    federation: "GetAccountAuthorizationDetails",
    identity_center: "ListTrustedTokenIssuers",
    kms: "ListKeys",
    log_groups: "DescribeAccountPolicies",
    outsiders: "GetAccountAuthorizationDetails",
    policy_versions: "GetAccountAuthorizationDetails",
    providers: "ListSAMLProviders",
    roles_anywhere: "ListTrustAnchors",
    secrets: "ListSecrets",
    sharing: "GetResourceShareAssociations",
}
"""By area, one read that it cannot do without."""


@pytest.fixture
def settled(estate: Any) -> Any:
    """An estate with Identity Center and detectors, in which nobody planted anything."""
    estate.session.settings["identity-center-region"] = "us-east-1"
    for region in ("us-east-1", "eu-west-1"):
        estate.client("guardduty", region).create_detector(Enable=True)
    return estate


def test_a_clean_account_has_no_finding_and_every_place_was_looked_at(settled: Any) -> None:
    parts = settled.sweep(*FIRST)
    assert [one.title for part in parts for one in part.findings] == []
    assert {check["outcome"] for check in _checks(parts)} == {"done", "not-covered"}


def test_a_read_that_is_refused_is_never_taken_for_nothing_found(settled: Any) -> None:
    for area, operation in FIRST.items():
        settled.running.faults({"kind": "refuse", "operation": operation, "times": 99})
        (check, *_rest) = _checks(settled.sweep(area))
        assert check["outcome"] == "could-not-check", area.__name__
        assert operation in check["why"], area.__name__


def test_a_region_that_refuses_is_named_and_the_others_are_swept(settled: Any) -> None:
    settled.client("kms").create_key()
    settled.running.faults({"kind": "refuse", "operation": "ListKeys", "region": "eu-west-1", "times": 9})
    (check, *_rest) = _checks(settled.sweep(kms))
    assert check["outcome"] == "could-not-check"
    assert check["why"].startswith(f"{settled.home} eu-west-1: ")
    assert "us-east-1" not in check["why"]


def test_every_area_is_registered() -> None:
    assert set(FIRST) <= set(AREAS)
