from __future__ import annotations

import shlex
from typing import Any

from connectors.aws.hunt.areas import roles_anywhere

HOSTILE = "ca'; rm -rf ~ #{{ 7*7 }}"
BUNDLE = {"sourceType": "CERTIFICATE_BUNDLE", "sourceData": {"x509CertificateData": "-----BEGIN CERTIFICATE-----"}}


def test_an_authority_that_the_subject_brought_is_found_with_whom_it_let_in(estate: Any) -> None:
    theirs = estate.plant("rolesanywhere", "eu-west-1")
    theirs.create_trust_anchor(name=HOSTILE, source=BUNDLE, enabled=True)
    theirs.create_profile(name="backup", roleArns=[estate.role()], enabled=True)
    estate.running.ask(
        "seed", of="certificate", account=estate.home, region="eu-west-1", **{"x509-subject": f"CN={HOSTILE}"}
    )
    found = {one.kind: one for one in estate.found(roles_anywhere)}
    assert {kind: one.by_subject for kind, one in found.items()} == {
        "trust-anchor": True,
        "certificate-profile": True,
        "certificate": None,
    }
    assert {one.detail["region"] for one in found.values()} == {"eu-west-1"}
    assert found["trust-anchor"].detail["name"] == HOSTILE
    assert found["certificate"].detail["x509-subject"] == f"CN={HOSTILE}"
    assert shlex.split(found["certificate"].remove)[:3] == ["aws", "rolesanywhere", "import-crl"]
    estate.run(found["trust-anchor"].remove)
    estate.run(found["certificate-profile"].remove)
    assert estate.found(roles_anywhere) == []


def test_an_authority_of_ours_is_no_finding_and_a_pasted_certificate_is_doubtful(estate: Any) -> None:
    ours = estate.client("rolesanywhere")
    for account in (estate.home, estate.stranger):
        authority = f"arn:aws:acm-pca:us-east-1:{account}:certificate-authority/one"
        source = {"sourceType": "AWS_ACM_PCA", "sourceData": {"acmPcaArn": authority}}
        ours.create_trust_anchor(name=account, source=source, enabled=True)
    ours.create_trust_anchor(name="bundle", source=BUNDLE, enabled=True)
    ours.create_trust_anchor(name="off", source=BUNDLE, enabled=False)
    found = estate.found(roles_anywhere)
    assert sorted(one.detail["name"] for one in found) == [estate.stranger, "bundle"]
    assert {(one.by_subject, one.severity) for one in found} == {(None, "medium")}
