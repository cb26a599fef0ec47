"""`evict fact`: record and list, each with its source."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from tests.runner.cli.conftest import MEI, evict, plain
from tests.runner.documents.bench import folder


def test_a_fact_is_recorded_with_its_source_and_listed(elsewhere: Callable[[], Path]) -> None:
    case = elsewhere()
    done = evict("fact", case, "start-date=2026-02-03", "--type", "date", "--as", MEI, "--why", "HR file", "--json")
    assert json.loads(plain(done, 0))["recorded"][0]["name"] == "start-date"
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


def test_a_catalogued_fact_is_checked_and_a_slip_of_the_pen_is_named(tmp_path: Path) -> None:
    case = folder(tmp_path / "case").directory
    for statement, word in (
        ("nexus_us=perhaps", "yes or no, or unknown"),
        ("nexsus_us=yes", "did you mean nexus_us?"),
        ("dprk_attribution_level=high", "reasonable_cause"),
    ):
        done = evict("fact", case, statement, "--as", MEI)
        plain(done, 2)
        assert word in done.stderr
    done = evict("fact", case, "nexus_us=yes", "--as", MEI, "--confidence", "certain")
    plain(done, 2)
    assert "stated" in done.stderr
    assert json.loads(plain(evict("fact", case, "--json"), 0))["facts"] == {}


def test_a_change_shows_what_was_said_before_and_the_history_keeps_all(tmp_path: Path) -> None:
    case = folder(tmp_path / "case").directory
    for value in ("yes", "no", "unknown"):
        told = plain(evict("fact", case, f"nexus_us={value}", "--as", MEI), 0)
    assert "before: nexus_us = False" in told
    history = json.loads(plain(evict("fact", case, "nexus_us", "--json"), 0))["history"]
    assert [(one["value"], one["unknown"]) for one in history] == [(True, False), (False, False), (None, True)]
    assert "nexus_us = unknown" in plain(evict("fact", case, "nexus_us"), 0)
    plain(evict("fact", case, "nexus_de"), 2)


def test_what_a_fact_makes_due_and_what_it_contradicts_is_told_at_once(tmp_path: Path) -> None:
    case = folder(tmp_path / "case").directory
    plain(evict("fact", case, "us_sanctions_jurisdiction=yes", "--as", MEI), 0)
    told = plain(evict("fact", case, "property_held_with_blocked_interest=yes", "--as", MEI), 0)
    assert "due: First report of blocked property" in told
    assert "! Property is blocked; ten business days run" in told
    shape = json.loads(plain(evict("fact", case, "property_blocked_at=2026-11-20T10:00:00Z", "--as", MEI, "--json"), 0))
    assert any("by the end of 2026-12-07" in line for line in shape["changes"])


def test_of_several_facts_all_are_recorded_or_none(tmp_path: Path) -> None:
    case = folder(tmp_path / "case").directory
    done = evict("fact", case, "nexus_us=yes", "nexus_eu=perhaps", "--as", MEI)
    plain(done, 2)
    assert json.loads(plain(evict("fact", case, "--json"), 0))["facts"] == {}
    done = evict("fact", case, "nexus_us=yes", "nexus_eu=no", "--as", MEI, "--json")
    assert [one["name"] for one in json.loads(plain(done, 0))["recorded"]] == ["nexus_us", "nexus_eu"]
    done = evict("fact", case, "nexus_us=no", "nexus_eu", "--as", MEI)
    plain(done, 2)
    assert "NAME=VALUE" in done.stderr
