"""Resources shared over account borders with Resource Access Manager: to strangers, or from them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from connectors.aws.hunt.area import Look
from connectors.contract import Finding

AREA = "shares (Resource Access Manager)"
SCOPE = "region"
PERMISSIONS = ("ram:GetResourceShares", "ram:GetResourceShareAssociations")

GONE = frozenset({"DELETED", "DELETING", "FAILED", "DISASSOCIATED", "DISASSOCIATING"})


def sweep(look: Look) -> Iterator[Finding]:
    """One finding per share and stranger it is given to, and per stranger's share that this account took."""
    yield from _given(look)
    for share in look.pages("ram", "get_resource_shares", "resourceShares", resourceOwner="OTHER-ACCOUNTS"):
        if share["status"] not in GONE and share["owningAccountId"] not in look.ours:
            yield _taken(look, share)


def _given(look: Look) -> Iterator[Finding]:
    with look.tried():
        rows = look.pages(
            "ram", "get_resource_share_associations", "resourceShareAssociations", associationType="PRINCIPAL"
        )
        for row in rows:
            who, share = str(row["associatedEntity"]), str(row["resourceShareArn"])
            theirs = share.split(":")[4] not in look.ours
            if row["status"] in GONE or theirs or who.endswith(".amazonaws.com") or not look.strangers([who]):
                continue
            yield _finding(look, share, who, str(row.get("resourceShareName", share)))


def _finding(look: Look, share: str, who: str, name: str) -> Finding:
    return look.finding(
        "share", f"{share}/{who}", f"share {name} gives its resources to {who}",
        found_by="ram:GetResourceShareAssociations", by_subject=look.trail.touched(look.account, look.region, share),
        allows=f"use of the shared resources by {who}",
        remove=look.command("ram", "disassociate-resource-share", resource_share_arn=share, principals=[who]),
        detail={"principal": who, "share": share},
    )  # fmt: skip


def _taken(look: Look, share: dict[str, Any]) -> Finding:
    arn, owner = str(share["resourceShareArn"]), str(share["owningAccountId"])
    theirs = look.trail.touched(look.account, look.region, arn)
    return look.finding(
        "share-taken", arn, f"resources of account {owner} are taken into this account",
        found_by="ram:GetResourceShares", by_subject=theirs, severity="high" if theirs else "low",
        allows=f"name resolution, networks or images that {owner} decides over",
        remove=look.command("ram", "disassociate-resource-share", resource_share_arn=arn, principals=[look.account]),
        detail={"owner": owner},
    )  # fmt: skip
