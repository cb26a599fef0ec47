"""What runs by itself: event rules, event buses that strangers may feed, schedules, state machines, associations."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from connectors.aws.hunt.area import Look
from connectors.aws.hunt.made import Sort, made_by_subject
from connectors.aws.hunt.openings import allowed, named, openings, told
from connectors.contract import Finding

AREA = "schedules and event rules"
SCOPE = "region"

SORTS = (
    Sort(
        "state-machine", "a state machine", ("stepfunctions", "list_state_machines", "stateMachines"),
        "stateMachineArn", "run its steps as its role, by whoever starts it",
        ("stepfunctions", "delete-state-machine", {"state_machine_arn": "stateMachineArn"}),
        "states:ListStateMachines", label="name",
    ),
    Sort(
        "association", "a State Manager association", ("ssm", "list_associations", "Associations"), "AssociationId",
        "run commands on machines, again and again, as root",
        ("ssm", "delete-association", {"association_id": "AssociationId"}), "ssm:ListAssociations", label="Name",
    ),
)  # fmt: skip

PERMISSIONS = (
    "events:ListEventBuses",
    "events:ListRules",
    "events:ListTargetsByRule",
    "scheduler:ListSchedules",
    *(sort.permission for sort in SORTS),
)


def sweep(look: Look) -> Iterator[Finding]:
    """Buses and their rules, then schedules, then what the subject made elsewhere."""
    with look.tried():
        for bus in look.pages("events", "list_event_buses", "EventBuses"):
            yield from _bus(look, bus)
            with look.tried():
                yield from _rules(look, bus["Name"])
    with look.tried():
        yield from _schedules(look)
    yield from made_by_subject(look, SORTS)


def _bus(look: Look, bus: dict[str, Any]) -> Iterator[Finding]:
    """A bus's policy, statement by statement, as it is removed. Every account has a bus of the name `default`."""
    mine = None
    with look.tried():
        mine = any(bus["Name"] in event["names"] for event in look.events("PutPermission")) or None
    for one in openings(look, bus.get("Policy")):
        yield look.finding(
            "event-bus", f"{bus['Arn']}#{one.sid}", f"the event bus {bus['Name']} is open to {named([one])}",
            found_by="events:ListEventBuses", allows=f"{allowed([one])}: set off every rule of the bus",
            by_subject=mine,
            remove=look.command("events", "remove-permission", event_bus_name=bus["Name"], statement_id=one.sid),
            detail={"principals": list(one.who)},
        )  # fmt: skip


def _rules(look: Look, bus: str) -> Iterator[Finding]:
    """Rules that the subject made, and those that send events to strangers."""
    for rule in look.pages("events", "list_rules", "Rules", EventBusName=bus):
        if rule.get("State") == "DISABLED":
            continue
        with look.tried():
            yield from _rule(look, bus, rule)


def _rule(look: Look, bus: str, rule: dict[str, Any]) -> Iterator[Finding]:
    name = rule["Name"]
    targets = [
        str(one["Arn"]) for one in look.pages("events", "list_targets_by_rule", "Targets", Rule=name, EventBusName=bus)
    ]
    strangers = look.strangers(targets)
    mine = look.tied(name)
    if not strangers and not mine:
        return
    title = (
        f"the event rule {name} sends to {told(strangers)}" if strangers else f"the subject made the event rule {name}"
    )
    yield look.finding(
        "event-rule", str(rule["Arn"]), title, found_by="events:ListTargetsByRule",
        allows="read every event that it matches" if strangers else "run its targets on a schedule or on an event",
        remove=look.command("events", "disable-rule", name=name, event_bus_name=bus), by_subject=mine or None,
        detail={"targets": targets},
    )  # fmt: skip


def _schedules(look: Look) -> Iterator[Finding]:
    """Schedules of EventBridge Scheduler; to switch one off takes its whole definition, so it is deleted."""
    for one in look.pages("scheduler", "list_schedules", "Schedules"):
        target = str(one.get("Target", {}).get("Arn", ""))
        strangers = look.strangers([target]) if _owned(target) else []
        mine = look.tied(one["Name"])
        if one.get("State") == "DISABLED" or not (strangers or mine):
            continue
        yield look.finding(
            "schedule", str(one["Arn"]), f"the schedule {one['Name']} calls {target}",
            found_by="scheduler:ListSchedules", allows="run its target again and again",
            remove=look.command("scheduler", "delete-schedule", name=one["Name"], group_name=one["GroupName"]),
            by_subject=mine or None, detail={"target": target},
        )  # fmt: skip


def _owned(target: str) -> bool:
    """Whether a target's ARN names an account; a universal target (`arn:aws:scheduler:::…`) is a call of AWS's API."""
    return bool(target) and not target.startswith("arn:aws:scheduler:::")
