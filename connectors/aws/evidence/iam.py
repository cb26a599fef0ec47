"""The picture of IAM before the cut: the full dump of every account, and the credential report."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from connectors.contract import Action, ActionContext, ActionResult, Effect, Field, Gap, Json, Receipt, Session
from connectors.errors import NotFoundError, OutOfTimeError, WorldError

if TYPE_CHECKING:
    from connectors.aws.client import AwsSession

POLL_S = 0.5
LONGEST_POLL_S = 5.0


def json_lines(pages: list[dict[str, Any]]) -> bytes:
    """Original replies, one JSON text to a line, as they came."""
    return b"".join(json.dumps(page, default=str, sort_keys=True).encode() + b"\n" for page in pages)


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
        """Dump account after account; one that cannot be read is a gap, not an end."""
        aws = cast("AwsSession", session)
        receipts, done = [], []
        for account in aws.accounts():
            context.progress(f"IAM of {account}")
            receipts.append(self._account(aws, account, context))
            if receipts[-1].complete == "complete":
                done.append(account)
        records = sum(receipt.records for receipt in receipts)
        return ActionResult({"accounts": done, "records": records}, receipts=tuple(receipts))

    @staticmethod
    def _account(aws: AwsSession, account: str, context: ActionContext) -> Receipt:
        pages: list[dict[str, Any]] = []
        marker: dict[str, str] = {}
        query = {"account": account, "operation": "GetAccountAuthorizationDetails"}
        try:
            while True:
                page = aws.call("iam", "get_account_authorization_details", account=account, **marker)
                pages.append(page)
                if not page.get("IsTruncated"):
                    break
                if page["Marker"] == marker.get("Marker"):
                    gap = Gap("the pages after a repeated page", "AWS repeated a page marker")
                    return Receipt("IAM", query, "incomplete", gap.why, pages=len(pages), gaps=(gap,))
                marker = {"Marker": page["Marker"]}
        except WorldError as error:
            return Receipt("IAM", query, "incomplete", error.what, pages=len(pages), gaps=(Gap(account, error.what),))
        kept = context.store(f"iam-{account}.jsonl", json_lines(pages), "application/x-ndjson")
        parts = ("UserDetailList", "GroupDetailList", "RoleDetailList", "Policies")
        records = sum(len(page.get(part, [])) for page in pages for part in parts)
        return Receipt("IAM", query, "complete", pages=len(pages), records=records, artefacts=(kept.sha256,))


class PreserveCredentialReport(Action):
    """The account's credential report."""

    name = "aws.preserve-credential-report"
    title = "Save the credential report"
    doc = "When each credential was last used, as AWS reports it; at most one fresh report every four hours."
    effect = Effect.PRESERVE
    outputs = (Field("records", "integer", "Lines of the report."),)
    permissions = ("iam:GenerateCredentialReport", "iam:GetCredentialReport")
    preserves = ("credential-last-used",)
    attack = ("T1078.004",)
    sources = ("https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html",)

    def run(self, session: Session, inputs: Mapping[str, Json], context: ActionContext) -> ActionResult:
        """Ask for a report, wait for it, keep it."""
        aws = cast("AwsSession", session)
        wait = POLL_S
        while aws.call("iam", "generate_credential_report").get("State") != "COMPLETE":
            if context.cancelled():
                raise OutOfTimeError("the credential report was not ready in time")
            context.pause(wait)
            wait = min(wait * 2, LONGEST_POLL_S)
        try:
            answer = aws.call("iam", "get_credential_report")
        except NotFoundError as error:
            receipt = Receipt("credential report", {}, "incomplete", error.what)
            return ActionResult({"records": 0}, receipts=(receipt,))
        content: bytes = answer["Content"]
        kept = context.store("credential-report.csv", content, "text/csv")
        lines = max(0, len(content.splitlines()) - 1)
        why = "a report may be up to 4 h old; live lists are in the IAM dump"
        receipt = Receipt(
            "credential report", {"account": aws.home_account}, "complete", why, pages=1, records=lines,
            artefacts=(kept.sha256,),
        )  # fmt: skip
        return ActionResult({"records": lines}, receipts=(receipt,))
