"""AWS Config: every recorded state of the subject's users, of the roles they reach and of their instances.

Config keeps states only where a recorder runs, and the states of deleted resources too. Resources are asked for by
IAM's unique ids and instance ids: a namesake made later is another resource. IAM is recorded in one Region or in
several, so that every Region of the account is asked.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from connectors.aws.discover import INSTANCE_KIND
from connectors.aws.evidence.collection import (
    Pages,
    kept,
    places,
    read_pages,
    side_by_side,
    told,
    verdict,
)
from connectors.aws.evidence.reach import PERMISSIONS, Principal, reach
from connectors.aws.families.ec2 import place
from connectors.contract import Action, ActionContext, ActionResult, Effect, Field, Gap, Json, Receipt, Session

if TYPE_CHECKING:
    from connectors.aws.client import AwsSession

SOURCE = "AWS Config"
INSTANCE = "AWS::EC2::Instance"
ID = re.compile(r"[A-Za-z0-9-]+")
"""What may stand in an expression of Config's query language."""
PROPERTIES = (
    "resourceId, resourceName, resourceType, arn, awsRegion, resourceCreationTime, configuration, relationships, tags"
)
IDS_A_QUERY = 100
"""About 2,500 of the 4,096 characters that an expression may have (AWS Config API reference)."""
MOST = 100
"""Items on a page, at most (AWS Config API reference)."""
RETENTION = "30 days to 7 years, as the account's retention configuration says; deleted resources included"
UNRECORDED = "not recorded here: there is no configuration recorder"


@dataclass(frozen=True, order=True)
class Resource:
    """One thing whose states are asked for."""

    account: str
    region: str
    """"" for IAM, which any Region may record."""
    type: str
    id: str
    label: str


@dataclass
class Asked:
    """What one account and Region gave."""

    account: str
    region: str
    wanted: list[Resource]
    recorders: list[dict[str, Any]] = field(default_factory=list)
    replies: list[dict[str, Any]] = field(default_factory=list)
    pages: int = 0
    """Pages of history among the replies."""
    states: list[dict[str, Any]] = field(default_factory=list)
    known: set[Resource] = field(default_factory=set)
    current: Pages = field(default_factory=Pages)
    gaps: list[Gap] = field(default_factory=list)


class PreserveConfig(Action):
    """Configuration history of what is the subject's."""

    name = "aws.preserve-config"
    title = "Save the configuration history of what is the subject's"
    doc = "Every state that AWS Config recorded of the subject's users, the roles they reach and their instances."
    effect = Effect.PRESERVE
    outputs = (
        Field("records", "integer", "States kept."),
        Field("unrecorded", "list[string]", "Resources that were found in no Region."),
    )
    permissions = (
        "config:DescribeConfigurationRecorders", "config:DescribeConfigurationRecorderStatus",
        "config:GetResourceConfigHistory", "config:SelectResourceConfig", "ec2:DescribeRegions", *PERMISSIONS,
    )  # fmt: skip
    preserves = ("configuration-history",)
    attack = ("T1098", "T1578")
    sources = (
        "https://docs.aws.amazon.com/config/latest/APIReference/API_GetResourceConfigHistory.html",
        "https://docs.aws.amazon.com/config/latest/APIReference/API_SelectResourceConfig.html",
    )

    def run(self, session: Session, inputs: Mapping[str, Json], context: ActionContext) -> ActionResult:
        """Ask every account and Region side by side; one without a recorder says so in its receipt."""
        aws = cast("AwsSession", session)
        principals, unread = reach(aws, context)
        resources, unnamed = _resources(principals, context)
        work = [(place, [one for one in resources if _may_be_in(one, *place)]) for place in places(aws)]
        asked = side_by_side(lambda one: _ask(aws, Asked(*one[0], one[1]), context), work)
        unrecorded = sorted(set(resources) - {one for part in asked for one in part.known})
        nowhere = [
            Gap(f"{one.type} {one.id}", f"{one.label} was found in no Region that could be read") for one in unrecorded
        ]
        missing = [*unread, *unnamed, *nowhere]
        receipts = [receipt for part in asked for receipt in _receipts(part, context)]
        if missing:
            receipts.append(Receipt(SOURCE, {"part": "all"}, "incomplete", told(missing), gaps=tuple(missing)))
        records = sum(len(part.states) for part in asked)
        return ActionResult(
            {"records": records, "unrecorded": [one.id for one in unrecorded]}, receipts=tuple(receipts)
        )


def _resources(principals: list[Principal], context: ActionContext) -> tuple[list[Resource], list[Gap]]:
    found = [Resource(one.account, "", one.type, one.unique, one.arn) for one in principals if one.unique]
    for account in context.accounts:
        if account.kind == INSTANCE_KIND:
            where, instance = place(account)
            found.append(Resource(where["account"], where["region"], INSTANCE, instance, account.id))
    why = "Config knows it by its unique id, which could not be read"
    return sorted(found), [Gap(one.arn, why) for one in principals if not one.unique]


