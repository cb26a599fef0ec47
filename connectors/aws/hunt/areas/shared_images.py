"""Copies of disks and databases that strangers may take: snapshots, images, database snapshots."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from connectors.aws.hunt.area import Look
from connectors.aws.hunt.openings import told
from connectors.contract import Finding

AREA = "shared snapshots and images"
SCOPE = "region"
PERMISSIONS = (
    "ec2:DescribeSnapshots",
    "ec2:DescribeSnapshotAttribute",
    "ec2:DescribeImages",
    "ec2:DescribeImageAttribute",
    "rds:DescribeDBSnapshots",
    "rds:DescribeDBSnapshotAttributes",
    "rds:DescribeDBClusterSnapshots",
    "rds:DescribeDBClusterSnapshotAttributes",
)

DATABASES = (
    ("DBSnapshot", "describe_db_snapshots", "describe_db_snapshot_attributes", "modify-db-snapshot-attribute"),
    (
        "DBClusterSnapshot",
        "describe_db_cluster_snapshots",
        "describe_db_cluster_snapshot_attributes",
        "modify-db-cluster-snapshot-attribute",
    ),
)
"""What names the members, the listing, the attributes, and the command that takes a share back."""


def sweep(look: Look) -> Iterator[Finding]:
    """Disks, images and databases; none of them can be listed by whom it is shared with, so each is asked."""
    for part in (_snapshots, _images):
        with look.tried():
            yield from part(look)
    for database in DATABASES:
        with look.tried():
            yield from _databases(look, *database)


def _snapshots(look: Look) -> Iterator[Finding]:
    for snapshot in look.pages("ec2", "describe_snapshots", "Snapshots", OwnerIds=["self"]):
        name = snapshot["SnapshotId"]
        with look.tried():
            shares = look.call(
                "ec2", "describe_snapshot_attribute", SnapshotId=name, Attribute="createVolumePermission"
            )
            yield from _shared(
                look, "snapshot", name, shares.get("CreateVolumePermissions", []), "ec2:DescribeSnapshotAttribute",
                ("modify-snapshot-attribute", "snapshot_id", "createVolumePermission"),
            )  # fmt: skip


def _images(look: Look) -> Iterator[Finding]:
    for image in look.pages("ec2", "describe_images", "Images", Owners=["self"]):
        name = image["ImageId"]
        with look.tried():
            shares = look.call("ec2", "describe_image_attribute", ImageId=name, Attribute="launchPermission")
            yield from _shared(
                look, "image", name, shares.get("LaunchPermissions", []), "ec2:DescribeImageAttribute",
                ("modify-image-attribute", "image_id", "launchPermission"),
            )  # fmt: skip


def _shared(
    look: Look, kind: str, name: str, shares: list[dict[str, Any]], found_by: str, undo: tuple[str, str, str]
) -> Iterator[Finding]:
    """One finding when anybody outside may copy it. An organisation that is ours is not outside."""
    groups = [one["Group"] for one in shares if "Group" in one]
    users = look.strangers(one["UserId"] for one in shares if "UserId" in one)
    wholes = {
        option: [arn for one in shares for arn in [one.get(member)] if arn and not _our_organization(look, arn)]
        for option, member in (
            ("organization_arns", "OrganizationArn"),
            ("organizational_unit_arns", "OrganizationalUnitArn"),
        )
    }
    who = {option: names for option, names in {"user_ids": users, "group_names": groups, **wholes}.items() if names}
    if not who:
        return
    operation, option, attribute = undo
    names = [name for several in who.values() for name in several]
    yield look.finding(
        f"shared-{kind}", name, f"the {kind} {name} is shared with {told(names)}", found_by=found_by,
        allows="copy all that is on the disk, unseen by this account",
        remove=look.command(
            "ec2", operation, **{option: name}, attribute=attribute, operation_type="remove", **who
        ),
        detail={"principals": names},
    )  # fmt: skip


def _our_organization(look: Look, arn: str) -> bool:
    """Whether an ARN of an organisation or of a unit in it is of the estate's own."""
    return bool(look.organization) and look.organization in arn.rpartition(":")[2].split("/")


def _databases(look: Look, what: str, listing: str, attributes: str, undo: str) -> Iterator[Finding]:
    """Snapshots that were made by hand: only those can be shared."""
    identifier = f"{what}Identifier"
    for snapshot in look.pages("rds", listing, f"{what}s", SnapshotType="manual"):
        name = snapshot[identifier]
        with look.tried():
            answer = look.call("rds", attributes, **{identifier: name})[f"{what}AttributesResult"]
            shares = [
                value
                for one in answer.get(f"{what}Attributes", [])
                if one.get("AttributeName") == "restore"
                for value in one.get("AttributeValues", [])
            ]
            yield from _database(look, name, look.strangers(shares), what, undo)


def _database(look: Look, name: str, who: list[str], what: str, undo: str) -> Iterator[Finding]:
    if not who:
        return
    option = {"DBSnapshot": "db_snapshot_identifier"}.get(what, "db_cluster_snapshot_identifier")
    yield look.finding(
        "shared-database", name, f"the database snapshot {name} is shared with {told(who)}",
        found_by=f"rds:Describe{what}Attributes", allows="restore the whole database in another account",
        remove=look.command("rds", undo, **{option: name}, attribute_name="restore", values_to_remove=who),
        detail={"principals": who},
    )  # fmt: skip
