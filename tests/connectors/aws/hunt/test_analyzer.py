from __future__ import annotations

import shlex
from typing import Any

from connectors.aws.hunt.areas import analyzer

ARN = "arn:aws:access-analyzer:us-east-1:123456789012:analyzer/all"
HOSTILE = "arn:aws:s3:::b'; rm -rf ~ #"


def finding(name: str, principal: dict[str, str], *, public: bool = False, status: str = "ACTIVE") -> dict[str, Any]:
    details = {"isPublic": public, "principal": principal, "action": ["s3:GetObject"], "condition": {}}
    return {
        "id": name, "resource": HOSTILE, "resourceType": "AWS::S3::Bucket", "resourceOwnerAccount": "123456789012",
        "status": status, "findingType": "ExternalAccess", "findingDetails": [{"externalAccessDetails": details}],
    }  # fmt: skip


def plant(estate: Any, *findings: dict[str, Any], sort: str = "ACCOUNT", status: str = "ACTIVE") -> None:
    one = {"arn": ARN, "name": "all", "type": sort, "status": status}
    estate.running.ask(
        "seed", of="analyzer", account=estate.home, region="us-east-1", analyzers=[one], findings=findings
    )


def test_what_an_analyzer_says_is_told_when_it_is_about_a_stranger(estate: Any) -> None:
    plant(
        estate,
        finding("stranger", {"AWS": estate.stranger}),
        finding("ours", {"AWS": f"arn:aws:iam::{estate.home}:role/app"}),  # another account's, but of this estate
        finding("public", {"AWS": "*"}, public=True),
        finding("idp", {"Federated": "accounts.google.com"}),
        finding("old", {"AWS": estate.stranger}, status="RESOLVED"),
    )
    found = {one.detail["resource"].rsplit("/", 1)[1]: one for one in estate.found(analyzer)}
    assert {name: one.detail["principals"] for name, one in found.items()} == {
        "stranger": [estate.stranger],
        "public": ["everybody"],
        "idp": ["accounts.google.com"],
    }
    one = found["stranger"]
    assert HOSTILE in one.title
    assert one.remove.startswith("aws s3api put-bucket-policy, without them")
    assert shlex.split(one.remove.partition("; ")[2])[:3] == ["aws", "accessanalyzer", "get-finding-v2"]


def test_a_finding_that_was_resolved_is_gone(estate: Any) -> None:
    plant(estate, finding("one", {"AWS": estate.stranger}))
    assert len(estate.found(analyzer)) == 1
    plant(estate, finding("one", {"AWS": estate.stranger}, status="RESOLVED"))
    assert estate.found(analyzer) == []


def test_an_analyzer_of_another_sort_and_an_estate_without_any_say_nothing(estate: Any) -> None:
    assert estate.found(analyzer) == []
    plant(estate, finding("one", {"AWS": estate.stranger}), sort="ACCOUNT_UNUSED_ACCESS")
    assert estate.found(analyzer) == []
    plant(estate, finding("one", {"AWS": estate.stranger}), status="DISABLED")
    assert estate.found(analyzer) == []
