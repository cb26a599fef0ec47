from __future__ import annotations

from urllib.parse import quote, unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.errors import InternalError, RejectedError
from connectors.routes import Does, Quota, Route, Routes, allowed

USERS = Route("GET", "/users", Does.READ)
USER = Route("GET", "/users/{id}", Does.READ)
ME = Route("GET", "/users/me", Does.WRITE)  # this vendor's GET changes something
SUSPEND = Route("POST", "/users/{id}/suspend", Does.WRITE)
SIGN_OUT = Route("POST", "/users/{id}:signOut", Does.WRITE)
REF = Route("GET", "/repos/{repo}/ref/{ref+}", Does.READ)
ROUTES = Routes((USERS, USER, ME, SUSPEND, SIGN_OUT, REF))


@pytest.mark.parametrize(
    ("method", "path", "found"),
    [
        ("GET", "/users", USERS),
        ("GET", "/users/u1", USER),
        ("GET", "/users/me", ME),  # the longer literal text wins
        ("POST", "/users/u1/suspend", SUSPEND),
        ("POST", "/users/u1:signOut", SIGN_OUT),  # a hole that is part of a segment
        ("GET", "/repos/r/ref/heads/main", REF),  # a hole of several segments
        ("DELETE", "/users/u1", None),  # the method is part of a route
        ("POST", "/users", None),
        ("GET", "/users/", None),
        ("GET", "/users/u1/suspend", None),
        ("GET", "/users/..", None),  # what a server might resolve is no identifier
        ("GET", "/users/%2e%2e", None),
        ("GET", "/users/u1%2fsuspend", None),
        ("GET", "/repos/r/ref/../../users", None),
        ("GET", "", None),
    ],
)
def test_a_path_belongs_to_the_route_that_says_most_about_it(method: str, path: str, found: Route | None) -> None:
    assert ROUTES.of(method, path) == found


@given(st.text(min_size=1))
def test_a_value_fills_its_own_place_and_no_other_or_is_refused(value: str) -> None:
    try:
        path = SUSPEND.filled({"id": value})
    except (RejectedError, UnicodeEncodeError):
        return
    assert path.count("/") == 3
    assert unquote(path.split("/")[2]) == value
    assert ROUTES.of("POST", path) == SUSPEND


@given(st.text(alphabet="abc/.%\\é \n", min_size=1))
def test_what_a_route_fills_it_also_matches(value: str) -> None:
    for route, values in ((USER, {"id": value}), (REF, {"repo": "r", "ref": value})):
        try:
            path = route.filled(values)
        except RejectedError:
            continue
        assert route.pattern.fullmatch(path)
        assert ROUTES.of("GET", path) is not None
        assert ".." not in path.split("/")


@pytest.mark.parametrize("value", ["", ".", "..", "a/b", "a\\b", "a\nb", "a\x7fb", "../admin", "\x00"])
def test_a_hostile_value_never_becomes_part_of_a_path(value: str) -> None:
    with pytest.raises(RejectedError, match="cannot stand in a path") as refused:
        SUSPEND.filled({"id": value})
    assert len(value) < 3 or value not in refused.value.explain()


def test_an_address_with_reserved_characters_is_encoded() -> None:
    assert SUSPEND.filled({"id": "a+b?c#d@e.example"}) == f"/users/{quote('a+b?c#d@e.example', safe='')}/suspend"


def test_values_that_a_path_has_no_place_for_are_a_fault_of_the_connector() -> None:
    with pytest.raises(InternalError, match=r"GET /users/\{id\} was given no values"):
        USER.filled({})


def test_one_path_that_does_several_things_is_told_apart_by_its_body() -> None:
    query = Route(
        "POST", "/graphql", Does.READ, when=lambda body: str((body or {}).get("query", "")).startswith("query")
    )
    mutation = Route("POST", "/graphql", Does.WRITE)
    routes = Routes((query, mutation))
    assert routes.of("POST", "/graphql", lambda: {"query": "query { me }"}) == query
    assert routes.of("POST", "/graphql", lambda: {"query": "mutation { drop }"}) == mutation
    assert routes.of("POST", "/graphql") == mutation


def test_who_may_do_what() -> None:
    assert allowed(cutter=False, read_only=True) == {Does.READ}
    assert allowed(cutter=False, read_only=False) == {Does.READ, Does.HOLD}
    assert allowed(cutter=True, read_only=False) == set(Does)
    assert allowed(cutter=True, read_only=True) == {Does.READ}


def test_a_quota_is_shared_by_its_name_or_belongs_to_each_value_of_a_place() -> None:
    shared = Route("GET", "/users/{user}", Does.READ, quota=Quota("reads", 1))
    each = Route("GET", "/users/{user-id}/mail/{rule}", Does.READ, quota=Quota("mail", 1, per="user_id"))
    assert shared.budget("/users/a") == shared.budget("/users/b") == ("reads",)
    assert each.budget("/users/a/mail/1") == each.budget("/users/a/mail/2") == ("mail", "a")
    assert each.budget("/users/b/mail/1") == ("mail", "b")
