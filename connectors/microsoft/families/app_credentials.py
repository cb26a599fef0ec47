"""Credentials of the subject's apps: secrets, certificates and trusted issuers, of the application and its principal.

Whose they are decides what becomes of them:

1. Of an app that is the subject's alone all are cut: they made them, or could.
2. Of an app with other owners those are cut at once that the audit log shows the subject to have added. The others
   carry somebody's production: each becomes a card that says how to rotate it. An owner cannot read a secret's value,
   but can have copied it from where it is used, so the card stands until the key id is gone.
3. All certificates of one object are one path, for a change of `keyCredentials` replaces the whole list: two changes
   side by side would each bring the other's key back. The list to be left is written down when it is read, so that a
   certificate added since goes too. Any write to one object waits for the one before it (`MicrosoftSession.alone`):
   Graph changes its lists as a whole (general knowledge: clients that remove secrets side by side see them return).

`removeKey` is not used: app-only it wants a proof signed with a valid key of the app's (general knowledge).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from connectors.contract import AccessPath, Account, Manual, PathKind, Undo
from connectors.errors import NotFoundError, RejectedError
from connectors.microsoft.families.app_log import TRUSTS
from connectors.microsoft.families.app_reads import TRUSTED, App, Thing, ask
from connectors.microsoft.hunt.area import request
from connectors.microsoft.odata import select
from connectors.microsoft.paths import path

if TYPE_CHECKING:
    from connectors.microsoft.client import MicrosoftSession

FAMILY = "apps"
GONE = "the value of a secret is shown once, when it is made: issue a new one"
SECRET, CERTIFICATES, SHARED_CERTIFICATES, FEDERATED = "secret", "certificates", "shared-certificates", "federated"
OF = {"applications": "the application", "servicePrincipals": "the service principal of"}
TRUST = ("name", "issuer", "subject", "audiences", "description")
KEY = ("keyId", "displayName", "type", "usage", "startDateTime", "endDateTime", "key", "customKeyIdentifier")
NOT_THERE = "No password credential found with keyId"
PLAIN = ("AsymmetricX509Cert", "Verify")
"""Type and usage of a certificate whose public half is all that there is: it can be put back."""


def paths(account: Account, app: App, known: Mapping[str, AccessPath]) -> Iterator[AccessPath]:
    """Every credential of one app."""
    for thing in app.things:
        one = _Read(account, app, thing, known)
        yield from one.secrets()
        yield from one.certificates()
        yield from one.trusts()


class _Read:
    """The credentials of one application or service principal."""

    def __init__(self, account: Account, app: App, thing: Thing, known: Mapping[str, AccessPath]) -> None:
        self.account, self.app, self.thing, self.known = account, app, thing, known
        self.base = {"table": thing.table, "thing": thing.id}
        self.name = f"{OF[thing.table]} {app.name}"
        self.shared = "" if app.alone else f"; also owned by {', '.join(app.others)}"

    def secrets(self) -> Iterator[AccessPath]:
        """One path each."""
        for row in self.thing.row.get("passwordCredentials") or []:
            key = str(row["keyId"])
            part = f"{SECRET}/{self.thing.where}/{key}"
            theirs = self._theirs(part, key)
            if theirs and self._handed_over(part):
                continue
            manual = rotate(self.thing, key) if theirs else None
            label = f"secret {row.get('displayName') or row.get('hint') or key} of {self.name}{self.shared}"
            yield self._path(PathKind.APP_SECRET, part, label, {"keyId": key}, Undo.NO, GONE, manual)

    def certificates(self) -> Iterator[AccessPath]:
        """One path for those that are cut, one card for those that are not."""
        rows = sorted(self.thing.row.get("keyCredentials") or [], key=lambda row: str(row["keyId"]))
        part, shared = (f"{name}/{self.thing.where}" for name in (CERTIFICATES, SHARED_CERTIFICATES))
        was = {str(one["keyId"]) for one in self._before(part).get("cut", ())}
        cut = [row for row in rows if str(row["keyId"]) in was or not self._theirs("", str(row["keyId"]))]
        keep = [row for row in rows if row not in cut]
        if cut:
            before = {"keep": [_kept(row) for row in keep], "cut": [_kept(row) for row in cut]}
            fine = all((row.get("type"), row.get("usage")) == PLAIN and row.get("key") for row in cut)
            undo, note = (Undo.YES, "") if fine else (Undo.NO, "a key without its public data cannot be put back")
            yield self._path(PathKind.CERTIFICATE, part, self._certified(cut), before, undo, note)
        if keep and not self._handed_over(shared):
            manual = rotate_certificates(self.thing, [str(row["keyId"]) for row in keep])
            yield self._path(PathKind.CERTIFICATE, shared, self._certified(keep), {}, Undo.NO, "", manual)

    def trusts(self) -> Iterator[AccessPath]:
        """Named by a digest: the name is the adversary's to choose, and an id changes when it is made again."""
        for row in self.thing.trusted:
            part = f"{FEDERATED}/{self.thing.id}/{hashlib.sha256(str(row['name']).encode()).hexdigest()[:16]}"
            theirs = self._theirs(part, str(row["id"]), TRUSTS)
            if theirs and self._handed_over(part):
                continue
            label = f"tokens of {row.get('issuer')} for {row.get('subject')} taken by {self.name}{self.shared}"
            before = {
                "id": str(row["id"]),
                "body": {name: row.get(name) for name in TRUST if row.get(name) is not None},
            }
            manual = distrust(self.thing, str(row["id"])) if theirs else None
            undo = Undo.NO if manual else Undo.YES
            yield self._path(PathKind.TRUST, part, label, before, undo, "", manual)

    def _certified(self, rows: list[dict[str, Any]]) -> str:
        names = ", ".join(str(row.get("displayName") or row["keyId"]) for row in rows)
        return f"certificates of {self.name}: {names}{self.shared}"

    def _path(self, kind: PathKind, part: str, label: str, before: Mapping[str, Any], undo: Undo, note: str,
              manual: Manual | None = None) -> AccessPath:  # fmt: skip
        return path(self.account, FAMILY, kind, part, label, undo=undo, undo_note=note, manual=manual,
                    before={**self.base, **before})  # fmt: skip

    def _earlier(self, part: str) -> AccessPath | None:
        return self.known.get(f"{FAMILY}/{self.account.id}/{part}")

    def _before(self, part: str) -> Mapping[str, Any]:
        earlier = self._earlier(part)
        return earlier.before if earlier else {}

    def _theirs(self, part: str, key: str, name: str = "") -> bool:
        """Whether it is left to the other owners; what an earlier read was to cut stays so."""
        earlier = self._earlier(part)
        if self.app.alone or (earlier and not earlier.manual):
            return False
        return not (self.app.log.added(key, name) if name else self.app.log.added(key))

    def _handed_over(self, part: str) -> bool:
        """Made by the other owners after the subject's ownership ended: no way of the subject's."""
        return not self.app.owned and self._earlier(part) is None


