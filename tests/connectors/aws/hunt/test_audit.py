from __future__ import annotations

from typing import Any

import pytest

from connectors.aws.hunt.areas import audit

EVENTS = tuple(audit.BLINDED)


@pytest.fixture
def watched(estate: Any) -> Any:
    """The estate with a trail, a recorder and detectors, as it should be."""
    estate.client("s3").create_bucket(Bucket="trails")
    trails = estate.client("cloudtrail")
    trails.create_trail(Name="everything", S3BucketName="trails", IsMultiRegionTrail=True)
    trails.start_logging(Name="everything")
    config = estate.client("config")
    config.put_configuration_recorder(ConfigurationRecorder={"name": "default", "roleARN": estate.role("config")})
    config.put_delivery_channel(DeliveryChannel={"name": "default", "s3BucketName": "trails"})
    config.start_configuration_recorder(ConfigurationRecorderName="default")
    for region in ("us-east-1", "eu-west-1"):
        estate.client("guardduty", region).create_detector(Enable=True)
    return estate


def standing(estate: Any) -> list[Any]:
    return [one for one in estate.found(audit) if one.kind not in EVENTS]


def test_an_estate_that_is_watched_is_no_finding(watched: Any) -> None:
    assert watched.found(audit) == []
    assert {part.why for part in watched.sweep(audit)} == {""}


def test_what_the_subject_switched_off_is_found_and_switched_on_again(watched: Any) -> None:
    watched.plant("cloudtrail").stop_logging(Name="everything")
    watched.plant("config").stop_configuration_recorder(ConfigurationRecorderName="default")
    guardduty = watched.plant("guardduty", "eu-west-1")
    (detector,) = guardduty.list_detectors()["DetectorIds"]
    guardduty.update_detector(DetectorId=detector, Enable=False)
    found = standing(watched)
    assert {(one.kind, one.by_subject) for one in found} == {
        ("trail-off", True),
        ("recorder-off", True),
        ("detector-off", True),
    }
    for one in found:
        watched.run(one.remove)
    assert standing(watched) == []


def test_that_it_was_off_for_a_while_stays_told(watched: Any) -> None:
    watched.plant("cloudtrail").stop_logging(Name="everything")
    watched.client("cloudtrail").start_logging(Name="everything")
    (one,) = watched.found(audit)
    assert (one.kind, one.by_subject, one.severity) == ("StopLogging", True, "medium")
    assert one.title == "jordan.lee stopped a trail"


def test_a_trail_that_records_less_is_found_and_widened(watched: Any) -> None:
    data = [{"Type": "AWS::S3::Object", "Values": ["arn:aws:s3"]}]
    narrow = {"ReadWriteType": "WriteOnly", "IncludeManagementEvents": True, "DataResources": data}
    watched.plant("cloudtrail").put_event_selectors(TrailName="everything", EventSelectors=[narrow])
    (one,) = standing(watched)
    assert (one.kind, one.by_subject, one.severity) == ("trail-narrowed", True, "high")
    watched.run(one.remove)
    assert standing(watched) == []
    (left,) = watched.client("cloudtrail").get_event_selectors(TrailName="everything")["EventSelectors"]
    assert left["DataResources"] == data


def test_advanced_selectors_must_name_management_events_and_nothing_more(watched: Any) -> None:
    management = {"Field": "eventCategory", "Equals": ["Management"]}
    writes = {"Name": "writes", "FieldSelectors": [management, {"Field": "readOnly", "Equals": ["false"]}]}
    trails = watched.client("cloudtrail")
    trails.put_event_selectors(TrailName="everything", AdvancedEventSelectors=[writes])
    (one,) = standing(watched)
    assert (one.kind, one.by_subject, one.severity) == ("trail-narrowed", None, "low")
    watched.run(one.remove)
    assert standing(watched) == []


@pytest.mark.parametrize(
    ("selector", "whole"),
    [
        ({"ReadWriteType": "All", "IncludeManagementEvents": True}, True),
        ({"ReadWriteType": "ReadOnly", "IncludeManagementEvents": True}, False),
        ({"ReadWriteType": "All", "IncludeManagementEvents": False}, False),
        ({"ReadWriteType": "All", "ExcludeManagementEventSources": ["kms.amazonaws.com"]}, False),
    ],
)
def test_a_selector_is_whole_when_it_leaves_out_nothing(selector: dict[str, Any], whole: bool) -> None:
    assert audit._whole(selector) is whole


def test_an_absent_detector_is_told_at_home_and_where_home_has_one(estate: Any) -> None:
    assert [one.detail["region"] for one in standing(estate)] == ["us-east-1"]
    estate.client("guardduty").create_detector(Enable=True)
    (one,) = standing(estate)
    assert (one.detail["region"], one.severity) == ("eu-west-1", "low")
    estate.run(one.remove)
    assert standing(estate) == []


def test_a_detector_that_the_subject_deleted_is_told_by_its_event(watched: Any) -> None:
    guardduty = watched.plant("guardduty", "eu-west-1")
    guardduty.delete_detector(DetectorId=guardduty.list_detectors()["DetectorIds"][0])
    assert {one.kind for one in watched.found(audit)} == {"detector-absent", "DeleteDetector"}


def test_what_may_not_be_read_hides_nothing_else(watched: Any) -> None:
    watched.plant("config").stop_configuration_recorder(ConfigurationRecorderName="default")
    watched.running.faults({"kind": "refuse", "operation": "DescribeTrails", "times": 9})
    parts = watched.sweep(audit)
    assert "recorder-off" in {one.kind for part in parts for one in part.findings}
    assert all("cloudtrail:DescribeTrails" in part.why for part in parts)
