"""What the audit log says that the subject did, read once for all areas of the sweep.

1. Events are looked up by the subject's names and access keys, in every account and Region.
2. Every event that hands out temporary credentials names their access key: that session is the subject's too, and
   is looked up in every Region of its account. So a chain of roles is followed to its end.
3. A session name alone proves nobody: the caller chose it, and two people may have chosen the same.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from connectors.aws.discover import account_of
from connectors.aws.policies import parsed
from connectors.errors import WorldError

if TYPE_CHECKING:
    from connectors.aws.client import AwsSession

HISTORY = timedelta(days=90)
"""How far CloudTrail's event history reaches back (LookupEvents, API reference)."""

GLOBAL_REGION = "us-east-1"
"""Where events of IAM, STS and other global services stand (general knowledge)."""

KEPT_READS = frozenset({"GetSecretValue", "BatchGetSecretValue"})
"""Reads that are kept because they carry something away; all others are too many to keep."""

MOST_SESSIONS = 500
"""Sessions that are followed in one account: at two look-ups a second, some four minutes in each Region."""

WIDTH = 16

Place = tuple[str, str]
"""Account and Region."""
Attribute = tuple[str, str]
"""What LookupEvents looks up by: a key and its value, one a call."""


class Trail:
    """The subject's own events, by account and Region. Thread-safe; all is read when it is first asked about."""

    def __init__(self, session: AwsSession, names: frozenset[str], keys: frozenset[str], now: datetime) -> None:
        """`names` are the subject's user names and session names, `keys` every access key id of theirs."""
        self._session, self._now = session, now
        self._wanted = [
            *(("Username", name) for name in sorted(names)),
            *(("AccessKeyId", key) for key in sorted(keys)),
        ]
        self._kept: dict[Place, dict[str, dict[str, Any]]] = {}
        self._events: dict[Place, list[dict[str, Any]]] = {}
        self._named: dict[Place, frozenset[str]] = {}
        self._failed: dict[Place, WorldError] = {}
        self._followed: dict[str, set[str]] = {}
        self._left: dict[str, int] = {}
        self._complete = False
        self._lock = threading.Lock()

    def changes(self, account: str, region: str) -> list[dict[str, Any]]:
        """The subject's successful write events in one place, oldest first, each with its parsed `detail`.

        Raises:
            WorldError: the log of this place cannot be read.

        """
        return [event for event in self._of(account, region) if event["EventName"] not in KEPT_READS]

    def did(self, account: str, region: str, *event_names: str) -> list[dict[str, Any]]:
        """Those of the subject's changes in one place that have one of these names.

        Raises:
            WorldError: the log of this place cannot be read.

        """
        return [event for event in self.changes(account, region) if event["EventName"] in event_names]

    def reads(self, account: str, region: str, *event_names: str) -> list[dict[str, Any]]:
        """What the subject read in one place, oldest first; for the names in `KEPT_READS` only.

        Raises:
            WorldError: the log of this place cannot be read.

        """
        return [event for event in self._of(account, region) if event["EventName"] in KEPT_READS & set(event_names)]

    def touched(self, account: str, region: str, resource: str) -> bool | None:
        """True when the subject changed this resource by name or ARN; None when nobody can tell."""
        name = resource.rsplit("/", 1)[-1].rsplit(":", 1)[-1]
        for where in dict.fromkeys((region, GLOBAL_REGION)):
            try:
                self._of(account, where)
            except WorldError:
                continue
            if not self._named.get((account, where), frozenset()).isdisjoint({resource, name}):
                return True
        return None

    def gaps(self) -> list[str]:
        """What of the subject's events could not be read: who made a thing is unknown there, whatever the thing is."""
        unread = {f"{account} {region}: {self._failed[account, region].what}" for account, region in self._failed}
        left = (
            f"{account}: {count} sessions of the subject were not looked up" for account, count in self._left.items()
        )
        return [*sorted(unread), *left]

    def _of(self, account: str, region: str) -> list[dict[str, Any]]:
        with self._lock:
            if not self._complete:
                self._read()
                self._settle()
                self._complete = True
        if (account, region) in self._failed:
            raise self._failed[account, region]
        return self._events.get((account, region), [])

    def _settle(self) -> None:
        """Order the events, and gather what all changes of a place name: every resource is looked up in it."""
        for place, kept in self._kept.items():
            ordered = sorted(kept.values(), key=lambda event: (event["EventTime"], event["EventId"]))
            changes = (event["names"] for event in ordered if event["EventName"] not in KEPT_READS)
            self._events[place], self._named[place] = ordered, frozenset().union(*changes)

    def _read(self) -> None:
        regions = tuple(dict.fromkeys((GLOBAL_REGION, *self._session.regions())))
        wanted: dict[Place, list[Attribute]] = {
            (account, region): self._wanted for account in self._session.accounts() for region in regions
        }
        places = set(wanted)
        with ThreadPoolExecutor(WIDTH) as pool:
            while wanted:
                taken = {one for given in pool.map(self._look_up, wanted.items()) for one in given}
                fresh = self._fresh(taken)
                wanted = {
                    place: [("AccessKeyId", key) for key in fresh[place[0]]] for place in places if place[0] in fresh
                }

    def _fresh(self, taken: set[tuple[str, str]]) -> dict[str, list[str]]:
        """Sessions that nobody looked up yet, by account, within the bound."""
        fresh: dict[str, list[str]] = {}
        for account, key in sorted(taken):
            followed = self._followed.setdefault(account, set())
            if key in followed:
                continue
            followed.add(key)
            if len(followed) > MOST_SESSIONS:
                self._left[account] = self._left.get(account, 0) + 1
            else:
                fresh.setdefault(account, []).append(key)
        return fresh

    def _look_up(self, work: tuple[Place, list[Attribute]]) -> set[tuple[str, str]]:
        """Keep what the subject did in one place; the sessions that they took there, each with its account."""
        place, attributes = work
        kept, taken = self._kept.setdefault(place, {}), set()
        if place in self._failed:
            return set()
        try:
            for event in (one for attribute in attributes for one in self._events_by(place, *attribute)):
                detail = parsed(event.get("CloudTrailEvent", "{}"))
                if detail.get("errorCode"):
                    continue
                taken |= set(_sessions(detail, place[0]))
                if str(event.get("ReadOnly")) != "true" or event["EventName"] in KEPT_READS:
                    kept[event["EventId"]] = {**event, "detail": detail, "names": frozenset(_names(detail))}
        except WorldError as error:
            self._failed[place] = error
        return taken

    def _events_by(self, place: Place, attribute: str, value: str) -> Iterator[dict[str, Any]]:
        return self._session.pages(
            "cloudtrail", "lookup_events", "Events", account=place[0], region=place[1],
            LookupAttributes=[{"AttributeKey": attribute, "AttributeValue": value}],
            StartTime=self._now - HISTORY, EndTime=self._now,
        )  # fmt: skip


def asked(event: dict[str, Any]) -> dict[str, Any]:
    """What an event's request named. CloudTrail's spelling of member names differs between services."""
    given = event["detail"].get("requestParameters")
    return {name.lower(): value for name, value in given.items()} if isinstance(given, dict) else {}


def _sessions(detail: dict[str, Any], account: str) -> Iterator[tuple[str, str]]:
    """The access keys of temporary credentials that an event handed out; a role's sign in the role's account."""
    given = detail.get("responseElements")
    credentials = given.get("credentials") if isinstance(given, dict) else None
    if isinstance(credentials, dict) and credentials.get("accessKeyId"):
        low = asked({"detail": detail})
        role = str(low.get("rolearn", ""))
        yield account_of(role) if role.count(":") >= 5 else account, str(credentials["accessKeyId"])  # noqa: PLR2004 - an ARN has six parts


def _names(detail: dict[str, Any]) -> Iterator[str]:
    """Every text that the request or its reply names; a resource is among them under its name or ARN."""
    for part in ("requestParameters", "responseElements", "resources"):
        yield from _texts(detail.get(part))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)
