"""What the directory's audit log says that the subject did, read once for all areas of the sweep.

1. Changes are asked for by the initiating user's object id, for each of the subject's accounts.
2. A change that an app made is the subject's where the subject gave that app a credential or took its ownership:
   whoever holds the secret acts as the app. Those apps are followed to their own changes, until none is new. A
   credential of an application is its service principal's too; the log names them apart, an application id both.
3. The log reaches back 7 days without a licence and 30 with Entra ID P1 (Microsoft Entra data retention): what is
   older is nobody's, which is told as unknown and never as innocent.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from connectors.errors import NotFoundError, WorldError
from connectors.microsoft.odata import quoted, select

if TYPE_CHECKING:
    from connectors.microsoft.client import MicrosoftSession

PERMISSION = "AuditLog.Read.All"
APPLICATIONS = "Application.Read.All"
"""Without it the apps whose application the subject changed are not followed, and that is told."""
MOST_APPS = 50
"""Apps of the subject's that are followed: at five reports in ten seconds, under two minutes."""

CREDENTIALS = ("credential", "certificates and secrets", "owner to application", "owner to service principal")
"""Parts of an activity's name that put an app into the hands of whoever did it (names: general knowledge)."""
APPLICATION, SERVICE_PRINCIPAL = "Application", "ServicePrincipal"
"""Types of a change's targets."""
PRINCIPAL, APP = "servicePrincipalId", "appId"
"""What logs call the two ids of an app."""


class Trail:
    """The subject's own changes, oldest first. Thread-safe; all is read when it is first asked about."""

    def __init__(self, session: MicrosoftSession, subjects: Iterable[str]) -> None:
        """`subjects` are object ids of the subject's accounts."""
        self._session, self._subjects = session, sorted(subjects)
        self._rows: list[dict[str, Any]] = []
        self._named: frozenset[str] = frozenset()
        self._gaps: list[str] = []
        self._apps: dict[str, str] = {}
        self._complete = False
        self._lock = threading.Lock()

    def changes(self, *activities: str) -> list[dict[str, Any]]:
        """The subject's successful changes, those with one of these words in their activity where any is given.

        A log that cannot be read gives none; `gaps` says so.
        """
        self._read()
        low = [one.casefold() for one in activities]
        return [
            row for row in self._rows
            if not low or any(one in str(row.get("activityDisplayName", "")).casefold() for one in low)
        ]  # fmt: skip

    def touched(self, *ids: str) -> bool | None:
        """True when the subject changed an object with one of these ids; None when nobody can tell."""
        self._read()
        return True if not self._named.isdisjoint(ids) else None

    def apps(self) -> dict[str, str]:
        """Apps that the subject put into their own hands: the ids, and whether each is of a principal or an app."""
        self._read()
        return dict(sorted(self._apps.items()))

    def gaps(self) -> list[str]:
        """What of the subject's changes could not be read: who made a thing is unknown there."""
        self._read()
        return sorted(set(self._gaps))

    def _read(self) -> None:
        with self._lock:
            if self._complete:
                return
            self._complete = True
            self._follow()
            self._rows = list({str(row.get("id")): row for row in self._rows}.values())
            self._rows.sort(key=lambda row: (str(row.get("activityDateTime")), str(row.get("id"))))
            self._named = frozenset(name for row in self._rows for name in named(row))

    def _follow(self) -> None:
        todo = [("user/id", user) for user in self._subjects]
        asked: set[str] = set()
        while todo:
            key, value = todo.pop(0)
            if value in asked:
                continue
            asked.add(value)
            if len(asked) > MOST_APPS + len(self._subjects):
                self._gaps.append(f"the changes of more than {MOST_APPS} apps of the subject were not looked up")
                return
            rows = self._by(key, value)
            self._rows.extend(rows)
            found = {app: PRINCIPAL for row in rows for app in taken_over(row)}
            found |= dict.fromkeys(self._registered({one for row in rows for one in taken_over(row, APPLICATION)}), APP)
            self._apps |= found
            todo.extend((f"app/{name}", app) for app, name in found.items())

    def _registered(self, applications: set[str]) -> Iterator[str]:
        """Application ids of app registrations; one that is gone has none, and its app is gone with it."""
        for one in sorted(applications):
            try:
                row = self._session.get("/v1.0/applications/{app}", query=select("id", "appId"), app=one)
            except NotFoundError:
                continue
            except WorldError as error:
                self._gaps.append(error.what)
                continue
            yield str(row["appId"])

    def _by(self, key: str, value: str) -> list[dict[str, Any]]:
        try:
            found = self._session.rows(
                "/v1.0/auditLogs/directoryAudits", query={"$filter": f"initiatedBy/{key} eq {quoted(value)}"}
            )
        except WorldError as error:
            self._gaps.append(error.what)
            return []
        return [row for row in found if str(row.get("result", "success")).casefold() == "success"]


def named(row: dict[str, Any]) -> Iterator[str]:
    """Ids of the objects that a change was about, and ids that its changed properties name."""
    for target in row.get("targetResources") or []:
        if target.get("id"):
            yield str(target["id"])
        for changed in target.get("modifiedProperties") or []:
            yield from (part for part in str(changed.get("newValue") or "").strip('"[]').split('"') if part)


def taken_over(row: dict[str, Any], kind: str = SERVICE_PRINCIPAL) -> Iterator[str]:
    """Service principals, or things of another kind, that a change put into the hands of whoever made it."""
    activity = str(row.get("activityDisplayName", "")).casefold()
    if any(word in activity for word in CREDENTIALS):
        yield from (
            str(target["id"]) for target in row.get("targetResources") or []
            if str(target.get("type")) == kind and target.get("id")
        )  # fmt: skip
