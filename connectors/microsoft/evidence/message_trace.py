"""Message traces: who sent what to whom, by the subject's addresses, whatever became of the message afterwards.

Exchange keeps 90 days; a query must name a range, and a start that is older is refused. Worldwide cloud only. The
tenant also needs a service principal of Microsoft's app that serves it: without one every request is refused with 401,
and for hours after it was made (Exchange team, announcement of the API).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

from connectors.contract import Action, ActionContext, ActionResult, Effect, Field, Gap, Json, Outcome, Receipt, Session
from connectors.microsoft.evidence.collection import Collection, Run, in_windows
from connectors.microsoft.evidence.subject import users
from connectors.microsoft.evidence.windows import Window, forgotten, pieces, settled_and_young
from connectors.microsoft.odata import quoted

if TYPE_CHECKING:
    from connectors.microsoft.client import MicrosoftSession

PERMISSION = "ExchangeMessageTrace.Read.All"
TRACES = "/v1.0/admin/exchange/tracing/messageTraces"
CLOUD = "global"
KEEPS, STEP = timedelta(days=90), timedelta(days=10)
"""Ten days at a time: more the PowerShell command of the same log does not take; of Graph it is not documented."""
MARGIN = timedelta(minutes=5)
"""Asked for less than 90 days by this much: the start must not be too old when the request arrives."""
DELAY = timedelta(hours=1)
"""From a message to its trace; no period is documented (general knowledge: minutes)."""
SERVED_BY = "8bd644d1-64a1-4d4b-ae52-2e0cbf64e373"
SET_UP = f"the tenant needs a service principal of Microsoft's app {SERVED_BY}: az ad sp create --id {SERVED_BY}"
RETENTION = "90 days (Exchange message trace)"
NOT_HERE = "message traces are in Graph of the worldwide cloud only: ask Get-MessageTraceV2 in Exchange PowerShell"


class PreserveMessageTrace(Action):
    """The message trace of the subject's addresses."""

    name = "microsoft.preserve-message-trace"
    title = "Save the message trace of the subject's addresses"
    doc = "Every message that the subject's addresses sent or received in the last 90 days; no contents."
    effect = Effect.PRESERVE
    inputs = (
        Field("days", "integer", "How far back; Exchange keeps 90 days.", required=False, default=90),
        Field("most", "integer", "Records from which on an answer counts as cut short.", required=False, default=5000),
    )
    outputs = (Field("records", "integer", "Traces kept, each once."),)
    permissions = (PERMISSION,)
    preserves = ("message-trace",)
    attack = ("T1048.003", "T1114.003")
    sources = (
        "https://learn.microsoft.com/graph/api/messagetracingroot-list-messagetraces",
        "https://learn.microsoft.com/exchange/monitoring/trace-an-email-message/graph-api-message-trace",
    )

    def run(self, session: Session, inputs: Mapping[str, Json], context: ActionContext) -> ActionResult:
        """Sent and received are separate queries: no `or` is documented for this listing."""
        from connectors.microsoft.client import opened

        tenant, now = opened(session), context.now()
        if str(tenant.settings.get("cloud") or CLOUD) != CLOUD:
            return ActionResult({"records": 0}, Outcome.NOT_APPLICABLE, NOT_HERE)
        asked = (now - timedelta(days=int(inputs["days"]))).replace(microsecond=0)
        receipts: list[Receipt] = []
        ids: set[str] = set()
        for mail, side in _wanted(context):
            for window in settled_and_young(max(asked, now.replace(microsecond=0) - KEEPS + MARGIN), now, DELAY):
                if window is not None:
                    made = _collected(tenant, context, mail, side, window, int(inputs["most"]))
                    made.missing += forgotten(asked, now, KEEPS, "Exchange") if not window.open else []
                    ids |= made.ids
                    receipts.append(made.receipt(window, delay=DELAY, retention=RETENTION))
        return ActionResult({"records": len(ids)}, receipts=tuple(receipts))


def _wanted(context: ActionContext) -> list[tuple[str, str]]:
    own = users(context)
    personas = {account.persona for account in own}
    mails = {account.label for account in own}
    mails.update(mail for one in context.subject.personas if one.id in personas for mail in one.emails)
    return [(mail, side) for mail in sorted(mails - {""}) for side in ("senderAddress", "recipientAddress")]


def _collected(
    tenant: MicrosoftSession, context: ActionContext, mail: str, side: str, window: Window, most: int
) -> Collection:
    query: dict[str, Json] = {side: mail, "window": str(window)}
    number = sum(1 for one in _wanted(context) if one <= (mail, side))
    name = f"message-trace-{number}-{'young' if window.open else 'settled'}"
    made = Collection(context, "Exchange message trace", name, query, "receivedDateTime")

    def read(one: Window) -> Run:
        until = Window(one.start, one.end)
        terms = f"{until.asked('receivedDateTime')} and {side} eq {quoted(mail)}"
        return made.listing(tenant, TRACES, part=str(one), query={"$filter": terms})

    in_windows(made, [window] if window.open else list(pieces(window.start, window.end, STEP)), read, most)
    if any(": 401" in gap.why for gap in made.missing):
        made.missing.append(Gap("set-up", SET_UP))
    return made
