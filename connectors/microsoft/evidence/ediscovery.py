"""A hold on the subject's mailbox and OneDrive: a case of our own, its custodian, their sources, and the hold on them.

A hold stands when a read says `applied`, and not when a call was accepted. The case is known again by its external id,
so that a second run makes no second one; its names say nothing of what it is for. An app may do all this only after
PowerShell has let it, once: where it has not, the lines are told.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from connectors.contract import (
    Account,
    Action,
    ActionContext,
    ActionResult,
    Effect,
    Field,
    Gap,
    Json,
    Notice,
    Outcome,
    Receipt,
    Session,
)
from connectors.errors import AmbiguousError, OutOfTimeError, RefusedError, UnsupportedError, WorldError
from connectors.microsoft.clouds import Service
from connectors.microsoft.discover import MEMBER
from connectors.microsoft.evidence.collection import Collection
from connectors.microsoft.evidence.patience import patiently, pause
from connectors.microsoft.evidence.subject import users

if TYPE_CHECKING:
    from connectors.microsoft.client import MicrosoftSession
    from connectors.replies import Answer

CASES = "/v1.0/security/cases/ediscoveryCases"
CUSTODIANS = CASES + "/{case}/custodians"
CUSTODIAN = CUSTODIANS + "/{custodian}"
USER_SOURCES, SITE_SOURCES = CUSTODIAN + "/userSources", CUSTODIAN + "/siteSources"
APPLY = CUSTODIAN + "/applyHold"
PERMISSION = "eDiscovery.ReadWrite.All"
POLL_S, LONGEST_POLL_S = 15.0, 60.0
APPLIED, ON_ITS_WAY = "applied", frozenset({"applying", "applied"})
NO_CASES = frozenset({"china"})
RETENTION = "until the hold is removed; Microsoft states no time within which it is applied"
SET_UP = (
    "the app has not been let into eDiscovery. Once, in PowerShell: Connect-IPPSSession; "
    'New-ServicePrincipal -AppId "{app}" -ObjectId "<object id of its enterprise application>" -DisplayName "<name>"; '
    'Add-RoleGroupMember -Identity "eDiscoveryManager" -Member "<object id>"; '
    'Add-eDiscoveryCaseAdmin -User "<object id>"'
)
"""Graph documentation, setting up app-only access for eDiscovery (security-ediscovery-appauthsetup)."""

Found = dict[str, Any]


class HoldEdiscovery(Action):
    """A Purview hold on what the subject has in mail and files."""

    name = "microsoft.hold-ediscovery"
    title = "Hold the subject's mailbox and OneDrive"
    doc = "An eDiscovery case with the subject as custodian, and a hold on their sources, read back until it stands."
    effect = Effect.PRESERVE
    inputs = (
        Field("sites", "list[string]", "Further sites to hold, by URL.", required=False),
        Field("wait_minutes", "integer", "How long to wait for the hold; it goes on after it.", required=False,
              default=60),
    )  # fmt: skip
    outputs = (
        Field("case", "string", "Id of the eDiscovery case; empty when there is none."),
        Field("held", "list[string]", "Users whose hold a read showed applied."),
        Field("waiting", "list[string]", "Users whose hold was ordered and does not stand yet."),
    )
    permissions = (PERMISSION,)
    notice = Notice.NEVER
    notice_why = "nothing shows in mailbox or OneDrive (general knowledge); only an eDiscovery manager sees the case"
    preserves = ("mailbox-content", "onedrive-content")
    attack = ("T1070.008", "T1485")
    sources = (
        "https://learn.microsoft.com/graph/security-ediscovery-appauthsetup",
        "https://learn.microsoft.com/graph/api/security-casesroot-post-ediscoverycases",
        "https://learn.microsoft.com/graph/api/security-ediscoverycustodian-applyhold",
    )

    def run(self, session: Session, inputs: Mapping[str, Json], context: ActionContext) -> ActionResult:
        """Done only when every user's hold is applied; a hold that is on its way is told as that."""
        from connectors.microsoft.client import opened

        tenant = opened(session)
        if str(tenant.settings.get("cloud") or "") in NO_CASES:
            return ActionResult(
                _outputs("", [], []), Outcome.NOT_APPLICABLE, "this Microsoft cloud has no eDiscovery API"
            )
        own = [one for one in users(context) if one.kind == MEMBER]
        if not own:
            return _not_here("the case names no member of the tenant")
        made = _Hold(tenant, context, tuple(inputs["sites"] or ()))
        try:
            made.order(own)
        except UnsupportedError as error:
            return _not_here(error.what)
        made.wait(context.now() + timedelta(minutes=int(inputs["wait_minutes"])))
        return made.result(own)


