"""The read-only guard's list: the operations that change nothing, by service. What is not here is a write.

Names are botocore's: the service as in `boto3.client(...)`, the operation as in the API. Holds are the few writes
that make or protect evidence; the guard lets them through for `preserve` actions and for nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

READ_PREFIXES = ("Get", "List", "Describe", "Head", "Lookup", "Select", "BatchGet", "Simulate")

READS_BY_NAME: frozenset[tuple[str, str]] = frozenset(
    {
        ("sts", "AssumeRole"),  # a reader's way into a member account; grants only what that role has
    }
)

NOT_READS: frozenset[tuple[str, str]] = frozenset(
    {
        ("sts", "GetSessionToken"),
        ("sts", "GetFederationToken"),
        ("secretsmanager", "GetSecretValue"),
        ("secretsmanager", "BatchGetSecretValue"),
        ("ssm", "GetParameter"),
        ("ssm", "GetParameters"),
        ("ssm", "GetParametersByPath"),
        ("ecr", "GetAuthorizationToken"),
    }
)
"""Named like reads, but they mint credentials or hand out secrets, which evict never needs."""

Params = Mapping[str, Any]

PROTECTIONS = ("DisableApiTermination", "DisableApiStop")
"""Attributes of an instance that only keep it: ModifyInstanceAttribute takes one a call."""


def _always(_params: Params) -> bool:
    return True


def _protects(params: Params) -> bool:
    """One instance's termination or stop protection is switched on, and nothing else is touched."""
    rest = {name: value for name, value in params.items() if name != "InstanceId"}
    return "InstanceId" in params and any(rest == {name: {"Value": True}} for name in PROTECTIONS)


EVIDENCE_HOLDS: Mapping[tuple[str, str], Callable[[Params], bool]] = {
    ("iam", "GenerateCredentialReport"): _always,
    ("iam", "GenerateServiceLastAccessedDetails"): _always,
    ("ec2", "ModifyInstanceAttribute"): _protects,
    ("ec2", "CreateSnapshots"): _always,
    ("ec2", "LockSnapshot"): _always,
}
"""Calls that make evidence appear or keep it from going, each with a test of its parameters where the same
operation can do harm too; only `preserve` actions may make them."""


def is_read(service: str, operation: str) -> bool:
    """Whether an operation changes nothing."""
    if (service, operation) in NOT_READS:
        return False
    return (service, operation) in READS_BY_NAME or operation.startswith(READ_PREFIXES)


def is_hold(service: str, operation: str, params: Params) -> bool:
    """Whether a write only makes or protects evidence."""
    holds = EVIDENCE_HOLDS.get((service, operation))
    return holds is not None and holds(params)
