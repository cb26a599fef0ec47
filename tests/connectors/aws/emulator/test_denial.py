"""The range denies what AWS denies: one test per row where plain moto was measured to differ, and its neighbours."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from runner.range.process import AwsRange
from runner.range.seed import HOME, Credentials, client

ALL = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
DENY = {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]}


@pytest.fixture(scope="module")
def shared() -> Iterator[AwsRange]:
    with AwsRange.start() as made:
        yield made


def _text(document: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", **document})


class Person:
    """A user with everything allowed, made fresh for one test."""

    def __init__(self, running: AwsRange, name: str) -> None:
        self.endpoint, self.name = running.endpoint, name
        self.root = client(running.endpoint, "iam")
        self.root.create_user(UserName=name)
        self.root.put_user_policy(UserName=name, PolicyName="all", PolicyDocument=json.dumps(ALL))
        made = self.root.create_access_key(UserName=name)["AccessKey"]
        self.key = Credentials("key", made["AccessKeyId"], made["SecretAccessKey"])
        self.arn = f"arn:aws:iam::{HOME}:user/{name}"

    def put(self, document: dict[str, Any], name: str = "more") -> None:
        self.root.put_user_policy(UserName=self.name, PolicyName=name, PolicyDocument=_text(document))

    def role(self, principal: dict[str, Any], name: str, effect: str = "Allow") -> str:
        statement = [{"Effect": effect, "Principal": principal, "Action": "sts:AssumeRole"}]
        if effect == "Deny":
            statement.insert(0, {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"})
        document = _text({"Statement": statement})
        self.root.create_role(RoleName=name, AssumeRolePolicyDocument=document)
        self.root.put_role_policy(RoleName=name, PolicyName="all", PolicyDocument=json.dumps(ALL))
        return f"arn:aws:iam::{HOME}:role/{name}"

    def assume(self, role: str) -> Credentials:
        made = client(self.endpoint, "sts", self.key).assume_role(RoleArn=role, RoleSessionName="work")["Credentials"]
        return Credentials("session", made["AccessKeyId"], made["SecretAccessKey"], made["SessionToken"])

    def session(self) -> Credentials:
        made = client(self.endpoint, "sts", self.key).get_session_token()["Credentials"]
        return Credentials("session", made["AccessKeyId"], made["SecretAccessKey"], made["SessionToken"])


@pytest.fixture
def person(shared: AwsRange, request: pytest.FixtureRequest) -> Person:
    return Person(shared, f"u-{abs(hash(request.node.name)) % 10**9}")


def answer(person: Person, who: Credentials, service: str = "iam", operation: str = "list_users", **given: Any) -> str:
    try:
        getattr(client(person.endpoint, service, who), operation)(**given)
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    return "allowed"


def older_than(when: datetime) -> dict[str, Any]:
    condition = {"DateLessThan": {"aws:TokenIssueTime": when.isoformat()}}
    return {"Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": condition}]}


def test_an_inactive_key_is_refused_and_works_again_when_active(person: Person) -> None:
    person.root.update_access_key(UserName=person.name, AccessKeyId=person.key.key, Status="Inactive")
    assert answer(person, person.key) == "InvalidClientTokenId"
    person.root.update_access_key(UserName=person.name, AccessKeyId=person.key.key, Status="Active")
    assert answer(person, person.key) == "allowed"


def test_a_key_nobody_has_is_refused(person: Person) -> None:
    assert answer(person, Credentials("x", "AKIAUNKNOWN000000000", "x")) == "InvalidClientTokenId"


def test_a_deny_on_the_user_refuses_everything_but_the_question_who_am_i(person: Person) -> None:
    person.put(DENY)
    assert answer(person, person.key) == "AccessDenied"
    assert answer(person, person.key, "s3", "list_buckets") == "AccessDenied"
    assert answer(person, person.key, "ec2", "describe_regions") == "AccessDenied"
    assert answer(person, person.key, "sts", "get_caller_identity") == "allowed"


def test_a_deny_on_the_user_ends_get_session_token_sessions(person: Person) -> None:
    session = person.session()
    person.put(DENY)
    assert answer(person, session) == "AccessDenied"


def test_a_deactivated_key_does_not_end_the_sessions_it_made(person: Person) -> None:
    session = person.session()
    person.root.update_access_key(UserName=person.name, AccessKeyId=person.key.key, Status="Inactive")
    assert answer(person, session) == "allowed"


def test_a_deny_by_issue_time_ends_older_sessions_spares_newer_ones_and_never_touches_keys(person: Person) -> None:
    old = person.session()
    person.put(older_than(datetime.now(UTC) + timedelta(milliseconds=1)))
    assert answer(person, old) == "AccessDenied"
    assert answer(person, person.session()) == "allowed"
    assert answer(person, person.key) == "allowed"


def test_a_role_session_has_the_roles_permissions_and_survives_a_deny_on_the_user(person: Person) -> None:
    session = person.assume(person.role({"AWS": person.arn}, f"r1-{person.name}"))
    person.put(DENY)
    assert answer(person, session) == "allowed"


def test_a_trust_that_names_the_account_needs_an_identity_policy_that_allows(person: Person) -> None:
    role = person.role({"AWS": f"arn:aws:iam::{HOME}:root"}, f"r2-{person.name}")
    assert answer(person, person.key, "sts", "assume_role", RoleArn=role, RoleSessionName="work") == "allowed"
    person.root.delete_user_policy(UserName=person.name, PolicyName="all")
    assert answer(person, person.key, "sts", "assume_role", RoleArn=role, RoleSessionName="work") == "AccessDenied"


def test_a_trust_that_names_the_user_needs_no_identity_policy(person: Person) -> None:
    role = person.role({"AWS": person.arn}, f"r3-{person.name}")
    person.root.delete_user_policy(UserName=person.name, PolicyName="all")
    assert answer(person, person.key, "sts", "assume_role", RoleArn=role, RoleSessionName="work") == "allowed"


def test_an_explicit_deny_in_a_trust_wins(person: Person) -> None:
    role = person.role({"AWS": person.arn}, f"r4-{person.name}", effect="Deny")
    assert answer(person, person.key, "sts", "assume_role", RoleArn=role, RoleSessionName="work") == "AccessDenied"


def test_editing_the_trust_stops_new_sessions_only(person: Person) -> None:
    name = f"r5-{person.name}"
    role = person.role({"AWS": person.arn}, name)
    session = person.assume(role)
    nobody = {"Statement": [{"Effect": "Allow", "Principal": {"AWS": "999988887777"}, "Action": "sts:AssumeRole"}]}
    person.root.update_assume_role_policy(RoleName=name, PolicyDocument=_text(nobody))
    assert answer(person, session) == "allowed"
    assert answer(person, person.key, "sts", "assume_role", RoleArn=role, RoleSessionName="work") == "AccessDenied"


def test_a_session_of_a_deleted_role_is_denied(person: Person) -> None:
    name = f"r6-{person.name}"
    session = person.assume(person.role({"AWS": person.arn}, name))
    person.root.delete_role_policy(RoleName=name, PolicyName="all")
    person.root.delete_role(RoleName=name)
    assert answer(person, session) == "AccessDenied"


def test_a_permissions_boundary_caps_what_the_user_may_do(person: Person) -> None:
    cap = {"Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}
    made = person.root.create_policy(PolicyName=f"cap-{person.name}", PolicyDocument=_text(cap))["Policy"]["Arn"]
    person.root.put_user_permissions_boundary(UserName=person.name, PermissionsBoundary=made)
    assert person.root.get_user(UserName=person.name)["User"]["PermissionsBoundary"]["PermissionsBoundaryArn"] == made
    assert answer(person, person.key) == "AccessDenied"
    assert answer(person, person.key, "s3", "list_buckets") == "allowed"
    person.root.delete_user_permissions_boundary(UserName=person.name)
    assert answer(person, person.key) == "allowed"


def test_read_calls_of_rest_services_are_answered_and_recorded_by_their_own_names(
    shared: AwsRange, person: Person
) -> None:
    before = len(shared.calls())
    assert answer(person, person.key, "lambda", "list_functions") == "allowed"
    assert answer(person, person.key, "eks", "list_clusters") == "allowed"
    assert [call["operation"] for call in shared.calls(before)] == ["ListFunctions", "ListClusters"]


def test_a_rest_call_is_denied_by_its_own_action(person: Person) -> None:
    person.put({"Statement": [{"Effect": "Deny", "Action": "eks:ListClusters", "Resource": "*"}]})
    assert answer(person, person.key, "eks", "list_clusters") == "AccessDenied"
    assert answer(person, person.key, "lambda", "list_functions") == "allowed"
