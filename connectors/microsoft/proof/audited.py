"""Proof by the tenant's own log: since the cut began the cutter's app changed each of the accounts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from connectors.contract import Account, Action, ActionContext, ActionResult, Effect, Field, Json, Outcome, Session
from connectors.errors import WorldError
from connectors.microsoft.evidence.sign_ins import DELAY
from connectors.microsoft.evidence.windows import stamp
from connectors.microsoft.odata import quoted
from connectors.microsoft.proof.moments import PERMISSION, Said, cut_of, given, people, worst

if TYPE_CHECKING:
    from connectors.microsoft.client import MicrosoftSession

AUDITS = "/v1.0/auditLogs/directoryAudits"
BEFORE = timedelta(minutes=5)
"""The block comes before the stamp of ended sessions, and clocks differ a little."""


class ProveAudited(Action):
    """Reads the audit log."""

    name = "microsoft.prove-audited"
    title = "Prove that the tenant's audit log holds the cut"
    doc = (
        "For each of the subject's accounts: rows that the cutter's app made since the cut, and what others changed "
        "there since. Rows appear late: a log without them proves nothing yet."
    )
    effect = Effect.OBSERVE
    inputs = (
        Field("since", "date-time", "When the cut began; without it five minutes before the directory's own stamp.",
              required=False),
    )  # fmt: skip
    outputs = (
        Field("ours", "integer", "Rows of the cutter's app."),
        Field("others", "list[object]", "What somebody else changed there since: when, activity, by, target."),
        Field("checks", "list[object]", "Each account: done or could-not-check (why)."),
    )
    permissions = ("AuditLog.Read.All", PERMISSION)
    sources = ("https://learn.microsoft.com/graph/api/directoryaudit-list",)

    def run(self, session: Session, inputs: Mapping[str, Json], context: ActionContext) -> ActionResult:
        """An account whose rows are not there yet is could-not-check, with when to ask again."""
        from connectors.microsoft.client import opened

        tenant = opened(session)
        ours = 0
        said: list[Said] = []
        others: list[dict[str, Json]] = []
        for account in people(context.accounts):
            check = f"audit of {account.label or account.id}"
            cut = cut_of(tenant, account, given(inputs["since"]))
            if cut.at is None:
                said.append(Said(check, Outcome.COULD_NOT_CHECK, cut.why))
                continue
            try:
                rows = _rows(tenant, account, cut.at if inputs["since"] else cut.at - BEFORE)
            except WorldError as error:
                said.append(Said(check, Outcome.COULD_NOT_CHECK, error.what))
                continue
            mine = [row for row in rows if _app(row) == str(tenant.settings["cutter-app"])]
            ours += len(mine)
            others += [_other(row, account) for row in rows if row not in mine]
            said.append(_judged(check, len(mine), cut.at, context.now()))
        why = "; ".join(f"{one.check}: {one.why}" for one in said)
        outputs = {"ours": ours, "others": others, "checks": [one.to_json() for one in said]}
        return ActionResult(outputs, worst(said), why)


def _rows(session: MicrosoftSession, account: Account, since: datetime) -> list[dict[str, Any]]:
    about = f"targetResources/any(t: t/id eq {quoted(account.id)})"
    return session.rows(AUDITS, query={"$filter": f"activityDateTime ge {stamp(since)} and {about}"})


def _app(row: Mapping[str, Any]) -> str:
    return str(((row.get("initiatedBy") or {}).get("app") or {}).get("appId") or "")


def _other(row: Mapping[str, Any], account: Account) -> dict[str, Json]:
    by = row.get("initiatedBy") or {}
    who = (by.get("user") or {}).get("userPrincipalName") or (by.get("app") or {}).get("displayName") or "unknown"
    return {"at": row.get("activityDateTime"), "activity": row.get("activityDisplayName"), "by": who,
            "target": account.id}  # fmt: skip


def _judged(check: str, mine: int, cut: datetime, now: datetime) -> Said:
    if mine:
        return Said(check, Outcome.DONE, f"{mine} row(s) of the cutter's app")
    if now - cut < DELAY:
        again = stamp(cut + DELAY)
        return Said(check, Outcome.COULD_NOT_CHECK, f"rows may still be on their way: ask again after {again}")
    return Said(check, Outcome.COULD_NOT_CHECK, "no row of the cutter's app, and the log's usual delay has passed")
