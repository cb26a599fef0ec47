"""GuardDuty's findings that name the subject: by user name, access key id and instance id, exactly.

One query per field, because criteria of one query must all fit. A finding that names nobody of the subject's speaks
about other people and is left where it is, unless the case has no exact name to ask for, or all of them are wanted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from connectors.aws.discover import INSTANCE_KIND, KIND, account_of, user_of
from connectors.aws.evidence.collection import (
    UNREADABLE,
    kept,
    places,
    read_pages,
    side_by_side,
    told,
    verdict,
)
from connectors.aws.families.ec2 import place
from connectors.contract import Action, ActionContext, ActionResult, Effect, Field, Gap, Json, Receipt, Session

if TYPE_CHECKING:
    from connectors.aws.client import AwsSession

SOURCE = "GuardDuty findings"
BATCH = 50
"""Findings on a page, ids in one GetFindings (GuardDuty API reference); also the values that one query names."""
RETENTION = "90 days (general knowledge, not in the API reference)"
USER_NAME = "resource.accessKeyDetails.userName"
ACCESS_KEY = "resource.accessKeyDetails.accessKeyId"
INSTANCE = "resource.instanceDetails.instanceId"
Names = dict[str, list[str]]
"""Values by field of a finding."""


@dataclass
class Asked:
    """What one detector gave; without a detector, why there is none."""

    account: str
    region: str
    detector: str
    names: Names
    ids: dict[str, None] = field(default_factory=dict)
    """Each once, in the order in which they came."""
    listed: int = 0
    """Ids that came, repeated ones counted."""
    pages: int = 0
    replies: list[dict[str, Any]] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)


class PreserveGuardDuty(Action):
    """Findings of every detector, account and Region."""

    name = "aws.preserve-guardduty"
    title = "Save GuardDuty's findings on the subject"
    doc = "Findings that name the subject's users, access keys or instances exactly; archived ones too."
    effect = Effect.PRESERVE
    inputs = (
        Field("access_key_ids", "list[string]", "More access key ids, such as the audit log shows.", required=False),
        Field("all", "boolean", "Keep every finding, also those on other people.", required=False, default=False),
    )
    outputs = (
        Field("records", "integer", "Findings kept."),
        Field("undetected", "list[string]", "Accounts and Regions without a detector."),
    )
    permissions = (
        "guardduty:ListDetectors", "guardduty:ListFindings", "guardduty:GetFindings", "iam:ListAccessKeys",
        "ec2:DescribeRegions",
    )  # fmt: skip
    preserves = ("guardduty-findings",)
    attack = ("T1078.004",)
    sources = (
        "https://docs.aws.amazon.com/guardduty/latest/APIReference/API_ListFindings.html",
        "https://docs.aws.amazon.com/guardduty/latest/APIReference/API_GetFindings.html",
    )

    def run(self, session: Session, inputs: Mapping[str, Json], context: ActionContext) -> ActionResult:
        """Ask every detector side by side; a Region without one says so in its receipt."""
        aws = cast("AwsSession", session)
        names, unread = _names(aws, list(inputs.get("access_key_ids") or ()), context)
        wanted: Names = {} if inputs.get("all") else names
        asked = [
            one
            for several in side_by_side(lambda where: _place(aws, *where, wanted, context), places(aws))
            for one in several
        ]
        receipts = [_receipt(one, context) for one in asked]
        if unread and wanted:
            receipts.append(Receipt(SOURCE, {"part": "names"}, "incomplete", told(unread), gaps=tuple(unread)))
        without = [f"{one.account} {one.region}" for one in asked if not one.detector]
        return ActionResult(
            {"records": sum(one.records for one in receipts), "undetected": without}, receipts=tuple(receipts)
        )


def _names(aws: AwsSession, more: list[str], context: ActionContext) -> tuple[Names, list[Gap]]:
    """The subject's exact names by field, and the users whose keys could not be listed."""
    users = [account.id for account in context.accounts if account.kind == KIND]
    keys = set(more)
    for persona in context.subject.personas:
        keys.update(persona.exact("aws", "access-key-ids"))
    gaps: list[Gap] = []
    for arn in users:
        found = read_pages(
            aws, context, "iam", "list_access_keys", account=account_of(arn), cursor="Marker", UserName=user_of(arn)
        )
        keys.update(one["AccessKeyId"] for one in found.items("AccessKeyMetadata"))
        if found.gap:
            gaps.append(Gap(f"access keys of {arn}", found.gap))
    instances = {place(account)[1] for account in context.accounts if account.kind == INSTANCE_KIND}
    by_field = {USER_NAME: {user_of(arn) for arn in users}, ACCESS_KEY: keys, INSTANCE: instances}
    return {name: sorted(values) for name, values in by_field.items() if values}, gaps


