"""S3: buckets that strangers may read or write, and copies that S3 itself sends outside."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from connectors.aws.hunt.area import Look
from connectors.aws.hunt.openings import opened, told
from connectors.contract import Finding
from connectors.errors import NotFoundError

AREA = "S3 buckets"
SCOPE = "account"
PERMISSIONS = (
    "s3:ListAllMyBuckets",
    "s3:GetBucketLocation",
    "s3:GetBucketPolicy",
    "s3:GetBucketPolicyStatus",
    "s3:GetBucketPublicAccessBlock",
    "s3:GetBucketAcl",
    "s3:GetReplicationConfiguration",
    "s3:GetBucketNotification",
    "s3:GetInventoryConfiguration",
)

PAGE = 1000
"""Buckets on a page; only a listing in pages tells each bucket's Region (S3 API reference, ListBuckets)."""

EVERYBODY = {
    "http://acs.amazonaws.com/groups/global/AllUsers": "everybody",
    "http://acs.amazonaws.com/groups/global/AuthenticatedUsers": "everybody with an AWS account",
}
"""Groups of S3's access control lists; the third, LogDelivery, is AWS's own hand."""

BLOCKS = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")

NOTIFIED = {
    "TopicConfigurations": "TopicArn",
    "QueueConfigurations": "QueueArn",
    "LambdaFunctionConfigurations": "LambdaFunctionArn",
}


@dataclass
class Holdings:
    """The estate's own bucket names and canonical ids; other accounts are asked only when a name is not known."""

    look: Look
    names: set[str]
    owners: set[str]
    asked: bool = field(default=False)

    def has(self, name: str) -> bool:
        """Whether a bucket name or a canonical id is ours."""
        if name not in self.names | self.owners and not self.asked:
            self.asked = True
            for account in sorted(self.look.ours - {self.look.account}):
                with self.look.tried():
                    self._ask(account)
        return name in self.names | self.owners

    def _ask(self, account: str) -> None:
        rows = self.look.session.pages("s3", "list_buckets", "Buckets", account=account, MaxBuckets=PAGE)
        self.names |= {row["Name"] for row in rows}
        self.owners.add(self.look.session.call("s3", "list_buckets", account=account, MaxBuckets=1)["Owner"]["ID"])


def sweep(look: Look) -> Iterator[Finding]:
    """Bucket by bucket, each in its own Region: there stand its events, too."""
    buckets = list(look.pages("s3", "list_buckets", "Buckets", MaxBuckets=PAGE))
    holdings = Holdings(look, {one["Name"] for one in buckets}, set())
    for bucket in buckets:
        there = look
        with look.tried():
            there = replace(look, region=bucket.get("BucketRegion") or _region(look, bucket["Name"]))
        for part in (_policy, _acl, _replication, _notification, _inventory):
            with look.tried():
                yield from part(there, bucket["Name"], holdings)


def _region(look: Look, name: str) -> str:
    """Where a bucket is, when the listing does not say; the oldest names of two Regions live on here."""
    told = look.call("s3", "get_bucket_location", Bucket=name).get("LocationConstraint")
    return {None: "us-east-1", "": "us-east-1", "EU": "eu-west-1"}.get(told, str(told))


def _policy(look: Look, name: str, _holdings: Holdings) -> Iterator[Finding]:
    """Strangers in the policy; where none is named, S3's own judgement of it."""
    try:
        policy = look.call("s3", "get_bucket_policy", Bucket=name)["Policy"]
    except NotFoundError:
        return

    def remove(left: str) -> str:
        if left:
            return look.command("s3api", "put-bucket-policy", bucket=name, policy=left)
        return look.command("s3api", "delete-bucket-policy", bucket=name)

    found = list(
        opened(look, "bucket-policy", name, f"the bucket {name}", policy, found_by="s3:GetBucketPolicy", remove=remove)
    )
    yield from found
    status = {} if found else look.call("s3", "get_bucket_policy_status", Bucket=name)["PolicyStatus"]
    if status.get("IsPublic") and not _blocked(look, name):
        yield _public(look, name)


def _public(look: Look, name: str) -> Finding:
    return look.finding(
        "bucket-public", name, f"the policy of the bucket {name} is public, as S3 judges it",
        found_by="s3:GetBucketPolicyStatus", allows="whatever its policy allows, under a condition that many can meet",
        remove=look.command(
            "s3api", "put-public-access-block", bucket=name,
            public_access_block_configuration=dict.fromkeys(BLOCKS, True),
        ),
        severity="medium",
    )  # fmt: skip


def _blocked(look: Look, name: str) -> bool:
    """Whether the bucket's own block makes a public policy harmless."""
    try:
        block = look.call("s3", "get_public_access_block", Bucket=name)["PublicAccessBlockConfiguration"]
    except NotFoundError:
        return False
    return bool(block.get("RestrictPublicBuckets"))


