"""The person at the console: does in the range what cards and findings ask of a person, and says what they saw."""

from __future__ import annotations

import json

from runner.range.company import Company
from runner.range.microsoft.console import remove_planted_in_tenant, tenant_by_hand
from runner.range.organization import EMAIL
from runner.range.seed import BACKDOOR, HOME, OUTSIDE_ROLE, SUSPECT, client


def do_by_hand(company: Company, path: str) -> str | None:
    """Do what the card for this access path asks for; None when the range has no console for it.

    Args:
        company: the seeded company.
        path: key of the access path that the card is about.

    Returns:
        What the person saw, for the record.

    """
    ask, user = company.running.ask, company.organization.people[SUSPECT]
    if path.endswith("/sign-in"):
        ask("portal", act="disable", user_id=user)
        refused = not ask("portal", act="sign-in", user=f"{SUSPECT}{EMAIL}")["signed_in"]
        return f"user {user} is disabled; a new sign-in is {'refused' if refused else 'STILL GIVEN'}"
    if path.endswith("/portal-session"):
        ended = ask("portal", act="end-sessions", user_id=user)["ended"]
        return f"{ended} active session(s) ended; the tab lists none"
    if path.endswith("/inside"):
        return "looked with kubectl: the range's cluster keeps no objects, so none of the subject's"
    return tenant_by_hand(company, path) if path.startswith("entra-main|") else None


def remove_planted(company: Company) -> dict[str, str]:
    """Take away what the hunt found, as the findings say; what was done by name of the thing."""
    iam = client(company.running.endpoint, "iam")
    for key in iam.list_access_keys(UserName=BACKDOOR)["AccessKeyMetadata"]:
        iam.update_access_key(UserName=BACKDOOR, AccessKeyId=key["AccessKeyId"], Status="Inactive")
    nobody = {"Effect": "Deny", "Principal": {"AWS": f"arn:aws:iam::{HOME}:root"}, "Action": "sts:AssumeRole"}
    trust = {"Version": "2012-10-17", "Statement": [nobody]}
    iam.update_assume_role_policy(RoleName=OUTSIDE_ROLE, PolicyDocument=json.dumps(trust))
    return {
        **remove_planted_in_tenant(company),
        f"user {BACKDOOR}": "every access key made inactive; the user is kept for the evidence",
        f"role {OUTSIDE_ROLE}": "its trust names no outsider any more",
    }
