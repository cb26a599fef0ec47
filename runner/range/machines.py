"""Machines of the seeded company: the suspect's instance with an open channel, a colleague's, and a cluster."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from runner.range.process import AwsRange
from runner.range.seed import ALLOW_ALL, COLLEAGUE, HOME, SUSPECT, World, client

REGION = "eu-west-1"
CLUSTER = "build"
IMAGE = "ami-12c6146b"
"""One of moto's own."""
VIEW_POLICY = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSAdminPolicy"


@dataclass
class Machines:
    """What the seed made."""

    suspect: str
    colleague: str
    channels: dict[str, str]
    """User name to the id of an open channel."""

    @property
    def arn(self) -> str:
        """ARN of the suspect's instance."""
        return f"arn:aws:ec2:{REGION}:{HOME}:instance/{self.suspect}"


def seed_machines(running: AwsRange, world: World) -> Machines:
    """Start two instances, open channels, make a cluster; name the suspect's instance in the case."""
    ec2 = client(running.endpoint, "ec2", region=REGION)
    _profile(running, "workstation")
    _profile(running, "builder")
    theirs, other = (_instance(ec2, profile) for profile in ("workstation", "builder"))
    channels = {}
    for name, who, instance in zip((SUSPECT, COLLEAGUE), (world.suspect, world.innocent), (theirs, other), strict=True):
        ssm = client(running.endpoint, "ssm", who[0], region=REGION)
        channels[name] = ssm.start_session(Target=instance)["SessionId"]
    _cluster(running)
    made = Machines(theirs, other, channels)
    path = world.directory / "case.yaml"
    case = json.loads(path.read_text())
    case["subject"]["personas"][0]["identifiers"]["aws"]["instance-ids"] = [made.suspect]
    path.write_text(json.dumps(case, indent=2) + "\n")
    return made


def _profile(running: AwsRange, name: str) -> None:
    iam = client(running.endpoint, "iam")
    trust = [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}]
    document = json.dumps({"Version": "2012-10-17", "Statement": trust})
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=document)
    iam.put_role_policy(RoleName=name, PolicyName="work", PolicyDocument=json.dumps(ALLOW_ALL))
    iam.create_instance_profile(InstanceProfileName=name)
    iam.add_role_to_instance_profile(InstanceProfileName=name, RoleName=name)


def _instance(ec2: Any, profile: str) -> str:
    answer = ec2.run_instances(
        ImageId=IMAGE, MinCount=1, MaxCount=1, InstanceType="t3.small", IamInstanceProfile={"Name": profile}
    )
    return str(answer["Instances"][0]["InstanceId"])


def _cluster(running: AwsRange) -> None:
    """Both people may enter the cluster; the suspect as an administrator."""
    eks = client(running.endpoint, "eks", region=REGION)
    role = f"arn:aws:iam::{HOME}:role/builder"
    eks.create_cluster(name=CLUSTER, roleArn=role, resourcesVpcConfig={"subnetIds": ["subnet-1"]})
    for name in (SUSPECT, COLLEAGUE):
        arn = f"arn:aws:iam::{HOME}:user/{name}"
        eks.create_access_entry(clusterName=CLUSTER, principalArn=arn, kubernetesGroups=["builders"])
        scope = {"type": "cluster"}
        eks.associate_access_policy(clusterName=CLUSTER, principalArn=arn, policyArn=VIEW_POLICY, accessScope=scope)