def _may_be_in(resource: Resource, account: str, region: str) -> bool:
    return resource.account == account and resource.region in ("", region)


def _ask(aws: AwsSession, part: Asked, context: ActionContext) -> Asked:
    """Recorders, then the states of each resource, then how Config sees them now."""
    if not part.wanted:
        return part
    where = {"account": part.account, "region": part.region}
    recorders = read_pages(aws, context, "config", "describe_configuration_recorders", **where)
    part.replies += recorders.replies
    part.recorders = recorders.items("ConfigurationRecorders")
    if recorders.gap or not part.recorders:
        part.gaps.append(Gap(f"{part.account} {part.region}", recorders.gap or UNRECORDED))
        return part
    _recording(aws, part, context)
    for resource in part.wanted:
        _states(aws, part, resource, context)
    context.progress(f"configuration history in {part.account} {part.region}")
    for start in range(0, len(part.wanted), IDS_A_QUERY):
        _now(aws, part, [one.id for one in part.wanted[start : start + IDS_A_QUERY]], context)
    return part


def _recording(aws: AwsSession, part: Asked, context: ActionContext) -> None:
    """A recorder that stands still records nothing newer."""
    where = {"account": part.account, "region": part.region}
    status = read_pages(aws, context, "config", "describe_configuration_recorder_status", **where)
    part.replies += status.replies
    if status.gap:
        part.gaps.append(Gap("whether the recorder runs", status.gap))
    for one in status.items("ConfigurationRecordersStatus"):
        if not one.get("recording"):
            since = f" since {one['lastStopTime']}" if one.get("lastStopTime") else ""
            part.gaps.append(Gap(f"recorder {one.get('name', '')}", f"it does not run{since}: nothing newer is kept"))


def _states(aws: AwsSession, part: Asked, resource: Resource, context: ActionContext) -> None:
    """A page may be short or empty and still not be the last: one call spans seven days (AWS Config API reference)."""
    pages = read_pages(
        aws, context, "config", "get_resource_config_history", account=part.account, region=part.region,
        cursor="nextToken", resourceType=resource.type, resourceId=resource.id, limit=MOST,
    )  # fmt: skip
    if "ResourceNotDiscoveredException" in pages.gap:
        return
    part.replies += pages.replies
    part.pages += len(pages.replies)
    part.states += pages.items("configurationItems")
    if pages.replies:
        part.known.add(resource)
    if pages.gap:
        part.gaps.append(Gap(f"{resource.type} {resource.id}", pages.gap))


def _now(aws: AwsSession, part: Asked, ids: list[str], context: ActionContext) -> None:
    listed = ", ".join(f"'{one}'" for one in ids if ID.fullmatch(one))
    pages = read_pages(
        aws, context, "config", "select_resource_config", account=part.account, region=part.region, Limit=MOST,
        Expression=f"SELECT {PROPERTIES} WHERE resourceId IN ({listed})",
    )  # fmt: skip
    part.current.replies += pages.replies
    part.current.gap = part.current.gap or pages.gap


def _receipts(part: Asked, context: ActionContext) -> list[Receipt]:
    """One for the history and, where there was something to ask, one for the query."""
    query: dict[str, Json] = {"account": part.account, "region": part.region}
    if not part.wanted:
        return [Receipt(SOURCE, query, "complete", "nothing of the subject's is known in this account and Region")]
    query["resources"] = [f"{one.type} {one.id}" for one in part.wanted]
    times = sorted(one["configurationItemCaptureTime"] for one in part.states)
    absent = [one for one in part.wanted if one not in part.known]
    note = f"not discovered here: {', '.join(one.id for one in absent)}" if part.recorders and absent else ""
    name = f"config-{part.account}-{part.region}"
    history = Receipt(
        f"{SOURCE} GetResourceConfigHistory", query, verdict(part.gaps), told(part.gaps, note), end=context.now(),
        pages=part.pages, records=len(part.states), first=times[0] if times else None,
        last=times[-1] if times else None, gaps=tuple(part.gaps), retention=RETENTION,
        artefacts=kept(context, f"{name}-history.jsonl", part.replies),
    )  # fmt: skip
    if not part.recorders:
        return [history]
    gaps = [Gap("the query", part.current.gap)] if part.current.gap else []
    current = Receipt(
        f"{SOURCE} SelectResourceConfig", query, verdict(gaps), told(gaps), pages=len(part.current.replies),
        records=len(part.current.items("Results")), gaps=tuple(gaps), retention="the present state only",
        artefacts=kept(context, f"{name}-now.jsonl", part.current.replies),
    )  # fmt: skip
    return [history, current]
