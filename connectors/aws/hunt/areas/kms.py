"""Keys of KMS that strangers or the subject may use: by a grant, which no policy shows, or by the key's own policy."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from connectors.aws.hunt.area import Look
from connectors.aws.hunt.mentions import mentioned, unmentioned
from connectors.aws.hunt.openings import opened
from connectors.contract import Finding

AREA = "keys (KMS)"
SCOPE = "region"
PERMISSIONS = ("kms:ListKeys", "kms:ListGrants", "kms:GetKeyPolicy")

POLICY = "default"
"""The only name that a key's policy can have (GetKeyPolicy, API reference)."""


def sweep(look: Look) -> Iterator[Finding]:
    """One finding per grant, and per key policy. A key that cannot be read keeps no other from being read."""
    for key in look.pages("kms", "list_keys", "Keys"):
        arn = str(key["KeyArn"])
        with look.tried():
            for grant in look.pages("kms", "list_grants", "Grants", KeyId=arn):
                if _doubtful(look, str(grant.get("GranteePrincipal", ""))):
                    yield _grant(look, arn, grant)
        with look.tried():
            policy = look.call("kms", "get_key_policy", KeyId=arn, PolicyName=POLICY)["Policy"]
            yield from _policy(look, arn, policy)


def _doubtful(look: Look, grantee: str) -> bool:
    """A service that holds a grant acts for whoever set it up, and is no stranger."""
    if not grantee or grantee.endswith(".amazonaws.com"):
        return False
    return grantee in look.subjects or bool(look.strangers([grantee]))


def _grant(look: Look, arn: str, grant: dict[str, Any]) -> Finding:
    grantee, operations = str(grant["GranteePrincipal"]), [str(one) for one in grant.get("Operations", [])]
    return look.finding(
        "key-grant", f"{arn}/{grant['GrantId']}", f"a grant on key {_id(arn)} for {grantee}",
        found_by="kms:ListGrants", allows=f"{', '.join(operations)} with this key, whatever its policy says",
        remove=look.command("kms", "revoke-grant", key_id=arn, grant_id=str(grant["GrantId"])),
        detail={"grantee": grantee, "operations": operations},
    )  # fmt: skip


def _policy(look: Look, arn: str, policy: str) -> Iterator[Finding]:
    yield from opened(
        look, "key-policy", arn, f"key {_id(arn)}", policy, found_by="kms:GetKeyPolicy",
        remove=lambda left: _put(look, arn, left),
    )  # fmt: skip
    theirs = mentioned(look, policy)
    if theirs:
        yield look.finding(
            "key-policy-subject", arn, f"the policy of key {_id(arn)} names {', '.join(theirs)}",
            found_by="kms:GetKeyPolicy", allows="use of this key by the subject without any policy of their own",
            remove=_put(look, arn, unmentioned(look, policy)), severity="medium", detail={"principals": theirs},
        )  # fmt: skip


def _put(look: Look, arn: str, policy: str) -> str:
    """A key whose policy names nobody is lost: what is left of an empty one is the account's own right."""
    own = {"AWS": f"arn:aws:iam::{look.account}:root"}
    whole = {"Effect": "Allow", "Principal": own, "Action": "kms:*", "Resource": "*"}
    left = policy or json.dumps({"Version": "2012-10-17", "Statement": [whole]}, separators=(",", ":"))
    return look.command("kms", "put-key-policy", key_id=arn, policy_name=POLICY, policy=left)


def _id(arn: str) -> str:
    return arn.rsplit("/", 1)[1]
