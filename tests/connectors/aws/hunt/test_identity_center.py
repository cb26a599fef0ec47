from __future__ import annotations

from typing import Any

import pytest

from connectors.aws.hunt.areas import identity_center

HOSTILE = "Wiki'; rm -rf ~ #{{ 7*7 }}"


@pytest.fixture
def instance(estate: Any) -> str:
    """The ARN of the estate's instance."""
    estate.session.settings["identity-center-region"] = "us-east-1"
    return str(estate.client("sso-admin").list_instances()["Instances"][0]["InstanceArn"])


def issuer(sso: Any, instance: str, url: str) -> None:
    jwt = {
        "IssuerUrl": url,
        "ClaimAttributePath": "email",
        "IdentityStoreAttributePath": "emails.value",
        "JwksRetrievalOption": "OPEN_ID_DISCOVERY",
    }
    sso.create_trusted_token_issuer(
        InstanceArn=instance, Name="tokens", TrustedTokenIssuerType="OIDC_JWT",
        TrustedTokenIssuerConfiguration={"OidcJwtConfiguration": jwt},
    )  # fmt: skip


def test_an_issuer_of_the_subject_is_found_and_deleted(estate: Any, instance: str) -> None:
    issuer(estate.plant("sso-admin"), instance, "https://theirs.example")
    issuer(estate.client("sso-admin"), instance, "https://ours.example")
    found = {one.detail["issuer"]: one for one in estate.found(identity_center)}
    assert (found["https://theirs.example"].by_subject, found["https://theirs.example"].severity) == (True, "high")
    assert (found["https://ours.example"].by_subject, found["https://ours.example"].severity) == (None, "medium")
    for one in found.values():
        estate.run(one.remove)
    assert estate.found(identity_center) == []


def test_an_application_of_the_subject_is_found_and_deleted(estate: Any, instance: str) -> None:
    made = {"InstanceArn": instance, "ApplicationProviderArn": "arn:aws:sso::aws:applicationProvider/custom"}
    estate.client("sso-admin").create_application(Name="Payroll", **made)
    estate.plant("sso-admin").create_application(Name=HOSTILE, **made)
    (one,) = estate.found(identity_center)
    assert (one.by_subject, one.detail["name"]) == (True, HOSTILE)
    estate.run(one.remove)
    assert estate.found(identity_center) == []


def test_an_estate_without_identity_center_is_asked_nothing(estate: Any) -> None:
    mark = len(estate.running.calls())
    assert estate.found(identity_center) == []
    assert not [call for call in estate.running.calls(mark) if call["service"] == "sso"]
