"""The picture of IAM before the cut: the full dump of every account, and every account's credential report."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, cast

from connectors.aws.evidence.collection import (
    UNREADABLE,
    hold,
    kept,
    pause,
    read_pages,
    side_by_side,
    told,
    verdict,
    waits,
)
from connectors.contract import Action, ActionContext, ActionResult, Effect, Field, Gap, Json, Receipt, Session

if TYPE_CHECKING:
    from connectors.aws.client import AwsSession

PARTS = ("UserDetailList", "GroupDetailList", "RoleDetailList", "Policies")
STALE = "a report may be up to 4 h old; live lists are in the IAM dump"


class PreserveIam(Action):
    """GetAccountAuthorizationDetails of every account."""

    name = "aws.preserve-iam"
    title = "Save every user, group, role and policy"
    doc = "The whole IAM dump of every account: the best single picture of before."
    effect = Effect.PRESERVE
    outputs = (
        Field("accounts", "list[aws-account-id]", "Accounts that were dumped."),
        Field("records", "integer", "Users, groups, roles and policies."),
    )
    permissions = ("iam:GetAccountAuthorizationDetails",)
    preserves = ("iam-configuration",)
    attack = ("T1098",)
    sources = ("https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html",)

    def run(self, session: Session, inputs: Mapping[str, Json], context: ActionContext) -> ActionResult:
        """Dump all accounts; one that cannot be read is a gap, not an end, and what came of it is kept."""
        aws = cast("AwsSession", session)
        receipts = side_by_side(lambda account: _dump(aws, account, context), aws.accounts())
        done = [str(one.query["account"]) for one in receipts if one.complete == "complete"]
        records = sum(one.records for one in receipts)
        return ActionResult({"accounts": done, "records": records}, receipts=tuple(receipts))


def _dump(aws: AwsSession, account: str, context: ActionContext) -> Receipt:
    context.progress(f"IAM of {account}")
    found = read_pages(aws, context, "iam", "get_account_authorization_details", account=account, cursor="Marker")
    gaps = (Gap(account, found.gap),) if found.gap else ()
    return Receipt(
        "IAM", {"account": account, "operation": "GetAccountAuthorizationDetails"}, verdict(gaps), found.gap,
        pages=len(found.replies), records=sum(len(found.items(part)) for part in PARTS), gaps=gaps,
        artefacts=kept(context, f"iam-{account}.jsonl", found.replies),
    )  # fmt: skip


class PreserveCredentialReport(Action):
    """The credential report of every account."""

    name = "aws.preserve-credential-report"
    title = "Save the credential reports"
    doc = "When each credential was last used, as AWS reports it; at most one fresh report every four hours."
    effect = Effect.PRESERVE
    outputs = (Field("records", "integer", "Lines of the reports."),)
    permissions = ("iam:GenerateCredentialReport", "iam:GetCredentialReport")
    preserves = ("credential-last-used",)
    attack = ("T1078.004",)
    sources = ("https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html",)

    def run(self, session: Session, inputs: Mapping[str, Json], context: ActionContext) -> ActionResult:
        """Ask every account for a report, wait for it, keep it; an account without one is a gap."""
        aws = cast("AwsSession", session)
        receipts = side_by_side(lambda account: _report(aws, account, context), aws.accounts())
        return ActionResult({"records": sum(one.records for one in receipts)}, receipts=tuple(receipts))


def _report(aws: AwsSession, account: str, context: ActionContext) -> Receipt:
    query = {"account": account}
    try:
        content = _made(aws, account, context)
    except UNREADABLE as error:
        gaps = (Gap(account, error.what),)
        return Receipt("credential report", query, verdict(gaps), told(gaps), gaps=gaps)
    artefact = context.store(f"credential-report-{account}.csv", content, "text/csv")
    lines = max(0, len(content.splitlines()) - 1)
    return Receipt("credential report", query, "complete", STALE, pages=1, records=lines, artefacts=(artefact.sha256,))


def _made(aws: AwsSession, account: str, context: ActionContext) -> bytes:
    """The report of an account, made if there is none of the last hours.

    Raises:
        WorldError: AWS refuses it, or the step's time is up.

    """
    for wait in waits():
        if hold(aws, context, "iam", "generate_credential_report", account=account).get("State") == "COMPLETE":
            break
        pause(context, wait)
    content: bytes = aws.call("iam", "get_credential_report", account=account)["Content"]
    return content
