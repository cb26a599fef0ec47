"""The person at Microsoft's portals and in Exchange PowerShell: does what a card asks, and says what was seen."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from runner.range.microsoft import apps, groups
from runner.range.microsoft.people import DOMAIN, SUSPECT

if TYPE_CHECKING:
    from runner.range.company import Company

Act = Callable[["Company", str], str]
"""Does what the card for an access path asks, given the company and the path's key."""

ROTATED = "nx1~Only-the-payroll-team-has-this"


def tenant_by_hand(company: Company, path: str) -> str | None:
    """Do what the card for this access path asks for; what the person saw, None when there is no console for it."""
    done = next((act for word, act in _CONSOLE.items() if word in path), None)
    return done(company, path) if done else None


def _forwarding(company: Company, _path: str) -> str:
    company.tenant.ask("change", table="users", id=company.people.suspect, values={"_forwarding_smtp": None})
    left = company.tenant.ask("deliver", to=f"{SUSPECT}@{DOMAIN}", subject="hello")["forwarded_to"]
    return f"ForwardingSmtpAddress and ForwardingAddress are empty; a test mail went on to {left or 'nobody'}"


def _shared_credential(company: Company, path: str) -> str:
    """Its owners get a new one first, then the old one goes."""
    tenant = company.tenant
    table = "applications"
    [app] = tenant.ask("get", table=table, id=apps.app(apps.TIMESHEET))
    old = [key for key, value in app["_secrets"].items() if value == apps.SECRETS["timesheet-shared"]]
    secrets = {key: value for key, value in app["_secrets"].items() if key not in old} | {"rotated": ROTATED}
    shown = [one for one in app["passwordCredentials"] if one["keyId"] not in old]
    if "/shared-certificates/" in path:
        tenant.ask("change", table=table, id=app["id"], values={"_certificates": {}, "keyCredentials": []})
        return f"the team signs in by a secret now; {len(app['keyCredentials'])} old certificate was removed"
    tenant.ask("change", table=table, id=app["id"], values={"_secrets": secrets, "passwordCredentials": shown})
    return f"the team deployed a new secret, then {len(old)} old one was removed"


def remove_planted_in_tenant(company: Company) -> dict[str, str]:
    """Take away the secret that the hunt found in an app which is not the subject's."""
    table = "applications"
    [app] = company.tenant.ask("get", table=table, id=apps.app(apps.BACKUP_AGENT))
    planted = [key for key, value in app["_secrets"].items() if value == apps.SECRETS["backup-planted"]]
    secrets = {key: value for key, value in app["_secrets"].items() if key not in planted}
    shown = [one for one in app["passwordCredentials"] if one["keyId"] not in planted]
    company.tenant.ask("change", table=table, id=app["id"], values={"_secrets": secrets, "passwordCredentials": shown})
    return {f"app {apps.BACKUP_AGENT}": f"{len(planted)} planted secret removed; the team's own works on"}


def _member(company: Company, path: str) -> str:
    """Out of the group that the card names; what comes by a dynamic group goes with that group."""
    group = path.rsplit("/", 1)[1] if "/member/" in path else groups.group(groups.REMOTE)
    return _left(company, group, "_members", "the person is not among its members")


def _owner(company: Company, path: str) -> str:
    """Another owner first, then the person's ownership goes."""
    return _left(company, path.rsplit("/", 1)[1], "_owners", "the person is not among its owners", company.people.boss)


def _left(company: Company, group: str, table: str, seen: str, *instead: str) -> str:
    [row] = company.tenant.ask("get", table="groups", id=group)
    rest = [one for one in row[table] if one != company.people.suspect]
    company.tenant.ask("change", table="groups", id=group, values={table: [*rest, *instead]})
    return f"group {group}: {seen}"


def _said(text: str) -> Act:
    return lambda _company, _path: text


_CONSOLE: dict[str, Act] = {
    "/owner/": _owner,
    "groups/": _member,
    "/by-group/": _member,
    "/forwarding": _forwarding,
    "/secret/": _shared_credential,
    "/shared-certificates/": _shared_credential,
    "/hidden-rules": _said("Get-InboxRule -IncludeHidden: the range keeps no hidden rule in this mailbox"),
    "/delegates": _said("Get-MailboxPermission: the range's mailbox has no delegates of the subject's"),
    "/mobile": _said("the range's mailbox has no mobile partnership"),
    "/app-sessions": _said("signed out of the timesheet app in its own console; no other app is assigned"),
    "/browser": _said("Azure DevOps, Users: the user was removed from the organisation"),
    "devices/": _said("looked at the device with its other user: the subject's profile was removed from it"),
    "intune/": _said("looked at the device with its other user: no company data of the subject is left on it"),
    "defender/": _said("looked at the kiosk: nobody is signed in as the subject"),
}
"""By a part of the path's key. What the range keeps is changed there; the rest a person only looks at."""
