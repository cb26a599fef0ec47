"""Pages of the range, and the ways in which they misbehave when a test says so."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.errors import UnreachableError
from connectors.microsoft.client import opened
from connectors.microsoft.odata import rows
from connectors.testing.rounds import Identity, Round
from tests.connectors.microsoft.kit import MicrosoftWorld, microsoft_world

LISTING = "/v1.0/users"


def pages(world: MicrosoftWorld, **settings: Any) -> list[list[str]]:
    """Ids by page, of all pages that are given before the seam sees a loop."""
    world.control.does("settings", {"page": 1, **settings})
    with Round(world) as round_:
        listed = opened(round_.session(Identity.READER)).pages(LISTING)
        return [[row["id"] for row in rows(page)] for page in listed]


def test_every_record_is_on_one_page() -> None:
    with microsoft_world() as world:
        users = [one["id"] for one in world.tenant.rows("users")]
        assert pages(world) == [[one] for one in users]


def test_a_page_comes_twice_where_it_is_set() -> None:
    with microsoft_world() as world:
        whole = pages(world)
        assert pages(world, repeated_page=2) == [whole[0], whole[1], whole[1], *whole[2:]]


def test_a_page_comes_empty_first_where_it_is_set() -> None:
    with microsoft_world() as world:
        whole = pages(world)
        assert pages(world, empty_page=1) == [[], *whole]


def test_a_page_that_names_itself_is_seen_as_a_loop_by_the_seam() -> None:
    with microsoft_world() as world, pytest.raises(UnreachableError, match="repeats a page"):
        pages(world, looping_page=2)


def test_a_listing_ends_in_silence_where_it_is_set() -> None:
    with microsoft_world() as world:
        assert len(pages(world, listing_limit=2)) == 2
