from __future__ import annotations

import json
from typing import Any

import pytest

from connectors.aws.hunt.areas import buckets

BUCKET = "initech-ledgers"
OUT = "arn:aws:s3:::somebody-elses"


@pytest.fixture
def s3(estate: Any) -> Any:
    """The suspect's hand, with a bucket of the company's in another Region."""
    estate.client("s3", "eu-west-1").create_bucket(
        Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    return estate.plant("s3", "eu-west-1")


def policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(principal: Any, **more: Any) -> dict[str, Any]:
    return {
        "Effect": "Allow",
        "Principal": principal,
        "Action": "s3:GetObject",
        "Resource": f"arn:aws:s3:::{BUCKET}/*",
        **more,
    }


def test_a_policy_for_a_stranger_loses_the_stranger_and_nothing_else(estate: Any, s3: Any) -> None:
    ours = allow({"AWS": f"arn:aws:iam::{estate.home}:root"})
    s3.put_bucket_policy(Bucket=BUCKET, Policy=policy(ours, allow({"AWS": estate.stranger})))
    finding = estate.removed(buckets, "bucket-policy")
    assert (finding.by_subject, finding.detail["principals"]) == (True, [estate.stranger])
    assert json.loads(s3.get_bucket_policy(Bucket=BUCKET)["Policy"])["Statement"] == [ours]


def test_a_policy_for_everybody_and_nobody_else_is_deleted(estate: Any, s3: Any) -> None:
    s3.put_bucket_policy(Bucket=BUCKET, Policy=policy(allow("*")))
    assert "everybody" in estate.removed(buckets, "bucket-policy").title
    assert estate.found(buckets) == []


def test_a_policy_kept_to_our_accounts_is_no_finding(estate: Any, s3: Any) -> None:
    condition = {"StringEquals": {"aws:PrincipalAccount": estate.home}}
    s3.put_bucket_policy(Bucket=BUCKET, Policy=policy(allow("*", Condition=condition)))
    assert estate.found(buckets, kind="bucket-policy") == []


def test_a_policy_that_only_s3_calls_public_is_blocked(estate: Any) -> None:
    class Session:
        system = estate.session.system

        def call(self, service: str, operation: str, **_params: Any) -> dict[str, Any]:
            blocks = dict.fromkeys(buckets.BLOCKS, self.blocked)
            return {
                "get_bucket_policy": {"Policy": policy(allow({"AWS": estate.home}))},
                "get_bucket_policy_status": {"PolicyStatus": {"IsPublic": True}},
                "get_public_access_block": {"PublicAccessBlockConfiguration": blocks},
            }[operation]

        blocked = False

    look = estate.look()
    session = Session()
    object.__setattr__(look, "session", session)
    (finding,) = buckets._policy(look, BUCKET, buckets.Holdings(look, set(), set()))
    assert (finding.kind, finding.severity) == ("bucket-public", "medium")
    assert '"RestrictPublicBuckets":true' in finding.remove
    session.blocked = True
    assert list(buckets._policy(look, BUCKET, buckets.Holdings(look, set(), set()))) == []


def test_grants_to_everybody_and_to_strangers_are_taken_out_of_the_list(estate: Any, s3: Any) -> None:
    acl = s3.get_bucket_acl(Bucket=BUCKET)
    grants = [
        *acl["Grants"],
        {"Grantee": {"Type": "Group", "URI": "http://acs.amazonaws.com/groups/global/AllUsers"}, "Permission": "READ"},
        {"Grantee": {"Type": "Group", "URI": "http://acs.amazonaws.com/groups/s3/LogDelivery"}, "Permission": "WRITE"},
        {"Grantee": {"Type": "CanonicalUser", "ID": "ab" * 32}, "Permission": "FULL_CONTROL"},
    ]
    s3.put_bucket_acl(Bucket=BUCKET, AccessControlPolicy={"Owner": acl["Owner"], "Grants": grants})
    finding = estate.removed(buckets, "bucket-acl")
    assert finding.detail["principals"] == ["ab" * 32, "everybody"]
    assert len(s3.get_bucket_acl(Bucket=BUCKET)["Grants"]) == len(grants) - 2


def test_copies_to_a_strangers_bucket_end(estate: Any, s3: Any) -> None:
    for name in (BUCKET, "initech-copies"):
        if name != BUCKET:
            estate.client("s3").create_bucket(Bucket=name)
        s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    rules = [
        {
            "ID": name,
            "Status": "Enabled",
            "Priority": number,
            "Filter": {"Prefix": name},
            "DeleteMarkerReplication": {"Status": "Disabled"},
            "Destination": {"Bucket": to, **account},
        }
        for number, (name, to, account) in enumerate(
            (
                ("ours", "arn:aws:s3:::initech-copies", {}),
                ("named", "arn:aws:s3:::initech-copies", {"Account": estate.stranger}),
                ("unknown", OUT, {}),
            )
        )
    ]
    config = {"Role": "arn:aws:iam::123456789012:role/copy", "Rules": rules}
    s3.put_bucket_replication(Bucket=BUCKET, ReplicationConfiguration=config)
    estate.removed(buckets, "bucket-replication")
    kept = s3.get_bucket_replication(Bucket=BUCKET)["ReplicationConfiguration"]["Rules"]
    assert [one["ID"] for one in kept] == ["ours"]


def test_only_copies_to_strangers_means_no_replication_is_left(estate: Any, s3: Any) -> None:
    s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    rule = {"ID": "x", "Status": "Enabled", "Prefix": "", "Destination": {"Bucket": OUT}}
    s3.put_bucket_replication(
        Bucket=BUCKET, ReplicationConfiguration={"Role": "arn:aws:iam::123456789012:role/c", "Rules": [rule]}
    )
    assert "delete-bucket-replication" in estate.removed(buckets, "bucket-replication").remove


def test_a_strangers_queue_learns_of_no_object_any_more(estate: Any) -> None:
    look = estate.look()
    held = {
        "QueueConfigurations": [
            {"Id": account, "QueueArn": f"arn:aws:sqs:us-east-1:{account}:q", "Events": ["s3:*"]}
            for account in (estate.home, estate.stranger)
        ],
        "TopicConfigurations": [
            {"Id": "t", "TopicArn": f"arn:aws:sns:us-east-1:{estate.stranger}:t", "Events": ["s3:*"]}
        ],
        "EventBridgeConfiguration": {},
    }
    session = type("Session", (), {"system": estate.session.system, "call": lambda *_a, **_k: held})()
    object.__setattr__(look, "session", session)
    (finding,) = buckets._notification(look, BUCKET, buckets.Holdings(look, set(), set()))
    assert len(finding.detail["targets"]) == 2
    assert estate.stranger not in finding.remove
    assert estate.home in finding.remove
    assert "EventBridgeConfiguration" in finding.remove


def test_an_inventory_that_goes_outside_is_deleted(estate: Any, s3: Any) -> None:
    for name, destination in (
        ("out", {"Bucket": OUT}),
        ("named", {"Bucket": f"arn:aws:s3:::{BUCKET}", "AccountId": estate.stranger}),
        ("in", {"Bucket": f"arn:aws:s3:::{BUCKET}"}),
    ):
        s3.put_bucket_inventory_configuration(
            Bucket=BUCKET, Id=name,
            InventoryConfiguration={
                "Destination": {"S3BucketDestination": {"Format": "CSV", **destination}}, "IsEnabled": True, "Id": name,
                "IncludedObjectVersions": "All", "Schedule": {"Frequency": "Daily"},
            },
        )  # fmt: skip
    found = estate.found(buckets, kind="bucket-inventory")
    assert sorted(one.detail["resource"] for one in found) == [f"{BUCKET}#named", f"{BUCKET}#out"]
    assert found[0].by_subject is True
    assert found[0].remove == (  # not run here: moto would delete the bucket itself
        f"aws s3api delete-bucket-inventory-configuration --bucket {BUCKET} --id out --region eu-west-1"
    )


def test_a_name_that_this_account_does_not_know_is_asked_of_the_others_once(estate: Any) -> None:
    asked: list[str] = []

    class Session:
        def pages(
            self, _service: str, _operation: str, _key: str, *, account: str, **_more: Any
        ) -> list[dict[str, str]]:
            asked.append(account)
            return [{"Name": "sibling"}]

        def call(self, *_names: str, **_more: Any) -> dict[str, Any]:
            return {"Owner": {"ID": "cd" * 32}}

    look = estate.look()
    object.__setattr__(look, "session", Session())
    object.__setattr__(look, "ours", frozenset({estate.home, "111122223333"}))
    holdings = buckets.Holdings(look, {"own"}, set())
    assert holdings.has("own")
    assert asked == []
    assert holdings.has("sibling")
    assert holdings.has("cd" * 32)
    assert not holdings.has("stranger")
    assert asked == ["111122223333"]
