from __future__ import annotations

import json
from typing import Any

from connectors.aws.hunt.areas import schedules

OUTSIDE = "arn:aws:events:us-east-1:999988887777:event-bus/default"
OWN = "arn:aws:lambda:us-east-1:123456789012:function:nightly"


def test_a_rule_of_the_subjects_is_switched_off(estate: Any) -> None:
    planter = estate.plant("events")
    planter.put_rule(Name="nightly-sync", ScheduleExpression="rate(1 day)")
    planter.put_targets(Rule="nightly-sync", Targets=[{"Id": "1", "Arn": OWN}])
    finding = estate.removed(schedules, "event-rule")
    assert finding.by_subject is True
    assert estate.client("events").describe_rule(Name="nightly-sync")["State"] == "DISABLED"


def test_a_rule_that_sends_events_outside_is_found_whoever_made_it(estate: Any) -> None:
    events = estate.client("events", "eu-west-1")
    events.put_rule(Name="copy", EventPattern=json.dumps({"source": ["aws.iam"]}))
    events.put_targets(Rule="copy", Targets=[{"Id": "1", "Arn": OUTSIDE}, {"Id": "2", "Arn": OWN}])
    finding = estate.removed(schedules, "event-rule")
    assert finding.by_subject is None
    assert OUTSIDE in finding.title


def test_a_rule_of_a_colleagues_with_targets_of_ours_is_no_finding(estate: Any) -> None:
    events = estate.client("events")
    events.put_rule(Name="copy", ScheduleExpression="rate(1 day)")
    events.put_targets(Rule="copy", Targets=[{"Id": "1", "Arn": OWN}])
    assert estate.found(schedules) == []


def test_a_bus_that_strangers_may_feed_is_closed_statement_by_statement(estate: Any) -> None:
    estate.plant("events").put_permission(
        EventBusName="default", Action="events:PutEvents", Principal=estate.stranger, StatementId="feed; reboot"[:4]
    )
    finding = estate.removed(schedules, "event-bus")
    assert finding.by_subject is True
    assert finding.detail["principals"] == [f"arn:aws:iam::{estate.stranger}:root"]


def test_a_bus_that_a_colleague_opened_is_not_laid_at_the_subjects_door(estate: Any) -> None:
    estate.client("events").put_permission(
        EventBusName="default", Action="events:PutEvents", Principal=estate.stranger, StatementId="feed"
    )
    estate.plant("events").put_rule(Name="other", ScheduleExpression="rate(1 day)", EventBusName="default")
    (finding,) = estate.found(schedules, kind="event-bus")
    assert finding.by_subject is None


def test_a_schedule_of_the_subjects_is_deleted(estate: Any) -> None:
    estate.plant("scheduler").create_schedule(
        Name="beacon", ScheduleExpression="rate(5 minutes)", FlexibleTimeWindow={"Mode": "OFF"},
        Target={"Arn": "arn:aws:scheduler:::aws-sdk:iam:createAccessKey", "RoleArn": estate.role(), "Input": "hush"},
    )  # fmt: skip
    finding = estate.removed(schedules, "schedule")
    assert finding.by_subject is True
    assert "hush" not in repr(finding)


def test_a_schedule_that_calls_a_strangers_function_is_found_whoever_made_it(estate: Any) -> None:
    for name, account in (("out", estate.stranger), ("in", estate.home)):
        estate.client("scheduler").create_schedule(
            Name=name, ScheduleExpression="rate(5 minutes)", FlexibleTimeWindow={"Mode": "OFF"},
            Target={"Arn": f"arn:aws:lambda:us-east-1:{account}:function:f", "RoleArn": "arn:aws:iam::123456789012:role/r"},
        )  # fmt: skip
    assert estate.removed(schedules, "schedule").title.startswith("the schedule out calls")


def test_a_state_machine_of_the_subjects_is_deleted(estate: Any) -> None:
    definition = json.dumps({"StartAt": "a", "States": {"a": {"Type": "Succeed"}}})
    estate.plant("stepfunctions").create_state_machine(name="steps", definition=definition, roleArn=estate.role())
    estate.client("stepfunctions").create_state_machine(name="other", definition=definition, roleArn=estate.role("r2"))
    assert estate.removed(schedules, "state-machine").title.endswith(": steps")


def test_an_association_of_the_subjects_is_deleted(estate: Any) -> None:
    estate.plant("ssm", "eu-west-1").create_association(Name="AWS-RunShellScript")
    estate.client("ssm", "eu-west-1").create_association(Name="AWS-RunShellScript")
    assert estate.removed(schedules, "association").by_subject is True
