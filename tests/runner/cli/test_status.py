"""`evict status`: board, clocks, waits."""

from __future__ import annotations

import json

from tests.runner.cli.conftest import Seeded, evict, plain


def test_the_board_shows_paths_steps_and_clocks(finished: Seeded) -> None:
    output = plain(evict("status", finished.case), 0)
    for word in ("Access paths", "Steps", "Clocks", "residual", "time to contain", "skew"):
        assert word in output


def test_what_waits_is_shown_with_a_name_that_can_be_typed(planned: Seeded) -> None:
    output = plain(evict("status", planned.case), 0)
    assert "Waiting for people" in output
    shape = json.loads(plain(evict("status", planned.case, "--json"), 0))
    assert [one["name"] for one in shape["waiting"]] == ["phase:cut"]


def test_json_has_the_documented_shape(finished: Seeded) -> None:
    shape = json.loads(plain(evict("status", finished.case, "--json"), 0))
    assert {"evict-status", "state", "time_to_contain_s", "skew_s", "paths", "steps", "clocks", "waiting"} <= set(shape)
    assert {"form", "title", "until", "left_s"} == set(shape["clocks"][0])
