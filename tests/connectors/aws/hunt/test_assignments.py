from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pytest

from connectors.aws.hunt.areas import assignments
from connectors.aws.hunt.trail import Trail


@dataclass
class Center:
    """The estate's instance, with one permission set and one group."""

    estate: Any
    arn: str
    store: str
    permission: str
    group: str

    def sso(self) -> Any:
        return self.estate.plant("sso-admin")

    def directory(self) -> Any:
        return self.estate.plant("identitystore")

    def remove(self, *kinds: str) -> None:
        """What the findings are, all by the subject, and that they are gone once removed."""
        found = self.estate.found(assignments)
        assert sorted(one.kind for one in found) == sorted(kinds)
        assert all(one.by_subject for one in found)
        for one in found:
            self.estate.run(one.remove)
        assert self.estate.found(assignments) == []


@pytest.fixture
def center(estate: Any) -> Center:
    estate.session.settings["identity-center-region"] = "us-east-1"
    sso, directory = estate.client("sso-admin"), estate.client("identitystore")
    found = sso.list_instances()["Instances"][0]
    arn, store = found["InstanceArn"], found["IdentityStoreId"]
    made = sso.create_permission_set(InstanceArn=arn, Name="Engineer")["PermissionSet"]["PermissionSetArn"]
    group = directory.create_group(IdentityStoreId=store, DisplayName="engineers")["GroupId"]
    return Center(estate, arn, store, made, group)


def person(directory: Any, store: str, name: str) -> str:
    mail = [{"Value": f"{name}@initech.example", "Type": "work", "Primary": True}]
    answer = directory.create_user(
        IdentityStoreId=store, UserName=name, DisplayName=name, Emails=mail, Name={"GivenName": "a", "FamilyName": "b"}
    )
    return str(answer["UserId"])


def test_what_others_did_is_no_finding(center: Center) -> None:
    person(center.estate.client("identitystore"), center.store, "colleague")
    assert center.estate.found(assignments) == []


def test_a_permission_set_that_the_subject_made_is_found_and_deleted(center: Center) -> None:
    center.sso().create_permission_set(InstanceArn=center.arn, Name="Support")
    center.remove("permission-set")


def test_a_permission_set_that_the_subject_edited_is_told_once_with_every_edit(center: Center) -> None:
    where = {"InstanceArn": center.arn, "PermissionSetArn": center.permission}
    center.sso().put_inline_policy_to_permission_set(InlinePolicy=json.dumps({"Statement": []}), **where)
    center.sso().update_permission_set(Description="x", **where)
    (one,) = center.estate.found(assignments)
    assert one.detail["events"] == ["PutInlinePolicyToPermissionSet", "UpdatePermissionSet"]
    assert "provision-permission-set" in one.remove


def test_an_assignment_that_the_subject_made_is_found_and_deleted(center: Center) -> None:
    who = person(center.estate.client("identitystore"), center.store, "colleague")
    center.sso().create_account_assignment(
        InstanceArn=center.arn, TargetId=center.estate.home, TargetType="AWS_ACCOUNT",
        PermissionSetArn=center.permission, PrincipalType="USER", PrincipalId=who,
    )  # fmt: skip
    center.remove("assignment")


def test_an_application_that_the_subject_assigned_is_found_and_taken_back(center: Center) -> None:
    application = f"arn:aws:sso::{center.estate.home}:application/ssoins-1/apl-wiki"
    center.sso().create_application_assignment(
        ApplicationArn=application, PrincipalType="GROUP", PrincipalId=center.group
    )
    center.remove("application-assignment")


def test_people_and_memberships_that_the_subject_made_are_found_and_deleted(center: Center) -> None:
    who = person(center.directory(), center.store, "svc-metrics")
    center.directory().create_group_membership(
        IdentityStoreId=center.store, GroupId=center.group, MemberId={"UserId": who}
    )
    center.remove("person", "membership")


@pytest.mark.usefixtures("center")
def test_a_token_that_only_the_console_shows_is_told_by_its_event(estate: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [
        {"EventId": source, "EventName": "CreateBearerToken", "EventSource": source, "detail": {}, "names": frozenset()}
        for source in ("sso-directory.amazonaws.com", "elsewhere.amazonaws.com")
    ]
    monkeypatch.setattr(Trail, "changes", lambda _self, _account, _region: rows)
    (one,) = estate.found(assignments)
    assert (one.kind, one.by_subject) == ("CreateBearerToken", True)
    assert "a token for provisioning people (SCIM)" in one.title
    assert "console" in one.remove


def test_an_estate_without_identity_center_is_asked_nothing(estate: Any) -> None:
    mark = len(estate.running.calls())
    assert estate.found(assignments) == []
    assert not [call for call in estate.running.calls(mark) if call["service"] == "sso"]
