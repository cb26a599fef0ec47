from __future__ import annotations

import shlex
from typing import Any

from connectors.aws.hunt.areas import providers

HOSTILE = "https://idp.example/{{ 7*7 }};$(rm -rf ~)\x1b[31m"


def metadata(entity: str) -> str:
    return f'<EntityDescriptor entityID="{entity}">{"x" * 1000}</EntityDescriptor>'


def openid(iam: Any, host: str) -> None:
    iam.create_open_id_connect_provider(
        Url=f"https://{host}", ClientIDList=["sts.amazonaws.com"], ThumbprintList=["a" * 40]
    )


def test_a_provider_that_the_subject_made_is_found_and_removed(estate: Any) -> None:
    openid(estate.plant("iam"), "token.actions.githubusercontent.com")
    estate.plant("iam").create_saml_provider(Name="partner", SAMLMetadataDocument=metadata("https://idp.example"))
    found = estate.found(providers)
    assert {(one.kind, one.by_subject, one.severity) for one in found} == {
        ("openid-provider", True, "high"),
        ("saml-provider", True, "high"),
    }
    for one in found:
        estate.run(one.remove)
    assert estate.found(providers) == []


def test_an_issuer_that_nobody_knows_is_told_though_nobody_can_say_who_made_it(estate: Any) -> None:
    openid(estate.client("iam"), "ci.example.org/tenant")
    openid(estate.client("iam"), "gitlab.com")
    (one,) = estate.found(providers)
    assert (one.by_subject, one.severity, one.detail["issuer"]) == (None, "medium", "ci.example.org/tenant")


def test_a_cluster_of_ours_is_known_by_its_whole_issuer_and_not_by_its_host(estate: Any) -> None:
    eks = estate.client("eks", "eu-west-1")
    role = estate.role()
    eks.create_cluster(name="build", roleArn=role, resourcesVpcConfig={"subnetIds": ["subnet-1"]})
    ours = eks.describe_cluster(name="build")["cluster"]["identity"]["oidc"]["issuer"].removeprefix("https://")
    openid(estate.client("iam"), ours)
    openid(estate.client("iam"), "oidc.eks.eu-west-1.amazonaws.com/id/SOMEBODYELSES")
    assert [one.detail["issuer"] for one in estate.found(providers)] == [
        "oidc.eks.eu-west-1.amazonaws.com/id/SOMEBODYELSES"
    ]


def test_identity_centers_own_provider_is_no_finding_until_the_subject_touches_it(estate: Any) -> None:
    name = "AWSSSO_0123456789abcdef_DO_NOT_DELETE"
    arn = estate.client("iam").create_saml_provider(Name=name, SAMLMetadataDocument=metadata("https://portal"))
    assert estate.found(providers) == []
    estate.plant("iam").update_saml_provider(
        SAMLProviderArn=arn["SAMLProviderArn"], SAMLMetadataDocument=metadata("https://theirs.example")
    )
    (one,) = estate.found(providers)
    assert (one.by_subject, one.detail["entity"]) == (True, "https://theirs.example")


def test_the_name_that_metadata_gives_itself_stays_text(estate: Any) -> None:
    estate.client("iam").create_saml_provider(
        Name="partner", SAMLMetadataDocument=metadata("HOSTILE").replace("HOSTILE", HOSTILE.replace("\x1b", ""))
    )
    (one,) = estate.found(providers)
    assert one.detail["entity"] == HOSTILE.replace("\x1b", "")
    assert len(shlex.split(one.remove)) == 7
