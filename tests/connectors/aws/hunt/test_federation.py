from __future__ import annotations

import json
from typing import Any

import pytest

from connectors.aws.hunt.areas import federation

GITHUB = "token.actions.githubusercontent.com"
PROVIDER = f"arn:aws:iam::123456789012:oidc-provider/{GITHUB}"


def statement(principal: dict[str, Any], **condition: Any) -> dict[str, Any]:
    return {
        "Effect": "Allow",
        "Principal": principal,
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": condition,
    }


def entered(*conditions: tuple[str, str, Any], provider: str = PROVIDER) -> str:
    one = {"Condition": {operator: {key: value} for operator, key, value in conditions}}
    return federation._entered(provider, list(federation._conditions(one)))[1]


@pytest.mark.parametrize(
    ("conditions", "severity"),
    [
        ([], "high"),
        ([("StringEquals", f"{GITHUB}:aud", "sts.amazonaws.com")], "high"),  # every customer has this audience
        ([("StringEquals", f"{GITHUB}:sub", "repo:acme/app:ref:refs/heads/main")], ""),
        ([("StringEquals", f"{GITHUB}:SUB", "repo:acme/app:*")], ""),  # a wildcard is a plain letter here
        ([("StringLike", f"{GITHUB}:sub", "repo:acme/app:*")], "medium"),
        ([("StringLike", f"{GITHUB}:sub", "repo:acme/*")], "medium"),
        ([("StringLike", f"{GITHUB}:sub", "repo:ac*")], "high"),  # anybody may call themselves acdc
        ([("StringLike", f"{GITHUB}:sub", "repo:????/app:main")], "high"),
        ([("StringLike", f"{GITHUB}:sub", "*")], "high"),
        ([("StringLike", f"{GITHUB}:sub", ["repo:acme/app:main", "*"])], "high"),  # one open name suffices
        ([("ForAnyValue:StringLike", f"{GITHUB}:sub", "repo:acme/app:main")], ""),
        ([("StringNotLike", f"{GITHUB}:sub", "repo:evil/*")], "high"),  # all but one
        ([("StringLike", "gitlab.com:sub", "repo:acme/app:main")], "high"),  # another issuer's token
        ([("StringLike", f"{GITHUB}:sub", "*"), ("StringEquals", f"{GITHUB}:sub", "repo:acme/app:main")], ""),
    ],
)
def test_a_sub_admits_one_name_one_owner_or_everybody(conditions: list[Any], severity: str) -> None:
    assert entered(*conditions) == severity


def test_a_public_provider_must_name_an_application() -> None:
    cognito = "cognito-identity.amazonaws.com"
    assert entered(provider=cognito) == "high"
    assert entered(("StringEquals", f"{cognito}:aud", "us-east-1:pool"), provider=cognito) == ""


def test_a_trust_that_the_subject_opened_is_found_and_closed_again(estate: Any) -> None:
    colleague = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{estate.home}:root"},
        "Action": "sts:AssumeRole",
    }
    document = {"Version": "2012-10-17", "Statement": [colleague, statement({"Federated": PROVIDER})]}
    estate.plant("iam").create_role(RoleName="ci", AssumeRolePolicyDocument=json.dumps(document))
    (one,) = estate.found(federation)
    assert (one.by_subject, one.severity) == (True, "high")
    assert "no condition names the `sub`" in one.title
    estate.run(one.remove)
    assert estate.found(federation) == []
    left = estate.client("iam").get_role(RoleName="ci")["Role"]["AssumeRolePolicyDocument"]
    assert left["Statement"] == [colleague]


def test_a_role_for_certificates_alone_trusts_nobody_after_its_removal(estate: Any) -> None:
    trust = statement({"Service": "rolesanywhere.amazonaws.com"})
    document = json.dumps({"Version": "2012-10-17", "Statement": trust})
    estate.plant("iam").create_role(RoleName="backup", AssumeRolePolicyDocument=document)
    (one,) = estate.found(federation)
    assert "a certificate of any trust anchor" in one.title
    estate.run(one.remove)
    assert estate.found(federation) == []


def test_certificates_of_one_anchor_and_saml_sign_ins_weigh_less(estate: Any) -> None:
    bound = statement(
        {"Service": "rolesanywhere.amazonaws.com"}, ArnEquals={"aws:SourceArn": "arn:aws:rolesanywhere:x"}
    )
    saml = statement({"Federated": f"arn:aws:iam::{estate.home}:saml-provider/partner"})
    document = json.dumps({"Version": "2012-10-17", "Statement": [bound, saml]})
    estate.client("iam").create_role(RoleName="staff", AssumeRolePolicyDocument=document)
    assert sorted(one.severity for one in estate.found(federation)) == ["low", "medium"]


def test_roles_that_aws_keeps_for_itself_are_left_out(estate: Any) -> None:
    document = json.dumps({"Version": "2012-10-17", "Statement": statement({"Federated": PROVIDER})})
    name = "AWSReservedSSO_Engineer_0123456789abcdef"
    estate.client("iam").create_role(
        RoleName=name, Path="/aws-reserved/sso.amazonaws.com/", AssumeRolePolicyDocument=document
    )
    assert estate.found(federation) == []
