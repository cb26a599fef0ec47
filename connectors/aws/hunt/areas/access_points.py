"""S3 access points and access grants: doors to buckets that no bucket policy shows."""

from __future__ import annotations

from collections.abc import Iterator

from connectors.aws.hunt.area import Look
from connectors.aws.hunt.openings import opened
from connectors.contract import Finding
from connectors.errors import NotFoundError, UnsupportedError

AREA = "S3 access points and grants"
SCOPE = "region"
PERMISSIONS = (
    "s3:ListAccessPoints",
    "s3:GetAccessPointPolicy",
    "s3:ListAccessGrantsInstances",
    "s3:ListAccessGrants",
)


def sweep(look: Look) -> Iterator[Finding]:
    """Access points, then grants.

    Raises:
        UnsupportedError: the estate is a range: S3 Control's host name begins with the account, which loopback has not.

    """
    if look.session.settings.get("endpoint"):
        raise UnsupportedError("aws s3control:ListAccessPoints: a range has no host name for each account")
    with look.tried():
        yield from points(look)
    with look.tried():
        yield from grants(look)


def points(look: Look) -> Iterator[Finding]:
    """Access points whose policy admits strangers."""
    for point in look.pages("s3control", "list_access_points", "AccessPointList", AccountId=look.account):
        name = point["Name"]
        where = {"account_id": look.account, "name": name}

        def remove(left: str, where: dict[str, str] = where) -> str:
            if left:
                return look.command("s3control", "put-access-point-policy", **where, policy=left)
            return look.command("s3control", "delete-access-point-policy", **where)

        with look.tried():
            try:
                policy = look.call("s3control", "get_access_point_policy", AccountId=look.account, Name=name)["Policy"]
            except NotFoundError:
                continue
            yield from opened(
                look, "access-point", name, f"the access point {name} of the bucket {point['Bucket']}", policy,
                found_by="s3:GetAccessPointPolicy", remove=remove,
            )  # fmt: skip


def grants(look: Look) -> Iterator[Finding]:
    """Grants to principals of other accounts, where this Region has an instance of Access Grants at all."""
    mine = {"AccountId": look.account}
    if not list(look.pages("s3control", "list_access_grants_instances", "AccessGrantsInstancesList", **mine)):
        return
    for grant in look.pages("s3control", "list_access_grants", "AccessGrantsList", **mine):
        grantee, name = grant.get("Grantee", {}), grant["AccessGrantId"]
        who = str(grantee.get("GranteeIdentifier", ""))
        if grantee.get("GranteeType") != "IAM" or not look.strangers([who]):
            continue
        yield look.finding(
            "access-grant", name, f"an access grant admits {who} to {grant.get('GrantScope', '?')}",
            found_by="s3:ListAccessGrants", allows=f"{grant.get('Permission', '?')} there",
            remove=look.command("s3control", "delete-access-grant", account_id=look.account, access_grant_id=name),
            detail={"principals": [who]},
        )  # fmt: skip
