"""Access advisor: which services, and which of their actions, the subject's users and roles last tried to use.

It lists services that the principal's policies allow, so it must be read before the cut takes policies away. The
report is made on request, takes some polls, and shows recent activity only after about four hours.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from connectors.aws.evidence.collection import (
    STOPPED,
    UNREADABLE,
    Pages,
    hold,
    kept,
    pause,
    read_pages,
    side_by_side,
    told,
    verdict,
    waits,
)
from connectors.aws.evidence.reach import PERMISSIONS, Principal, reach
from connectors.contract import Action, ActionContext, ActionResult, Effect, Field, Gap, Json, Receipt, Session

if TYPE_CHECKING:
    from connectors.aws.client import AwsSession

SOURCE = "IAM access advisor"
GRANULARITY = "ACTION_LEVEL"
RETENTION = "at least 400 days back (IAM API reference, GenerateServiceLastAccessedDetails)"
LATE = "activity of about the last 4 hours may not be shown yet; collect again later"


@dataclass
class Asked:
    """One principal's report: its pages, or why there is none."""

    principal: Principal
    pages: Pages = field(default_factory=Pages)


class PreserveAccessAdvisor(Action):
    """Service last accessed data of the subject's users and of the roles they reach."""

    name = "aws.preserve-access-advisor"
    title = "Save when the subject last used each service"
    doc = "Access advisor's report of every IAM user of the subject and of every role they can reach."
    effect = Effect.PRESERVE
    outputs = (
        Field("principals", "list[arn]", "Users and roles whose report was kept whole."),
        Field("records", "integer", "Services listed in the reports."),
    )
    permissions = ("iam:GenerateServiceLastAccessedDetails", "iam:GetServiceLastAccessedDetails", *PERMISSIONS)
    notice_why = "nothing shows it but CloudTrail, where every read stands"
    preserves = ("service-last-accessed",)
    attack = ("T1078.004",)
    sources = (
        "https://docs.aws.amazon.com/IAM/latest/APIReference/API_GenerateServiceLastAccessedDetails.html",
        "https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetServiceLastAccessedDetails.html",
    )

    def run(self, session: Session, inputs: Mapping[str, Json], context: ActionContext) -> ActionResult:
        """Ask for all reports side by side; one that AWS cannot make is a gap, not an end."""
        aws = cast("AwsSession", session)
        principals, unread = reach(aws, context)
        asked = side_by_side(lambda one: _ask(aws, one, context), principals)
        receipts = [_receipt(one, context) for one in asked]
        if unread:
            receipts.append(Receipt(SOURCE, {"part": "roles"}, "incomplete", told(unread), gaps=tuple(unread)))
        whole = [one.principal.arn for one in asked if not one.pages.gap]
        records = sum(receipt.records for receipt in receipts)
        why = "" if principals else "the subject has no IAM user here"
        return ActionResult({"principals": whole, "records": records}, why=why, receipts=tuple(receipts))


def _ask(aws: AwsSession, principal: Principal, context: ActionContext) -> Asked:
    """Have the report made, wait for it, read all of it."""
    asked = Asked(principal)
    if context.cancelled():
        asked.pages.gap = STOPPED
        return asked
    try:
        job = _made(aws, principal, context)
    except UNREADABLE as error:
        asked.pages.gap = error.what
        return asked
    context.progress(f"access advisor of {principal.name}")
    asked.pages = read_pages(
        aws, context, "iam", "get_service_last_accessed_details", account=principal.account, cursor="Marker", JobId=job
    )
    failed = next((reply for reply in asked.pages.replies if reply["JobStatus"] != "COMPLETED"), None)
    if failed is not None:
        asked.pages.gap = _failure(failed)
    return asked


def _made(aws: AwsSession, principal: Principal, context: ActionContext) -> str:
    """The id of a report that is no longer in the making.

    Raises:
        WorldError: AWS refuses it, or the step's time is up.

    """
    where: dict[str, Any] = {"account": principal.account}
    wanted = {"Arn": principal.arn, "Granularity": GRANULARITY}
    job = str(hold(aws, context, "iam", "generate_service_last_accessed_details", **where, **wanted)["JobId"])
    for wait in waits():
        status = aws.call("iam", "get_service_last_accessed_details", JobId=job, MaxItems=1, **where)["JobStatus"]
        if status != "IN_PROGRESS":
            break
        pause(context, wait)
    return job


def _failure(reply: dict[str, Any]) -> str:
    error = reply.get("Error", {})
    words = " ".join(str(error[key]) for key in ("Code", "Message") if error.get(key))
    return f"AWS could not make the report: {reply['JobStatus']} {words}".strip()


def _receipt(asked: Asked, context: ActionContext) -> Receipt:
    principal, pages = asked.principal, asked.pages
    services = pages.items("ServicesLastAccessed")
    times = sorted(one["LastAuthenticated"] for one in services if one.get("LastAuthenticated"))
    gaps = [Gap(principal.arn, pages.gap)] if pages.gap else []
    return Receipt(
        source=SOURCE, query={"account": principal.account, "arn": principal.arn, "granularity": GRANULARITY},
        complete=verdict(gaps, "cannot-tell"), why=told(gaps, LATE), end=context.now(), pages=len(pages.replies),
        records=len(services), first=times[0] if times else None, last=times[-1] if times else None, gaps=tuple(gaps),
        retention=RETENTION,
        artefacts=kept(context, f"access-advisor-{principal.account}-{principal.name}.jsonl", pages.replies),
    )  # fmt: skip
