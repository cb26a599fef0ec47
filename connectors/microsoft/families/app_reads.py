"""The subject's apps as one read shows them: each application with its service principal, and who else owns them.

1. Apps are found by ownership, and re-read by object id from what earlier reads knew: the way by ownership is one of
   the things that are cut.
2. An application and its service principal keep credentials and owners apart; whoever owns either has the app.
3. An owner counts as another person unless it is another account of the subject's, or the subject made them an owner
   as the audit log shows: else an innocent name beside their own would keep their secrets alive.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from connectors.contract import AccessPath, Account, Subject
from connectors.errors import NotFoundError
from connectors.microsoft.families.app_log import AppLog
from connectors.microsoft.odata import quoted, select
from connectors.vocabulary import Json

if TYPE_CHECKING:
    from connectors.microsoft.client import MicrosoftSession
    from connectors.replies import Answer

APPLICATIONS, PRINCIPALS = "applications", "servicePrincipals"
PLACES = {APPLICATIONS: "/v1.0/applications/{app}", PRINCIPALS: "/v1.0/servicePrincipals/{principal}"}
TYPES = {"#microsoft.graph.application": APPLICATIONS, "#microsoft.graph.servicePrincipal": PRINCIPALS}
PROPERTIES = {
    APPLICATIONS: ("id", "appId", "displayName", "passwordCredentials", "keyCredentials"),
    PRINCIPALS: (
        "id", "appId", "displayName", "passwordCredentials", "keyCredentials", "accountEnabled",
        "appOwnerOrganizationId",
    ),
}  # fmt: skip
"""Keys' raw data comes only with a read of one object that names `keyCredentials` (application resource type)."""

WIDTH = 8
TRUSTED = "/federatedIdentityCredentials"


@dataclass(frozen=True)
class Thing:
    """One application, or one service principal."""

    table: str
    row: Mapping[str, Any]
    owners: tuple[Mapping[str, Any], ...]
    trusted: tuple[Mapping[str, Any], ...] = ()
    """Federated credentials; an application's only."""
    known: bool = False
    """An earlier read had it."""

    @property
    def id(self) -> str:
        """Its object id."""
        return str(self.row["id"])

    @property
    def where(self) -> str:
        """As path ids name it."""
        return f"{self.table}/{self.id}"

    def owned_by(self, user: str) -> bool:
        """Whether the user is one of its owners."""
        return any(owner.get("id") == user for owner in self.owners)


@dataclass(frozen=True)
class App:
    """What the subject has of one app: the things that they own, and its service principal."""

    id: str
    things: tuple[Thing, ...]
    others: tuple[str, ...]
    """Owners besides the subject, as people read them; empty when it is the subject's alone."""
    home: bool
    """It is registered in this tenant: another tenant's app may serve everybody here."""
    owned: bool
    """The account owns some of it now."""
    log: AppLog = field(repr=False)

    @property
    def name(self) -> str:
        """What the tenant shows for it; text that its owner chose."""
        return str(self.things[0].row.get("displayName") or self.id)

    @property
    def alone(self) -> bool:
        """Whether nobody else is known to own it."""
        return not self.others


def read(
    session: MicrosoftSession, account: Account, subject: Subject, known: Iterable[AccessPath], log: AppLog
) -> list[App]:
    """All apps of an account, owned now or by an earlier read.

    Raises:
        WorldError: something of them could not be read.

    """
    earlier = {(str(path.before["table"]), str(path.before["thing"])) for path in known if "thing" in path.before}
    mine = sorted(earlier | _owned(session, account))
    with ThreadPoolExecutor(WIDTH) as pool:
        found = [one for one in pool.map(lambda key: _thing(session, *key, known=key in earlier), mine) if one]
        by_app: dict[str, list[Thing]] = {}
        for thing in found:
            by_app.setdefault(str(thing.row["appId"]), []).append(thing)
        twins = list(pool.map(lambda one: _twin(session, *one), by_app.items()))
    apps = []
    for (id_, things), twin in zip(by_app.items(), twins, strict=True):
        whole = [*things, *twin]
        ours = tuple(
            sorted((one for one in whole if one in things or one.table == PRINCIPALS), key=lambda one: one.where)
        )
        home = any(one.table == APPLICATIONS for one in whole)
        owned = any(one.owned_by(account.id) for one in whole)
        apps.append(App(id_, ours, _others(whole, account, subject, log), home, owned, log))
    return apps


def _owned(session: MicrosoftSession, account: Account) -> set[tuple[str, str]]:
    try:
        rows = session.rows("/v1.0/users/{user}/ownedObjects", query=select("id"), user=account.id)
    except NotFoundError:
        return set()
    kinds = ((TYPES.get(str(row.get("@odata.type"))), str(row["id"])) for row in rows)
    return {(table, id_) for table, id_ in kinds if table}


def ask(session: MicrosoftSession, method: str, table: str, thing: str, below: str = "", *, body: Json = None,
        query: Mapping[str, str] | None = None, **values: str) -> Answer:  # fmt: skip
    """One request at an application or a service principal.

    Raises:
        WorldError: what Graph answered.

    """
    values["app" if table == APPLICATIONS else "principal"] = thing
    more: dict[str, Any] = values
    return session.call(method, PLACES[table] + below, query=query, body=body, **more)


def _thing(session: MicrosoftSession, table: str, id_: str, *, known: bool = False) -> Thing | None:
    hole: dict[str, Any] = {"app" if table == APPLICATIONS else "principal": id_}
    try:
        row = ask(session, "GET", table, id_, query=select(*PROPERTIES[table])).json()
        owners = session.rows(f"{PLACES[table]}/owners", query=select("id", "userPrincipalName", "mail"), **hole)
        trusted = session.rows(PLACES[table] + TRUSTED, **hole) if table == APPLICATIONS else []
    except NotFoundError:
        return None
    return Thing(table, row, tuple(owners), tuple(trusted), known)


def _twin(session: MicrosoftSession, id_: str, things: list[Thing]) -> list[Thing]:
    """The half of an app that ownership did not show: its service principal, or its application for its owners."""
    missing = {APPLICATIONS, PRINCIPALS} - {one.table for one in things}
    query = {"$filter": f"appId eq {quoted(id_)}", **select("id")}
    found = [
        (table, str(row["id"])) for table in sorted(missing) for row in session.rows(f"/v1.0/{table}", query=query)
    ]
    return [thing for table, one in found if (thing := _thing(session, table, one))]


def _others(things: Iterable[Thing], account: Account, subject: Subject, log: AppLog) -> tuple[str, ...]:
    names = set()
    for thing in things:
        for owner in thing.owners:
            if not _same(owner, account, subject) and not log.made_owner(str(owner.get("id")), thing.id):
                names.add(str(owner.get("userPrincipalName") or owner.get("id")))
    return tuple(sorted(names))


def _same(owner: Mapping[str, Any], account: Account, subject: Subject) -> bool:
    """Whether an owner is the subject, by exact identifiers."""
    ids = {account.id, *(one for persona in subject.personas for one in persona.exact("microsoft", "user-ids"))}
    texts = {
        text.casefold() for persona in subject.personas
        for text in (*persona.emails, *persona.exact("microsoft", "emails"),
                     *persona.exact("microsoft", "user-principal-names"))
    }  # fmt: skip
    shown = {str(owner.get(name) or "").casefold() for name in ("userPrincipalName", "mail")} - {""}
    return owner.get("id") in ids or not texts.isdisjoint(shown)
