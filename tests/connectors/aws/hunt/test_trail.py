from __future__ import annotations

import json
from typing import Any

from connectors.aws.hunt import trail as module
from connectors.aws.hunt.areas import changes
from connectors.aws.hunt.sweep import LOG, _checks
from connectors.aws.hunt.trail import Trail
from runner.range.seed import ALLOW_ALL, SUSPECT, Credentials, client


def role(estate: Any, name: str, principal: str) -> str:
    trust = {"Statement": [{"Effect": "Allow", "Principal": {"AWS": principal}, "Action": "sts:AssumeRole"}]}
    made = estate.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))
    estate.client("iam").put_role_policy(RoleName=name, PolicyName="all", PolicyDocument=json.dumps(ALLOW_ALL))
    return str(made["Role"]["Arn"])


def take(estate: Any, who: Credentials, arn: str, region: str = "us-east-1", name: str = "work") -> Credentials:
    sts = client(estate.running.endpoint, "sts", who, region)
    made = sts.assume_role(RoleArn=arn, RoleSessionName=name)["Credentials"]
    return Credentials("session", made["AccessKeyId"], made["SecretAccessKey"], made["SessionToken"])


def created(estate: Any) -> list[str]:
    return sorted(str(one.detail["target"]) for one in estate.found(changes, kind="CreateUser"))


def make(estate: Any, who: Credentials, name: str) -> None:
    client(estate.running.endpoint, "iam", who).create_user(UserName=name)


def test_what_the_subject_does_in_a_role_is_theirs_through_the_whole_chain(estate: Any) -> None:
    first = role(estate, "first", estate.context.accounts[0].id)
    second = role(estate, "second", first)
    taken = take(estate, estate.suspect, first, "eu-west-1")
    make(estate, taken, "by-role")
    make(estate, take(estate, taken, second), "by-chain")
    assert created(estate) == ["by-chain", "by-role"]


def test_a_session_of_the_same_name_is_somebody_elses(estate: Any) -> None:
    arn = role(estate, "shared", f"arn:aws:iam::{estate.home}:root")
    estate.client("iam").create_user(UserName="colleague")
    estate.client("iam").put_user_policy(UserName="colleague", PolicyName="all", PolicyDocument=json.dumps(ALLOW_ALL))
    key = estate.client("iam").create_access_key(UserName="colleague")["AccessKey"]
    other = Credentials("key", key["AccessKeyId"], key["SecretAccessKey"])
    take(estate, estate.suspect, arn, name="deploy")
    make(estate, take(estate, other, arn, name="deploy"), "innocent")
    assert created(estate) == []


def test_a_token_of_the_subject_is_followed_too(estate: Any) -> None:
    made = client(estate.running.endpoint, "sts", estate.suspect).get_session_token()["Credentials"]
    token = Credentials("token", made["AccessKeyId"], made["SecretAccessKey"], made["SessionToken"])
    make(estate, token, "by-token")
    assert created(estate) == ["by-token"]


def test_the_log_is_read_once_however_many_ask(estate: Any) -> None:
    trail = Trail(estate.session, frozenset({SUSPECT}), frozenset(), estate.context.now())
    mark = len(estate.running.calls())
    for region in ("us-east-1", "eu-west-1", "us-east-1"):
        trail.changes(estate.home, region)
    calls = [call for call in estate.running.calls(mark) if call["operation"] == "LookupEvents"]
    assert len(calls) == 2  # one name in two Regions


def test_one_region_that_refuses_leaves_the_other_told(estate: Any) -> None:
    make(estate, estate.suspect, "planted")
    estate.running.faults({"kind": "refuse", "operation": "LookupEvents", "region": "eu-west-1", "times": 9})
    assert created(estate) == ["planted"]
    (check,) = [one for one in _checks(estate.sweep(changes)) if one["check"] == LOG]
    assert (check["outcome"], f"{estate.home} eu-west-1: " in check["why"]) == ("could-not-check", True)
    estate.running.faults({"kind": "refuse", "operation": "LookupEvents", "region": "us-east-1", "times": 9})
    parts = estate.sweep(changes)
    assert [part.findings for part in parts] == [(), ()]
    assert {check["outcome"] for check in _checks(parts)} == {"could-not-check", "not-covered"}


def test_sessions_that_are_too_many_to_follow_are_told(estate: Any, monkeypatch: Any) -> None:
    arn = role(estate, "first", estate.context.accounts[0].id)
    for number in range(3):
        take(estate, estate.suspect, arn, name=f"work-{number}")
    monkeypatch.setattr(module, "MOST_SESSIONS", 1)
    (check,) = [one for one in _checks(estate.sweep(changes)) if one["check"] == LOG]
    assert check["outcome"] == "could-not-check"
    assert "2 sessions of the subject were not looked up" in check["why"]


def test_reads_are_kept_only_where_they_carry_something_away(estate: Any) -> None:
    estate.client("secretsmanager").create_secret(Name="database", SecretString="x")
    estate.plant("secretsmanager").get_secret_value(SecretId="database")
    estate.plant("iam").list_users()
    trail = Trail(estate.session, frozenset({SUSPECT}), frozenset(), estate.context.now())
    assert [one["EventName"] for one in trail.reads(estate.home, "us-east-1", "GetSecretValue", "ListUsers")] == [
        "GetSecretValue"
    ]
    assert trail.changes(estate.home, "us-east-1") == []
    assert trail.touched(estate.home, "us-east-1", "database") is None