def _acl(look: Look, name: str, holdings: Holdings) -> Iterator[Finding]:
    """Grants of the access control list to everybody, to other owners, or by e-mail."""
    acl = look.call("s3", "get_bucket_acl", Bucket=name)
    holdings.owners.add(acl["Owner"]["ID"])
    out = [one for one in acl["Grants"] if _grantee(one["Grantee"], holdings)]
    if not out:
        return
    who = sorted({_grantee(one["Grantee"], holdings) for one in out})
    kept = {"Owner": {"ID": acl["Owner"]["ID"]}, "Grants": [one for one in acl["Grants"] if one not in out]}
    yield look.finding(
        "bucket-acl", name, f"the access control list of the bucket {name} admits {', '.join(who)}",
        found_by="s3:GetBucketAcl", allows=", ".join(sorted({one["Permission"] for one in out})),
        remove=look.command("s3api", "put-bucket-acl", bucket=name, access_control_policy=kept),
        detail={"principals": who},
    )  # fmt: skip


def _grantee(grantee: dict[str, Any], holdings: Holdings) -> str:
    """A stranger of an access control list in words; "" for our own and for AWS's log delivery."""
    if grantee.get("Type") == "Group":
        return EVERYBODY.get(grantee.get("URI", ""), "")
    name = str(grantee.get("ID") or grantee.get("EmailAddress") or "?")
    return "" if holdings.has(name) else name


def _replication(look: Look, name: str, holdings: Holdings) -> Iterator[Finding]:
    """Rules that copy every new object to a bucket that is none of ours."""
    try:
        held = look.call("s3", "get_bucket_replication", Bucket=name)["ReplicationConfiguration"]
    except NotFoundError:
        return
    kept = [rule for rule in held["Rules"] if not _outside(look, rule["Destination"], "Account", holdings)]
    if len(kept) == len(held["Rules"]):
        return
    to = sorted({rule["Destination"]["Bucket"] for rule in held["Rules"] if rule not in kept})
    yield look.finding(
        "bucket-replication", name, f"the bucket {name} is copied to {told(to)}",
        found_by="s3:GetReplicationConfiguration", allows="get every new object, as it is written",
        remove=look.command(
            "s3api", "put-bucket-replication", bucket=name, replication_configuration={**held, "Rules": kept}
        ) if kept else look.command("s3api", "delete-bucket-replication", bucket=name),
        detail={"destinations": to},
    )  # fmt: skip


def _outside(look: Look, destination: dict[str, Any], account: str, holdings: Holdings) -> bool:
    """Whether a copy leaves the estate: by its account where one is named, otherwise by its bucket."""
    owner = str(destination.get(account, ""))
    return bool(look.strangers([owner])) if owner else not holdings.has(destination["Bucket"].rpartition(":")[2])


def _notification(look: Look, name: str, _holdings: Holdings) -> Iterator[Finding]:
    """Topics, queues and functions of strangers that learn of every object."""
    held = look.call("s3", "get_bucket_notification_configuration", Bucket=name)
    out = {
        target
        for sort, member in NOTIFIED.items()
        for target in look.strangers(one[member] for one in held.get(sort, []))
    }
    if not out:
        return
    kept = {sort: [one for one in held.get(sort, []) if one[member] not in out] for sort, member in NOTIFIED.items()}
    bridge = {sort: held[sort] for sort in ("EventBridgeConfiguration",) if sort in held}
    left = {**{sort: rows for sort, rows in kept.items() if rows}, **bridge}
    yield look.finding(
        "bucket-notification", name, f"the bucket {name} tells {told(out)} of its objects",
        found_by="s3:GetBucketNotification", allows="learn the name of every object that comes or goes",
        remove=look.command(
            "s3api", "put-bucket-notification-configuration", bucket=name, notification_configuration=left
        ),
        detail={"targets": sorted(out)},
    )  # fmt: skip


def _inventory(look: Look, name: str, holdings: Holdings) -> Iterator[Finding]:
    """Inventories, which list every object, that go to a bucket that is none of ours."""
    for one in look.pages("s3", "list_bucket_inventory_configurations", "InventoryConfigurationList", Bucket=name):
        to = one["Destination"]["S3BucketDestination"]
        if not _outside(look, to, "AccountId", holdings):
            continue
        yield look.finding(
            "bucket-inventory", f"{name}#{one['Id']}", f"an inventory of the bucket {name} goes to {to['Bucket']}",
            found_by="s3:GetInventoryConfiguration", allows="read the name of every object, again and again",
            by_subject=look.tied(name) or None,
            remove=look.command("s3api", "delete-bucket-inventory-configuration", bucket=name, id=str(one["Id"])),
            detail={"destination": to["Bucket"]},
        )  # fmt: skip
