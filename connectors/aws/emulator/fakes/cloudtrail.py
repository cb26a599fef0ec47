"""CloudTrail's event history over what the range was asked, plus what a scenario planted in the past."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from connectors.aws.emulator.fakes.common import Fake, Reply, answer
from connectors.aws.emulator.kept import kept
from connectors.aws.emulator.principals import Principal

if TYPE_CHECKING:
    from connectors.aws.emulator.gate import Gate, Request

PAGE = 50
"""Events on a page of LookupEvents (CloudTrail API reference)."""
HISTORY: list[dict[str, Any]] = kept([])
"""Seeded events from before the range started, in CloudTrail's own form."""


def _lookup_events(gate: Gate, request: Request, principal: Principal) -> Reply:
    """One attribute, newest first, 50 on a page, management events of the caller's account and Region."""
    events = [event for event in HISTORY if event["account"] == principal.account]
    events += [_event(call) for call in list(gate.calls) if call["account"] == principal.account and call["arn"]]
    events = [event for event in events if event["region"] == request.region]
    for wanted in request.params.get("LookupAttributes", []):
        name, value = wanted["AttributeKey"], wanted["AttributeValue"]
        events = [event for event in events if event.get(name) == value]
    start, end = request.params.get("StartTime", 0), request.params.get("EndTime", 2**40)
    events = [event for event in events if start <= event["time"] <= end]
    events.sort(key=lambda event: (-event["time"], event["EventId"]))
    at = int(request.params.get("NextToken", 0))
    page: dict[str, Any] = {"Events": [_shown(event) for event in events[at : at + PAGE]]}
    if at + PAGE < len(events):
        page["NextToken"] = str(at + PAGE)
    return answer(page)


def _event(call: dict[str, Any]) -> dict[str, Any]:
    return {
        "EventId": f"range-{call['id']}",
        "EventName": call["operation"],
        "EventSource": f"{call['service']}.amazonaws.com",
        "Username": call["arn"].rsplit("/", 1)[-1],
        "AccessKeyId": call["key"],
        "ReadOnly": "false" if call["write"] else "true",
        "time": datetime.fromisoformat(call["at"]).timestamp(),
        "region": call["region"],
        "account": call["account"],
        "detail": {
            "userIdentity": {"arn": call["arn"]},
            "requestParameters": call["params"],
            "responseElements": call["reply"],
            "resources": [] if call["resource"] == "*" else [{"ARN": call["resource"]}],
            "errorCode": call["error"],
        },
    }


def _shown(event: dict[str, Any]) -> dict[str, Any]:
    hidden = ("time", "region", "account", "detail")
    shown = {key: value for key, value in event.items() if key not in hidden}
    return {**shown, "EventTime": event["time"], "CloudTrailEvent": json.dumps(event["detail"])}


FAKES: dict[tuple[str, str], Fake] = {("cloudtrail", "LookupEvents"): _lookup_events}
