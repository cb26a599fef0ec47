"""Machines and what starts them: instances, start scripts, key pairs, launch templates, outside machines under SSM."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Iterator
from typing import Any

from connectors.aws.hunt.area import Look, quoted
from connectors.aws.hunt.made import Sort, made_by_subject
from connectors.contract import Finding

AREA = "machines and what starts them"
SCOPE = "region"

SORTS = (
    Sort(
        "key-pair", "a key pair", ("ec2", "describe_key_pairs", "KeyPairs"), "KeyPairId",
        "sign in to machines started with it; deleting it takes it from no machine that runs already",
        ("ec2", "delete-key-pair", {"key_pair_id": "KeyPairId"}), "ec2:DescribeKeyPairs", label="KeyName",
    ),
    Sort(
        "launch-template", "a launch template", ("ec2", "describe_launch_templates", "LaunchTemplates"),
        "LaunchTemplateId", "run its start script on every machine that is started from it",
        ("ec2", "delete-launch-template", {"launch_template_id": "LaunchTemplateId"}), "ec2:DescribeLaunchTemplates",
        label="LaunchTemplateName",
    ),
)  # fmt: skip

PERMISSIONS = (
    "ec2:DescribeInstances",
    "ec2:DescribeInstanceAttribute",
    "ssm:DescribeActivations",
    "ssm:DescribeInstanceInformation",
    *(sort.permission for sort in SORTS),
)

UP = frozenset({"pending", "running"})
GONE = frozenset({"terminated", "shutting-down"})
LAUNCHES = ("RunInstances", "CreateFleet", "RequestSpotInstances")


def sweep(look: Look) -> Iterator[Finding]:
    """Instances, then what the subject made to start or enter them, then machines from outside."""
    for part in (_instances, _activations, _hybrids):
        with look.tried():
            yield from part(look)
    yield from made_by_subject(look, SORTS)


def _instances(look: Look) -> Iterator[Finding]:
    """Instances that the subject launched, and the start scripts of all that they launched or changed."""
    launched = frozenset().union(*(event["names"] for event in look.events(*LAUNCHES)))
    for row in look.pages("ec2", "describe_instances", "Reservations"):
        for instance in row["Instances"]:
            name, state = instance["InstanceId"], instance["State"]["Name"]
            if state in GONE or not look.by_subject(name):
                continue
            if name in launched and state in UP:
                yield _instance(look, instance)
            with look.tried():
                yield from _script(look, name)


def _instance(look: Look, instance: dict[str, Any]) -> Finding:
    name = instance["InstanceId"]
    profile = instance.get("IamInstanceProfile", {}).get("Arn", "no role")
    return look.finding(
        "instance", name, f"the subject launched the instance {name}", found_by="ec2:DescribeInstances",
        allows=f"run anything inside {instance.get('VpcId', 'the network')}, as {profile}; stopping loses its memory",
        remove=look.command("ec2", "stop-instances", instance_ids=[name]), by_subject=True,
        detail={"image": instance.get("ImageId", ""), "profile": profile},
    )  # fmt: skip


def _script(look: Look, name: str) -> Iterator[Finding]:
    """That there is user data, its length and digest: what it says is the subject's text, and may hold secrets."""
    answer = look.call("ec2", "describe_instance_attribute", InstanceId=name, Attribute="userData")
    content = _decoded(str(answer.get("UserData", {}).get("Value") or ""))
    if not content:
        return
    digest = hashlib.sha256(content).hexdigest()
    waited = f"aws ec2 wait instance-stopped --instance-ids {quoted(name)} --region {quoted(look.region)}"
    stopped = look.command("ec2", "stop-instances", instance_ids=[name])
    emptied = look.command("ec2", "modify-instance-attribute", instance_id=name, user_data={"Value": ""})
    yield look.finding(
        "user-data", name, f"the instance {name}, which the subject launched or changed, has a start script",
        found_by="ec2:DescribeInstanceAttribute", allows="run as root at its start", severity="medium", by_subject=True,
        remove=f"{stopped} && {waited} && {emptied}", detail={"sha256": digest, "bytes": len(content)},
    )  # fmt: skip


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        return text.encode()


def _activations(look: Look) -> Iterator[Finding]:
    """Activations that still admit machines from outside: each is a code that anybody may use."""
    for one in look.pages("ssm", "describe_activations", "ActivationList"):
        name, mine = one["ActivationId"], look.tied(one["ActivationId"])
        if one.get("Expired"):
            continue
        yield look.finding(
            "activation", name, f"the activation {name} admits machines from outside the estate",
            found_by="ssm:DescribeActivations", allows=f"enrol any machine as {one.get('IamRole', 'its role')}",
            remove=look.command("ssm", "delete-activation", activation_id=name), by_subject=mine or None,
            severity="high" if mine else "medium",
        )  # fmt: skip


def _hybrids(look: Look) -> Iterator[Finding]:
    """Machines from outside that are enrolled: those of the subject's activations, and all others to be looked at."""
    only = [{"Key": "ResourceType", "Values": ["ManagedInstance"]}]
    for one in look.pages("ssm", "describe_instance_information", "InstanceInformationList", Filters=only):
        name, activation = one["InstanceId"], str(one.get("ActivationId", ""))
        mine = look.tied(name) or (bool(activation) and look.tied(activation))
        yield look.finding(
            "managed-machine", name, f"{name} ({one.get('ComputerName', '?')}) is a machine from outside under SSM",
            found_by="ssm:DescribeInstanceInformation", allows=f"act as {one.get('IamRole', 'its role')}, without end",
            remove=look.command("ssm", "deregister-managed-instance", instance_id=name), by_subject=mine or None,
            severity="high" if mine else "medium",
        )  # fmt: skip
