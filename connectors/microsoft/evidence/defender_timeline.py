"""What Defender saw on the subject's devices and by their accounts, by hunting queries.

Hunting reaches back 30 days and gives at most 100,000 rows (Defender XDR, advanced hunting API). Each window is counted
before it is read: one with too many rows is halved, and what is read is compared with the count.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from connectors.contract import Action, ActionContext, ActionResult, Effect, Field, Gap, Json, Receipt, Session
from connectors.errors import UnsupportedError, WorldError
from connectors.microsoft.evidence import kql
from connectors.microsoft.evidence.collection import Collection, Row
from connectors.microsoft.evidence.kql import Source
from connectors.microsoft.evidence.patience import STOPPED, patiently
from connectors.microsoft.evidence.subject import users
from connectors.microsoft.evidence.windows import Window, forgotten, pieces

if TYPE_CHECKING:
    from connectors.microsoft.client import MicrosoftSession

HUNT = "/v1.0/security/runHuntingQuery"
REGISTERED, OWNED = "/v1.0/users/{user}/registeredDevices", "/v1.0/users/{user}/ownedDevices"
PERMISSION, DEVICES_PERMISSION = "ThreatHunting.Read.All", "User.Read.All"
KEEPS = timedelta(days=30)
DELAY = timedelta(hours=1)
"""From an event to its row: Microsoft names minutes and guarantees none; a device that is offline sends later."""
STEP = timedelta(days=7)
MOST = 100_000
RETENTION = "30 days (advanced hunting); a device that was offline sends its events late"


class PreserveDefenderTimeline(Action):
    """Defender's events of the subject."""

    name = "microsoft.preserve-defender-timeline"
    title = "Save what Defender saw of the subject"
    doc = "Logons, processes, connections, files and cloud activity of the subject's devices and accounts."
    effect = Effect.PRESERVE
    inputs = (
        Field("days", "integer", "How far back; Defender keeps 30 days.", required=False, default=30),
        Field("device_ids", "list[string]", "Further devices, by Defender's device id.", required=False),
        Field("most", "integer", "Rows that one query may give, 100,000 at most.", required=False, default=10_000),
    )  # fmt: skip
    outputs = (
        Field("records", "integer", "Rows kept, each once."),
        Field("device_ids", "list[string]", "Devices, by Defender's device id."),
    )
    permissions = (PERMISSION, DEVICES_PERMISSION)
    preserves = ("defender-timeline",)
    attack = ("T1219", "T1059")
    sources = (
        "https://learn.microsoft.com/graph/api/security-security-runhuntingquery",
        "https://learn.microsoft.com/defender-xdr/api-advanced-hunting",
    )

    def run(self, session: Session, inputs: Mapping[str, Json], context: ActionContext) -> ActionResult:
        """Find the devices by their Entra ids, then read every table, each with its own receipt."""
        from connectors.microsoft.client import opened

        made = _Hunt(opened(session), context, min(int(inputs["most"]), MOST))
        found = made.devices(inputs["device_ids"] or ())
        start = (context.now() - timedelta(days=int(inputs["days"]))).replace(microsecond=0)
        for number, source in enumerate(kql.SOURCES, 1):
            context.progress(source.table, number, len(kql.SOURCES))
            made.table(source, found, start)
        records = sum(one.records for one in made.receipts if one.source.startswith("Defender"))
        return ActionResult({"records": records, "device_ids": found}, receipts=tuple(made.receipts))


class _Hunt:
    """Queries of one tenant, one after the other."""

    def __init__(self, tenant: MicrosoftSession, context: ActionContext, most: int) -> None:
        self.tenant, self.context, self.most = tenant, context, most
        self.accounts = [one.id for one in users(context)]
        self.receipts: list[Receipt] = []

    def devices(self, further: Any) -> list[str]:
        """Defender's ids of the devices that the subject owns or registered, and of those that were named."""
        entra: set[str] = set()
        found = {str(one) for one in further}
        made = Collection(self.context, "Entra devices of the subject", "hunt-devices", {"users": self.accounts}, "")

        def note(row: Row) -> None:
            if row.get("deviceId"):
                entra.add(str(row["deviceId"]))

        for user in self.accounts:
            for path in (REGISTERED, OWNED):
                made.listing(self.tenant, path, part="devices of the subject", each=note, user=user)
        if entra:
            for row in self._asked(made, kql.devices(entra), "Defender's ids of the devices") or []:
                found.add(str(row.get("DeviceId") or ""))
        self.receipts.append(made.receipt(retention="the present state only"))
        return sorted(found - {""})

    def table(self, source: Source, devices: list[str], start: datetime) -> None:
        """All rows of one table: counted, halved where there are too many, read, compared."""
        end = self.context.now().replace(microsecond=0) + timedelta(seconds=1)
        query: dict[str, Json] = {"table": source.table, "devices": devices if source.device else [],
                                  "accounts": self.accounts if source.account else []}  # fmt: skip
        made = Collection(self.context, f"Defender {source.table}", f"hunt-{source.table}", query, "Timestamp")
        made.missing += forgotten(start, self.context.now(), KEEPS, "Defender")
        todo = list(pieces(start, end, STEP))
        while todo:
            window = todo.pop(0)
            if self.context.cancelled():
                made.missing.append(Gap(str(window), STOPPED))
                continue
            text = kql.rows(source, devices, self.accounts, window)
            todo[:0] = self._read(made, text, window) if text else ()
        self.receipts.append(made.receipt(Window(start, end), delay=DELAY, retention=RETENTION))

    def _read(self, made: Collection, text: str, window: Window) -> tuple[Window, ...]:
        """The windows to read in its place, none when it was read: fewer rows than were counted are read in halves."""
        counts = self._asked(made, kql.counted(text), str(window))
        if counts is None:
            return ()
        expected = int(counts[0].get("Records", 0)) if counts else 0
        halves = window.halves()
        if expected > self.most and halves:
            return halves
        if not expected:
            return ()
        found = self._asked(made, text, str(window))
        if found is None:
            return ()
        got = made.records_of(found)
        if len(found) < expected and halves:
            return halves
        if len(found) < expected:
            made.missing.append(Gap(str(window), f"{expected} rows were counted and {len(found)} came"))
        elif got < len(found):
            made.notes.append(f"{window}: {len(found) - got} rows say the same as others; Defender gives rows no id")
        return ()

    def _asked(self, made: Collection, text: str, part: str) -> list[Row] | None:
        """Rows of a query; None when it could not be run, and the gap says why."""
        body = {"Query": text}
        try:
            answer = patiently(self.context, lambda: self.tenant.call("POST", HUNT, body=body))
            found = answer.json()
            if not isinstance(found, dict) or not isinstance(found.get("results"), list):
                raise UnsupportedError("the answer to a hunting query has no results")
        except WorldError as error:
            made.unread(part, error)
            return None
        made.take(answer, {"body": body})
        results: list[Row] = found["results"]
        return results
