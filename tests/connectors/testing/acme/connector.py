"""Acme ID: sign-in, sessions and API tokens of one organisation."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar, cast

from connectors.contract import (
    AccessPath,
    Account,
    Connector,
    Containment,
    CutOrder,
    Field,
    Landed,
    Manual,
    Notice,
    Observation,
    Outcome,
    PathKind,
    PathState,
    RateBudgets,
    Session,
    Subject,
    System,
    Undo,
)
from connectors.errors import InputError, RefusedError, UnsupportedError
from connectors.routes import Does, Route, Routes
from connectors.secrets import resolve

if TYPE_CHECKING:
    from connectors.http import HttpSession

ROUTES = Routes(
    (
        Route("POST", "/users/search", Does.READ, "users.read"),  # a POST, and a read all the same
        Route("GET", "/users/{user}", Does.READ, "users.read"),
        Route("GET", "/users/{user}/sessions", Does.READ, "sessions.read"),
        Route("GET", "/users/{user}/tokens", Does.READ, "tokens.read"),
        Route("POST", "/users/{user}/suspend", Does.WRITE, "users.manage"),
        Route("POST", "/users/{user}/activate", Does.WRITE, "users.manage"),
        Route("DELETE", "/users/{user}/sessions/{session}", Does.WRITE, "sessions.manage"),
        Route("POST", "/users/{user}/tokens/{token}/disable", Does.WRITE, "tokens.manage"),
        Route("POST", "/users/{user}/tokens/{token}/enable", Does.WRITE, "tokens.manage"),
    )
)

ASSERTION_S = 15 * 60
"""Acme's signed assertions live for 15 minutes; no call lists them or takes them back."""


class AcmeContainment(Containment):
    """The four verbs."""

    permissions: ClassVar = {
        "discover": ("users.read",),
        "observe": ("users.read", "sessions.read", "tokens.read"),
        "cut": ("users.manage", "sessions.manage", "tokens.manage"),
        "restore": ("users.manage", "tokens.manage"),
    }
    notice: ClassVar = {"cut": Notice.ALWAYS, "restore": Notice.ALWAYS}
    attack = ("T1078.004",)
    defend = ("D3-AL", "D3-ST")
    sources = ("https://developer.acme.example/api",)

    def discover(self, session: Session, subject: Subject) -> tuple[Account, ...]:
        """Users with exactly these addresses or ids."""
        acme, found = cast("HttpSession", session), set()
        for persona in subject.personas:
            emails, ids = list(persona.emails), list(persona.exact("acme", "user-ids"))
            answer = acme.call("POST", "/users/search", body={"emails": emails, "ids": ids}).json()
            for user in answer["users"]:
                if user["email"] in emails or user["id"] in ids:
                    found.add(Account(acme.system.name, user["id"], persona.id, "user", user["email"]))
        return tuple(sorted(found))

    def observe(
        self, session: Session, account: Account, subject: Subject, known: tuple[AccessPath, ...] = ()
    ) -> Observation:
        """Each kind by its own call, so that one refusal hides no other kind."""
        acme, paths, unread = cast("HttpSession", session), [], {}
        for kind, read in ((PathKind.PASSWORD, _user), (PathKind.SESSION, _sessions), (PathKind.TOKEN, _tokens)):
            try:
                paths += read(acme, account)
            except (RefusedError, UnsupportedError) as error:
                unread[kind] = error.what
        if PathKind.PASSWORD in unread:
            unread |= {PathKind.TOKEN: unread[PathKind.PASSWORD], PathKind.DEVICE: unread[PathKind.PASSWORD]}
        paths.sort(key=lambda path: path.key)
        return Observation(account, datetime.now(UTC), tuple(paths), "GET of user, sessions and tokens", unread)

    def cut(self, session: Session, path: AccessPath, order: CutOrder) -> Landed:
        """One call for each path; what is gone is answered with 404, which counts as already so."""
        if path.survives_s:
            return Landed(datetime.now(UTC), Outcome.NOT_APPLICABLE, "nothing ends an assertion early")
        _change(session, path, *_CUTS[path.kind])
        return Landed(datetime.now(UTC))

    def restore(self, session: Session, path: AccessPath, order: CutOrder) -> Landed:
        """Only what `before` recorded; sessions are not given back."""
        if path.kind not in _RESTORES or path.survives_s:
            return Landed(datetime.now(UTC), Outcome.NOT_APPLICABLE, path.undo_note)
        _change(session, path, *_RESTORES[path.kind])
        return Landed(datetime.now(UTC))


