from __future__ import annotations

import json
from typing import Any

from connectors.aws.hunt.areas import log_groups

GROUP = "/app/orders"


def destination(account: str) -> str:
    return f"arn:aws:logs:eu-west-1:{account}:destination:collect"


def subscribe(logs: Any, account: str, name: str = "ship") -> None:
    logs.put_subscription_filter(
        logGroupName=GROUP, filterName=name, filterPattern="", destinationArn=destination(account)
    )


def test_a_subscription_to_a_stranger_is_found_and_deleted(estate: Any) -> None:
    estate.client("logs", "eu-west-1").create_log_group(logGroupName=GROUP)
    subscribe(estate.plant("logs", "eu-west-1"), estate.stranger)
    (one,) = estate.found(log_groups)
    assert (one.kind, one.by_subject, one.detail["region"]) == ("log-filter", True, "eu-west-1")
    assert one.detail["destination"] == destination(estate.stranger)
    estate.run(one.remove)
    assert estate.found(log_groups) == []


def test_a_subscription_that_somebody_else_made_is_told_without_blame(estate: Any) -> None:
    logs = estate.client("logs", "eu-west-1")
    logs.create_log_group(logGroupName=GROUP)
    subscribe(logs, estate.stranger)
    (one,) = estate.found(log_groups)
    assert one.by_subject is None


def test_a_policy_that_ships_every_group_is_found_and_deleted(estate: Any) -> None:
    for account, logs in ((estate.stranger, estate.plant("logs")), (estate.home, estate.client("logs"))):
        document = json.dumps({"DestinationArn": destination(account), "FilterPattern": ""})
        logs.put_account_policy(
            policyName=f"to-{account}", policyType="SUBSCRIPTION_FILTER_POLICY", policyDocument=document
        )
    (one,) = estate.found(log_groups)
    assert (one.kind, one.by_subject) == ("log-policy", True)
    estate.run(one.remove)
    assert estate.found(log_groups) == []


def test_retention_that_the_subject_cut_is_told_while_it_stands(estate: Any) -> None:
    logs = estate.client("logs")
    for name in (GROUP, "/app/short"):
        logs.create_log_group(logGroupName=name)
    logs.put_retention_policy(logGroupName="/app/short", retentionInDays=1)
    estate.plant("logs").put_retention_policy(logGroupName=GROUP, retentionInDays=1)
    (one,) = estate.found(log_groups)
    assert (one.kind, one.by_subject, one.detail["resource"]) == ("log-retention", True, GROUP)
    estate.run(one.remove)
    assert estate.found(log_groups) == []


def test_a_log_group_that_the_subject_deleted_cannot_come_back(estate: Any) -> None:
    estate.client("logs").create_log_group(logGroupName=GROUP)
    estate.plant("logs").delete_log_group(logGroupName=GROUP)
    (one,) = estate.found(log_groups)
    assert (one.kind, one.by_subject, one.detail["name"]) == ("DeleteLogGroup", True, GROUP)
