"""What Access Analyzer says is open to outsiders, where the estate runs it; nothing where it does not.

It judges roles, buckets, keys, functions, queues, secrets and snapshots by reasoning over their policies, so it may
know of an opening that no other area reads.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from connectors.aws.hunt.area import Look
from connectors.contract import Finding

AREA = "Access Analyzer"
SCOPE = "region"
PERMISSIONS = ("access-analyzer:ListAnalyzers", "access-analyzer:ListFindingsV2", "access-analyzer:GetFindingV2")

EXTERNAL = ("ACCOUNT", "ORGANIZATION")
"""Types of analyzers that look for outsiders; the others look for unused and internal access."""
ACTIVE = {"status": {"eq": ["ACTIVE"]}}
FIXES = {
    "AWS::IAM::Role": "aws iam update-assume-role-policy",
    "AWS::S3::Bucket": "aws s3api put-bucket-policy",
    "AWS::KMS::Key": "aws kms put-key-policy, or aws kms revoke-grant",
    "AWS::Lambda::Function": "aws lambda remove-permission",
    "AWS::SQS::Queue": "aws sqs set-queue-attributes",
    "AWS::SNS::Topic": "aws sns remove-permission",
    "AWS::SecretsManager::Secret": "aws secretsmanager put-resource-policy",
    "AWS::EC2::Snapshot": "aws ec2 modify-snapshot-attribute",
    "AWS::RDS::DBSnapshot": "aws rds modify-db-snapshot-attribute",
    "AWS::ECR::Repository": "aws ecr set-repository-policy",
    "AWS::EFS::FileSystem": "aws efs put-file-system-policy",
}


def sweep(look: Look) -> Iterator[Finding]:
    """One finding per active finding about somebody who is none of ours."""
    for analyzer in look.pages("accessanalyzer", "list_analyzers", "analyzers"):
        if analyzer["type"] not in EXTERNAL or analyzer["status"] != "ACTIVE":
            continue
        arn = str(analyzer["arn"])
        for row in look.pages("accessanalyzer", "list_findings_v2", "findings", analyzerArn=arn, filter=ACTIVE):
            with look.tried():
                yield from _judged(look, arn, row)


def _judged(look: Look, analyzer: str, row: dict[str, Any]) -> Iterator[Finding]:
    pages = look.pages("accessanalyzer", "get_finding_v2", "findingDetails", analyzerArn=analyzer, id=row["id"])
    details = [one["externalAccessDetails"] for one in pages if "externalAccessDetails" in one]
    who = sorted({name for one in details for name in _outsiders(look, one)})
    if not who:
        return
    kind, resource = str(row["resourceType"]), str(row.get("resource", row["id"]))
    actions = sorted({str(action) for one in details for action in one.get("action", [])})
    show = look.command("accessanalyzer", "get-finding-v2", analyzer_arn=analyzer, id=str(row["id"]))
    yield look.finding(
        "analyzer", f"{resource}/{row['id']}", f"{resource} is open to {', '.join(who)}",
        found_by="accessanalyzer:ListFindingsV2", allows=", ".join(actions) or f"use of this {kind}",
        remove=f"{FIXES.get(kind, f'the policy of this {kind}')}, without them; {show} tells which statement it is",
        by_subject=look.trail.touched(look.account, look.region, resource),
        detail={"principals": who, "type": kind, "owner": str(row.get("resourceOwnerAccount", ""))},
    )  # fmt: skip


def _outsiders(look: Look, details: dict[str, Any]) -> list[str]:
    """Who may come in and is none of ours; an AWS service that is named acts for whoever set it up."""
    if details.get("isPublic"):
        return ["everybody"]
    principal = {str(sort): str(name) for sort, name in details.get("principal", {}).items()}
    others = [name for sort, name in principal.items() if sort not in ("AWS", "Service")]
    return [*look.strangers([principal["AWS"]] if "AWS" in principal else []), *others]
