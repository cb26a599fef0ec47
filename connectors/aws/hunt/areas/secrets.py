"""Secrets: whom their policies let in, and which of them the subject read, so that they are rotated.

Evict never reads a value. That the subject did stands in the audit log, for as long as that reaches back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from connectors.aws.hunt.area import Look
from connectors.aws.hunt.mentions import mentioned, unmentioned
from connectors.aws.hunt.openings import opened
from connectors.aws.hunt.trail import asked
from connectors.aws.policies import listed
from connectors.contract import Finding

AREA = "secrets"
SCOPE = "region"
PERMISSIONS = (
    "secretsmanager:ListSecrets", "secretsmanager:GetResourcePolicy", "secretsmanager:ListSecretVersionIds",
    "cloudtrail:LookupEvents",
)  # fmt: skip

CURRENT = "AWSCURRENT"


def sweep(look: Look) -> Iterator[Finding]:
    """One finding per secret and reason."""
    secrets = list(look.pages("secretsmanager", "list_secrets", "SecretList"))
    for secret in secrets:
        with look.tried():
            policy = look.call("secretsmanager", "get_resource_policy", SecretId=secret["ARN"]).get("ResourcePolicy")
            yield from _policy(look, secret, policy)
    yield from _read(look, secrets)


def _policy(look: Look, secret: dict[str, Any], policy: str | None) -> Iterator[Finding]:
    arn, name = str(secret["ARN"]), str(secret["Name"])
    yield from opened(
        look, "secret-policy", arn, f"secret {name}", policy, found_by="secretsmanager:GetResourcePolicy",
        remove=lambda left: _put(look, arn, left),
    )  # fmt: skip
    theirs = mentioned(look, policy)
    if theirs:
        yield look.finding(
            "secret-policy-subject", arn, f"the policy of secret {name} names {', '.join(theirs)}",
            found_by="secretsmanager:GetResourcePolicy", severity="medium",
            allows="this secret for the subject, without any policy of their own",
            remove=_put(look, arn, unmentioned(look, policy)), detail={"principals": theirs},
        )  # fmt: skip


def _put(look: Look, arn: str, policy: str) -> str:
    if policy:
        return look.command("secretsmanager", "put-resource-policy", secret_id=arn, resource_policy=policy)
    return look.command("secretsmanager", "delete-resource-policy", secret_id=arn)


def _read(look: Look, secrets: list[dict[str, Any]]) -> Iterator[Finding]:
    """Secrets that the subject read and whose value is still the one that they read."""
    times: dict[str, list[datetime]] = {}
    for event in look.trail.reads(look.account, look.region, "GetSecretValue", "BatchGetSecretValue"):
        for name in _named(asked(event)):
            times.setdefault(_arn(name, secrets), []).append(event["EventTime"])
    for name, read in times.items():
        with look.tried():
            if any(one["ARN"] == name for one in secrets) and _rotated(look, name, max(read)):
                continue
            yield _was_read(look, name, read)


def _named(given: dict[str, Any]) -> Iterable[str]:
    return (str(one) for one in (*listed(given.get("secretid")), *listed(given.get("secretidlist"))))


def _arn(name: str, secrets: list[dict[str, Any]]) -> str:
    """The ARN of what a request named; the name itself when no such secret is left."""
    return next((str(one["ARN"]) for one in secrets if name in (one["ARN"], one["Name"], _short(one["ARN"]))), name)


def _short(arn: str) -> str:
    return arn.rpartition("-")[0]


def _rotated(look: Look, arn: str, since: datetime) -> bool:
    versions = look.pages("secretsmanager", "list_secret_version_ids", "Versions", SecretId=arn)
    return any(CURRENT in one.get("VersionStages", []) and one["CreatedDate"] > since for one in versions)


def _was_read(look: Look, name: str, read: list[datetime]) -> Finding:
    rotate = look.command("secretsmanager", "rotate-secret", secret_id=name)
    return look.finding(
        "secret-read", name, f"secret {name} was read by the subject, {len(read)} times: rotate it",
        found_by="cloudtrail:LookupEvents", allows="whatever the secret opens, from anywhere, whatever is cut here",
        remove=f"{rotate}; rotate at the consumer too: the old value stays as AWSPREVIOUS", by_subject=True,
        detail={"first": min(read).isoformat(), "last": max(read).isoformat(), "reads": len(read)},
    )  # fmt: skip
