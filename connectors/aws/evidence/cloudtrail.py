"""CloudTrail's event history of the subject: by user name, then by every access key seen, in every Region.

LookupEvents takes one attribute a call, gives 50 events a page, allows two calls a second in each account and
Region, reaches back 90 days and knows management events only (CloudTrail API reference). Events arrive with an
average delay of about five minutes, so the last minutes of a window can never be called complete.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, cast

from connectors.aws.evidence.collection import Pages, kept, read_pages
from connectors.contract import Action, ActionContext, ActionResult, Effect, Field, Gap, Json, Receipt, Session

if TYPE_CHECKING:
    from connectors.aws.client import AwsSession

DELAY = timedelta(minutes=15)
"""Younger than this, an event may still be on its way; AWS names five minutes on average and guarantees none."""
RETENTION = "90 days, management events only (CloudTrail event history)"


@dataclass
class Lookup:
    """One attribute in one account and Region: what came."""

    attribute: str
    value: str
    account: str
    region: str
    pages: Pages
    records: int = 0
    duplicates: int = 0
    first: datetime | None = None
    last: datetime | None = None
    keys: set[str] = field(default_factory=set)


class PreserveCloudTrail(Action):
    """Everything that CloudTrail's history still knows of the subject."""

    name = "aws.preserve-cloudtrail"
    title = "Save the subject's CloudTrail history"
    doc = "LookupEvents by user name and by every access key seen, all Regions, with a receipt for each query."
    effect = Effect.PRESERVE
    inputs = (Field("days", "integer", "How far back; AWS keeps 90 days.", required=False, default=90),)
    outputs = (
        Field("records", "integer", "Events kept, duplicates not counted."),
        Field("access_key_ids", "list[string]", "Every access key id seen in them."),
    )
    permissions = ("cloudtrail:LookupEvents", "ec2:DescribeRegions")
    preserves = ("cloudtrail-history",)
    attack = ("T1078.004",)
    sources = ("https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html",)

    def run(self, session: Session, inputs: Mapping[str, Json], context: ActionContext) -> ActionResult:
        """Look up names first, then the keys that those events show, until no new key appears."""
        aws = cast("AwsSession", session)
        end = context.now()
        window = (end - timedelta(days=int(inputs["days"])), end)
        asked: set[tuple[str, str]] = set()
        todo = {("Username", name) for name in (account.label for account in context.accounts) if name}
        done: list[Lookup] = []
        seen: set[str] = set()
        while todo and not context.cancelled():
            asked |= todo
            found = self._round(aws, sorted(todo), window, seen, context)
            done += found
            keys = {("AccessKeyId", key) for lookup in found for key in lookup.keys}
            todo = keys - asked
        receipts = tuple(_receipt(lookup, window, context) for lookup in done)
        keys_seen = sorted({key for lookup in done for key in lookup.keys})
        records = sum(lookup.records for lookup in done)
        return ActionResult({"records": records, "access_key_ids": keys_seen}, receipts=receipts)

    @staticmethod
    def _round(
        aws: AwsSession,
        todo: list[tuple[str, str]],
        window: tuple[datetime, datetime],
        seen: set[str],
        context: ActionContext,
    ) -> list[Lookup]:
        places = [(account, region) for account in aws.accounts() for region in aws.regions()]

        def one_place(place: tuple[str, str]) -> list[Lookup]:
            return [_look_up(aws, attribute, place, window, context) for attribute in todo]

        with ThreadPoolExecutor(8) as pool:
            lookups = [lookup for group in pool.map(one_place, places) for lookup in group]
        for lookup in lookups:
            _count(lookup, seen)
        return lookups


def _look_up(
    aws: AwsSession,
    attribute: tuple[str, str],
    place: tuple[str, str],
    window: tuple[datetime, datetime],
    context: ActionContext,
) -> Lookup:
    """All pages of one query; a repeated page token ends it as a gap instead of running for ever."""
    wanted = [{"AttributeKey": attribute[0], "AttributeValue": attribute[1]}]
    found = read_pages(
        aws, context, "cloudtrail", "lookup_events", account=place[0], region=place[1], LookupAttributes=wanted,
        StartTime=window[0], EndTime=window[1], MaxResults=50,
    )  # fmt: skip
    return Lookup(*attribute, *place, found)


def _count(lookup: Lookup, seen: set[str]) -> None:
    """Count each event once over all queries, and note the keys and times that it shows."""
    for event in lookup.pages.items("Events"):
        at: datetime = event["EventTime"]
        lookup.first = min(lookup.first or at, at)
        lookup.last = max(lookup.last or at, at)
        if event.get("AccessKeyId"):
            lookup.keys.add(event["AccessKeyId"])
        if event["EventId"] in seen:
            lookup.duplicates += 1
        else:
            seen.add(event["EventId"])
            lookup.records += 1


def _receipt(lookup: Lookup, window: tuple[datetime, datetime], context: ActionContext) -> Receipt:
    artefacts: tuple[str, ...] = ()
    if lookup.records or lookup.duplicates:
        name = f"cloudtrail-{lookup.account}-{lookup.region}-{lookup.attribute}-{lookup.value}.jsonl"
        artefacts = kept(context, name, lookup.pages.replies)
    late = f"events after {(window[1] - DELAY).astimezone(UTC):%Y-%m-%dT%H:%MZ} may still arrive; collect again later"
    strays = lookup.first is not None and (lookup.first < window[0] or (lookup.last or window[1]) > window[1])
    gaps = [Gap(f"{lookup.attribute}={lookup.value} in {lookup.region}", lookup.pages.gap)] if lookup.pages.gap else []
    if strays:
        gaps.append(Gap("clock", "events outside the window that was asked: the source's clock differs from ours"))
    return Receipt(
        source="CloudTrail LookupEvents",
        query={"attribute": lookup.attribute, "value": lookup.value, "account": lookup.account, "region": lookup.region},  # noqa: E501
        complete="incomplete" if gaps else "cannot-tell",
        why="; ".join(gap.why for gap in gaps) or late,
        start=window[0], end=window[1], first=lookup.first, last=lookup.last, pages=len(lookup.pages.replies),
        records=lookup.records, duplicates=lookup.duplicates, gaps=tuple(gaps), retention=RETENTION,
        artefacts=artefacts,
    )  # fmt: skip
