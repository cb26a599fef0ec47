"""Log groups whose lines go to strangers, or whose lines the subject lets expire or deleted."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from connectors.aws.hunt.area import Look
from connectors.aws.hunt.trail import asked
from connectors.contract import Finding

AREA = "log groups"
SCOPE = "region"
PERMISSIONS = (
    "logs:DescribeLogGroups", "logs:DescribeSubscriptionFilters", "logs:DescribeAccountPolicies",
    "cloudtrail:LookupEvents",
)  # fmt: skip

SUBSCRIPTION = "SUBSCRIPTION_FILTER_POLICY"
LOST = {"DeleteLogGroup": "a log group", "DeleteLogStream": "a log stream"}


def sweep(look: Look) -> Iterator[Finding]:
    """One finding per way out for log lines, per retention that the subject set, and per deletion of theirs."""
    with look.tried():
        for policy in look.pages("logs", "describe_account_policies", "accountPolicies", policyType=SUBSCRIPTION):
            yield from _everywhere(look, policy)
    groups = {str(one["logGroupName"]): one for one in look.pages("logs", "describe_log_groups", "logGroups")}
    for name in groups:
        with look.tried():
            for row in look.pages("logs", "describe_subscription_filters", "subscriptionFilters", logGroupName=name):
                yield from _filter(look, name, row)
    yield from _kept_short(look, groups)
    for event in look.trail.did(look.account, look.region, *LOST):
        yield _deleted(look, event)


def _everywhere(look: Look, policy: dict[str, Any]) -> Iterator[Finding]:
    name = str(policy["policyName"])
    destination = str(json.loads(policy["policyDocument"]).get("DestinationArn", ""))
    if destination and look.strangers([destination]):
        yield look.finding(
            "log-policy", name, f"every log group here sends its lines to {destination}",
            found_by="logs:DescribeAccountPolicies", allows="all log lines of this Region for a stranger",
            remove=look.command("logs", "delete-account-policy", policy_name=name, policy_type=SUBSCRIPTION),
            detail={"destination": destination},
        )  # fmt: skip


def _filter(look: Look, group: str, row: dict[str, Any]) -> Iterator[Finding]:
    destination, name = str(row["destinationArn"]), str(row["filterName"])
    if look.strangers([destination]):
        yield look.finding(
            "log-filter", f"{group}/{name}", f"log group {group} sends its lines to {destination}",
            found_by="logs:DescribeSubscriptionFilters", allows="the log lines of this group for a stranger",
            by_subject=_set(look, "PutSubscriptionFilter", group, name),
            remove=look.command("logs", "delete-subscription-filter", log_group_name=group, filter_name=name),
            detail={"destination": destination},
        )  # fmt: skip


def _set(look: Look, event_name: str, group: str, name: str) -> bool | None:
    """True when the subject's own request says so. What others set, nobody can tell from the subject's events."""
    wanted = (group, name)
    events = look.trail.did(look.account, look.region, event_name)
    hit = any((asked(one).get("loggroupname"), asked(one).get("filtername")) == wanted for one in events)
    return True if hit else None


def _kept_short(look: Look, groups: dict[str, dict[str, Any]]) -> Iterator[Finding]:
    """Retention that the subject set last and that stands."""
    events = look.trail.did(look.account, look.region, "PutRetentionPolicy")
    last = {asked(one).get("loggroupname"): one for one in events}
    for name, event in last.items():
        days = groups.get(str(name), {}).get("retentionInDays")
        if days is not None and days == asked(event).get("retentionindays"):
            yield look.finding(
                "log-retention", str(name), f"log group {name} keeps its lines for {days} days only",
                found_by="logs:DescribeLogGroups", allows="older log lines disappear by themselves", by_subject=True,
                remove=look.command("logs", "delete-retention-policy", log_group_name=str(name)),
                severity="medium", detail={"days": days, "event": event["EventId"]},
            )  # fmt: skip


def _deleted(look: Look, event: dict[str, Any]) -> Finding:
    given = asked(event)
    name = "/".join(str(given[one]) for one in ("loggroupname", "logstreamname") if given.get(one))
    return look.finding(
        event["EventName"], event["EventId"], f"the subject deleted {LOST[event['EventName']]}: {name}",
        found_by="cloudtrail:LookupEvents", allows="acts whose log lines are gone", by_subject=True, severity="medium",
        remove="it cannot be brought back; look for copies: exports in S3, subscription destinations",
        detail={"event": event["EventId"], "name": name},
    )  # fmt: skip
