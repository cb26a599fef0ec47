"""The survival table says what the range does: every credential that can be made is tried under every cut."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from botocore.exceptions import ClientError

from connectors.aws import survival
from connectors.aws.policies import deny_all, deny_older_sessions
from runner.range.process import AwsRange
from runner.range.seed import HOME, Credentials, client

ALL = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}


class Holder:
    """A user, a role that they can take and one chained behind it."""

    def __init__(self, running: AwsRange) -> None:
        self.running, self.user = running, f"u-{uuid4().hex[:8]}"
        self.iam = client(running.endpoint, "iam")
        self.iam.create_user(UserName=self.user)
        self.iam.put_user_policy(UserName=self.user, PolicyName="all", PolicyDocument=json.dumps(ALL))
        made = self.iam.create_access_key(UserName=self.user)["AccessKey"]
        self.key = Credentials("key", made["AccessKeyId"], made["SecretAccessKey"])
        self.first = self._role("first", f"arn:aws:iam::{HOME}:user/{self.user}")
        self.second = self._role("second", self.first)

    def _role(self, name: str, principal: str) -> str:
        named = f"{self.user}-{name}"
        self.trust(named, principal)
        self.iam.put_role_policy(RoleName=named, PolicyName="all", PolicyDocument=json.dumps(ALL))
        return f"arn:aws:iam::{HOME}:role/{named}"

    def trust(self, name: str, principal: str, *, edit: bool = False) -> None:
        document = json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": [{"Effect": "Allow", "Principal": {"AWS": principal}, "Action": "sts:AssumeRole"}],
            }
        )
        if edit:
            self.iam.update_assume_role_policy(RoleName=name, PolicyDocument=document)
        else:
            self.iam.create_role(RoleName=name, AssumeRolePolicyDocument=document)

    def sts(self, who: Credentials, operation: str, **given: Any) -> Credentials:
        made = getattr(client(self.running.endpoint, "sts", who), operation)(**given)["Credentials"]
        return Credentials(operation, made["AccessKeyId"], made["SecretAccessKey"], made["SessionToken"])

    def take(self, who: Credentials, role: str) -> Credentials:
        return self.sts(who, "assume_role", RoleArn=role, RoleSessionName="work")

    def lives(self, who: Credentials) -> bool:
        try:
            client(self.running.endpoint, "s3", who).list_buckets()
        except ClientError:
            return False
        return True


MAKE: dict[str, Callable[[Holder], Credentials]] = {
    "access key": lambda one: one.key,
    "GetSessionToken session": lambda one: one.sts(one.key, "get_session_token"),
    "GetFederationToken session": lambda one: one.sts(one.key, "get_federation_token", Name="jl"),
    "assumed-role session": lambda one: one.take(one.key, one.first),
    "chained-role session": lambda one: one.take(one.take(one.key, one.first), one.second),
}


def _key_off(one: Holder) -> None:
    one.iam.update_access_key(UserName=one.user, AccessKeyId=one.key.key, Status="Inactive")


def _deny(one: Holder) -> None:
    one.iam.put_user_policy(UserName=one.user, PolicyName="deny", PolicyDocument=deny_all(datetime.now(UTC)))


def _older(one: Holder) -> None:
    """On the user and on every role, as the cut does."""
    document = deny_older_sessions(datetime.now(UTC) + timedelta(seconds=1))
    one.iam.put_user_policy(UserName=one.user, PolicyName="older", PolicyDocument=document)
    for role in ("first", "second"):
        one.iam.put_role_policy(RoleName=f"{one.user}-{role}", PolicyName="older", PolicyDocument=document)


def _trust(one: Holder) -> None:
    for role in ("first", "second"):
        one.trust(f"{one.user}-{role}", "999988887777", edit=True)


CUTS: dict[str, Callable[[Holder], None]] = {
    "key_inactive": _key_off,
    "deny_on_user": _deny,
    "older_sessions_denied": _older,
    "trust_edited": _trust,
}


@pytest.fixture(scope="module")
def shared() -> Iterator[AwsRange]:
    with AwsRange.start() as made:
        yield made


@pytest.mark.parametrize("cut", CUTS)
@pytest.mark.parametrize("credential", MAKE)
def test_a_credential_outlives_a_cut_exactly_as_the_table_says(shared: AwsRange, credential: str, cut: str) -> None:
    said = getattr(survival.survives(credential), cut)
    holder = Holder(shared)
    held = MAKE[credential](holder)
    assert holder.lives(held)
    CUTS[cut](holder)
    if said != "unknown":
        assert holder.lives(held) is (said == "survives")


def test_every_row_says_what_is_known_how_sure_and_never_guesses() -> None:
    words = {"dies", "survives", "unknown"}
    for row in survival.TABLE:
        assert {getattr(row, cut) for cut in CUTS} | {row.scp_deny} <= words, row.credential
        assert row.confidence in {"V", "K", "?"}, row.credential


def test_the_conflict_between_sources_stays_unknown() -> None:
    assert survival.survives("GetFederationToken session").older_sessions_denied == "unknown"