def _kept(row: Mapping[str, Any]) -> dict[str, Any]:
    """One certificate as a change of the list takes it; never the data of a key that is not public."""
    public = row.get("type") == PLAIN[0]
    return {name: row.get(name) for name in KEY if row.get(name) is not None and (public or name != "key")}


def cut(session: MicrosoftSession, path: AccessPath, part: str) -> None:
    """One request."""
    table, thing = str(path.before["table"]), str(path.before["thing"])
    with session.alone(thing):
        if part == SECRET:
            _remove_secret(session, table, thing, str(path.before["keyId"]))
        elif part == CERTIFICATES:
            ask(session, "PATCH", table, thing, body={"keyCredentials": path.before["keep"]})
        else:
            ask(session, "DELETE", table, thing, f"{TRUSTED}/{{credential}}", credential=str(path.before["id"]))


def restore(session: MicrosoftSession, path: AccessPath, part: str) -> None:
    """A trusted issuer as it was; certificates beside those that are there now, which a restore never removes."""
    table, thing = str(path.before["table"]), str(path.before["thing"])
    with session.alone(thing):
        if part == FEDERATED:
            ask(session, "POST", table, thing, TRUSTED, body=path.before["body"])
            return
        now = ask(session, "GET", table, thing, query=select("id", "keyCredentials")).json()["keyCredentials"]
        there = {row["keyId"] for row in now}
        back = [row for row in path.before["cut"] if row["keyId"] not in there]
        ask(session, "PATCH", table, thing, body={"keyCredentials": [*map(_kept, now), *back]})


def _remove_secret(session: MicrosoftSession, table: str, thing: str, key: str) -> None:
    """Remove it, unless it is gone: Graph answers that with 400 and names the key (general knowledge).

    Raises:
        NotFoundError: it is gone.
        WorldError: what else Graph answered.

    """
    try:
        ask(session, "POST", table, thing, "/removePassword", body={"keyId": key})
    except RejectedError as error:
        if NOT_THERE not in error.what:
            raise
        raise NotFoundError(error.what) from None


APPS = "https://learn.microsoft.com/graph/api/application-removepassword"
STEPS = (
    "Other people own this app and use it: removing this first would stop their work.",
    "Entra portal: App registrations (or Enterprise applications), the app, Certificates & secrets: add a new one.",
    "Put the new one where the app runs, and see that it works with it.",
)


def rotate(thing: Thing, key: str) -> Manual:
    """A secret that others use."""
    command = request("POST", f"/v1.0/{thing.where}/removePassword", f'{{"keyId": "{key}"}}')
    return Manual(
        "Rotate a secret of an app that others use", (*STEPS, f"Remove the old one: {command}"),
        f"the app's credentials no longer list {key}", "Who deployed the new secret, and when was the old one removed?",
        APPS,
    )  # fmt: skip


def rotate_certificates(thing: Thing, keys: list[str]) -> Manual:
    """Certificates that others use."""
    return Manual(
        "Rotate the certificates of an app that others use",
        (*STEPS, f"Remove the old ones in the same place; their key ids: {', '.join(keys)}",
         f"See what is left: {request('GET', f'/v1.0/{thing.where}?$select=keyCredentials')}"),
        "none of these key ids is listed any more", "Which certificates were replaced, and by whom?",
        "https://learn.microsoft.com/graph/api/application-update",
    )  # fmt: skip


def distrust(thing: Thing, credential: str) -> Manual:
    """An issuer that others' deployments use."""
    place = f"/v1.0/applications/{thing.id}/federatedIdentityCredentials/{credential}"
    return Manual(
        "Decide about an issuer that an app of several owners trusts",
        ("Ask the other owners whether the repository or cluster that the path names is theirs.",
         "See that the subject cannot run a workflow there any more, or remove the trust:",
         request("DELETE", place)),
        "the issuer is the company's and out of the subject's reach, or the trust is gone",
        "Whose is it, and what did you do?",
        "https://learn.microsoft.com/graph/api/federatedidentitycredential-delete",
    )  # fmt: skip
