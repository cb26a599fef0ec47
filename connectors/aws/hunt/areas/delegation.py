"""Who may act for the organisation beside its management account: delegated administrators, and its own policy."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from connectors.aws.hunt.area import Look
from connectors.aws.hunt.mentions import mentioned, unmentioned
from connectors.aws.hunt.openings import closed, named, openings
from connectors.aws.hunt.trail import GLOBAL_REGION, asked
from connectors.contract import Finding
from connectors.errors import NotFoundError, RejectedError, WorldError

AREA = "delegation in the organisation"
SCOPE = "estate"
PERMISSIONS = (
    "organizations:ListDelegatedAdministrators", "organizations:ListDelegatedServicesForAccount",
    "organizations:DescribeResourcePolicy",
)  # fmt: skip

NO_ORGANIZATION = "AWSOrganizationsNotInUseException"
NO_POLICY = "ResourcePolicyNotFoundException"


def sweep(look: Look) -> Iterator[Finding]:
    """Administrators that the subject named or that are no account of the estate, and what the policy grants."""
    try:
        rows = list(look.pages("organizations", "list_delegated_administrators", "DelegatedAdministrators"))
    except RejectedError as error:
        if NO_ORGANIZATION in error.what:
            return
        raise
    for row in rows:
        with look.tried():
            yield from _administrator(look, row)
    yield from _policy(look)


def _administrator(look: Look, row: dict[str, Any]) -> Iterator[Finding]:
    number = str(row["Id"])
    services = look.pages("organizations", "list_delegated_services_for_account", "DelegatedServices", AccountId=number)
    for service in (str(one["ServicePrincipal"]) for one in services):
        theirs = _did(look, "RegisterDelegatedAdministrator", accountid=number, serviceprincipal=service)
        if theirs or number not in look.ours:
            yield look.finding(
                "delegated-administrator", f"{number}/{service}",
                f"account {number} administers {service} for the whole organisation",
                found_by="organizations:ListDelegatedServicesForAccount", by_subject=theirs,
                severity="high" if theirs else "medium",
                allows=f"administration of {service} in every account, for whoever is an administrator of {number}",
                remove=look.command(
                    "organizations", "deregister-delegated-administrator", account_id=number, service_principal=service
                ),
                detail={"account-named": number, "service": service},
            )  # fmt: skip


def _policy(look: Look) -> Iterator[Finding]:
    try:
        shown = look.call("organizations", "describe_resource_policy")["ResourcePolicy"]
    except NotFoundError:
        return
    except RejectedError as error:
        if NO_POLICY in error.what:
            return
        raise
    content, arn = shown["Content"], str(shown["ResourcePolicySummary"]["Arn"])
    found, theirs = openings(look, content), _did(look, "PutResourcePolicy")
    if not (found or theirs or mentioned(look, content)):
        return
    doubtful = named(found) if found else ", ".join(mentioned(look, content))
    left = unmentioned(look, closed(look, content) or "{}") if doubtful else ""
    yield look.finding(
        "organization-policy", arn, f"the organisation's policy delegates to {doubtful or 'whom the subject chose'}",
        found_by="organizations:DescribeResourcePolicy", by_subject=theirs,
        allows="management of the organisation's policies from outside its management account",
        remove=look.command("organizations", "put-resource-policy", content=left)
        if left else look.command("organizations", "delete-resource-policy"),
        detail={"principals": [one for opening in found for one in opening.who], "content": str(content)},
    )  # fmt: skip


def _did(look: Look, event_name: str, **wanted: str) -> bool | None:
    """True when the subject's own request says so; None when nobody can tell."""
    try:
        events = look.trail.did(look.account, GLOBAL_REGION, event_name)
    except WorldError:
        return None
    fits = (
        event.get("EventSource", "").startswith("organizations.")
        and all(asked(event).get(name) == value for name, value in wanted.items())
        for event in events
    )
    return True if any(fits) else None
