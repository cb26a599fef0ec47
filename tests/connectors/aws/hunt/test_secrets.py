from __future__ import annotations

import json
import time
from typing import Any

from connectors.aws.hunt.areas import secrets

PLANTED = "hunter2-do-not-log"


def statement(principal: str) -> dict[str, Any]:
    return {
        "Effect": "Allow",
        "Principal": {"AWS": principal},
        "Action": "secretsmanager:GetSecretValue",
        "Resource": "*",
    }


def policy(*principals: str) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement(one) for one in principals]})


def test_a_secret_that_the_subject_opened_is_found_and_closed(estate: Any) -> None:
    manager, theirs = estate.client("secretsmanager"), estate.plant("secretsmanager")
    for name in ("shared", "mixed", "own"):
        manager.create_secret(Name=name, SecretString="x")
    me, ours = f"arn:aws:iam::{estate.home}:user/jordan.lee", f"arn:aws:iam::{estate.home}:role/app"
    theirs.put_resource_policy(SecretId="shared", ResourcePolicy=policy(estate.stranger))
    theirs.put_resource_policy(SecretId="mixed", ResourcePolicy=policy(ours, estate.stranger))
    manager.put_resource_policy(SecretId="own", ResourcePolicy=policy(me))
    found = estate.found(secrets)
    assert sorted((one.kind, one.by_subject) for one in found if one.by_subject) == [("secret-policy", True)] * 2
    assert [one.title for one in found if not one.by_subject] == [f"the policy of secret own names {me}"]
    for one in found:
        estate.run(one.remove)
    assert estate.found(secrets) == []
    assert ours in manager.get_resource_policy(SecretId="mixed")["ResourcePolicy"]


def test_a_secret_that_the_subject_read_is_to_be_rotated_until_its_value_is_another(estate: Any) -> None:
    manager, theirs = estate.client("secretsmanager"), estate.plant("secretsmanager")
    arn = manager.create_secret(Name="database", SecretString="x")["ARN"]
    manager.create_secret(Name="unread", SecretString="x")
    manager.get_secret_value(SecretId="unread")
    for name in ("database", arn, arn.rpartition("-")[0]):
        theirs.get_secret_value(SecretId=name)
    (one,) = estate.found(secrets)
    assert (one.kind, one.by_subject, one.detail["reads"], one.detail["resource"]) == ("secret-read", True, 3, arn)
    assert one.remove.endswith("rotate at the consumer too: the old value stays as AWSPREVIOUS")
    time.sleep(1.1)  # a version's time has whole seconds
    manager.put_secret_value(SecretId="database", SecretString="y")
    assert estate.found(secrets) == []


def test_a_secret_that_was_read_and_deleted_is_told_by_the_name_that_was_asked_for(estate: Any) -> None:
    manager = estate.client("secretsmanager")
    manager.create_secret(Name="database", SecretString="x")
    estate.plant("secretsmanager").get_secret_value(SecretId="database")
    manager.delete_secret(SecretId="database", ForceDeleteWithoutRecovery=True)
    (one,) = estate.found(secrets)
    assert one.detail["resource"] == "database"


def test_no_value_of_a_secret_is_read_recorded_or_told(estate: Any) -> None:
    estate.plant("secretsmanager").create_secret(Name="database", SecretString=PLANTED)
    estate.plant("secretsmanager").get_secret_value(SecretId="database")
    mark = len(estate.running.calls())
    assert PLANTED not in repr(estate.found(secrets))
    assert not [call for call in estate.running.calls(mark) if call["operation"] == "GetSecretValue"]
    assert PLANTED not in json.dumps(estate.running.calls())