def _place(aws: AwsSession, account: str, region: str, names: Names, context: ActionContext) -> list[Asked]:
    """What each detector of an account and Region gave."""
    found = read_pages(aws, context, "guardduty", "list_detectors", account=account, region=region)
    detectors = [Asked(account, region, str(one), names) for one in found.items("DetectorIds")]
    for asked in detectors:
        _findings(aws, asked, context)
    context.progress(f"GuardDuty in {account} {region}")
    if found.gap or not detectors:
        why = found.gap or "GuardDuty is not on here: there is no detector"
        return [*detectors, Asked(account, region, "", names, gaps=[Gap(f"{account} {region}", why)])]
    return detectors


def _findings(aws: AwsSession, asked: Asked, context: ActionContext) -> None:
    """List the ids by each criterion, then get every finding once."""
    where = {"account": asked.account, "region": asked.region}
    for what, criteria in _criteria(asked.names):
        pages = read_pages(
            aws, context, "guardduty", "list_findings", **where, DetectorId=asked.detector, MaxResults=BATCH,
            FindingCriteria=criteria,
        )  # fmt: skip
        asked.pages += len(pages.replies)
        asked.listed += len(pages.items("FindingIds"))
        asked.ids.update(dict.fromkeys(pages.items("FindingIds")))
        if pages.gap:
            asked.gaps.append(Gap(what, pages.gap))
    ids = list(asked.ids)
    for start in range(0, len(ids), BATCH):
        _get(aws, asked, ids[start : start + BATCH], context)


def _criteria(names: Names) -> Iterator[tuple[str, dict[str, Any]]]:
    """One query per field and batch of values; a single one without criteria when there is no name to ask for."""
    if not names:
        yield "all findings", {}
    for name, values in names.items():
        for start in range(0, len(values), BATCH):
            yield f"findings by {name}", {"Criterion": {name: {"Equals": values[start : start + BATCH]}}}


def _get(aws: AwsSession, asked: Asked, ids: list[str], context: ActionContext) -> None:
    what = f"{len(ids)} finding(s) from {ids[0]}"
    if context.cancelled():
        asked.gaps.append(Gap(what, "listed, and stopped before they were read"))
        return
    try:
        reply = aws.call(
            "guardduty", "get_findings", account=asked.account, region=asked.region, DetectorId=asked.detector,
            FindingIds=ids,
        )  # fmt: skip
    except UNREADABLE as error:
        asked.gaps.append(Gap(what, error.what))
        return
    asked.replies.append(reply)
    missing = set(ids) - {one["Id"] for one in reply["Findings"]}
    asked.gaps += [Gap(f"finding {one}", "listed, and gone when it was to be read") for one in sorted(missing)]


def _receipt(asked: Asked, context: ActionContext) -> Receipt:
    findings = [one for reply in asked.replies for one in reply["Findings"]]
    times = sorted(filter(None, (_time(str(one.get("UpdatedAt"))) for one in findings)))
    query: dict[str, Json] = {"account": asked.account, "region": asked.region, "detector": asked.detector}
    query["findings"] = dict(asked.names) if asked.names else "all that GuardDuty keeps"
    return Receipt(
        SOURCE, query, verdict(asked.gaps), told(asked.gaps), end=context.now(),
        pages=asked.pages + len(asked.replies), records=len(findings), duplicates=asked.listed - len(asked.ids),
        first=times[0] if times else None, last=times[-1] if times else None, gaps=tuple(asked.gaps),
        retention=RETENTION,
        artefacts=kept(context, f"guardduty-{asked.account}-{asked.region}-{asked.detector}.jsonl", asked.replies),
    )  # fmt: skip


def _time(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None
