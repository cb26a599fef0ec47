"""Proof by absence: nobody got in after the cut, as far as the sign-in log can tell and until when it can."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from connectors.contract import Action, ActionContext, ActionResult, Effect, Field, Finding, Json, Outcome, Session
from connectors.errors import UnsupportedError, WorldError
from connectors.microsoft.discover import GUEST
from connectors.microsoft.evidence.sign_ins import BETA, DELAY, FIRST
from connectors.microsoft.evidence.windows import stamp
from connectors.microsoft.hunt.area import quoted, request
from connectors.microsoft.hunt.trail import APP, APPLICATIONS, PRINCIPAL, Trail
from connectors.microsoft.proof.moments import PERMISSION, Cut, Said, cut_of, given, people, worst
from connectors.microsoft.proof.sign_in_log import OF_APPS, OF_USERS, Row, Seen, read
from connectors.microsoft.survival import ACCESS_TOKEN_S, EVALUATED_S

if TYPE_CHECKING:
    from connectors.microsoft.client import MicrosoftSession

MINUTE = 60
NO_HOME = "a guest's sign-ins in the home tenant are not in this log"
WHOSE = "others may use this app too; the key id of the credential tells whether it is one that the subject had"


@dataclass(frozen=True)
class _Wanted:
    """One user or app whose sign-ins are asked for."""

    name: str
    who: str
    """The property that names it."""
    id: str
    cut: datetime
    grace: timedelta
    """How long after the cut a success is still what was to be expected."""
    user: str = ""
    """Object id, for people."""
    aside: str = ""

    @property
    def check(self) -> str:
        return f"sign-ins of {self.name}"

    @property
    def kinds(self) -> tuple[str, ...]:
        return OF_USERS if self.user else OF_APPS


class ProveNoSignIn(Action):
    """Reads the log after the cut."""

    name = "microsoft.prove-no-sign-in"
    title = "Prove that nobody signed in after the cut"
    doc = (
        "Interactive and non-interactive sign-ins of the subject's accounts, and sign-ins of apps whose credentials "
        "they held: a success after the cut and its grace is a finding. Says until when the log can be trusted."
    )
    effect = Effect.OBSERVE
    inputs = (
        Field("since", "date-time", "When the cut was; without it the directory's own stamp of each blocked account.",
              required=False),
        Field("wait_minutes", "integer", "Wait so long before reading: rows appear 2 to 30 minutes late.",
              required=False, default=0),
        Field("app_ids", "list[string]", "Further apps of the subject's, by application id.", required=False),
    )  # fmt: skip
    outputs = (
        Field("sign_ins", "integer", "Successes after the cut and its grace."),
        Field("in_grace", "integer", "Successes after the cut within its grace."),
        Field("refused", "integer", "Attempts after the cut that were refused."),
        Field("trusted_until", "date-time", "Until when the log was complete when it was read."),
        Field("checks", "list[object]", "Each account and app: done, failed, could-not-check, not-applicable (why)."),
    )
    permissions = ("AuditLog.Read.All", PERMISSION, APPLICATIONS)
    attack = ("T1078.004",)
    sources = (
        "https://learn.microsoft.com/graph/api/signin-list",
        "https://learn.microsoft.com/entra/identity/monitoring-health/reference-reports-latencies",
        "https://learn.microsoft.com/entra/identity/conditional-access/concept-continuous-access-evaluation",
    )

    def run(self, session: Session, inputs: Mapping[str, Json], context: ActionContext) -> ActionResult:
        """Without a licence for the log there is no proof, and that is told: it is never a clean result."""
        from connectors.microsoft.client import opened

        if inputs["wait_minutes"]:
            context.pause(MINUTE * int(inputs["wait_minutes"]))
        tenant, trusted = opened(session), context.now() - DELAY
        said: list[Said] = []
        wanted: list[_Wanted] = []
        cuts = [cut_of(tenant, account, given(inputs["since"])) for account in people(context.accounts)]
        for cut in cuts:
            if cut.at is None:
                said.append(Said(f"sign-ins of {_named(cut)}", Outcome.COULD_NOT_CHECK, cut.why))
            else:
                wanted.append(_person(cut, cut.at))
        wanted += _apps(tenant, cuts, tuple(inputs["app_ids"] or ()), said)
        judged = [_Judged(tenant, one, trusted) for one in wanted]
        said += [one.said() for one in judged]
        findings = tuple(finding for one in judged for finding in one.findings())
        outputs = {
            "sign_ins": len(findings), "in_grace": sum(len(one.early) for one in judged),
            "refused": sum(one.seen.refused() for one in judged), "trusted_until": stamp(trusted),
            "checks": [one.to_json() for one in said],
        }  # fmt: skip
        return ActionResult(outputs, worst(said), _told(said, findings, trusted), findings=findings)


class _Judged:
    """One user or app, and what the log says of it."""

    def __init__(self, session: MicrosoftSession, wanted: _Wanted, trusted: datetime) -> None:
        self._session, self._wanted, self._trusted = session, wanted, trusted
        self._failed: WorldError | None = None
        self.seen = Seen(())
        try:
            self.seen = read(session, wanted.who, wanted.id, wanted.kinds, wanted.cut)
        except WorldError as error:
            self._failed = error
        self._edge = wanted.cut + wanted.grace
        self.late = self.seen.successes(self._edge)
        self.early = self.seen.successes(wanted.cut, self._edge)

    def said(self) -> Said:
        """What it comes to: a success is a success, whatever else could not be read."""
        check = self._wanted.check
        if self.late and self._wanted.user:
            return Said(check, Outcome.FAILED, f"{len(self.late)} sign-in(s) went well after the cut and its grace")
        if self.late:
            return Said(check, Outcome.COULD_NOT_CHECK, f"{len(self.late)} went well after the cut: {WHOSE}")
        if isinstance(self._failed, UnsupportedError):
            return Said(check, Outcome.NOT_APPLICABLE, self._failed.what)
        if self._failed or self.seen.missing:
            return Said(check, Outcome.COULD_NOT_CHECK, self._failed.what if self._failed else self.seen.missing)
        if self._trusted <= self._edge:
            again = stamp(self._edge + DELAY)
            return Said(check, Outcome.COULD_NOT_CHECK, f"rows may still be on their way: ask again after {again}")
        span = f"none from {stamp(self._edge)} to {stamp(self._trusted)}"
        return Said(check, Outcome.DONE, "; ".join(filter(None, (span, self._wanted.aside))))

    def findings(self) -> Iterator[Finding]:
        """One for each success after the grace."""
        wanted, listing = self._wanted, FIRST if self.seen.missing else BETA
        for row in self.late:
            app, when = row.get("appDisplayName") or row.get("appId"), row.get("createdDateTime")
            yield Finding(
                id=f"sign-in-after-cut/{row.get('id')}", system=self._session.system.name, kind="sign-in-after-cut",
                title=f"{wanted.name} signed in after the cut, at {when}, by {app} from {row.get('ipAddress')}",
                found_by=f"GET {listing}", remove=_remove(wanted), detail=_detail(row),
                allows="a new token: the cut does not hold there" if wanted.user else WHOSE,
                by_subject=True if wanted.user else None, severity="high" if wanted.user else "medium",
            )  # fmt: skip


def _named(cut: Cut) -> str:
    return cut.account.label or cut.account.id


def _person(cut: Cut, at: datetime) -> _Wanted:
    guest = cut.account.kind == GUEST
    grace = timedelta(seconds=ACCESS_TOKEN_S if guest else EVALUATED_S)
    return _Wanted(_named(cut), "userId", cut.account.id, at, grace, cut.account.id, NO_HOME if guest else "")


def _apps(session: MicrosoftSession, cuts: list[Cut], given_ids: tuple[str, ...], said: list[Said]) -> list[_Wanted]:
    """Apps whose credentials the audit log puts into the subject's hands, and those that the step names."""
    first = min((cut.at for cut in cuts if cut.at), default=None)
    if first is None:
        return []
    trail = Trail(session, (cut.account.id for cut in cuts))
    unread = "; ".join(trail.gaps())
    if unread:
        said.append(Said("which apps the subject held", Outcome.COULD_NOT_CHECK, unread))
    named = {**trail.apps(), **dict.fromkeys(given_ids, APP)}
    return [_Wanted(f"the app {one}", who, one, first, timedelta()) for one, who in sorted(named.items())]


def _remove(wanted: _Wanted) -> str:
    if wanted.user:
        return request("POST", f"/v1.0/users/{wanted.user}/revokeSignInSessions")
    if wanted.who == PRINCIPAL:
        return request("PATCH", f"/v1.0/servicePrincipals/{wanted.id}", '{"accountEnabled": false}')
    return f"az ad sp update --id {quoted(wanted.id)} --set accountEnabled=false"


def _detail(row: Row) -> dict[str, Json]:
    return {
        "error_code": (row.get("status") or {}).get("errorCode"), "app": row.get("appDisplayName"),
        "app_id": row.get("appId"), "ip": row.get("ipAddress"), "at": row.get("createdDateTime"),
        "kinds": row.get("signInEventTypes"), "resource": row.get("resourceDisplayName"),
        "credential": row.get("servicePrincipalCredentialKeyId"),
    }  # fmt: skip


def _told(said: Iterable[Said], findings: tuple[Finding, ...], trusted: datetime) -> str:
    if findings:
        return findings[0].title
    unproven = [f"{one.check}: {one.why}" for one in said if one.outcome is not Outcome.DONE]
    return "; ".join(unproven) or f"no success after the cut; the log is complete until {stamp(trusted)}"
