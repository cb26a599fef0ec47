from __future__ import annotations

import json
from typing import Any

from connectors.aws.hunt.areas import messaging


def policy(*principals: str) -> str:
    statements = [
        {"Sid": f"s{n}", "Effect": "Allow", "Principal": {"AWS": one}, "Action": "SNS:Publish", "Resource": "*"}
        for n, one in enumerate(principals)
    ]
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def topic(estate: Any, name: str = "alerts") -> str:
    return str(estate.client("sns").create_topic(Name=name)["TopicArn"])


def test_a_new_topic_is_open_to_nobody_outside(estate: Any) -> None:
    topic(estate)
    estate.client("sqs").create_queue(QueueName="work")
    assert estate.found(messaging) == []


def test_a_topic_is_closed_to_strangers_and_stays_open_to_us(estate: Any) -> None:
    arn = topic(estate)
    for principals in ([estate.stranger, estate.home], ["*"]):
        estate.plant("sns").set_topic_attributes(
            TopicArn=arn, AttributeName="Policy", AttributeValue=policy(*principals)
        )
        assert estate.removed(messaging, "topic-policy").by_subject is True
        left = json.loads(estate.client("sns").get_topic_attributes(TopicArn=arn)["Attributes"]["Policy"])
        assert estate.home in str(left["Statement"][0]["Principal"])


def test_a_queue_is_closed_to_strangers(estate: Any) -> None:
    url = estate.client("sqs", "eu-west-1").create_queue(QueueName="work")["QueueUrl"]
    for principals in ([estate.stranger, estate.home], ["*"]):
        estate.plant("sqs", "eu-west-1").set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy(*principals)})
        assert estate.removed(messaging, "queue-policy").by_subject is True


def test_a_mailbox_that_the_subject_subscribed_gets_no_more_copies(estate: Any) -> None:
    arn = topic(estate)
    hostile = "x';reboot;'@evil.example"
    estate.plant("sns").subscribe(TopicArn=arn, Protocol="email", Endpoint=hostile)
    estate.client("sns").subscribe(TopicArn=arn, Protocol="email", Endpoint="oncall@initech.example")
    finding = estate.removed(messaging, "subscription")
    assert (finding.by_subject, finding.detail["endpoint"]) == (True, hostile)


def test_a_strangers_queue_that_is_subscribed_is_found_whoever_did_it(estate: Any) -> None:
    arn = topic(estate)
    for account in (estate.home, estate.stranger):
        estate.client("sns").subscribe(TopicArn=arn, Protocol="sqs", Endpoint=f"arn:aws:sqs:us-east-1:{account}:q")
    assert estate.stranger in estate.removed(messaging, "subscription").title


def test_a_subscription_that_nobody_confirmed_cannot_be_removed_and_says_so(estate: Any) -> None:
    look = estate.look()
    row = {
        "SubscriptionArn": "PendingConfirmation",
        "Owner": estate.stranger,
        "Protocol": "email",
        "Endpoint": "a@b.example",
        "TopicArn": "arn:t",
    }
    session = type("Session", (), {"system": estate.session.system, "pages": lambda *_a, **_k: [row]})()
    object.__setattr__(look, "session", session)
    (finding,) = messaging._subscriptions(look)
    assert finding.severity == "low"
    assert "not confirmed" in finding.remove


def test_a_mail_identity_of_the_subjects_is_deleted(estate: Any) -> None:
    estate.plant("ses").verify_email_identity(EmailAddress="invoices@initech.example")
    estate.client("ses").verify_email_identity(EmailAddress="hr@initech.example")
    assert estate.removed(messaging, "mail-identity").title.endswith(": invoices@initech.example")
