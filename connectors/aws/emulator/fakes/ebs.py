"""Snapshots of volumes: the locks that moto lacks, the time that a snapshot takes, and whose key they are under."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from moto.ec2.models import ec2_backends
from moto.kms.models import kms_backends

from connectors.aws.emulator.fakes.common import VERSIONS, Fake, Reply
from connectors.aws.emulator.fakes.paging import Seed, page
from connectors.aws.emulator.kept import kept
from connectors.aws.emulator.principals import Denied, Principal

if TYPE_CHECKING:
    from connectors.aws.emulator.gate import Gate, Request

PAGE = 5
"""Locks on a page; AWS may give fewer than were asked for."""
LOCKS: dict[str, dict[str, str]] = kept({})
"""By snapshot id, as DescribeLockedSnapshots gives them."""
READS_LEFT: dict[str, int] = kept({})
"""Reads that still show a snapshot as pending."""
BEHAVIOUR: ChainMap[str, Any] = ChainMap(kept({}), {"reads": 0, "end": "completed", "forgets-locks": False})
"""How many reads a new snapshot stays pending, its state then, and whether locks are accepted and not kept."""


def _describe(_gate: Gate, request: Request, principal: Principal) -> None:
    """Let time pass for new snapshots; the answer is moto's."""
    ec2 = ec2_backends[principal.account][request.region]
    for snapshot in ec2.snapshots.values():
        left = READS_LEFT.setdefault(snapshot.id, BEHAVIOUR["reads"])
        if snapshot.from_ami or left < 0:
            continue
        snapshot.kms_key_id = getattr(snapshot.volume, "kms_key_id", None)
        snapshot.status = "pending" if left else BEHAVIOUR["end"]
        READS_LEFT[snapshot.id] = left - 1


def _describe_key(_gate: Gate, _request: Request, principal: Principal) -> None:
    """The default key of a Region's volumes is AWS's own, which moto calls a customer's; the answer is moto's."""
    for kms in kms_backends[principal.account].values():
        for key in kms.keys.values():
            if key.description.startswith("Default master key"):
                key.key_manager = "AWS"


def _lock(_gate: Gate, request: Request, principal: Principal) -> Reply:
    asked = request.params
    name, mode, days = asked["SnapshotId"], asked["LockMode"], int(asked["LockDuration"])
    if name not in ec2_backends[principal.account][request.region].snapshots:
        raise Denied("InvalidSnapshot.NotFound", f"The snapshot '{name}' does not exist.", 400)
    now = datetime.now(UTC)
    cooling = asked.get("CoolOffPeriod")
    lock = {
        "ownerId": principal.account,
        "snapshotId": name,
        "lockState": "compliance-cooloff" if cooling else mode,
        "lockDuration": str(days),
        "lockCreatedOn": _stamp(now),
        "lockExpiresOn": _stamp(now + timedelta(days=days)),
        **({"coolOffPeriod": cooling} if cooling else {}),
    }
    if not BEHAVIOUR["forgets-locks"]:
        LOCKS[name] = lock
    return _ec2("LockSnapshot", _elements(lock))


def _locked(_gate: Gate, request: Request, principal: Principal) -> Reply:
    wanted = {value for name, value in request.params.items() if name.startswith("SnapshotId.")}
    rows = [
        one for name, one in sorted(LOCKS.items())
        if one["ownerId"] == principal.account and (not wanted or name in wanted)
        and name in ec2_backends[principal.account][request.region].snapshots
    ]  # fmt: skip
    shown, token = page(request.operation, rows, request.params.get("NextToken"), PAGE)
    items = "".join(f"<item>{_elements(one)}</item>" for one in shown)
    more = f"<nextToken>{token}</nextToken>" if token else ""
    return _ec2("DescribeLockedSnapshots", f"<snapshotSet>{items}</snapshotSet>{more}")


def _elements(row: Mapping[str, str]) -> str:
    return "".join(f"<{key}>{value}</{key}>" for key, value in row.items())


def _stamp(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _ec2(operation: str, inner: str) -> Reply:
    space = f'xmlns="http://ec2.amazonaws.com/doc/{VERSIONS["ec2"]}/"'
    text = f"<{operation}Response {space}><requestId>range</requestId>{inner}</{operation}Response>"
    return Reply(200, text.encode())


def _behave(given: Mapping[str, Any]) -> dict[str, Any]:
    """Change how snapshots and locks behave; keys as in BEHAVIOUR."""
    BEHAVIOUR.update({key: given[key] for key in BEHAVIOUR if key in given})
    return dict(BEHAVIOUR)


SEEDS: dict[str, Seed] = {"ebs": _behave}
FAKES: dict[tuple[str, str], Fake] = {
    ("ec2", "DescribeSnapshots"): _describe,
    ("ec2", "LockSnapshot"): _lock,
    ("ec2", "DescribeLockedSnapshots"): _locked,
    ("kms", "DescribeKey"): _describe_key,
}
