from __future__ import annotations

from typing import Any

import pytest

from connectors.aws.hunt.areas import sharing
from runner.range.seed import Credentials, client

HOSTILE = "all'; rm -rf ~ #"


def resource(region: str, account: str) -> str:
    return f"arn:aws:ec2:{region}:{account}:transit-gateway/tgw-1"


def test_a_share_that_the_subject_gave_to_a_stranger_is_found_and_ended(estate: Any) -> None:
    ram = estate.plant("ram", "eu-west-1")
    ram.create_resource_share(
        name=HOSTILE, principals=[estate.stranger, estate.home], resourceArns=[resource("eu-west-1", estate.home)]
    )
    (one,) = estate.found(sharing)
    assert (one.by_subject, one.detail["principal"], one.detail["region"]) == (True, estate.stranger, "eu-west-1")
    assert HOSTILE in one.title
    estate.run(one.remove)
    assert estate.found(sharing) == []


@pytest.fixture
def member(estate: Any) -> Credentials:
    """The administrator of another account of the organisation, which this estate does not name."""
    organizations = estate.client("organizations")
    organizations.create_organization(FeatureSet="ALL")
    made = organizations.create_account(Email="other@initech.example", AccountName="Other")
    arn = f"arn:aws:iam::{made['CreateAccountStatus']['AccountId']}:role/OrganizationAccountAccessRole"
    taken = estate.client("sts").assume_role(RoleArn=arn, RoleSessionName="other")["Credentials"]
    return Credentials("role", taken["AccessKeyId"], taken["SecretAccessKey"], taken["SessionToken"])


def test_a_share_that_this_account_took_from_a_stranger_is_told_and_given_up(estate: Any, member: Credentials) -> None:
    ram = client(estate.running.endpoint, "ram", member)
    ram.create_resource_share(
        name="network", principals=[estate.home], resourceArns=[resource("us-east-1", "111122223333")]
    )
    (one,) = estate.found(sharing)
    assert (one.kind, one.severity, one.detail["owner"]) == ("share-taken", "low", "111122223333")
    estate.run(one.remove)
    assert estate.found(sharing) == []
