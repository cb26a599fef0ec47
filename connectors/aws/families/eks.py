"""Access entries of EKS clusters for the subject's own ARN, in every account and Region.

Deleting an entry takes its policy associations along, so both are saved. What the subject left inside a cluster
(the aws-auth map, service-account tokens, role bindings) no AWS call shows: a card tells how to look.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from connectors.aws.everywhere import everywhere
from connectors.contract import AccessPath, Account, CutOrder, Landed, Manual, PathKind, Subject, Undo
from connectors.errors import NotFoundError

if TYPE_CHECKING:
    from connectors.aws.client import AwsSession

FAMILY = "eks"
KINDS = ("iam-user",)
OBSERVE_PERMISSIONS = (
    "eks:ListClusters", "eks:DescribeAccessEntry", "eks:ListAssociatedAccessPolicies",
)  # fmt: skip
CUT_PERMISSIONS = ("eks:DeleteAccessEntry",)
RESTORE_PERMISSIONS = ("eks:CreateAccessEntry", "eks:AssociateAccessPolicy")
READ_BY = "eks:DescribeAccessEntry"
DOC = "https://docs.aws.amazon.com/eks/latest/userguide/access-entries.html"
TOKEN_NOTE = "a bearer token that was made before lives about 15 minutes more (general knowledge)"


def observe(
    session: AwsSession, account: Account, subject: Subject, known: tuple[AccessPath, ...]
) -> tuple[list[AccessPath], dict[PathKind, str]]:
    """An entry and a card per cluster that lets the subject in, or did when it was read before."""
    del subject
    cards = {path.id: path for path in known if path.id.startswith(f"{FAMILY}/") and path.manual is not None}

    def read(where: str, region: str) -> Iterator[AccessPath]:
        for cluster in session.pages("eks", "list_clusters", "clusters", account=where, region=region):
            yield from _entry(session, account, where, region, cluster)

    paths, why = everywhere(session, read)
    found = {path.id for path in paths}
    paths += [card for name, card in cards.items() if name not in found]
    return paths, dict.fromkeys((PathKind.ROLE, PathKind.AUTOMATION), why) if why else {}


def _entry(session: AwsSession, account: Account, where: str, region: str, cluster: str) -> list[AccessPath]:
    place = {"account": where, "region": region}
    key = {"clusterName": cluster, "principalArn": account.id}
    try:
        entry = session.call("eks", "describe_access_entry", **key, **place)["accessEntry"]
    except NotFoundError:
        return []
    rows = session.pages("eks", "list_associated_access_policies", "associatedAccessPolicies", **key, **place)
    policies = [{"policyArn": one["policyArn"], "accessScope": one["accessScope"]} for one in rows]
    kept = {name: entry[name] for name in ("kubernetesGroups", "username", "type", "tags") if entry.get(name)}
    before = {**place, "cluster": cluster, "entry": kept, "policies": sorted(policies, key=str)}
    base = f"{FAMILY}/{account.id}/{where}/{region}/{cluster}"
    return [
        AccessPath(
            system=account.system, account=account.id, kind=PathKind.ROLE, id=f"{base}/entry",
            label=f"access entry of EKS cluster {cluster} in {where} {region}", before=before, undo_note=TOKEN_NOTE,
        ),
        AccessPath(
            system=account.system, account=account.id, kind=PathKind.AUTOMATION, id=f"{base}/inside", wave=2,
            label=f"what the subject left inside EKS cluster {cluster}", undo=Undo.NO, undo_note="a person undoes it",
            before={**place, "cluster": cluster}, manual=_inside(cluster, where, region, account.id),
        ),
    ]  # fmt: skip


def _inside(cluster: str, where: str, region: str, arn: str) -> Manual:
    return Manual(
        f"Look inside EKS cluster {cluster}",
        (
            f"Enter cluster {cluster} in account {where}, Region {region}, with your own administrator's access.",
            f"kubectl -n kube-system get configmap aws-auth -o yaml   # remove every line that names {arn}",
            "kubectl get rolebindings,clusterrolebindings -A -o wide   # bindings to the subject's user or groups",
            "kubectl get serviceaccounts,secrets -A   # service accounts and tokens that nobody on the team made",
        ),
        "no line, binding or token of the subject is left",
        "What did you find and remove?",
        DOC,
    )


def cut(session: AwsSession, path: AccessPath, order: CutOrder) -> Landed:
    """Delete the entry, and with it its policies."""
    del order
    session.call("eks", "delete_access_entry", principalArn=path.account, **_where(path))
    return Landed(datetime.now(UTC))


def restore(session: AwsSession, path: AccessPath, order: CutOrder) -> Landed:
    """Make the entry again with its groups, and associate its policies."""
    del order
    session.call("eks", "create_access_entry", principalArn=path.account, **_where(path), **path.before["entry"])
    for one in path.before["policies"]:
        session.call("eks", "associate_access_policy", principalArn=path.account, **_where(path), **one)
    return Landed(datetime.now(UTC))


def _where(path: AccessPath) -> dict[str, Any]:
    before = path.before
    return {"account": before["account"], "region": before["region"], "clusterName": before["cluster"]}
