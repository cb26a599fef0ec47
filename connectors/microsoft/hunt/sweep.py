"""The persistence sweep: every area over the tenant, side by side, and what could not be looked at."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from connectors.contract import Action, ActionContext, ActionResult, Effect, Field, Finding, Json, Outcome, Session
from connectors.errors import UnsupportedError, WorldError
from connectors.microsoft.hunt.area import Area, Look
from connectors.microsoft.hunt.areas import AREAS
from connectors.microsoft.hunt.trail import APPLICATIONS, PERMISSION, Trail

if TYPE_CHECKING:
    from connectors.microsoft.client import MicrosoftSession

WIDTH = 8
LOG = "the subject's own changes in the audit log"
NOT_COVERED = (
    "hidden inbox rules, mailbox delegates and mobile partnerships of others (Exchange PowerShell alone shows them)",
    "mail-flow rules, connectors, journal rules and remote domains (docs/microsoft-exchange-cards.md has the commands)",
    "apps that were given single SharePoint sites (the read needs Sites.FullControl.All, which no reader should hold)",
    "secrets and keys that the subject read or copied (Key Vault's own log, source code, chats)",
    "what runs inside virtual machines, containers and pipelines",
    "keys of functions, registries and other Azure resources that were read before the activity log begins (renew)",
    "classic administrators of Azure subscriptions (no role shows them; the portal's Access control does)",
    "on-premises Active Directory (another connector's)",
    "Power Platform, Dynamics, SharePoint add-ins and site scripts",
)
"""What no area looks at; a person must."""


@dataclass(frozen=True)
class Swept:
    """One area: what it found, and why it could not look at all of it."""

    area: str
    findings: tuple[Finding, ...] = ()
    why: str = ""
    absent: str = ""
    """Why the tenant has nothing of the sort: a licence that it lacks."""


class HuntPersistence(Action):
    """Every area of the sweep."""

    name = "microsoft.hunt-persistence"
    title = "Look for what the subject left behind"
    doc = "Ways back in that the subject made or that stand open, over every area of the tenant."
    effect = Effect.OBSERVE
    outputs = (
        Field("findings", "integer", "How many things were found."),
        Field("by_subject", "integer", "How many of them the audit log ties to the subject."),
        Field("checks", "list[object]", "Each area: done, could-not-check, not-applicable (why) or not-covered."),
    )
    permissions = tuple(dict.fromkeys((PERMISSION, APPLICATIONS, *(one for area in AREAS for one in area.PERMISSIONS))))
    attack = ("T1098", "T1098.001", "T1098.003", "T1136.003", "T1114.003", "T1484.002", "T1556.009")
    sources = ("https://learn.microsoft.com/graph/api/directoryaudit-list",)

    def run(self, session: Session, inputs: Mapping[str, Json], context: ActionContext) -> ActionResult:
        """Sweep; what could not be read is told with its reason, and never counts as nothing found."""
        from connectors.microsoft.client import opened

        swept = sweep(opened(session), context)
        findings = tuple({one.id: one for part in swept for one in part.findings}.values())
        ours = sum(one.by_subject is True for one in findings)
        unread = sum(bool(part.why) for part in swept)
        outputs = {"findings": len(findings), "by_subject": ours, "checks": _checks(swept)}
        why = f"{len(AREAS)} areas; {unread} could not be fully checked; {len(NOT_COVERED)} are left to a person"
        return ActionResult(outputs, why=why, findings=findings)


def sweep(session: MicrosoftSession, context: ActionContext, areas: tuple[Area, ...] = AREAS) -> list[Swept]:
    """Every area, side by side; the audit log's own gaps last."""
    subjects = frozenset(account.id for account in context.accounts)
    names = frozenset(account.label.casefold() for account in context.accounts if account.label)
    trail = Trail(session, subjects)
    done = 0

    def one(area: Area) -> Swept:
        nonlocal done
        if context.cancelled():
            return Swept(area.AREA, why="stopped before it was looked at")
        look, absent = Look(session, trail, subjects, names), ""
        found: list[Finding] = []
        try:
            found.extend(area.sweep(look))
        except UnsupportedError as error:
            absent = error.what
        except WorldError as error:
            look.gaps.append(error.what)
        done += 1
        context.progress(area.AREA, done, len(areas))
        return Swept(area.AREA, tuple(found), "; ".join(dict.fromkeys(look.gaps)), absent)

    with ThreadPoolExecutor(WIDTH) as pool:
        swept = list(pool.map(one, areas))
    unread = "; ".join(trail.gaps())
    return [*swept, Swept(LOG, why=unread)] if unread else swept


def _checks(swept: list[Swept]) -> list[dict[str, str]]:
    checks = []
    for part in swept:
        outcome = Outcome.COULD_NOT_CHECK if part.why else Outcome.NOT_APPLICABLE if part.absent else Outcome.DONE
        checks.append({"check": part.area, "outcome": outcome.value, "why": part.why or part.absent})
    return checks + [{"check": name, "outcome": "not-covered", "why": ""} for name in NOT_COVERED]
