from __future__ import annotations

from typing import Any

from connectors.aws.hunt.area import Look
from connectors.aws.hunt.areas import shared_images

IMAGE = "ami-12c6146b"


def snapshot(estate: Any, region: str = "us-east-1") -> str:
    ec2 = estate.client("ec2", region)
    volume = ec2.create_volume(AvailabilityZone=f"{region}a", Size=1)["VolumeId"]
    return str(ec2.create_snapshot(VolumeId=volume)["SnapshotId"])


def share(estate: Any, name: str, region: str = "us-east-1", **whom: Any) -> None:
    estate.plant("ec2", region).modify_snapshot_attribute(
        SnapshotId=name, Attribute="createVolumePermission", OperationType="add", **whom
    )


def test_a_snapshot_shared_with_a_stranger_is_taken_back(estate: Any) -> None:
    name = snapshot(estate, "eu-west-1")
    share(estate, name, "eu-west-1", UserIds=[estate.stranger, "111122223333"])
    finding = estate.removed(shared_images, "shared-snapshot")
    assert (finding.by_subject, finding.detail["resource"]) == (True, name)
    assert finding.detail["principals"] == ["111122223333", estate.stranger]


def test_a_snapshot_shared_with_everybody_is_taken_back(estate: Any) -> None:
    share(estate, snapshot(estate), GroupNames=["all"])
    assert "everybody" in estate.removed(shared_images, "shared-snapshot").title


def test_a_snapshot_shared_among_our_own_is_no_finding(estate: Any) -> None:
    share(estate, snapshot(estate), UserIds=[estate.home])
    assert estate.found(shared_images) == []


def test_an_image_shared_with_a_stranger_is_taken_back(estate: Any) -> None:
    ec2 = estate.client("ec2")
    instance = ec2.run_instances(ImageId=IMAGE, MinCount=1, MaxCount=1)["Instances"][0]["InstanceId"]
    image = ec2.create_image(InstanceId=instance, Name="golden")["ImageId"]
    estate.plant("ec2").modify_image_attribute(
        ImageId=image, Attribute="launchPermission", OperationType="add", UserIds=[estate.stranger]
    )
    finding = estate.removed(shared_images, "shared-image")
    assert (finding.by_subject, finding.detail["resource"]) == (True, image)


def test_an_image_is_ours_to_our_organisation_only(estate: Any) -> None:
    arns = [
        f"arn:aws:organizations::123456789012:{what}"
        for what in ("organization/o-ours", "ou/o-ours/ou-1", "organization/o-out")
    ]
    shares = [{"OrganizationArn": arns[0]}, {"OrganizationalUnitArn": arns[1]}, {"OrganizationArn": arns[2]}]
    look: Look = estate.look(organization="o-ours")
    undo = ("modify-image-attribute", "image_id", "launchPermission")
    (finding,) = shared_images._shared(look, "image", "ami-1", shares, "x", undo)
    assert finding.detail["principals"] == [arns[2]]
    assert f"--organization-arns {arns[2]}" in finding.remove


def test_a_database_snapshot_shared_with_a_stranger_is_taken_back(estate: Any) -> None:
    rds = estate.client("rds")
    rds.create_db_instance(
        DBInstanceIdentifier="books", DBInstanceClass="db.t3.micro", Engine="postgres", AllocatedStorage=10,
        MasterUsername="u", MasterUserPassword="password1",
    )  # fmt: skip
    rds.create_db_snapshot(DBInstanceIdentifier="books", DBSnapshotIdentifier="books-copy")
    estate.plant("rds").modify_db_snapshot_attribute(
        DBSnapshotIdentifier="books-copy", AttributeName="restore", ValuesToAdd=[estate.stranger]
    )
    assert estate.removed(shared_images, "shared-database").by_subject is True


def test_a_cluster_snapshot_shared_with_everybody_is_taken_back(estate: Any) -> None:
    rds = estate.client("rds")
    rds.create_db_cluster(
        DBClusterIdentifier="books", Engine="aurora-postgresql", MasterUsername="u", MasterUserPassword="password1"
    )
    rds.create_db_cluster_snapshot(DBClusterIdentifier="books", DBClusterSnapshotIdentifier="books-copy")
    estate.plant("rds").modify_db_cluster_snapshot_attribute(
        DBClusterSnapshotIdentifier="books-copy", AttributeName="restore", ValuesToAdd=["all"]
    )
    assert "everybody" in estate.removed(shared_images, "shared-database").title
