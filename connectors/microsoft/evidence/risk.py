"""What identity protection thinks of the subject: the user's risk, its history, and each detection behind it.

One request a second for a whole tenant, and a refusal for being too fast says no time to wait. Microsoft documents no
period for which detections of a user are kept that this connector could check: the receipts say so.
"""

from __future__ import annotations

from collections.abc import Mapping

from connectors.contract import Action, ActionContext, ActionResult, Effect, Field, Json, Outcome, Receipt, Session
from connectors.microsoft.evidence.collection import Collection
from connectors.microsoft.evidence.subject import users
from connectors.microsoft.odata import quoted

USERS, EVENTS = "IdentityRiskyUser.Read.All", "IdentityRiskEvent.Read.All"
RISKY, DETECTIONS = "/v1.0/identityProtection/riskyUsers", "/v1.0/identityProtection/riskDetections"
HISTORY = RISKY + "/{user}/history"
RETENTION = "as the tenant keeps it; the period could not be read"


class PreserveRisk(Action):
    """Identity protection's view of the subject."""

    name = "microsoft.preserve-risk"
    title = "Save what identity protection says of the subject"
    doc = "The user's risk with its history, and every risk detection."
    effect = Effect.PRESERVE
    outputs = (Field("records", "integer", "Risk states and detections kept."),)
    permissions = (USERS, EVENTS)
    preserves = ("entra-risk",)
    attack = ("T1078.004",)
    sources = (
        "https://learn.microsoft.com/graph/api/riskyuser-list",
        "https://learn.microsoft.com/graph/api/riskyuser-list-history",
        "https://learn.microsoft.com/graph/api/riskdetection-list",
    )

    def run(self, session: Session, inputs: Mapping[str, Json], context: ActionContext) -> ActionResult:
        """The listings are filtered by the user's id: a user without risk is in none, which is no gap."""
        from connectors.microsoft.client import opened

        tenant = opened(session)
        made: list[Collection] = []
        for account in users(context):
            context.progress("identity protection", len(made))
            risky = Collection(context, "Entra risky users", f"risky-{account.id}", {"user": account.id},
                               "riskLastUpdatedDateTime")  # fmt: skip
            found = risky.listing(
                tenant, RISKY, part="risk of the user", query={"$filter": f"id eq {quoted(account.id)}"}
            )
            if found.records:
                risky.listing(tenant, HISTORY, part="history of the risk", user=account.id)
            events = Collection(context, "Entra risk detections", f"risk-detections-{account.id}", {"user": account.id},
                                "activityDateTime")  # fmt: skip
            query = {"$filter": f"userId eq {quoted(account.id)}"}
            events.listing(tenant, DETECTIONS, part="detections", query=query)
            made += [risky, events]
        receipts: tuple[Receipt, ...] = tuple(one.receipt(retention=RETENTION) for one in made)
        records = {"records": sum(one.records for one in made)}
        absent = {one.absent for one in made}
        if made and "" not in absent:
            return ActionResult(records, Outcome.NOT_APPLICABLE, "; ".join(sorted(absent)), receipts)
        return ActionResult(records, receipts=receipts)
