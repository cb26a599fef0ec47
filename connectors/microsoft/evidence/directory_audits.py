"""Changes in the directory: those that the subject or their apps made, and those that were made to the subject.

The log reaches back 7 days without a licence and 30 days with Entra ID P1 or P2; which of the two it is shows in
whether the sign-ins, which need P1, may be listed. Microsoft names no delay of its own for it: that of the sign-ins
is taken (general knowledge, not re-checked).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

from connectors.contract import Action, ActionContext, ActionResult, Effect, Field, Json, Receipt, Session
from connectors.errors import UnsupportedError, WorldError
from connectors.microsoft.evidence.collection import Collection, Row, Run, in_windows
from connectors.microsoft.evidence.subject import users
from connectors.microsoft.evidence.windows import Window, forgotten, pieces, settled_and_young
from connectors.microsoft.hunt.trail import taken_over
from connectors.microsoft.odata import quoted

if TYPE_CHECKING:
    from connectors.microsoft.client import MicrosoftSession

PERMISSION = "AuditLog.Read.All"
LISTING, SIGN_INS = "/v1.0/auditLogs/directoryAudits", "/v1.0/auditLogs/signIns"
DELAY = timedelta(minutes=30)
PAID, FREE = timedelta(days=30), timedelta(days=7)
STEP = timedelta(days=10)
RETENTION = "30 days with Entra ID P1 or P2, 7 days without (Microsoft Entra data retention)"
BY_USER, TO_USER, BY_APP = "initiated by the user", "about the user", "initiated by an app of theirs"
TERMS = {
    BY_USER: "initiatedBy/user/id eq {}",
    TO_USER: "targetResources/any(t: t/id eq {})",
    BY_APP: "initiatedBy/app/servicePrincipalId eq {}",
}
MOST_APPS = 50
"""Apps that are followed: at five requests in ten seconds, some minutes."""


class PreserveDirectoryAudits(Action):
    """The directory's audit log of the subject."""

    name = "microsoft.preserve-directory-audits"
    title = "Save the directory's audit log of the subject"
    doc = "Changes that the subject made, that apps in their hands made, and that were made to the subject."
    effect = Effect.PRESERVE
    inputs = (
        Field("days", "integer", "How far back; Entra keeps 30 days with P1 or P2.", required=False, default=30),
        Field("most", "integer", "Records from which on an answer counts as cut short.", required=False, default=5000),
    )  # fmt: skip
    outputs = (
        Field("records", "integer", "Rows kept, each once."),
        Field("apps", "list[string]", "Service principals that the subject gave credentials or took over."),
    )
    permissions = (PERMISSION,)
    preserves = ("entra-directory-audits",)
    attack = ("T1098",)
    sources = (
        "https://learn.microsoft.com/graph/api/directoryaudit-list",
        "https://learn.microsoft.com/entra/identity/monitoring-health/reference-reports-data-retention",
    )

    def run(self, session: Session, inputs: Mapping[str, Json], context: ActionContext) -> ActionResult:
        """Users first, then the service principals that their changes put into their hands, until none is new."""
        from connectors.microsoft.client import opened

        made = _Reading(opened(session), context, int(inputs["days"]), int(inputs["most"]))
        todo = [(sort, one.id) for one in users(context) for sort in (BY_USER, TO_USER)]
        apps: list[str] = []
        while todo:
            made.read(*todo.pop(0))
            fresh = [one for one in sorted(made.taken) if one not in apps][: MOST_APPS - len(apps)]
            apps += fresh
            todo += [(BY_APP, one) for one in fresh]
        return ActionResult({"records": len(made.ids), "apps": apps}, receipts=tuple(made.receipts))


class _Reading:
    """The log, read for one user or app after the other."""

    def __init__(self, tenant: MicrosoftSession, context: ActionContext, days: int, most: int) -> None:
        self.tenant, self.context, self.most = tenant, context, most
        self.now = context.now()
        self.start = (self.now - timedelta(days=days)).replace(microsecond=0)
        self.keeps = _keeps(tenant)
        self.receipts: list[Receipt] = []
        self.taken: set[str] = set()
        self.ids: set[str] = set()

    def read(self, sort: str, id_: str) -> None:
        """What has certainly arrived, and what may still arrive."""
        self.context.progress(f"directory changes {sort}", len(self.receipts))
        for window in settled_and_young(self.start, self.now, DELAY):
            if window is not None:
                self.receipts.append(self._collected(sort, id_, window))

    def _collected(self, sort: str, id_: str, window: Window) -> Receipt:
        name = f"directory-audits-{sort.replace(' ', '-')}-{id_}-{'young' if window.open else 'settled'}"
        query: dict[str, Json] = {"rows": sort, "id": id_, "window": str(window)}
        made = Collection(self.context, "Entra directory audits", name, query, "activityDateTime")
        made.missing += forgotten(window.start, self.now, self.keeps, "Entra")
        steps = [window] if window.open else list(pieces(window.start, window.end, STEP))
        in_windows(made, steps, lambda one: self._listed(made, sort, id_, one), self.most)
        self.ids |= made.ids
        return made.receipt(window, delay=DELAY, retention=RETENTION)

    def _listed(self, made: Collection, sort: str, id_: str, window: Window) -> Run:
        term = TERMS[sort].format(quoted(id_))
        query = {"$filter": f"{term} and {window.asked('activityDateTime')}"}
        note = self._note if sort != TO_USER else _ignored
        return made.listing(self.tenant, LISTING, part=str(window), query=query, each=note)

    def _note(self, row: Row) -> None:
        if str(row.get("result", "success")).casefold() == "success":
            self.taken.update(taken_over(row))


def _keeps(tenant: MicrosoftSession) -> timedelta:
    """How far back the log reaches, as the licence has it; the longer where that cannot be told."""
    try:
        tenant.call("GET", SIGN_INS, query={"$top": 1})
    except UnsupportedError:
        return FREE
    except WorldError:
        return PAID
    return PAID


def _ignored(_row: Row) -> None:
    """Changes made to the subject put nothing into their hands."""
