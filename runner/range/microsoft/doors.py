"""Try the tenant's doors: passwords, tokens, an app's secret, a mailbox rule, a link, as their holders would."""

from __future__ import annotations

import json
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from typing import Any

from runner.range.microsoft.apps import SECRETS, app_id
from runner.range.microsoft.people import COLLEAGUE, DOMAIN, PASSWORD, SUSPECT, TENANT, People
from runner.range.probe import Probe
from runner.range.process import MicrosoftRange

GRAPH, TIMESHEET = "https://graph.microsoft.com/.default", "api://timesheet/.default"
OFFICE = "d3590ed6-52b3-4102-aeff-aad2292ab01c"
"""Microsoft Office's own application id: public, the same in every tenant (general knowledge)."""


@dataclass
class Held:
    """The tokens that a person holds."""

    name: str
    refresh: str = ""
    graph: str = ""
    app: str = ""


def sign_in(tenant: MicrosoftRange, name: str) -> Held:
    """Sign a person in, as they did this morning."""
    first = _token(tenant, _password(name, GRAPH))
    second = _token(tenant, _password(name, TIMESHEET))
    return Held(name, first["refresh_token"], first["access_token"], second["access_token"])


def suspect_tries(tenant: MicrosoftRange, people: People, held: Held) -> list[Probe]:
    """What the suspect can do in the tenant now; `path` names the access path that it goes by."""
    own = f"sign-in/{people.suspect}"
    bot = [(what, SECRETS[f"release-bot-{part}"]) for part, what in
           (("app", "application"), ("principal", "service principal"))]  # fmt: skip
    return [
        _granted(tenant, "sign in to Microsoft 365 with the password", _password(SUSPECT, GRAPH), f"{own}/block"),
        _granted(tenant, "get a new token with the old refresh token", _refresh(held), f"{own}/sessions"),
        _graph(tenant, held, f"{own}/access-tokens"),
        _timesheet(tenant, held, f"{own}/access-tokens"),
        *(_granted(tenant, f"sign in as release-bot with the secret of its {what}", _secret("release-bot", secret))
          for what, secret in bot),
        _granted(tenant, "sign in as timesheet with the secret they added",
                 _secret("timesheet", SECRETS["timesheet-planted"])),
        _forwarded(tenant, SUSPECT, "company mail goes on to an outside mailbox by an inbox rule"),
    ]  # fmt: skip


def planted_tries(tenant: MicrosoftRange) -> list[Probe]:
    """What the suspect left in others' hands: found by the hunt, removed by a person."""
    backup = _secret("backup-agent", SECRETS["backup-planted"])
    return [_granted(tenant, "sign in as backup-agent with the secret they planted", backup)]


def colleague_tries(tenant: MicrosoftRange, held: Held) -> list[Probe]:
    """What a colleague does every day."""
    return [
        _granted(tenant, "sign in to Microsoft 365", _password(COLLEAGUE, GRAPH)),
        _granted(tenant, "get a new token with their refresh token", _refresh(held)),
        _graph(tenant, held, ""),
        _timesheet(tenant, held, ""),
        _granted(tenant, "sign in as payroll-sync with their secret",
                 _secret("payroll-sync", SECRETS["payroll-app"])),
    ]  # fmt: skip


def _password(name: str, scope: str) -> dict[str, str]:
    return {"grant_type": "password", "client_id": OFFICE, "username": f"{name}@{DOMAIN}", "password": PASSWORD,
            "scope": scope}  # fmt: skip


def _refresh(held: Held) -> dict[str, str]:
    return {"grant_type": "refresh_token", "client_id": OFFICE, "refresh_token": held.refresh, "scope": GRAPH}


def _secret(app: str, secret: str) -> dict[str, str]:
    return {"grant_type": "client_credentials", "client_id": app_id(app), "client_secret": secret,
            "scope": GRAPH}  # fmt: skip


def _granted(tenant: MicrosoftRange, what: str, form: dict[str, str], path: str = "") -> Probe:
    found = _token(tenant, form)
    if "access_token" in found:
        return Probe(what, allowed=True, answer="a token was given", path=path)
    return Probe(what, allowed=False, answer=str(found.get("error_description", "")).split(":")[0], path=path)


def _graph(tenant: MicrosoftRange, held: Held, path: str) -> Probe:
    """Graph takes part in continuous access evaluation: it hears of a block at once."""
    request = urllib.request.Request(  # noqa: S310 - loopback
        f"{tenant.endpoint}/graph/v1.0/users/me", headers={"Authorization": f"Bearer {held.graph}"}
    )
    what = "read their own profile in Graph with the access token"
    try:
        with urllib.request.urlopen(request, timeout=30):  # noqa: S310 - loopback
            return Probe(what, allowed=True, answer="allowed", path=path)
    except urllib.error.HTTPError as error:
        return Probe(what, allowed=False, answer=f"{error.code}, asked to sign in again", path=path)


def _timesheet(tenant: MicrosoftRange, held: Held, path: str) -> Probe:
    """An app of the company's own takes a token until it ends."""
    found = tenant.ask("app", token=held.app)
    answer = "open" if found["open"] else str(found["why"])[:60]
    return Probe("open the timesheet app with the access token", allowed=bool(found["open"]), answer=answer, path=path)


def _forwarded(tenant: MicrosoftRange, name: str, what: str) -> Probe:
    out = [one for one in tenant.ask("deliver", to=f"{name}@{DOMAIN}", subject="invoice 7")["forwarded_to"]
           if not one.endswith(f"@{DOMAIN}")]  # fmt: skip
    return Probe(what, allowed=bool(out), answer=f"forwarded to {', '.join(out)}" if out else "stays in the mailbox")


def _token(tenant: MicrosoftRange, form: dict[str, str]) -> dict[str, Any]:
    data = urllib.parse.urlencode(form).encode()
    request = urllib.request.Request(f"{tenant.endpoint}/login/{TENANT}/oauth2/v2.0/token", data=data)  # noqa: S310 - loopback
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - loopback
            found: dict[str, Any] = json.loads(answer.read())
    except urllib.error.HTTPError as error:
        found = json.loads(error.read())
    return found
