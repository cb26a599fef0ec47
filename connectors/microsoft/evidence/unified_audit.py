"""The unified audit log: what the subject did in all workloads of Microsoft 365, by asynchronous queries.

Worldwide cloud only. Records are kept 180 days, a year with Audit (Premium); most arrive within the hour and some
after a day, so that the last day of a window is asked again on the next one. A query asks by user principal name:
records under a former name are not in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from connectors.contract import (
    Account,
    Action,
    ActionContext,
    ActionResult,
    Effect,
    Field,
    Gap,
    Json,
    Outcome,
    Receipt,
    Session,
)
from connectors.microsoft.evidence.collection import Collection
from connectors.microsoft.evidence.queries import Queries
from connectors.microsoft.evidence.subject import users
from connectors.microsoft.evidence.windows import Window, forgotten, pieces, stamp

if TYPE_CHECKING:
    from connectors.microsoft.client import MicrosoftSession

PERMISSION = "AuditLogsQuery.Read.All"
SOURCE = "Microsoft 365 unified audit log"
CLOUD = "global"
DELAY = timedelta(hours=24)
STANDARD, PREMIUM = timedelta(days=180), timedelta(days=365)
STEP = timedelta(days=30)
RETENTION = "180 days, 1 year with Audit (Premium) (Purview audit solutions overview)"
BY_NAME = "asked by user principal name: records under a former name are not in it"
NOT_HERE = "the audit query API is in the worldwide cloud only"
MAYBE_GONE = "kept only with Audit (Premium): no record of it came, and whether there was one nobody can tell"


class PreserveUnifiedAudit(Action):
    """The unified audit log of the subject."""

    name = "microsoft.preserve-unified-audit"
    title = "Save the subject's unified audit log"
    doc = "Files, mail, Teams and administration in Microsoft 365, by queries that run for minutes to hours."
    effect = Effect.PRESERVE
    inputs = (
        Field("days", "integer", "How far back; 180 days are kept, a year with Audit (Premium).", required=False,
              default=180),
        Field("services", "list[string]", "Only these workloads, for an app that may read no others.", required=False),
        Field("most", "integer", "Records from which on an answer counts as cut short.", required=False, default=5000),
        Field("wait_minutes", "integer", "How long to wait for the queries; they run on after it.", required=False,
              default=120),
    )  # fmt: skip
    outputs = (
        Field("records", "integer", "Records kept, each once."),
        Field("again_after", "string", "When to ask again for records that arrive late."),
    )
    permissions = (PERMISSION,)
    preserves = ("unified-audit",)
    attack = ("T1530", "T1114.002")
    sources = (
        "https://learn.microsoft.com/graph/api/security-auditcoreroot-post-auditlogqueries",
        "https://learn.microsoft.com/graph/api/resources/security-auditlogquery",
        "https://learn.microsoft.com/purview/audit-solutions-overview",
    )

    def run(self, session: Session, inputs: Mapping[str, Json], context: ActionContext) -> ActionResult:
        """The days that are settled and the last one are separate collections; each account has its own."""
        from connectors.microsoft.client import opened

        tenant, now = opened(session), context.now()
        again = stamp(now + DELAY)
        if str(tenant.settings.get("cloud") or CLOUD) != CLOUD:
            return ActionResult({"records": 0, "again_after": ""}, Outcome.NOT_APPLICABLE, NOT_HERE)
        until = now + timedelta(minutes=int(inputs["wait_minutes"]))
        receipts: list[Receipt] = []
        ids: set[str] = set()
        for account in users(context):
            for windows in _windows(now, int(inputs["days"])):
                made = _collected(tenant, context, account, windows, inputs, until)
                ids |= made.ids
                whole = Window(windows[0].start, windows[-1].end, windows[-1].open)
                receipts.append(made.receipt(whole, delay=DELAY, retention=RETENTION))
        return ActionResult({"records": len(ids), "again_after": again}, why=_waits(receipts), receipts=tuple(receipts))


def _windows(now: datetime, days: int) -> list[list[Window]]:
    """Settled ones between midnights, the same all day so that a run that was killed asks for the same; then the rest.

    The rest begins a day before the last midnight: what is in it may still arrive.
    """
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    edge, start = midnight - DELAY, midnight - timedelta(days=days)
    settled = list(pieces(start, edge, STEP))
    rest = [Window(max(start, edge), now.replace(microsecond=0), open=True)]
    return [settled, rest] if settled else [rest]


def _collected(
    tenant: MicrosoftSession, context: ActionContext, account: Account, windows: list[Window],
    inputs: Mapping[str, Json], until: datetime,
) -> Collection:  # fmt: skip
    asks: dict[str, Json] = {"userPrincipalNameFilters": [account.label]}
    if inputs["services"]:
        asks["serviceFilters"] = sorted(inputs["services"])
    start, young = windows[0].start, windows[-1].open
    query: dict[str, Json] = {**asks, "windows": [str(one) for one in windows]}
    made = Collection(context, SOURCE, f"unified-audit-{account.id}-{'young' if young else 'settled'}", query)
    made.notes.append(BY_NAME)
    made.missing += forgotten(start, context.now(), PREMIUM, "Audit (Premium)")
    Queries(tenant, context, made, asks, int(inputs["most"])).run(windows, until)
    standard = context.now() - STANDARD - timedelta(days=1)
    if start < standard and (made.first is None or made.first > standard):
        made.doubts.append(Gap(f"{stamp(start)} to {stamp(standard)}", MAYBE_GONE))
    return made


def _waits(receipts: list[Receipt]) -> str:
    running = sum("still running" in gap.why for one in receipts for gap in one.gaps)
    return f"{running} queries are still running" if running else ""
