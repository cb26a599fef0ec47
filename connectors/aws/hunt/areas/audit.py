"""Whether somebody switched the audit off: CloudTrail, Config and GuardDuty as they stand, and what the trail tells.

A trail that records again leaves no trace in its own state of having been stopped; the event of stopping it does.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from connectors.aws.hunt.area import Look
from connectors.aws.policies import listed
from connectors.contract import Finding

AREA = "audit trails and detectors"
SCOPE = "region"
PERMISSIONS = (
    "cloudtrail:DescribeTrails", "cloudtrail:GetTrailStatus", "cloudtrail:GetEventSelectors", "cloudtrail:LookupEvents",
    "config:DescribeConfigurationRecorderStatus", "guardduty:ListDetectors", "guardduty:GetDetector",
)  # fmt: skip

BLINDED: dict[str, tuple[str, str]] = {
    "StopLogging": ("stopped a trail", "aws cloudtrail start-logging --name …"),
    "DeleteTrail": ("deleted a trail", "aws cloudtrail create-trail … and start-logging"),
    "UpdateTrail": ("changed a trail", "aws cloudtrail update-trail …, as it was"),
    "PutEventSelectors": ("changed what a trail records", "aws cloudtrail put-event-selectors …, as they were"),
    "UpdateDetector": ("changed a GuardDuty detector", "aws guardduty update-detector --enable --detector-id …"),
    "DeleteDetector": ("deleted a GuardDuty detector", "aws guardduty create-detector --enable"),
    "CreateFilter": ("hid findings of GuardDuty", "aws guardduty delete-filter --detector-id … --filter-name …"),
    "CreateIPSet": ("told GuardDuty what to trust", "aws guardduty delete-ip-set --detector-id … --ip-set-id …"),
    "StopConfigurationRecorder": (
        "stopped AWS Config",
        "aws configservice start-configuration-recorder --configuration-recorder-name …",
    ),
    "DeleteConfigurationRecorder": ("deleted AWS Config's recorder", "aws configservice put-configuration-recorder …"),
    "DeleteFlowLogs": ("deleted flow logs", "aws ec2 create-flow-logs …"),
}
"""Management events that blind an investigator: what was done, and how it is undone."""

MANAGEMENT = {"Field": "eventCategory", "Equals": ["Management"]}


def sweep(look: Look) -> Iterator[Finding]:
    """One finding per thing that is off, and per event by which the subject switched something off."""
    for part in (_trails, _recorders, _detectors, _events):
        with look.tried():
            yield from part(look)


def _trails(look: Look) -> Iterator[Finding]:
    """Trails whose home is here; the copies that other Regions and members show are told by their home."""
    for trail in look.call("cloudtrail", "describe_trails", includeShadowTrails=False)["trailList"]:
        arn = str(trail["TrailARN"])
        if not look.call("cloudtrail", "get_trail_status", Name=arn)["IsLogging"]:
            yield look.finding(
                "trail-off", arn, f"trail {trail['Name']} records nothing", found_by="cloudtrail:GetTrailStatus",
                allows="everything, without a record beyond the event history of 90 days",
                remove=look.command("cloudtrail", "start-logging", name=arn),
            )  # fmt: skip
        yield from _selectors(look, arn, str(trail["Name"]))


def _selectors(look: Look, arn: str, name: str) -> Iterator[Finding]:
    """A trail without selectors records all management events (PutEventSelectors, API reference)."""
    shown = look.call("cloudtrail", "get_event_selectors", TrailName=arn)
    basic, advanced = listed(shown.get("EventSelectors")), listed(shown.get("AdvancedEventSelectors"))
    unset = not basic and not advanced
    if unset or any(_whole(one) for one in basic) or any(_all_management(one) for one in advanced):
        return
    theirs = look.trail.touched(look.account, look.region, arn)
    if advanced:
        whole = {"Name": "management events", "FieldSelectors": [MANAGEMENT]}
        kept = [one for one in advanced if MANAGEMENT not in one["FieldSelectors"]]
        remove = look.command(
            "cloudtrail", "put-event-selectors", trail_name=arn, advanced_event_selectors=[whole, *kept]
        )
    else:
        data = [row for one in basic for row in one.get("DataResources", [])]
        every = {"ReadWriteType": "All", "IncludeManagementEvents": True, "DataResources": data}
        remove = look.command("cloudtrail", "put-event-selectors", trail_name=arn, event_selectors=[every])
    yield look.finding(
        "trail-narrowed", arn, f"trail {name} does not record all management events", remove=remove,
        found_by="cloudtrail:GetEventSelectors", severity="high" if theirs else "low", by_subject=theirs,
        allows="changes or reads that this trail does not show",
    )  # fmt: skip


def _whole(selector: dict[str, Any]) -> bool:
    """Every management event, reads too, of every source."""
    return (
        selector.get("IncludeManagementEvents", True)
        and selector.get("ReadWriteType", "All") == "All"
        and not selector.get("ExcludeManagementEventSources")
    )


def _all_management(selector: dict[str, Any]) -> bool:
    return [{"Field": one["Field"], "Equals": one.get("Equals")} for one in selector["FieldSelectors"]] == [MANAGEMENT]


def _recorders(look: Look) -> Iterator[Finding]:
    rows = look.call("config", "describe_configuration_recorder_status")["ConfigurationRecordersStatus"]
    for name in sorted(str(row["name"]) for row in rows if not row["recording"]):
        yield look.finding(
            "recorder-off", name, f"AWS Config recorder {name} is stopped",
            found_by="config:DescribeConfigurationRecorderStatus", severity="medium",
            allows="changes of resources without a history",
            remove=look.command("configservice", "start-configuration-recorder", configuration_recorder_name=name),
        )  # fmt: skip


def _detectors(look: Look) -> Iterator[Finding]:
    detectors = list(look.pages("guardduty", "list_detectors", "DetectorIds"))
    for name in detectors:
        if look.call("guardduty", "get_detector", DetectorId=name)["Status"] != "ENABLED":
            yield look.finding(
                "detector-off", name, "GuardDuty is suspended here", found_by="guardduty:GetDetector",
                allows="known attacks without an alarm",
                remove=look.command("guardduty", "update-detector", detector_id=name, enable=True),
            )  # fmt: skip
    if not detectors and _missed(look):
        yield look.finding(
            "detector-absent", "detector", "GuardDuty is not on here", found_by="guardduty:ListDetectors",
            allows="known attacks without an alarm", severity="low",
            remove=look.command("guardduty", "create-detector", enable=True),
        )  # fmt: skip


def _missed(look: Look) -> bool:
    """Whether an absent detector is worth a word: at home always, elsewhere only where home has one."""
    home = look.session.home_region
    if look.region == home:
        return True
    return any(look.session.pages("guardduty", "list_detectors", "DetectorIds", account=look.account, region=home))


def _events(look: Look) -> Iterator[Finding]:
    for event in look.trail.did(look.account, look.region, *BLINDED):
        what, remove = BLINDED[event["EventName"]]
        yield look.finding(
            event["EventName"], event["EventId"], f"{event.get('Username') or 'the subject'} {what}",
            found_by="cloudtrail:LookupEvents", severity="medium", by_subject=True, remove=f"{remove}; the gap stays",
            allows="acts that are missing from the record, from this moment on", detail={"event": event["EventId"]},
        )  # fmt: skip
