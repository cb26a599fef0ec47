from __future__ import annotations

import json
from typing import Any

import pytest

from connectors.aws.hunt.areas import delegation

SERVICE = "guardduty.amazonaws.com"


@pytest.fixture
def organization(estate: Any) -> str:
    """An organisation with one member account."""
    client = estate.client("organizations")
    client.create_organization(FeatureSet="ALL")
    made = client.create_account(Email="production@initech.example", AccountName="Production")
    estate.session.settings["accounts"] = [made["CreateAccountStatus"]["AccountId"]]
    estate.session.settings["role"] = "OrganizationAccountAccessRole"
    return str(made["CreateAccountStatus"]["AccountId"])


def test_an_administrator_that_the_subject_named_is_found_and_removed(estate: Any, organization: str) -> None:
    client = estate.plant("organizations")
    estate.client("organizations").register_delegated_administrator(
        AccountId=organization, ServicePrincipal="ssm.amazonaws.com"
    )
    assert estate.found(delegation) == []
    client.register_delegated_administrator(AccountId=organization, ServicePrincipal=SERVICE)
    (one,) = estate.found(delegation)
    assert (one.by_subject, one.severity, one.detail["service"]) == (True, "high", SERVICE)
    estate.run(one.remove)
    assert estate.found(delegation) == []


def test_an_administrator_that_is_no_account_of_the_estate_is_told(estate: Any, organization: str) -> None:
    estate.session.settings["accounts"] = []
    estate.client("organizations").register_delegated_administrator(AccountId=organization, ServicePrincipal=SERVICE)
    (one,) = estate.found(delegation)
    assert (one.by_subject, one.severity) == (None, "medium")


@pytest.mark.usefixtures("organization")
def test_a_policy_of_the_organisation_that_the_subject_wrote_is_found_and_removed(estate: Any) -> None:
    row = {"Effect": "Allow", "Principal": {"AWS": estate.stranger}, "Action": "organizations:*", "Resource": "*"}
    content = json.dumps({"Version": "2012-10-17", "Statement": [row]})
    estate.plant("organizations").put_resource_policy(Content=content)
    (one,) = estate.found(delegation)
    assert (one.kind, one.by_subject, one.detail["principals"]) == ("organization-policy", True, [estate.stranger])
    estate.run(one.remove)
    assert estate.found(delegation) == []


def test_an_estate_without_an_organisation_has_nothing_to_delegate(estate: Any) -> None:
    estate.running.faults()
    parts = estate.sweep(delegation)
    assert [(part.findings, part.why) for part in parts] == [((), "")]
