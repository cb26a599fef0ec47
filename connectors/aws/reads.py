"""The read-only guard's list: the operations that change nothing, by service. What is not here is a write.

Names are botocore operation names. `Generate…` reports change only the report that AWS keeps, and are listed
as holds: the guard lets them through for `preserve` actions and for nothing else.
"""

from __future__ import annotations

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

EVIDENCE_HOLDS: frozenset[tuple[str, str]] = frozenset(
    {
        ("iam", "GenerateCredentialReport"),
        ("iam", "GenerateServiceLastAccessedDetails"),
    }
)
"""Calls that make evidence appear; only `preserve` actions may make them."""


def is_read(service: str, operation: str) -> bool:
    """Whether an operation changes nothing."""
    if (service, operation) in NOT_READS:
        return False
    return (service, operation) in READS_BY_NAME or operation.startswith(READ_PREFIXES)