_CUTS = {
    PathKind.PASSWORD: ("POST", "/users/{user}/suspend"),
    PathKind.SESSION: ("DELETE", "/users/{user}/sessions/{session}"),
    PathKind.TOKEN: ("POST", "/users/{user}/tokens/{token}/disable"),
}
_RESTORES = {
    PathKind.PASSWORD: ("POST", "/users/{user}/activate"),
    PathKind.TOKEN: ("POST", "/users/{user}/tokens/{token}/enable"),
}


def _change(session: Session, path: AccessPath, method: str, route: str) -> None:
    cast("HttpSession", session).call(method, route, values={"user": path.account, **path.before})


def _path(account: Account, kind: PathKind, part: str, label: str, **more: Any) -> AccessPath:
    return AccessPath(account.system, account.id, kind, f"{account.id}/{part}", label, **more)


def _user(acme: HttpSession, account: Account) -> list[AccessPath]:
    """Sign-in itself, the assertions that outlive it, and the device that only a person can unlink."""
    user = acme.call("GET", "/users/{user}", values={"user": account.id}).json()
    since = user["suspended_at"] and datetime.fromisoformat(user["suspended_at"])
    sign_in = _path(account, PathKind.PASSWORD, "sign-in", "sign-in with password or single sign-on", wave=0)
    assertions = _path(
        account, PathKind.TOKEN, "assertions", "assertions signed before the cut", survives_s=ASSERTION_S,
        undo=Undo.NO, undo_note="they end by themselves", reason="Acme cannot take one back",
    )  # fmt: skip
    device = _path(account, PathKind.DEVICE, "agent", "the Acme agent on their laptop", wave=2, undo=Undo.NO,
                   undo_note="a person links it again", manual=UNLINK)  # fmt: skip
    if not since:
        return [sign_in, assertions, device]
    until = since + timedelta(seconds=ASSERTION_S)
    state = PathState.RESIDUAL if until > datetime.now(UTC) else PathState.CUT
    return [
        sign_in.seen(PathState.CUT, "the user is suspended"),
        assertions.seen(state, assertions.reason, until),
        device,
    ]


def _sessions(acme: HttpSession, account: Account) -> list[AccessPath]:
    """All pages: Acme names the next one by a cursor."""

    def onward(answer: Any) -> dict[str, str] | None:
        cursor = answer.json()["next"]
        return {"cursor": cursor} if cursor else None

    pages = acme.pages("GET", "/users/{user}/sessions", values={"user": account.id}, next=onward)
    return [
        _path(account, PathKind.SESSION, f"session/{one['id']}", f"session from {one['browser']}", undo=Undo.NO,
              undo_note="the person signs in again", before={"session": one["id"]})
        for page in pages for one in page.json()["sessions"]
    ]  # fmt: skip


def _tokens(acme: HttpSession, account: Account) -> list[AccessPath]:
    found = acme.call("GET", "/users/{user}/tokens", values={"user": account.id}).json()["tokens"]
    return [
        _path(account, PathKind.TOKEN, f"token/{one['id']}", f"API token {one['name']}", before={"token": one["id"]},
              state=PathState.STANDING if one["active"] else PathState.CUT,
              reason="" if one["active"] else "the token is disabled", undo=Undo.WHEN_ASKED,
              undo_note="an API token stays off unless it is asked for")
        for one in found
    ]  # fmt: skip


UNLINK = Manual(
    "Unlink the Acme agent",
    ("Open Acme's console, Devices.", "Find the person's laptop by its serial number.", "Choose Unlink."),
    "the laptop is no longer listed",
    "Which serial number did you unlink?",
    "https://developer.acme.example/devices",
)


class AcmeConnector(Connector):
    """One Acme organisation."""

    name = "acme"
    title = "Acme ID"
    doc = "Sign-in, sessions and API tokens of an Acme ID organisation."
    settings = (Field("url", "string", "The organisation's API, e.g. https://initech.acme.example."),)
    identifiers = (Field("user-ids", "list[string]", "Exact Acme user ids."),)
    credentials = (Field("token", "string", "An API token."),)
    rate = 20.0
    containment = AcmeContainment()

    def open(self, system: System, *, cutter: bool, read_only: bool, budgets: RateBudgets) -> Session:
        """The seam with Acme's routes; httpx is imported here, so that listing connectors never loads it."""
        from connectors.http import HttpSession

        references = system.cutter if cutter else system.reader
        if "token" not in references:
            raise InputError(f"system {system.name} has no token", fix="add `token:` with a reference to a secret")
        token = resolve(references["token"])
        return HttpSession(
            system, str(system.settings["url"]), ROUTES, lambda: {"Authorization": f"Bearer {token.reveal()}"},
            budgets, cutter=cutter, read_only=read_only,
        )  # fmt: skip
