"""Policies set back to an older version, and permissions boundaries that the subject took away."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from connectors.aws.families.roles import authorization
from connectors.aws.hunt.area import Look
from connectors.aws.hunt.trail import GLOBAL_REGION, asked
from connectors.contract import Finding
from connectors.errors import NotFoundError

AREA = "policy versions and boundaries"
SCOPE = "account"
PERMISSIONS = ("iam:GetAccountAuthorizationDetails", "iam:GetUser", "iam:GetRole", "cloudtrail:LookupEvents")

BOUNDARIES = {
    "DeleteUserPermissionsBoundary": "user",
    "DeleteRolePermissionsBoundary": "role",
    "PutUserPermissionsBoundary": "user",
    "PutRolePermissionsBoundary": "role",
}


def sweep(look: Look) -> Iterator[Finding]:
    """One finding per policy whose default is not its newest version, and per boundary taken away or exchanged."""
    for policy in authorization(look.session, look.account)["policies"]:
        if f":{look.account}:" in policy["Arn"]:
            yield from _set_back(look, policy)
    last = {_whom(event): event for event in look.trail.did(look.account, GLOBAL_REGION, *BOUNDARIES)}
    for (kind, name), event in last.items():
        yield from _unbound(look, kind, name, event)


def _set_back(look: Look, policy: dict[str, Any]) -> Iterator[Finding]:
    arn, default = str(policy["Arn"]), str(policy["DefaultVersionId"])
    newest = max((str(one["VersionId"]) for one in policy["PolicyVersionList"]), key=_number, default=default)
    if _number(newest) <= _number(default):
        return
    theirs = look.trail.touched(look.account, look.region, arn)
    yield look.finding(
        "policy-version", arn, f"policy {arn.rsplit('/', 1)[1]} is set to {default}, older than {newest}",
        found_by="iam:GetAccountAuthorizationDetails", allows=f"whatever {default} allows and {newest} does not",
        remove=look.command("iam", "set-default-policy-version", policy_arn=arn, version_id=newest),
        severity="high" if theirs else "medium", by_subject=theirs, detail={"default": default, "newest": newest},
    )  # fmt: skip


def _number(version: str) -> int:
    """Versions count up and are never used twice (IAM user guide, versioning)."""
    return int(version.removeprefix("v"))


def _whom(event: dict[str, Any]) -> tuple[str, str]:
    kind = BOUNDARIES[event["EventName"]]
    return kind, str(asked(event).get(f"{kind}name", ""))


def _unbound(look: Look, kind: str, name: str, event: dict[str, Any]) -> Iterator[Finding]:
    """What stands now decides: a boundary that somebody put back is none that is missing."""
    try:
        stands = _boundary(look, kind, name)
    except NotFoundError:
        return
    theirs = str(asked(event).get("permissionsboundary", ""))
    if stands != theirs:
        return
    what = f"{kind} {name}"
    options = {f"{kind}_name": name, "permissions_boundary": "arn:aws:iam::…:policy/…"}
    yield look.finding(
        "boundary", f"{kind}/{name}",
        f"the boundary of {what} was exchanged for {theirs}" if theirs else f"the boundary of {what} was taken away",
        found_by=f"cloudtrail:LookupEvents, iam:Get{kind.title()}",
        allows=f"everything that the policies of {what} allow, which its boundary kept back", by_subject=True,
        remove=look.command("iam", f"put-{kind}-permissions-boundary", **options) + ", with the one it had",
        detail={"event": event["EventId"], "boundary": stands},
    )  # fmt: skip


def _boundary(look: Look, kind: str, name: str) -> str:
    """The boundary's ARN, "" when there is none; the authorization dump leaves it out for users in places."""
    option = {f"{kind.title()}Name": name}
    shown = look.call("iam", f"get_{kind}", **option)[kind.title()]
    return str(shown.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn", ""))
