"""The persistence sweep: every area over every place, side by side, and what could not be looked at."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from connectors.aws.hunt.area import Area, Look
from connectors.aws.hunt.areas import AREAS
from connectors.aws.hunt.trail import Trail
from connectors.contract import Action, ActionContext, ActionResult, Effect, Field, Finding, Json, Outcome, Session
from connectors.errors import WorldError

if TYPE_CHECKING:
    from connectors.aws.client import AwsSession

WIDTH = 16
REASONS = 5
"""Reasons that are told of one area in one place."""
LOG = "the subject's own events in the audit log"
NOT_COVERED = (
    "SCIM tokens of IAM Identity Center (the console alone lists and deletes them)",
    "values of Parameter Store that the subject read",
    "Amazon Bedrock and Q keys, Cognito users, IoT certificates, AppStream, WorkSpaces, Lightsail",
    "ECS and Batch, Direct Connect, resource policies of single Lambda versions",
    "what runs inside machines and clusters (authorized_keys, cron, service accounts)",
)
"""What no area looks at; a person must."""


@dataclass(frozen=True)
class Swept:
    """One area in one place: what it found, and why it could not look at all of it."""

    area: str
    account: str
    region: str
    findings: tuple[Finding, ...] = ()
    why: str = ""


class HuntPersistence(Action):
    """Every area of the sweep."""

    name = "aws.hunt-persistence"
    title = "Look for what the subject left behind"
    doc = "Ways back in that the subject made or that stand open, over every area, account and Region."
    effect = Effect.OBSERVE
    outputs = (
        Field("findings", "integer", "How many things were found."),
        Field("by_subject", "integer", "How many of them the audit log ties to the subject."),
        Field("checks", "list[object]", "Each area with its outcome: done, could-not-check (why) or not-covered."),
    )
    permissions = tuple(
        dict.fromkeys(
            (
                "cloudtrail:LookupEvents",
                "organizations:DescribeOrganization",
                *(one for area in AREAS for one in area.PERMISSIONS),
            )
        )
    )
    attack = ("T1098", "T1098.001", "T1136.003", "T1546", "T1578", "T1537", "T1562.008")
    sources = (
        "https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html",
        "https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html",
    )

    def run(self, session: Session, inputs: Mapping[str, Json], context: ActionContext) -> ActionResult:
        """Sweep; what could not be read is told with its reason, and never counts as nothing found."""
        swept = sweep(cast("AwsSession", session), context)
        findings = tuple({one.id: one for part in swept for one in part.findings}.values())
        checks = _checks(swept)
        unread = sum(1 for check in checks if check["outcome"] == Outcome.COULD_NOT_CHECK.value)
        outputs = {
            "findings": len(findings),
            "by_subject": sum(1 for one in findings if one.by_subject),
            "checks": checks,
        }
        why = f"{len(AREAS)} areas; {unread} could not be fully checked; {len(NOT_COVERED)} are left to a person"
        return ActionResult(outputs, why=why, findings=findings)


def sweep(session: AwsSession, context: ActionContext, areas: tuple[Area, ...] = AREAS) -> list[Swept]:
    """Every area over its places, side by side."""
    names = {account.label for account in context.accounts if account.label}
    arns = {account.id for account in context.accounts}
    keys = {key for persona in context.subject.personas for key in persona.exact("aws", "access-key-ids")}
    trail = Trail(session, frozenset(names), frozenset(keys), context.now())
    places = [(area, *place) for area in areas for place in _places(session, area)]
    organization = _organization(session)
    done = 0

    def one(place: tuple[Area, str, str]) -> Swept:
        nonlocal done
        area, account, region = place
        if context.cancelled():
            return Swept(area.AREA, account, region, why="stopped before it was looked at")
        look = Look(
            session, account, region, trail, frozenset(session.accounts()), frozenset(names | arns),
            organization=organization,
        )  # fmt: skip
        found: list[Finding] = []
        with look.tried():
            found.extend(area.sweep(look))
        done += 1
        context.progress(area.AREA, done, len(places))
        return Swept(area.AREA, account, region, tuple(found), _reasons(look.gaps))

    with ThreadPoolExecutor(WIDTH) as pool:
        swept = list(pool.map(one, places))
    unread = _reasons(trail.gaps())
    return [*swept, Swept(LOG, session.home_account, session.home_region, why=unread)] if unread else swept


def _reasons(gaps: list[str]) -> str:
    """Each reason once; the same refusal of many resources is told by its first ones and a count."""
    reasons = list(dict.fromkeys(gaps))
    more = [f"and {len(reasons) - REASONS} more"] if len(reasons) > REASONS else []
    return "; ".join([*reasons[:REASONS], *more])


def _organization(session: AwsSession) -> str:
    """Policies may admit a whole organisation; one that cannot be read is taken as a stranger's."""
    try:
        return str(session.call("organizations", "describe_organization")["Organization"]["Id"])
    except WorldError:
        return ""


def _places(session: AwsSession, area: Area) -> list[tuple[str, str]]:
    if area.SCOPE == "estate":
        return [(session.home_account, session.home_region)]
    if area.SCOPE == "account":
        return [(account, session.home_region) for account in session.accounts()]
    return [(account, region) for account in session.accounts() for region in session.regions()]


def _checks(swept: list[Swept]) -> list[dict[str, str]]:
    checks = []
    for name in dict.fromkeys(part.area for part in swept):
        parts = [part for part in swept if part.area == name]
        failed = [f"{part.account} {part.region}: {part.why}" for part in parts if part.why]
        outcome = Outcome.COULD_NOT_CHECK if failed else Outcome.DONE
        checks.append({"check": name, "outcome": outcome.value, "why": "; ".join(failed), "places": str(len(parts))})
    return checks + [{"check": name, "outcome": "not-covered", "why": "", "places": "0"} for name in NOT_COVERED]
