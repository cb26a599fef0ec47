"""`evict fact`: record and list, each with its source."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from tests.runner.cli.conftest import MEI, evict, plain


def test_a_fact_is_recorded_with_its_source_and_listed(elsewhere: Callable[[], Path]) -> None:
    case = elsewhere()
    done = evict("fact", case, "start-date=2026-02-03", "--type", "date", "--as", MEI, "--why", "HR file", "--json")
    assert json.loads(plain(done, 0))["name"] == "start-date"
    listed = json.loads(plain(evict("fact", case, "--json"), 0))["facts"]
    assert listed["start-date"]["value"] == "2026-02-03"
    assert listed["start-date"]["source"] == {"kind": "person", "name": MEI}
    assert "start-date = 2026-02-03" in plain(evict("fact", case), 0)


def test_a_wrong_fact_is_refused_in_a_sentence(elsewhere: Callable[[], Path]) -> None:
    case = elsewhere()
    for arguments in (("nonsense",), ("a=b", "--type", "date"), ("a=b", "--type", "nope"), ("=x",)):
        done = evict("fact", case, *arguments, "--as", MEI)
        plain(done, 2)
        assert done.stderr.startswith("error: ")


def test_text_that_moves_the_cursor_is_shown_as_its_code(elsewhere: Callable[[], Path]) -> None:
    case = elsewhere()
    plain(evict("fact", case, "alias=\x1b[31mred\u202e", "--as", MEI), 0)
    output = plain(evict("fact", case), 0)
    assert "\\u{1b}" in output
    assert "\u202e" not in output
