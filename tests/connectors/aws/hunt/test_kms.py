from __future__ import annotations

import json
from typing import Any

from connectors.aws.hunt.areas import kms


def key(estate: Any, *principals: Any) -> str:
    made = estate.client("kms", "eu-west-1").create_key()["KeyMetadata"]["Arn"]
    if principals:
        policy(estate.client("kms", "eu-west-1"), made, *principals)
    return str(made)


def policy(client: Any, arn: str, *principals: Any) -> None:
    rows = [
        {"Effect": "Allow", "Principal": {"AWS": one}, "Action": "kms:Decrypt", "Resource": "*"} for one in principals
    ]
    document = json.dumps({"Version": "2012-10-17", "Statement": rows})
    client.put_key_policy(KeyId=arn, PolicyName="default", Policy=document)


def test_a_grant_for_a_stranger_or_the_subject_is_found_and_revoked(estate: Any) -> None:
    arn, theirs = key(estate), estate.plant("kms", "eu-west-1")
    me = f"arn:aws:iam::{estate.home}:user/jordan.lee"
    for grantee in (f"arn:aws:iam::{estate.stranger}:root", me, f"arn:aws:iam::{estate.home}:role/app"):
        theirs.create_grant(KeyId=arn, GranteePrincipal=grantee, Operations=["Decrypt", "CreateGrant"])
    found = estate.found(kms)
    assert sorted(one.detail["grantee"] for one in found) == [me, f"arn:aws:iam::{estate.stranger}:root"]
    assert all(one.by_subject and one.kind == "key-grant" for one in found)
    for one in found:
        estate.run(one.remove)
    assert estate.found(kms) == []


def test_a_service_that_holds_a_grant_and_a_principal_that_is_gone_are_no_strangers(estate: Any) -> None:
    arn = key(estate, f"arn:aws:iam::{estate.home}:root", "AROAEXAMPLEEXAMPLE123")
    estate.client("kms", "eu-west-1").create_grant(
        KeyId=arn, GranteePrincipal="fsx.amazonaws.com", Operations=["Decrypt"]
    )
    assert estate.found(kms) == []


def test_a_key_policy_that_the_subject_opened_is_found_and_closed(estate: Any) -> None:
    arn = key(estate)
    policy(estate.plant("kms", "eu-west-1"), arn, f"arn:aws:iam::{estate.home}:root", estate.stranger)
    (one,) = estate.found(kms)
    assert (one.kind, one.by_subject, one.detail["principals"]) == ("key-policy", True, [estate.stranger])
    estate.run(one.remove)
    assert estate.found(kms) == []


def test_a_key_is_never_left_without_anybody_who_may_manage_it(estate: Any) -> None:
    arn = key(estate, estate.stranger)
    (one,) = estate.found(kms)
    estate.run(one.remove)
    left = json.loads(estate.client("kms", "eu-west-1").get_key_policy(KeyId=arn, PolicyName="default")["Policy"])
    assert left["Statement"][0]["Principal"] == {"AWS": f"arn:aws:iam::{estate.home}:root"}


def test_a_key_that_names_the_subject_is_told_apart(estate: Any) -> None:
    me = f"arn:aws:iam::{estate.home}:user/jordan.lee"
    key(estate, me, [me, f"arn:aws:iam::{estate.home}:root"])
    (one,) = estate.found(kms)
    assert (one.kind, one.severity, one.by_subject) == ("key-policy-subject", "medium", None)
    estate.run(one.remove)
    assert estate.found(kms) == []


def test_one_key_that_may_not_be_read_hides_no_other(estate: Any) -> None:
    key(estate, estate.stranger)
    key(estate, estate.stranger)
    estate.running.faults({"kind": "refuse", "operation": "GetKeyPolicy"})
    parts = estate.sweep(kms)
    assert len([one for part in parts for one in part.findings]) == 1
    assert "kms:GetKeyPolicy" in "".join(part.why for part in parts)
