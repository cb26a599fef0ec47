from __future__ import annotations

import json
from typing import Any

from connectors.aws.hunt.areas import policy_versions


def document(action: str) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, "Resource": "*"}]})


def test_a_policy_that_the_subject_set_back_is_found_and_set_forth(estate: Any) -> None:
    iam = estate.client("iam")
    arn = iam.create_policy(PolicyName="work", PolicyDocument=document("*"))["Policy"]["Arn"]
    for _number in range(2):
        iam.create_policy_version(PolicyArn=arn, PolicyDocument=document("s3:GetObject"), SetAsDefault=True)
    assert estate.found(policy_versions) == []
    estate.plant("iam").set_default_policy_version(PolicyArn=arn, VersionId="v1")
    (one,) = estate.found(policy_versions)
    assert (one.by_subject, one.severity, one.detail["default"], one.detail["newest"]) == (True, "high", "v1", "v3")
    estate.run(one.remove)
    assert estate.found(policy_versions) == []


def test_versions_are_counted_and_not_spelt(estate: Any) -> None:
    assert policy_versions._number("v10") > policy_versions._number("v9")


def test_a_boundary_that_the_subject_took_away_is_missing_until_it_is_back(estate: Any) -> None:
    iam, theirs = estate.client("iam"), estate.plant("iam")
    arn = iam.create_policy(PolicyName="fence", PolicyDocument=document("s3:*"))["Policy"]["Arn"]
    iam.create_user(UserName="builder")
    iam.put_user_permissions_boundary(UserName="builder", PermissionsBoundary=arn)
    estate.role("worker")
    iam.put_role_permissions_boundary(RoleName="worker", PermissionsBoundary=arn)
    assert estate.found(policy_versions) == []
    theirs.delete_user_permissions_boundary(UserName="builder")
    theirs.delete_role_permissions_boundary(RoleName="worker")
    found = estate.found(policy_versions)
    assert sorted(one.title for one in found) == [
        "the boundary of role worker was taken away",
        "the boundary of user builder was taken away",
    ]
    assert all(one.by_subject for one in found)
    for one in found:
        estate.run(one.remove.replace("arn:aws:iam::…:policy/…", arn).partition(", with")[0])
    assert estate.found(policy_versions) == []


def test_a_boundary_that_the_subject_exchanged_is_told_by_what_stands_now(estate: Any) -> None:
    iam = estate.client("iam")
    arns = [
        iam.create_policy(PolicyName=name, PolicyDocument=document("*"))["Policy"]["Arn"] for name in ("wide", "narrow")
    ]
    iam.create_user(UserName="builder")
    estate.plant("iam").put_user_permissions_boundary(UserName="builder", PermissionsBoundary=arns[0])
    (one,) = estate.found(policy_versions)
    assert one.title == f"the boundary of user builder was exchanged for {arns[0]}"
    iam.put_user_permissions_boundary(UserName="builder", PermissionsBoundary=arns[1])
    assert estate.found(policy_versions) == []


def test_a_boundary_of_somebody_who_is_gone_is_none_that_is_missing(estate: Any) -> None:
    iam = estate.client("iam")
    iam.create_user(UserName="builder")
    estate.plant("iam").put_user_permissions_boundary(
        UserName="builder", PermissionsBoundary="arn:aws:iam::aws:policy/x"
    )
    iam.delete_user(UserName="builder")
    assert estate.found(policy_versions) == []
