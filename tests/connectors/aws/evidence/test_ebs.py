"""Disks: machines kept, snapshots taken once, locked, and believed only when a read shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from connectors.aws.client import CONFIG
from connectors.aws.evidence import PreserveEbs
from connectors.contract import Account, Notice, Outcome, Receipt
from connectors.errors import InputError, ReadOnlyError
from runner.range.machines import IMAGE, REGION
from runner.range.seed import HOME, client

if TYPE_CHECKING:
    from connectors.aws.client import AwsSession
    from tests.connectors.aws.evidence.conftest import Scene

WRITES = ("ModifyInstanceAttribute", "CreateSnapshots", "LockSnapshot")


def ec2(scene: Scene) -> Any:
    return client(scene.running.endpoint, "ec2", region=REGION)


def instance(scene: Scene) -> str:
    assert scene.machines is not None
    return scene.machines.suspect


def more_volumes(scene: Scene, count: int, **given: Any) -> None:
    for number in range(count):
        zone = ec2(scene).describe_instances(InstanceIds=[instance(scene)])["Reservations"][0]["Instances"][0]
        volume = ec2(scene).create_volume(Size=8, AvailabilityZone=zone["Placement"]["AvailabilityZone"], **given)
        ec2(scene).attach_volume(
            VolumeId=volume["VolumeId"], InstanceId=instance(scene), Device=f"/dev/sd{'fghijklm'[number]}"
        )


def taken(scene: Scene) -> list[dict[str, Any]]:
    filters = [{"Name": "tag:evict:case", "Values": ["EXERCISE-1"]}]
    return list(ec2(scene).describe_snapshots(Filters=filters)["Snapshots"])


def only(receipts: tuple[Receipt, ...]) -> Receipt:
    assert len(receipts) == 1
    return receipts[0]


def test_all_volumes_are_snapshotted_locked_and_read_back_and_the_machine_is_kept(workshop: Scene) -> None:
    more_volumes(workshop, 6)
    workshop.seed("ebs", reads=2)
    result = workshop.run(PreserveEbs(), lock_days=400)
    receipt = only(result.receipts)
    assert (receipt.complete, receipt.records, receipt.gaps) == ("complete", 7, ())
    assert len({one["VolumeId"] for one in taken(workshop)}) == 7
    locks = ec2(workshop).describe_locked_snapshots(SnapshotIds=result.outputs["snapshots"])
    assert locks["NextToken"]
    assert {(one["LockState"], one["LockDuration"]) for one in locks["Snapshots"]} == {("governance", 400)}
    for attribute, name in (("disableApiTermination", "DisableApiTermination"), ("disableApiStop", "DisableApiStop")):
        shown = ec2(workshop).describe_instance_attribute(InstanceId=instance(workshop), Attribute=attribute)
        assert shown[name]["Value"] is True
    assert "locked in governance mode for 400 days" in receipt.retention
    assert "memory" in receipt.why
    machine = result.outputs["machines"][0]
    assert machine["protected_before"] == {"disableApiTermination": False, "disableApiStop": False}


def test_a_colleagues_machine_is_left_as_it_is(workshop: Scene) -> None:
    workshop.run(PreserveEbs())
    assert workshop.machines is not None
    other = workshop.machines.colleague
    shown = ec2(workshop).describe_instance_attribute(InstanceId=other, Attribute="disableApiTermination")
    assert shown["DisableApiTermination"]["Value"] is False
    assert {
        one["Value"] for snapshot in taken(workshop) for one in snapshot["Tags"] if one["Key"] == "evict:instance"
    } == {instance(workshop)}


def test_a_second_run_takes_and_locks_and_changes_nothing_again(workshop: Scene) -> None:
    first = workshop.run(PreserveEbs())
    mark = len(workshop.running.calls())
    second = workshop.run(PreserveEbs())
    assert not [call for call in workshop.running.calls(mark) if call["write"]]
    assert second.outputs["snapshots"] == first.outputs["snapshots"]
    assert only(second.receipts).complete == "complete"


def test_a_volume_that_was_attached_since_makes_a_new_set(workshop: Scene) -> None:
    workshop.run(PreserveEbs())
    more_volumes(workshop, 1)
    result = workshop.run(PreserveEbs())
    assert (only(result.receipts).complete, len(taken(workshop))) == ("complete", 3)


def test_a_lost_reply_of_the_snapshot_call_is_read_back_and_not_repeated(
    workshop: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(CONFIG, "read_timeout", 4)
    workshop.running.faults({"kind": "drop-reply", "operation": "CreateSnapshots"})
    result = workshop.run(PreserveEbs())
    assert (only(result.receipts).complete, len(taken(workshop))) == ("complete", 1)
    assert len(workshop.calls("CreateSnapshots")) == 1


def test_throttling_in_the_middle_repeats_what_was_not_done(workshop: Scene) -> None:
    workshop.running.faults(*({"kind": "throttle", "operation": name, "times": 2} for name in WRITES))
    result = workshop.run(PreserveEbs())
    assert (only(result.receipts).complete, len(taken(workshop))) == ("complete", 1)


def test_a_lock_that_aws_accepts_and_does_not_keep_is_a_gap(workshop: Scene) -> None:
    workshop.seed("ebs", **{"forgets-locks": True})
    result = workshop.run(PreserveEbs())
    receipt = only(result.receipts)
    assert (receipt.complete, receipt.records, result.outputs["snapshots"]) == ("incomplete", 0, [])
    assert "a read does not show the lock" in receipt.why


def test_a_snapshot_that_fails_is_a_gap_and_a_second_run_takes_it_again(workshop: Scene) -> None:
    workshop.seed("ebs", end="error")
    receipt = only(workshop.run(PreserveEbs()).receipts)
    assert receipt.complete == "incomplete"
    assert "could not complete it" in receipt.why
    workshop.seed("ebs", end="completed")
    again = only(workshop.run(PreserveEbs()).receipts)
    assert (again.complete, again.records) == ("complete", 1)
    assert sorted(one["State"] for one in taken(workshop)) == ["completed", "error"]


def test_a_snapshot_that_takes_too_long_is_locked_and_told_as_not_completed(workshop: Scene) -> None:
    workshop.seed("ebs", reads=10**6)
    result = workshop.run(PreserveEbs(), wait_minutes=0)
    receipt = only(result.receipts)
    assert (receipt.complete, result.outputs["snapshots"]) == ("incomplete", [])
    assert "not completed when the time to wait was over" in receipt.why
    assert len(workshop.calls("LockSnapshot")) == 1
    assert not only(workshop.run(PreserveEbs(), wait_minutes=0).receipts).records
    assert len(taken(workshop)) == 1


def test_when_the_time_is_up_the_receipt_says_where_it_stopped(workshop: Scene) -> None:
    workshop.seed("ebs", reads=10**6)
    workshop.context.looks = 12
    result = workshop.run(PreserveEbs())
    receipt = only(result.receipts)
    assert receipt.complete == "incomplete"
    assert "stopped" in receipt.why
    assert not workshop.calls("LockSnapshot")


def test_a_refusal_of_one_part_does_not_keep_the_others_from_being_done(workshop: Scene) -> None:
    workshop.running.faults(
        {"kind": "refuse", "operation": "ModifyInstanceAttribute", "times": 9},
        {"kind": "refuse", "operation": "DescribeAutoScalingInstances", "times": 9},
    )
    result = workshop.run(PreserveEbs())
    receipt = only(result.receipts)
    assert (receipt.complete, receipt.records) == ("incomplete", 1)
    assert "ec2:ModifyInstanceAttribute" in receipt.why
    assert "autoscaling:DescribeAutoScalingInstances" in receipt.why


def test_a_repeated_page_token_of_the_locks_is_a_gap(workshop: Scene) -> None:
    more_volumes(workshop, 6)
    workshop.run(PreserveEbs())
    workshop.seed("stuck", operations=["DescribeLockedSnapshots"])
    receipt = only(workshop.run(PreserveEbs()).receipts)
    assert receipt.complete == "incomplete"
    assert "repeated a page token" in receipt.why


def test_what_may_end_the_machine_all_the_same_is_told_and_not_changed(workshop: Scene) -> None:
    made = ec2(workshop).run_instances(
        ImageId=IMAGE, MinCount=1, MaxCount=1, InstanceInitiatedShutdownBehavior="terminate"
    )["Instances"][0]["InstanceId"]
    workshop.context.accounts = (
        Account("aws-main", f"arn:aws:ec2:{REGION}:{HOME}:instance/{made}", "p1", "ec2-instance"),
    )
    scaling = client(workshop.running.endpoint, "autoscaling", region=REGION)
    scaling.create_auto_scaling_group(
        AutoScalingGroupName="fleet",
        MinSize=0,
        MaxSize=5,
        InstanceId=made,
        DesiredCapacity=0,
        AvailabilityZones=[f"{REGION}a"],
    )
    scaling.attach_instances(AutoScalingGroupName="fleet", InstanceIds=[made])
    result = workshop.run(PreserveEbs())
    assert any("terminates when it is shut down from inside" in one for one in result.outputs["warnings"])
    assert any("Auto Scaling group fleet" in one for one in result.outputs["warnings"])
    assert only(result.receipts).complete == "complete"
    shown = ec2(workshop).describe_instance_attribute(InstanceId=made, Attribute="instanceInitiatedShutdownBehavior")
    assert shown["InstanceInitiatedShutdownBehavior"]["Value"] == "terminate"


def test_snapshots_under_the_default_key_say_that_they_cannot_be_shared(workshop: Scene) -> None:
    more_volumes(workshop, 1, Encrypted=True)
    receipt = only(workshop.run(PreserveEbs()).receipts)
    assert "customer key (general knowledge)" in receipt.why


def test_a_compliance_lock_cools_off_and_a_wish_for_less_never_weakens_it(workshop: Scene) -> None:
    workshop.run(PreserveEbs(), lock_mode="compliance", cool_off_hours=3, lock_days=30)
    lock = ec2(workshop).describe_locked_snapshots()["Snapshots"][0]
    assert (lock["LockState"], lock["CoolOffPeriod"], lock["LockDuration"]) == ("compliance-cooloff", 3, 30)
    mark = len(workshop.running.calls())
    assert only(workshop.run(PreserveEbs(), lock_days=7).receipts).complete == "complete"
    assert not [call for call in workshop.running.calls(mark) if call["write"]]


def test_a_governance_lock_grows_to_compliance_without_becoming_shorter(workshop: Scene) -> None:
    workshop.run(PreserveEbs(), lock_days=300)
    workshop.run(PreserveEbs(), lock_mode="compliance", lock_days=10)
    lock = ec2(workshop).describe_locked_snapshots()["Snapshots"][0]
    assert (lock["LockState"], lock["LockDuration"]) == ("compliance-cooloff", 300)


@pytest.mark.parametrize(
    "wrong", [{"lock_days": 0}, {"cool_off_hours": 73}, {"lock_mode": "soft"}, {"wait_minutes": -1}]
)
def test_limits_of_aws_are_checked_before_anything_is_done(workshop: Scene, wrong: dict[str, Any]) -> None:
    mark = len(workshop.running.calls())
    with pytest.raises(InputError):
        workshop.run(PreserveEbs(), **wrong)
    assert not workshop.running.calls(mark)


def test_without_an_instance_there_is_nothing_to_do_and_it_says_so(scene: Scene) -> None:
    result = scene.run(PreserveEbs())
    assert (result.outcome, result.receipts) == (Outcome.NOT_APPLICABLE, ())
    assert "no EC2 instance" in result.why


def test_a_preserver_may_protect_a_machine_and_change_nothing_else_of_it(workshop: Scene) -> None:
    mark = len(workshop.running.calls())
    target = {"InstanceId": instance(workshop)}
    on, off = {"Value": True}, {"Value": False}
    wrong: tuple[dict[str, Any], ...] = (
        {"DisableApiTermination": off},
        {"DisableApiStop": off},
        {"DisableApiTermination": on, "DisableApiStop": on},
        {"DisableApiTermination": on, "Groups": ["sg-1"]},
        {"InstanceInitiatedShutdownBehavior": {"Value": "stop"}},
        {"UserData": {"Value": b"#!/bin/sh"}},
        {"SourceDestCheck": on},
        {"Attribute": "disableApiTermination", "Value": "true"},
        {},
    )
    for params in wrong:
        refused(workshop.preserver, "modify_instance_attribute", **target, **params)
    refused(workshop.preserver, "terminate_instances", InstanceIds=[instance(workshop)])
    refused(workshop.preserver, "delete_snapshot", SnapshotId="snap-1")
    refused(workshop.preserver, "unlock_snapshot", SnapshotId="snap-1")
    assert not workshop.running.calls(mark)
    workshop.preserver.call("ec2", "modify_instance_attribute", region=REGION, **target, DisableApiStop=on)


def test_a_session_that_only_observes_refuses_every_part_of_it(workshop: Scene) -> None:
    mark = len(workshop.running.calls())
    with pytest.raises(ReadOnlyError):
        PreserveEbs().run(workshop.reader, {one.name: one.default for one in PreserveEbs.inputs}, workshop.context)
    target = {"InstanceId": instance(workshop)}
    refused(workshop.reader, "modify_instance_attribute", **target, DisableApiStop={"Value": True})
    refused(workshop.reader, "create_snapshots", InstanceSpecification=target)
    refused(workshop.reader, "lock_snapshot", SnapshotId="snap-1", LockMode="governance", LockDuration=1)
    assert not [call for call in workshop.running.calls(mark) if call["write"]]


def test_it_may_be_noticed_and_says_where(workshop: Scene) -> None:
    assert PreserveEbs.notice is Notice.MAYBE
    assert "EC2 console" in PreserveEbs.notice_why


def refused(session: AwsSession, operation: str, **params: Any) -> None:
    with pytest.raises(ReadOnlyError, match="before it left"):
        session.call("ec2", operation, region=REGION, **params)
