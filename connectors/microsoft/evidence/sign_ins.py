"""Sign-ins of the subject: at the keyboard, of apps on their behalf, and of the apps that are theirs.

Only the beta listing shows more than interactive sign-ins. It is beta and may vanish: then version 1.0 is read and
the receipts say what is not in it. Rows appear after 2 to 5 minutes as a rule, other kinds after 5 to 30; the log
reaches back 7 days without a licence and 30 days with Entra ID P1 or P2, and without P1 nobody may list it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from connectors.contract import Action, ActionContext, ActionResult, Effect, Field, Gap, Json, Outcome, Receipt, Session
from connectors.errors import NotFoundError, RejectedError, UnsupportedError, WorldError
from connectors.microsoft.evidence.collection import Collection, Run, in_windows
from connectors.microsoft.evidence.subject import OWNED_PERMISSION, owned_apps, users
from connectors.microsoft.evidence.windows import Window, forgotten, pieces, settled_and_young
from connectors.microsoft.odata import quoted

if TYPE_CHECKING:
    from connectors.microsoft.client import MicrosoftSession

PERMISSION = "AuditLog.Read.All"
BETA, FIRST = "/beta/auditLogs/signIns", "/v1.0/auditLogs/signIns"
OF_USERS = ("interactiveUser", "nonInteractiveUser")
OF_APPS = ("servicePrincipal", "managedIdentity")
DELAY = timedelta(minutes=30)
KEEPS = timedelta(days=30)
STEP = timedelta(days=5)
"""Of one listing: what fails spoils five days and not a month, and a month is six requests at five in ten seconds."""
RETENTION = "30 days with Entra ID P1 or P2, 7 days without (Microsoft Entra data retention)"
ONLY_INTERACTIVE = "interactive sign-ins only: the beta listing, which alone shows the others, is not there"


@dataclass(frozen=True)
class Wanted:
    """One sort of sign-in of one user or app."""

    who: str
    """The filter that names it."""
    id: str
    kind: str


class PreserveSignIns(Action):
    """The sign-in log of the subject."""

    name = "microsoft.preserve-sign-ins"
    title = "Save the subject's sign-ins"
    doc = "Interactive, non-interactive, service-principal and managed-identity sign-ins, each with its receipts."
    effect = Effect.PRESERVE
    inputs = (
        Field("days", "integer", "How far back; Entra keeps 30 days with P1 or P2.", required=False, default=30),
        Field("app_ids", "list[string]", "Further apps to read, by application id.", required=False),
        Field("most", "integer", "Records from which on an answer counts as cut short.", required=False, default=5000),
    )  # fmt: skip
    outputs = (
        Field("records", "integer", "Sign-ins kept, each once."),
        Field("app_ids", "list[string]", "The subject's apps whose sign-ins were read."),
    )
    permissions = (PERMISSION, OWNED_PERMISSION)
    preserves = ("entra-sign-ins",)
    attack = ("T1078.004",)
    sources = (
        "https://learn.microsoft.com/graph/api/signin-list",
        "https://learn.microsoft.com/entra/identity/monitoring-health/reference-reports-data-retention",
    )

    def run(self, session: Session, inputs: Mapping[str, Json], context: ActionContext) -> ActionResult:
        """What has certainly arrived and what may still arrive are separate collections with separate receipts."""
        from connectors.microsoft.client import opened

        tenant, now = opened(session), context.now()
        start = (now - timedelta(days=int(inputs["days"]))).replace(microsecond=0)
        try:
            listing = _listing(tenant)
        except UnsupportedError as error:
            return ActionResult({"records": 0, "app_ids": []}, Outcome.NOT_APPLICABLE, error.what)
        apps, receipts = _apps(tenant, inputs, context)
        ids: set[str] = set()
        for number, wanted in enumerate(_wanted(context, apps)):
            context.progress(f"{wanted.kind} sign-ins", number)
            for window in settled_and_young(start, now, DELAY):
                if window is not None:
                    made = _collected(tenant, context, wanted, listing, window, int(inputs["most"]))
                    ids |= made.ids
                    receipts.append(made.receipt(window, delay=DELAY, retention=RETENTION))
        why = "" if listing == BETA else ONLY_INTERACTIVE
        return ActionResult({"records": len(ids), "app_ids": apps}, why=why, receipts=tuple(receipts))


def _listing(tenant: MicrosoftSession) -> str:
    """The listing that is there: a beta one may be gone from one day to the next.

    Raises:
        UnsupportedError: the tenant has no licence for it.

    """
    try:
        tenant.call("GET", BETA, query={"$top": 1})
    except (NotFoundError, RejectedError):
        return FIRST
    except UnsupportedError:
        raise
    except WorldError:
        return BETA
    return BETA


def _apps(
    tenant: MicrosoftSession, inputs: Mapping[str, Json], context: ActionContext
) -> tuple[list[str], list[Receipt]]:
    found, receipts = set(inputs["app_ids"] or ()), []
    for number, account in enumerate(users(context), 1):
        owned = Collection(context, "Entra owned objects", f"owned-{number}", {"user": account.id}, "")
        found.update(owned_apps(tenant, owned, account.id))
        receipts.append(owned.receipt(retention="the present state only"))
    return sorted(found), receipts


def _wanted(context: ActionContext, apps: list[str]) -> Iterator[Wanted]:
    for account in users(context):
        yield from (Wanted("userId", account.id, kind) for kind in OF_USERS)
    for app in apps:
        yield from (Wanted("appId", app, kind) for kind in OF_APPS)


def _collected(
    tenant: MicrosoftSession, context: ActionContext, wanted: Wanted, listing: str, window: Window, most: int
) -> Collection:
    shown = listing == BETA or wanted.kind == "interactiveUser"
    query: dict[str, Json] = {
        "listing": listing, wanted.who: wanted.id, "kind": wanted.kind, "beta": listing == BETA, "window": str(window),
    }  # fmt: skip
    made = Collection(context, "Entra sign-ins", f"sign-ins-{wanted.kind}-{wanted.id}-{_part(window)}", query)
    made.missing += forgotten(window.start, context.now(), KEEPS, "Entra")
    if shown:
        in_windows(made, _steps(window), lambda one: _read(tenant, made, wanted, listing, one), most)
    else:
        made.missing.append(Gap(wanted.kind, ONLY_INTERACTIVE))
    return made


def _read(tenant: MicrosoftSession, made: Collection, wanted: Wanted, listing: str, window: Window) -> Run:
    terms = [f"{wanted.who} eq {quoted(wanted.id)}", window.asked("createdDateTime")]
    if listing == BETA:
        terms.insert(1, f"signInEventTypes/any(t: t eq {quoted(wanted.kind)})")
    return made.listing(tenant, listing, part=str(window), query={"$filter": " and ".join(terms)})


def _steps(window: Window) -> list[Window]:
    return [window] if window.open else list(pieces(window.start, window.end, STEP))


def _part(window: Window) -> str:
    return "young" if window.open else "settled"
