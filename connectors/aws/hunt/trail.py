"""What the audit log says that the subject changed, read once per account and Region for all areas of the sweep."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from connectors.aws.policies import parsed
from connectors.errors import WorldError

if TYPE_CHECKING:
    from connectors.aws.client import AwsSession

HISTORY = timedelta(days=90)
"""How far CloudTrail's event history reaches back (LookupEvents, API reference)."""

GLOBAL_REGION = "us-east-1"
"""Where events of IAM, STS and other global services stand (general knowledge)."""


class Trail:
    """The subject's own changes, by account and Region. Thread-safe; a place is read when it is first asked about."""

    def __init__(self, session: AwsSession, names: frozenset[str], keys: frozenset[str], now: datetime) -> None:
        """`names` are the subject's user names and session names, `keys` every access key id of theirs."""
        self._session, self._now = session, now
        self._wanted = [
            *(("Username", name) for name in sorted(names)),
            *(("AccessKeyId", key) for key in sorted(keys)),
        ]
        self._events: dict[tuple[str, str], list[dict[str, Any]]] = {}
        self._failed: dict[tuple[str, str], WorldError] = {}
        self._locks: dict[tuple[str, str], threading.Lock] = {}
        self._lock = threading.Lock()

    def changes(self, account: str, region: str) -> list[dict[str, Any]]:
        """The subject's successful write events in one place, oldest first, each with its parsed `detail`.

        Raises:
            WorldError: the log of this place cannot be read.

        """
        place = (account, region)
        with self._lock:
            lock = self._locks.setdefault(place, threading.Lock())
        with lock:
            if place in self._failed:
                raise self._failed[place]
            if place not in self._events:
                try:
                    self._events[place] = self._read(account, region)
                except WorldError as error:
                    self._failed[place] = error
                    raise
            return self._events[place]

    def touched(self, account: str, region: str, resource: str) -> bool | None:
        """True when the subject changed this resource by name or ARN; None when nobody can tell."""
        name = resource.rsplit("/", 1)[-1].rsplit(":", 1)[-1]
        for where in dict.fromkeys((region, GLOBAL_REGION)):
            try:
                events = self.changes(account, where)
            except WorldError:
                continue
            if any(names & {resource, name} for names in (event["names"] for event in events)):
                return True
        return None

    def _read(self, account: str, region: str) -> list[dict[str, Any]]:
        found: dict[str, dict[str, Any]] = {}
        for attribute, value in self._wanted:
            wanted = [{"AttributeKey": attribute, "AttributeValue": value}]
            for event in self._session.pages(
                "cloudtrail", "lookup_events", "Events", account=account, region=region, LookupAttributes=wanted,
                StartTime=self._now - HISTORY, EndTime=self._now,
            ):  # fmt: skip
                detail = parsed(event.get("CloudTrailEvent", "{}"))
                if str(event.get("ReadOnly")) != "true" and not detail.get("errorCode"):
                    found[event["EventId"]] = {**event, "detail": detail, "names": frozenset(_names(detail))}
        return sorted(found.values(), key=lambda event: (event["EventTime"], event["EventId"]))


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
