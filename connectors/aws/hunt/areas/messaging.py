"""Topics, queues and mail: who may publish or read, who gets copies, who may send in the company's name."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from connectors.aws.hunt.area import Look
from connectors.aws.hunt.made import Sort, made_by_subject
from connectors.aws.hunt.openings import opened
from connectors.contract import Finding

AREA = "topics, queues and mail"
SCOPE = "region"

SORTS = (
    Sort(
        "mail-identity", "a mail identity", ("ses", "list_identities", "Identities"), "",
        "send mail in its name, which passes for the company's", ("ses", "delete-identity", {"identity": ""}),
        "ses:ListIdentities",
    ),
)  # fmt: skip

PERMISSIONS = (
    "sns:ListTopics",
    "sns:GetTopicAttributes",
    "sns:ListSubscriptions",
    "sqs:ListQueues",
    "sqs:GetQueueAttributes",
    *(sort.permission for sort in SORTS),
)

OWNED = frozenset({"lambda", "sqs", "firehose", "application"})
"""Protocols whose endpoint is an ARN, so that it says whose it is."""

UNCONFIRMED = frozenset({"PendingConfirmation", "Deleted"})
"""What stands in place of a subscription's ARN while it has none."""


def sweep(look: Look) -> Iterator[Finding]:
    """Policies, then subscriptions, then mail."""
    for part in (_topics, _subscriptions, _queues):
        with look.tried():
            yield from part(look)
    yield from made_by_subject(look, SORTS)


def _topics(look: Look) -> Iterator[Finding]:
    for topic in look.pages("sns", "list_topics", "Topics"):
        arn = topic["TopicArn"]

        def remove(left: str, arn: str = arn) -> str:
            policy = left or json.dumps(_owner_only(look.account, arn), separators=(",", ":"))
            return look.command(
                "sns", "set-topic-attributes", topic_arn=arn, attribute_name="Policy", attribute_value=policy
            )

        with look.tried():
            attributes = look.call("sns", "get_topic_attributes", TopicArn=arn)["Attributes"]
            yield from opened(
                look, "topic-policy", arn, f"the topic {arn}", attributes.get("Policy"),
                found_by="sns:GetTopicAttributes", remove=remove,
            )  # fmt: skip


def _owner_only(account: str, arn: str) -> dict[str, Any]:
    """A topic must have a policy: this one admits its own account, as a new topic's does."""
    statement = {
        "Sid": "owner",
        "Effect": "Allow",
        "Principal": {"AWS": account},
        "Action": ["SNS:Publish", "SNS:Subscribe", "SNS:GetTopicAttributes"],
        "Resource": arn,
    }
    return {"Version": "2012-10-17", "Statement": [statement]}


def _subscriptions(look: Look) -> Iterator[Finding]:
    """Copies that go to strangers' resources, and to mailboxes and web addresses that the subject named."""
    for one in look.pages("sns", "list_subscriptions", "Subscriptions"):
        name, endpoint = str(one["SubscriptionArn"]), str(one.get("Endpoint", ""))
        owner = str(one.get("Owner") or look.account)
        outside = look.strangers([owner, *([endpoint] if one.get("Protocol") in OWNED else [])])
        mine = look.tied(endpoint) or look.tied(name)
        if name == "Deleted" or not (outside or mine):
            continue
        confirmed = name not in UNCONFIRMED
        resource = name if confirmed else f"{one['TopicArn']}#{endpoint}"
        yield look.finding(
            "subscription", resource, f"{endpoint} gets a copy of what {one['TopicArn']} is told",
            found_by="sns:ListSubscriptions", allows=f"read every message, by {one.get('Protocol', '?')}",
            remove=look.command("sns", "unsubscribe", subscription_arn=name) if confirmed else
            "nothing to run while it is not confirmed; look again, and unsubscribe it if it is by then",
            severity="high" if confirmed else "low", by_subject=mine or None, detail={"endpoint": endpoint},
        )  # fmt: skip


def _queues(look: Look) -> Iterator[Finding]:
    for url in look.pages("sqs", "list_queues", "QueueUrls"):
        name = url.rsplit("/", 1)[-1]

        def remove(left: str, url: str = url) -> str:
            return look.command("sqs", "set-queue-attributes", queue_url=url, attributes={"Policy": left})

        with look.tried():
            answer = look.call("sqs", "get_queue_attributes", QueueUrl=url, AttributeNames=["Policy", "QueueArn"])
            attributes = answer.get("Attributes", {})
            yield from opened(
                look, "queue-policy", str(attributes.get("QueueArn", url)), f"the queue {name}",
                attributes.get("Policy"), found_by="sqs:GetQueueAttributes", remove=remove, known_as=url,
            )  # fmt: skip
