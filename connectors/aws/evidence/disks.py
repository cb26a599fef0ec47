"""One machine's disks: keep the machine, snapshot all its volumes at one instant, lock the snapshots, read back.

Each part is tried whatever became of the one before; what fails is a gap. Nothing here is believed because a write
said so: protection, snapshots and locks are read again.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any

from connectors.aws.evidence.collection import STOPPED, UNREADABLE, hold, pause, read_pages, waits
from connectors.contract import ActionContext, Gap
from connectors.errors import AmbiguousError, UnreachableError

if TYPE_CHECKING:
    from connectors.aws.client import AwsSession

PROTECTIONS = {"disableApiTermination": "DisableApiTermination", "disableApiStop": "DisableApiStop"}
"""Attributes by the name under which they are read; ModifyInstanceAttribute takes one a call."""
CASE_TAG, INSTANCE_TAG = "evict:case", "evict:instance"
LOCKABLE = frozenset({"pending", "completed"})
READ_BACKS = 4
"""Reads of what was just written, about 4 seconds: EC2 is eventually consistent."""
UNTIL_COMPLETED = "not completed when the time to wait was over; AWS goes on with it, run this again"
UNSHARED = "sharing them needs a copy under a customer key (general knowledge)"


@dataclass(frozen=True)
class Wish:
    """How snapshots are to be locked, and how long to wait for them."""

    mode: str
    days: int
    cool_off_hours: int
    patience: timedelta

    def fits(self, lock: dict[str, Any] | None) -> bool:
        """Whether a lock that stands is at least what is wished for."""
        if lock is None or int(lock.get("LockDuration", 0)) < self.days:
            return False
        return self.mode == "governance" or str(lock["LockState"]).startswith("compliance")

    def call(self, lock: dict[str, Any] | None) -> dict[str, Any]:
        """Parameters of the lock to ask for; one that stands is never shortened, and cools off only once."""
        held = lock or {}
        days = max(self.days, int(held.get("LockDuration", 0)))
        cooling = self.mode == "compliance" and held.get("LockState") != "compliance"
        more = {"CoolOffPeriod": self.cool_off_hours} if cooling else {}
        return {"LockMode": self.mode, "LockDuration": days, **more}


@dataclass
class Machine:
    """One instance, and what is known and kept of it."""

    aws: AwsSession
    context: ActionContext
    account: str
    region: str
    instance: str
    replies: list[dict[str, Any]] = field(default_factory=list)
    last: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    """The last read of each listing, pages as they came; the polls before it are not kept."""
    volumes: set[str] | None = None
    """Attached EBS volumes; None when they could not be read."""
    before: dict[str, bool] = field(default_factory=dict)
    """Each protection as it was found."""
    snapshots: dict[str, dict[str, Any]] = field(default_factory=dict)
    locks: dict[str, dict[str, Any]] = field(default_factory=dict)
    asked: bool = False
    """Snapshots are there or under way, so that waiting for them makes sense."""
    shutdown: str = ""
    group: str = ""
    """Its Auto Scaling group."""
    gaps: list[Gap] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def preserve(self, wish: Wish) -> Machine:
        """All parts in order; a part that fails is a gap, and a stop ends before the next part."""
        parts = (
            ("description", self._look), ("protection", self._protect), ("snapshots", self._take),
            ("completion", lambda: self._wait(wish)), ("locks", lambda: self._lock(wish)),
            ("keys", self._keys),
        )  # fmt: skip
        for what, part in parts:
            if self.context.cancelled():
                self._gap(what, STOPPED)
                break
            self.context.progress(f"{what} of {self.instance}")
            try:
                part()
            except UNREADABLE as error:
                self._gap(what, error.what)
        return self

    def _gap(self, what: str, why: str) -> None:
        self.gaps.append(Gap(f"{what} of {self.instance}", why))

    def _call(self, service: str, operation: str, **params: Any) -> dict[str, Any]:
        reply = self.aws.call(service, operation, account=self.account, region=self.region, **params)
        self.replies.append({"operation": operation, **reply})
        return reply

    def _hold(self, operation: str, **params: Any) -> None:
        """One hold; whether it was done when its reply is lost is shown by the read that follows every one of them."""
        with suppress(AmbiguousError):
            hold(self.aws, self.context, "ec2", operation, account=self.account, region=self.region, **params)

    def _listed(self, operation: str, key: str, **params: Any) -> list[dict[str, Any]]:
        pages = read_pages(
            self.aws, self.context, "ec2", operation, account=self.account, region=self.region, **params
        )  # fmt: skip
        self.last[operation] = [{"operation": operation, **reply} for reply in pages.replies]
        if pages.gap:
            raise UnreachableError(pages.gap)
        return pages.items(key)

    def _look(self) -> None:
        """Volumes, and what may end the machine in spite of its protection."""
        found = self._call("ec2", "describe_instances", InstanceIds=[self.instance])
        described = [one for reservation in found["Reservations"] for one in reservation["Instances"]]
        mappings = [one for instance in described for one in instance.get("BlockDeviceMappings", [])]
        self.volumes = {str(one["Ebs"]["VolumeId"]) for one in mappings if "Ebs" in one}
        self.shutdown = str(self._attribute("instanceInitiatedShutdownBehavior").get("Value", ""))
        if self.shutdown == "terminate":
            self.warnings.append(f"{self.instance} terminates when it is shut down from inside, protected or not")
        rows = self._call("autoscaling", "describe_auto_scaling_instances", InstanceIds=[self.instance])
        self.group = next((str(one["AutoScalingGroupName"]) for one in rows["AutoScalingInstances"]), "")
        if self.group:
            self.warnings.append(f"{self.instance} is in Auto Scaling group {self.group}, which may replace it")

    def _attribute(self, name: str) -> dict[str, Any]:
        reply = self._call("ec2", "describe_instance_attribute", InstanceId=self.instance, Attribute=name)
        value: dict[str, Any] = reply.get(name[0].upper() + name[1:], {})
        return value

    def _protect(self) -> None:
        """Switch both protections on; each on its own, because one may be impossible (Spot)."""
        for attribute, parameter in PROTECTIONS.items():
            try:
                self.before[attribute] = self._protected(attribute)
                if not self.before[attribute]:
                    self._hold("modify_instance_attribute", InstanceId=self.instance, **{parameter: {"Value": True}})
                    self._see_protected(attribute)
            except UNREADABLE as error:
                self._gap(attribute, error.what)

    def _protected(self, attribute: str) -> bool:
        return self._attribute(attribute).get("Value") is True

    def _see_protected(self, attribute: str) -> None:
        for wait in islice(waits(), READ_BACKS):
            if self._protected(attribute):
                return
            pause(self.context, wait)
        self._gap(attribute, "AWS accepted it, and a read does not show it")

    def _take(self) -> None:
        """Snapshot all volumes at one instant, unless this case did so already."""
        self._read_snapshots()
        self.asked = bool(self.snapshots)
        if self._covered():
            return
        if self.volumes == set():
            self._gap("snapshots", "no EBS volume is attached; an instance store cannot be kept from outside")
            return
        tags = [{"Key": CASE_TAG, "Value": self.context.case_id}, {"Key": INSTANCE_TAG, "Value": self.instance}]
        self._hold(
            "create_snapshots", InstanceSpecification={"InstanceId": self.instance},
            Description=f"evidence of case {self.context.case_id}",
            TagSpecifications=[{"ResourceType": "snapshot", "Tags": tags}],
        )  # fmt: skip
        self.asked = True

    def _read_snapshots(self) -> None:
        wanted = {CASE_TAG: self.context.case_id, INSTANCE_TAG: self.instance}
        filters = [{"Name": f"tag:{name}", "Values": [value]} for name, value in wanted.items()]
        found = self._listed("describe_snapshots", "Snapshots", OwnerIds=["self"], Filters=filters)
        self.snapshots = {str(one["SnapshotId"]): one for one in found}

    def _good(self) -> set[str]:
        """Volumes with a snapshot of this case that did not fail."""
        return {str(one["VolumeId"]) for one in self.snapshots.values() if one["State"] != "error"}

    def _covered(self) -> bool:
        """Whether that is every attached volume."""
        good = self._good()
        return bool(good) and (self.volumes is None or self.volumes <= good)

    def _wait(self, wish: Wish) -> None:
        """Until every snapshot is completed or failed, or the wish's patience ends."""
        end = self.context.now() + wish.patience
        for wait in waits() if self.asked else ():
            self._read_snapshots()
            pending = sorted(name for name, one in self.snapshots.items() if one["State"] == "pending")
            failed = [name for name, one in self.snapshots.items() if one["State"] == "error"]
            if not pending and (failed or self._covered()):
                break
            if self.context.now() >= end:
                self._late(pending)
                break
            pause(self.context, wait)
        good = self._good()
        for name, one in sorted(self.snapshots.items()):
            if str(one["VolumeId"]) not in good:
                self._gap(
                    f"snapshot {name}", f"AWS could not complete it: {one.get('StateMessage', 'no reason given')}"
                )

    def _late(self, pending: list[str]) -> None:
        for name in pending:
            self._gap(f"snapshot {name}", UNTIL_COMPLETED)
        if not self._covered():
            missing = sorted((self.volumes or set()) - self._good())
            self._gap("snapshots", f"none was seen of {', '.join(missing) or 'any volume'}")

    def _lock(self, wish: Wish) -> None:
        """Lock what is not locked as wished, then read the locks; a snapshot may be locked while it is pending."""
        names = sorted(name for name, one in self.snapshots.items() if one["State"] in LOCKABLE)
        if not names:
            return
        self._read_locks(names)
        for name in [name for name in names if not wish.fits(self.locks.get(name))]:
            try:
                self._hold("lock_snapshot", SnapshotId=name, **wish.call(self.locks.get(name)))
            except UNREADABLE as error:
                self._gap(f"lock of {name}", error.what)
        for wait in islice(waits(), READ_BACKS):
            self._read_locks(names)
            if all(wish.fits(self.locks.get(name)) for name in names):
                return
            pause(self.context, wait)
        for name in [name for name in names if not wish.fits(self.locks.get(name))]:
            self._gap(f"lock of {name}", "a read does not show the lock that was asked for")

    def _read_locks(self, names: list[str]) -> None:
        found = self._listed("describe_locked_snapshots", "Snapshots", SnapshotIds=names)
        self.locks = {str(one["SnapshotId"]): one for one in found if one["LockState"] != "expired"}

    def _keys(self) -> None:
        """Tell which snapshots cannot be shared with a forensic account as they are."""
        keys = {str(one["KmsKeyId"]) for one in self.snapshots.values() if one.get("KmsKeyId")}
        for key in sorted(keys):
            try:
                manager = self._call("kms", "describe_key", KeyId=key)["KeyMetadata"].get("KeyManager")
            except UNREADABLE as error:
                self.warnings.append(f"whether {key} is a default key could not be read: {error.what}")
                continue
            if manager == "AWS":
                self.warnings.append(f"snapshots of {self.instance} are under the default key: {UNSHARED}")
