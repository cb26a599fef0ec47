"""What holds for every area over resources."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import pytest

from connectors.aws.hunt.areas import (
    AREAS,
    buckets,
    compute,
    functions,
    messaging,
    network,
    pipelines,
    schedules,
    shared_images,
)
from connectors.aws.hunt.sweep import HuntPersistence, _checks

LISTINGS: list[tuple[ModuleType, str]] = [
    (functions, "ListFunctions"),
    (functions, "ListEventSourceMappings"),
    (schedules, "ListEventBuses"),
    (schedules, "ListSchedules"),
    (schedules, "ListStateMachines"),
    (shared_images, "DescribeSnapshots"),
    (shared_images, "DescribeDBClusterSnapshots"),
    (network, "DescribeSecurityGroups"),
    (network, "DescribeVpnConnections"),
    (compute, "DescribeInstances"),
    (compute, "DescribeActivations"),
    (pipelines, "ListProjects"),
    (pipelines, "ListConnections"),
    (messaging, "ListTopics"),
    (messaging, "ListIdentities"),
]
RESOURCES = (functions, schedules, shared_images, buckets, network, compute, pipelines, messaging)


@pytest.mark.parametrize(("area", "operation"), LISTINGS, ids=lambda one: getattr(one, "AREA", one))
def test_a_region_that_refuses_is_never_done(estate: Any, area: ModuleType, operation: str) -> None:
    estate.running.faults({"kind": "refuse", "operation": operation, "region": "eu-west-1", "times": 99})
    (check, *_rest) = _checks(estate.sweep(area))
    assert check["outcome"] == "could-not-check"
    assert operation in check["why"]
    assert "eu-west-1: " in check["why"]
    assert "us-east-1: " not in check["why"]


def test_buckets_that_may_not_be_listed_are_never_done(estate: Any) -> None:
    estate.running.faults({"kind": "refuse", "operation": "ListAllMyBuckets", "times": 99})
    (check, *_rest) = _checks(estate.sweep(buckets))
    assert (check["outcome"], "ListBuckets" in check["why"]) == ("could-not-check", True)


def test_a_clean_account_gives_no_finding_and_nothing_stays_unread(estate: Any) -> None:
    parts = estate.sweep(*RESOURCES)
    assert [one for part in parts for one in part.findings] == []
    assert {check["outcome"] for check in _checks(parts)} <= {"done", "not-covered"}


def test_what_stands_open_is_found_even_where_the_log_cannot_be_read(estate: Any) -> None:
    ec2 = estate.plant("ec2")
    vpc = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
    name = ec2.create_security_group(GroupName="web", Description="web", VpcId=vpc)["GroupId"]
    ec2.authorize_security_group_ingress(
        GroupId=name,
        IpPermissions=[{"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}],
    )
    estate.running.faults({"kind": "refuse", "operation": "LookupEvents", "times": 999})
    parts = estate.sweep(network)
    assert [(one.kind, one.severity, one.by_subject) for part in parts for one in part.findings] == [
        ("open-group", "medium", None)
    ]
    (check, *_rest) = _checks(parts)
    assert "cloudtrail:LookupEvents" in check["why"]


def test_what_only_the_log_can_tie_to_the_subject_is_not_done_without_it(estate: Any) -> None:
    estate.plant("ec2").create_key_pair(KeyName="mine")
    estate.running.faults({"kind": "refuse", "operation": "LookupEvents", "times": 999})
    (check, *_rest) = _checks(estate.sweep(compute))
    assert check["outcome"] == "could-not-check"


def test_every_area_is_swept_and_its_permissions_are_the_actions(estate: Any) -> None:
    swept = {area.AREA for area in AREAS}
    assert {area.AREA for area in RESOURCES} <= swept
    assert len(swept) == len(AREAS)
    for area in RESOURCES:
        assert set(area.PERMISSIONS) <= set(HuntPersistence.permissions)