class _Hold:
    """One case of ours, from nothing to a hold that stands."""

    def __init__(self, tenant: MicrosoftSession, context: ActionContext, sites: tuple[str, ...]) -> None:
        self.tenant, self.context, self.sites = tenant, context, sites
        self.mark = "r-" + hashlib.sha256(f"{context.case_id}|hold".encode()).hexdigest()[:20]
        self.made = Collection(context, "Purview eDiscovery hold", "ediscovery-hold", {"external_id": self.mark}, "")
        self.case = ""
        self.custodians: dict[str, str] = {}
        """Custodian's id by the user's."""
        self.states: dict[str, str] = {}
        self.sources: dict[str, str] = {}
        """State of the hold of each source, by the source's id."""

    def order(self, own: list[Account]) -> None:
        """Case, custodians, sources, hold: each is looked for before it is made.

        Raises:
            UnsupportedError: the tenant has no licence for eDiscovery.

        """
        try:
            self.case = str(
                self._own(CASES, "externalId", self.mark, {"displayName": self.mark, "externalId": self.mark})["id"]
            )
            self.made.query["case"] = self.case
        except UnsupportedError:
            raise
        except RefusedError as error:
            app = str(self.tenant.settings.get("reader-app") or "<application id>")
            self.made.missing.append(Gap("case", f"{error.what}; {SET_UP.format(app=app)}"))
            return
        except WorldError as error:
            self.made.unread("case", error)
            return
        for account in own:
            try:
                self._one(account)
            except WorldError as error:
                self.made.unread(f"hold of {account.id}", error)

    def wait(self, until: datetime) -> None:
        """Read the holds until all stand, or the time is up."""
        wait = POLL_S
        while self.custodians:
            self._look()
            if all(self.states.get(user) == APPLIED for user in self.custodians) or self.context.now() >= until:
                return
            self.context.progress("the hold is being applied")
            try:
                pause(self.context, wait)
            except OutOfTimeError:
                return
            wait = min(wait * 2, LONGEST_POLL_S)

    def result(self, own: list[Account]) -> ActionResult:
        """What stands, what waits, and what failed."""
        held = sorted(user for user, state in self.states.items() if state == APPLIED)
        waiting = sorted(user for user in self.custodians if user not in held)
        for user in waiting:
            state = self.states.get(user) or "unread"
            self.made.missing.append(Gap(f"hold of {user}", f"issued, waits: holdStatus is {state}; run this again"))
        receipt = self._receipt()
        if len(held) == len(own):
            return ActionResult(_outputs(self.case, held, waiting), receipts=(receipt,))
        outcome = Outcome.COULD_NOT_CHECK if len(held) + len(waiting) == len(own) else Outcome.FAILED
        return ActionResult(_outputs(self.case, held, waiting), outcome, receipt.why, (receipt,))

    def _receipt(self) -> Receipt:
        self.made.query["sources"] = dict(sorted(self.sources.items()))
        self.made.query["states"] = dict(sorted(self.states.items()))
        return self.made.receipt(retention=RETENTION)

    def _one(self, account: Account) -> None:
        mail = account.label
        custodian = self._own(CUSTODIANS, "email", mail, {"email": mail}, case=self.case)
        places = {"case": self.case, "custodian": str(custodian["id"])}
        self._own(USER_SOURCES, "email", mail, {"email": mail, "includedSources": "mailbox,site"}, **places)
        for site in self.sites:
            self._own(SITE_SOURCES, "webUrl", site, {"site": {"webUrl": site}}, **places)
        state = str(custodian.get("holdStatus") or "")
        if state not in ON_ITS_WAY:
            self._held(places)
        self.custodians[account.id] = places["custodian"]

    def _held(self, places: Mapping[str, str]) -> None:
        """Order the hold; whether a lost reply acted, the read that follows shows."""
        try:
            answer = patiently(self.context, lambda: self._call("POST", APPLY, places))
        except AmbiguousError:
            return
        self.made.take(answer, {"path": dict(places)})

    def _own(self, path: str, name: str, value: str, body: Found, **places: str) -> Found:
        """The one with this value; made when there is none, and looked for again when the reply was lost."""

        def found() -> Found | None:
            rows = patiently(
                self.context,
                lambda: self.tenant.rows(path, service=Service.GRAPH, query=None, headers=None, **places),
            )
            return next((one for one in rows if _value(one, name) == value.casefold()), None)

        there = found()
        if there is not None:
            return there
        return self._created(path, body, found, places)

    def _created(self, path: str, body: Found, found: Callable[[], Found | None], places: Mapping[str, str]) -> Found:
        try:
            answer = patiently(self.context, lambda: self._call("POST", path, places, body))
        except AmbiguousError:
            there = found()
            if there is None:
                raise
            return there
        self.made.take(answer, {"path": dict(places), "body": body})
        created: Found = answer.json()
        return created

    def _call(self, method: str, path: str, places: Mapping[str, str], body: Found | None = None) -> Answer:
        return self.tenant.call(method, path, service=Service.GRAPH, query=None, body=body, headers=None, **places)

    def _look(self) -> None:
        """Each custodian's hold, and each of their sources'."""
        for user, custodian in self.custodians.items():
            places = {"case": self.case, "custodian": custodian}
            try:
                answer = patiently(self.context, partial(self._call, "GET", CUSTODIAN, places))
                self.states[user] = str((answer.json() or {}).get("holdStatus") or "")
                if self.states[user] == APPLIED:
                    self.made.take(answer, {"path": places})
                    self._sources(places)
            except WorldError as error:
                self.made.doubts.append(Gap(f"hold of {user}", error.what))

    def _sources(self, places: Mapping[str, str]) -> None:
        def note(row: Found) -> None:
            self.sources[str(row.get("id"))] = str(row.get("holdStatus") or "")
            if row.get("holdStatus") != APPLIED:
                self.made.doubts.append(Gap(f"source {row.get('id')}", f"its holdStatus is {row.get('holdStatus')}"))

        for path in (USER_SOURCES, *((SITE_SOURCES,) if self.sites else ())):
            self.made.listing(self.tenant, path, part="sources of the hold", each=note, case=places["case"],
                              custodian=places["custodian"])  # fmt: skip


def _value(row: Found, name: str) -> str:
    inner = row.get("site") if name == "webUrl" else row
    return str((inner or {}).get(name) or "").casefold()


def _not_here(why: str) -> ActionResult:
    return ActionResult(_outputs("", [], []), Outcome.NOT_APPLICABLE, why)


def _outputs(case: str, held: list[str], waiting: list[str]) -> dict[str, Json]:
    return {"case": case, "held": held, "waiting": waiting}
