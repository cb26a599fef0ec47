"""AWS Config: every recorded state of what is the subject's, in each Region, and where nothing is recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from connectors.aws.evidence import PreserveConfig
from runner.range.machines import REGION
from runner.range.seed import BUCKET, HOME, SUSPECT, client

if TYPE_CHECKING:
    from tests.connectors.aws.evidence.conftest import Pick, Scene

HISTORY = "AWS Config GetResourceConfigHistory"
NOW = "AWS Config SelectResourceConfig"


def record(scene: Scene, region: str, *, start: bool = True) -> None:
    config = client(scene.running.endpoint, "config", region=region)
    role = f"arn:aws:iam::{HOME}:role/auditor"
    config.put_configuration_recorder(ConfigurationRecorder={"name": "default", "roleARN": role})
    config.put_delivery_channel(DeliveryChannel={"name": "default", "s3BucketName": BUCKET})
    if start:
        config.start_configuration_recorder(ConfigurationRecorderName="default")


def user_id(scene: Scene) -> str:
    return str(client(scene.running.endpoint, "iam").get_user(UserName=SUSPECT)["User"]["UserId"])


def states(kind: str, name: str, count: int) -> list[dict[str, Any]]:
    """Newest first, the newest of a deleted resource."""
    return [
        {"resourceType": kind, "resourceId": name, "configurationItemStatus": "OK" if n else "ResourceDeleted",
         "configurationItemCaptureTime": 1_780_000_000 - n * 3600, "configuration": "{}"}
        for n in range(count)
    ]  # fmt: skip


def test_every_state_is_kept_over_all_pages_deleted_ones_too(workshop: Scene, pick: Pick) -> None:
    for region in ("us-east-1", REGION):
        record(workshop, region)
    instance = workshop.machines.suspect if workshop.machines else ""
    user = user_id(workshop)
    workshop.seed("config", account=HOME, region="us-east-1", items=states("AWS::IAM::User", user, 230))
    workshop.seed("config", account=HOME, region=REGION, items=states("AWS::EC2::Instance", instance, 120))
    result = workshop.run(PreserveConfig())
    assert result.outputs["records"] == 350
    found = [one for one in result.receipts if one.source == HISTORY]
    home, away = pick(found, region="us-east-1"), pick(found, region=REGION)
    assert (home.complete, home.pages, home.records) == ("complete", 3, 230)
    assert (away.complete, away.pages, away.records) == ("complete", 2, 120)
    assert f"AWS::EC2::Instance {instance}" in away.query["resources"]
    assert f"AWS::EC2::Instance {instance}" not in home.query["resources"]
    assert home.first is not None
    assert home.last is not None
    assert (home.last - home.first).total_seconds() == 229 * 3600
    assert b"ResourceDeleted" in workshop.context.stored[f"config-{HOME}-us-east-1-history.jsonl"]
    assert "30 days to 7 years" in home.retention


def test_the_query_asks_for_the_present_state_by_exact_id_only(scene: Scene, pick: Pick) -> None:
    record(scene, "us-east-1")
    user = user_id(scene)
    scene.seed("config", account=HOME, region="us-east-1", items=states("AWS::IAM::User", user, 3))
    present = pick([one for one in scene.run(PreserveConfig()).receipts if one.source == NOW], region="us-east-1")
    assert (present.complete, present.records, present.pages) == ("complete", 1, 1)
    assert user.encode() in scene.context.stored[f"config-{HOME}-us-east-1-now.jsonl"]


def test_a_region_without_a_recorder_says_that_nothing_is_recorded_there(scene: Scene, pick: Pick) -> None:
    record(scene, "us-east-1")
    result = scene.run(PreserveConfig())
    there = pick(result.receipts, region=REGION)
    assert there.complete == "incomplete"
    assert "not recorded here: there is no configuration recorder" in there.why
    assert not [call for call in scene.calls("GetResourceConfigHistory") if call["region"] == REGION]


def test_a_resource_that_no_region_recorded_is_named(scene: Scene, pick: Pick) -> None:
    record(scene, "us-east-1")
    user = user_id(scene)
    result = scene.run(PreserveConfig())
    assert user in result.outputs["unrecorded"]
    missing = pick(result.receipts, part="all")
    assert missing.complete == "incomplete"
    assert any(user in gap.what for gap in missing.gaps)
    history = pick([one for one in result.receipts if one.source == HISTORY], region="us-east-1")
    assert (history.complete, history.records) == ("complete", 0)
    assert "not discovered here: " in history.why
    assert user in history.why


def test_a_recorder_that_was_stopped_is_a_gap(scene: Scene, pick: Pick) -> None:
    record(scene, "us-east-1", start=False)
    history = pick([one for one in scene.run(PreserveConfig()).receipts if one.source == HISTORY], region="us-east-1")
    assert history.complete == "incomplete"
    assert "does not run" in history.why


def test_a_region_that_refuses_is_a_gap_and_the_other_is_kept(scene: Scene, pick: Pick) -> None:
    for region in ("us-east-1", REGION):
        record(scene, region)
    scene.seed("config", account=HOME, region="us-east-1", items=states("AWS::IAM::User", user_id(scene), 5))
    scene.running.faults(
        {"kind": "refuse", "operation": "DescribeConfigurationRecorders", "region": REGION, "times": 9}
    )
    result = scene.run(PreserveConfig())
    assert result.outputs["records"] == 5
    refused = pick(result.receipts, region=REGION)
    assert refused.complete == "incomplete"
    assert "config:DescribeConfigurationRecorders" in refused.why


def test_a_query_that_does_not_work_leaves_the_history_whole(scene: Scene, pick: Pick) -> None:
    record(scene, "us-east-1")
    scene.seed("config", account=HOME, region="us-east-1", items=states("AWS::IAM::User", user_id(scene), 5))
    scene.running.faults({"kind": "refuse", "operation": "SelectResourceConfig", "times": 9})
    receipts = scene.run(PreserveConfig()).receipts
    assert pick([one for one in receipts if one.source == NOW], region="us-east-1").complete == "incomplete"
    assert pick([one for one in receipts if one.source == HISTORY], region="us-east-1").complete == "complete"


def test_throttling_in_the_middle_of_a_history_loses_nothing(scene: Scene) -> None:
    record(scene, "us-east-1")
    scene.seed("config", account=HOME, region="us-east-1", items=states("AWS::IAM::User", user_id(scene), 230))
    scene.running.faults({"kind": "throttle", "operation": "GetResourceConfigHistory", "skip": 1, "times": 3})
    assert scene.run(PreserveConfig()).outputs["records"] == 230


def test_a_repeated_page_token_ends_the_history_as_a_gap(scene: Scene, pick: Pick) -> None:
    record(scene, "us-east-1")
    scene.seed("config", account=HOME, region="us-east-1", items=states("AWS::IAM::User", user_id(scene), 150))
    scene.seed("stuck", operations=["GetResourceConfigHistory"])
    history = pick([one for one in scene.run(PreserveConfig()).receipts if one.source == HISTORY], region="us-east-1")
    assert (history.complete, history.pages) == ("incomplete", 2)
    assert "repeated a page token" in history.why


def test_when_the_time_is_up_every_region_says_that_it_is_not_whole(scene: Scene) -> None:
    for region in ("us-east-1", REGION):
        record(scene, region)
    scene.context.looks = 2
    result = scene.run(PreserveConfig())
    assert result.outputs["records"] == 0
    assert {one.complete for one in result.receipts} == {"incomplete"}


def test_a_second_run_keeps_the_same_bytes(scene: Scene) -> None:
    record(scene, "us-east-1")
    scene.seed("config", account=HOME, region="us-east-1", items=states("AWS::IAM::User", user_id(scene), 12))
    first = [one.artefacts for one in scene.run(PreserveConfig()).receipts]
    assert [one.artefacts for one in scene.run(PreserveConfig()).receipts] == first


def test_a_session_that_only_observes_may_read_all_of_it(scene: Scene) -> None:
    record(scene, "us-east-1")
    mark = len(scene.running.calls())
    PreserveConfig().run(scene.reader, {}, scene.context)
    assert not [call for call in scene.running.calls(mark) if call["write"]]
