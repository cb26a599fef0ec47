"""What the check says of requests on the connector's own routes."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.microsoft.emulator.description.check import answer_problems, problems

ROW = {"$select": "id,accountEnabled,signInSessionsValidFromDateTime,isManagementRestricted"}


@pytest.mark.parametrize(
    ("method", "path", "query", "body"),
    [
        ("GET", "/v1.0/users/u", ROW, None),
        ("GET", "/users/u", ROW, None),  # the version in front may be left off
        ("GET", "/v1.0/users", {"$filter": "userType eq 'Guest' and endsWith(mail,'@x.test')", "$count": "true"}, None),
        ("GET", "/v1.0/users", {"$skiptoken": "what the vendor made"}, None),
        ("GET", "/v1.0/users", {"$expand": "manager($select=id,displayName)", "$top": "5"}, None),
        ("PATCH", "/v1.0/users/u", {}, {"accountEnabled": False}),
        ("PATCH", "/v1.0/users/u", {}, {"passwordProfile": {"password": "x", "forceChangePasswordNextSignIn": True}}),
        ("POST", "/v1.0/users/u/revokeSignInSessions", {}, None),
        ("POST", "/v1.0/users/u/revokeSignInSessions", {}, {}),  # an empty object says nothing
    ],
)
def test_what_is_described_fits(method: str, path: str, query: dict[str, str], body: Any) -> None:
    assert problems("graph", method, path, query, body) == []


@pytest.mark.parametrize(
    ("method", "path", "query", "body", "said"),
    [
        ("GET", "/v1.0/user/u", {}, None, "no route"),
        ("GET", "/v1.0/users/u/revokeSignInSession", {}, None, "no route"),
        ("GET", "/beta/users/u", {}, None, "graph-beta has no route"),  # beta is a service of its own
        ("PUT", "/v1.0/users/u", {}, {}, "not PUT"),
        ("GET", "/v1.0/users/u", {"$filter": "id eq 'x'"}, None, "no parameter $filter"),  # of one user, not of a list
        ("GET", "/v1.0/users/u", {"$selct": "id"}, None, "no parameter $selct"),
        ("GET", "/v1.0/users/u", {"$select": "id,acountEnabled"}, None, "no field acountEnabled"),
        ("GET", "/v1.0/users", {"$filter": "userTyp eq 'Guest'"}, None, "no field userTyp"),
        ("GET", "/v1.0/users", {"$orderby": "displayNam desc"}, None, "no field displayNam"),
        ("GET", "/v1.0/users", {"$expand": "boss($select=id)"}, None, "no field boss"),
        ("GET", "/v1.0/users", {"$top": "many"}, None, "integer is expected"),
        ("GET", "/v1.0/users", {"$count": "yes"}, None, "boolean is expected"),
        ("PATCH", "/v1.0/users/u", {}, {"acountEnabled": False}, "no field acountEnabled"),
        ("PATCH", "/v1.0/users/u", {}, {"accountEnabled": "false"}, "a string where boolean is expected"),
        ("PATCH", "/v1.0/users/u", {}, {"passwordProfile": {"pasword": "x"}}, "no field pasword"),
        ("PATCH", "/v1.0/users/u", {}, {"passwordProfile": "x"}, "an object is expected"),
        ("PATCH", "/v1.0/users/u", {}, {"businessPhones": "1"}, "a list is expected"),
        ("PATCH", "/v1.0/users/u", {}, None, "the body is missing"),
        ("POST", "/v1.0/users/u/revokeSignInSessions", {}, {"all": True}, "takes no body"),
    ],
)
def test_what_is_not_described_is_named(method: str, path: str, query: dict[str, str], body: Any, said: str) -> None:
    found = problems("graph", method, path, query, body)
    assert len(found) == 1
    assert said in found[0]


ISOLATE = "/api/machines/m/isolate"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"Comment": "case 7", "IsolationType": "full"}, "'full' is none of Full"),
        ({"Comment": "case 7"}, "IsolationType is missing"),
        ({"comment": "case 7", "IsolationType": "Full"}, "no field comment"),
    ],
)
def test_routes_known_by_hand_are_checked_as_well(body: dict[str, str], said: str) -> None:
    assert said in " ".join(problems("defender", "POST", ISOLATE, {}, body))
    assert problems("defender", "POST", ISOLATE, {}, {"Comment": "case 7", "IsolationType": "Full"}) == []


def test_what_is_inside_a_body_known_by_hand_is_checked() -> None:
    path = "/subscriptions/s/providers/Microsoft.Authorization/roleAssignmentScheduleRequests/n"
    query = {"api-version": "2020-10-01"}
    good = {"properties": {"principalId": "p", "roleDefinitionId": "r", "requestType": "AdminRemove"}}
    assert problems("arm", "PUT", path, query, good) == []
    bad = {"properties": {"principal": "p", "requestType": "adminRemove"}}
    version, field, word = problems("arm", "PUT", path, {"api-version": "latest"}, bad)
    assert version == "api-version: 'latest' is no version"
    assert field.endswith("has no field principal")
    assert "'adminRemove' is none of AdminAssign" in word


def test_a_body_may_be_a_list_of_objects() -> None:
    path, query = "/org/_apis/tokenadmin/revocations", {"api-version": "7.1-preview.1"}
    one = {"authorizationId": "3179e48a-750b-4051-897c-87b9720928f7"}
    assert problems("devops", "POST", path, query, [one, one]) == []
    assert problems("devops", "POST", path, query, one)
    assert problems("devops", "POST", path, query, [one, {}]) == ["body[1]: authorizationId is missing"]
    assert problems("devops", "POST", path, {}, [one]) == [
        "/{}/_apis/tokenadmin/revocations: parameter api-version is missing"
    ]


def test_of_an_answer_every_row_is_checked() -> None:
    good = {"@odata.context": "x", "value": [{"id": "a", "accountEnabled": None, "displayName": "A"}]}
    assert answer_problems("graph", "GET", "/v1.0/users", good) == []
    bad = {"value": [{"id": "a"}, {"id": 7}, {"acountEnabled": True}]}
    assert answer_problems("graph", "GET", "/v1.0/users", bad) == [
        "answer[1].id: a number where string is expected",
        "answer[2]: user has no field acountEnabled",
    ]
    assert answer_problems("graph", "GET", "/v1.0/users", []) == ["answer: a page of rows is an object"]
