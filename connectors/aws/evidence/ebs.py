"""Disks of the subject's EC2 instances: crash-consistent snapshots under a lock, and the instances kept from ending.

A second run finds the snapshots of its case by their tags and takes none again. The instances are neither stopped nor
changed otherwise: what may end them all the same (a shutdown from inside, an Auto Scaling group) is told.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, cast

from connectors.aws.discover import INSTANCE_KIND
from connectors.aws.evidence.collection import kept, side_by_side, told, verdict
from connectors.aws.evidence.disks import Machine, Wish
from connectors.aws.families.ec2 import place
from connectors.contract import (
    Account,
    Action,
    ActionContext,
    ActionResult,
    Effect,
    Field,
    Json,
    Notice,
    Outcome,
    Receipt,
    Session,
)
from connectors.errors import InputError

if TYPE_CHECKING:
    from connectors.aws.client import AwsSession

MODES = ("governance", "compliance")
LIMITS = {"lock_days": (1, 36500), "cool_off_hours": (1, 72), "wait_minutes": (0, 1440)}
"""The first two are AWS's (EC2 API reference, LockSnapshot)."""
INSIDE = "memory and instance stores are not in a snapshot"


class PreserveEbs(Action):
    """Snapshots of every volume of the subject's instances."""

    name = "aws.preserve-ebs"
    title = "Snapshot and lock the disks of the subject's machines"
    doc = "Termination and stop protection, one crash-consistent set of snapshots per instance, locked and read back."
    effect = Effect.PRESERVE
    inputs = (
        Field("lock_mode", "string", "governance can be lifted by the entitled, compliance by nobody.", required=False,
              default="governance", choices=MODES),
        Field("lock_days", "integer", "Days that a snapshot stays locked; 1 to 36500.", required=False, default=365),
        Field("cool_off_hours", "integer", "Hours in which a compliance lock may be undone; 1 to 72.", required=False,
              default=72),
        Field("wait_minutes", "integer", "How long to wait for completion; AWS goes on after it.", required=False,
              default=20),
    )  # fmt: skip
    outputs = (
        Field("snapshots", "list[string]", "Snapshots that a read showed completed and locked."),
        Field("machines", "list[object]", "Each instance: protection as found, shutdown behaviour, group, snapshots."),
        Field("warnings", "list[string]", "What may still end an instance, or hinder the use of a snapshot."),
    )
    permissions = (
        "ec2:DescribeInstances", "ec2:DescribeInstanceAttribute", "ec2:ModifyInstanceAttribute", "ec2:CreateSnapshots",
        "ec2:CreateTags", "ec2:DescribeSnapshots", "ec2:LockSnapshot", "ec2:DescribeLockedSnapshots",
        "autoscaling:DescribeAutoScalingInstances", "kms:DescribeKey",
    )  # fmt: skip
    notice = Notice.MAYBE
    notice_why = "nothing shows inside the machine, but its snapshots and its protection show in the EC2 console"
    preserves = ("disks",)
    attack = ("T1578", "T1485")
    sources = (
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSnapshots.html",
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_LockSnapshot.html",
        "https://docs.aws.amazon.com/ebs/latest/userguide/snapshot-lock-considerations.html",
    )

    def run(self, session: Session, inputs: Mapping[str, Json], context: ActionContext) -> ActionResult:
        """Preserve all instances side by side; one that cannot be is a gap, not an end."""
        aws, wish = cast("AwsSession", session), _wish(inputs)
        own = [account for account in context.accounts if account.kind == INSTANCE_KIND]
        if not own:
            return ActionResult(_outputs([], wish), Outcome.NOT_APPLICABLE, "the case names no EC2 instance")
        machines = side_by_side(lambda account: _machine(aws, account, context).preserve(wish), own)
        receipts = tuple(_receipt(one, wish, context) for one in machines)
        return ActionResult(_outputs(machines, wish), why="; ".join(_warnings(machines)), receipts=receipts)


def _wish(inputs: Mapping[str, Json]) -> Wish:
    if inputs["lock_mode"] not in MODES:
        raise InputError(f"lock_mode is {inputs['lock_mode']!r}", expected=" or ".join(MODES))
    for name, (least, most) in LIMITS.items():
        if not least <= int(inputs[name]) <= most:
            raise InputError(f"{name} is {inputs[name]}", expected=f"{least} to {most}")
    patience = timedelta(minutes=int(inputs["wait_minutes"]))
    return Wish(str(inputs["lock_mode"]), int(inputs["lock_days"]), int(inputs["cool_off_hours"]), patience)


def _machine(aws: AwsSession, account: Account, context: ActionContext) -> Machine:
    where, instance = place(account)
    return Machine(aws, context, where["account"], where["region"], instance)


def _safe(machine: Machine, wish: Wish) -> list[str]:
    """Snapshots that are complete and locked, as the last read showed them."""
    return sorted(
        name for name, one in machine.snapshots.items()
        if one["State"] == "completed" and wish.fits(machine.locks.get(name))
    )  # fmt: skip


def _warnings(machines: list[Machine]) -> list[str]:
    return list(dict.fromkeys(text for one in machines for text in one.warnings))


def _outputs(machines: list[Machine], wish: Wish) -> dict[str, Json]:
    shown = [
        {"instance": one.instance, "account": one.account, "region": one.region, "protected_before": dict(one.before),
         "shutdown_behaviour": one.shutdown, "auto_scaling_group": one.group, "snapshots": sorted(one.snapshots)}
        for one in machines
    ]  # fmt: skip
    safe = [name for one in machines for name in _safe(one, wish)]
    return {"snapshots": safe, "machines": shown, "warnings": _warnings(machines)}


def _receipt(machine: Machine, wish: Wish, context: ActionContext) -> Receipt:
    ends = sorted(str(one["LockExpiresOn"]) for one in machine.locks.values() if one.get("LockExpiresOn"))
    until = f", the first until {ends[0]}" if ends else ""
    starts = sorted(one["StartTime"] for one in machine.snapshots.values() if one.get("StartTime"))
    replies = [*machine.replies, *(reply for several in machine.last.values() for reply in several)]
    query: dict[str, Json] = {
        "account": machine.account, "region": machine.region, "instance": machine.instance,
        "volumes": None if machine.volumes is None else sorted(machine.volumes), "lock_mode": wish.mode,
        "lock_days": wish.days,
    }  # fmt: skip
    return Receipt(
        "EBS snapshots", query, verdict(machine.gaps), told(machine.gaps, *machine.warnings, INSIDE), end=context.now(),
        pages=len(replies), records=len(_safe(machine, wish)), first=starts[0] if starts else None,
        last=starts[-1] if starts else None, gaps=tuple(machine.gaps),
        retention=f"until somebody deletes them; locked in {wish.mode} mode for {wish.days} days{until}",
        artefacts=kept(context, f"ebs-{machine.account}-{machine.region}-{machine.instance}.jsonl", replies),
    )  # fmt: skip
