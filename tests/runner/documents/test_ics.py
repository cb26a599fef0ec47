"""The calendar file: only real dates, stable names, reminders, no text that could become a line of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from icalendar import Calendar

from runner.documents.ics import calendar_file
from tests.runner.documents.bench import HOSTILE, NOW, case, law, leg, obligation

AT = "2026-11-24T10:00:00Z"


def written(tmp_path: Path, mode: str = "real", **facts: Any) -> tuple[bytes, dict[str, Any]]:
    made = law(
        tmp_path,
        obligation("hours", "nexus_us", legs=[leg({"hours": 72}, "breach_discovered_at")], title=HOSTILE),
        obligation("days", "nexus_us", legs=[leg({"calendar_days": 30}, "breach_discovered_at"),
                                             leg({"hours": 24}, "breach_discovered_at", "target")]),
        obligation("now", "nexus_us", legs=[leg("immediate")]),
        obligation("none", "nexus_us"),
        obligation("keep", "nexus_us", legs=[leg({"years": 10}, "breach_discovered_at", "retention")]),
        obligation("open", "phi_breach", legs=[leg("immediate")]),
    )  # fmt: skip
    state = case(mode, nexus_us=True, breach_discovered_at=AT, **facts)
    data = calendar_file(state, made.duties(state), NOW)
    events = {str(one["uid"]): one for one in Calendar.from_ical(data).walk("VEVENT")}
    return data, events


def test_only_what_has_a_date_or_is_due_at_once_stands_in_it(tmp_path: Path) -> None:
    _data, events = written(tmp_path)
    assert sorted(uid.split("@")[0] for uid in events) == [
        "days.law.CASE-1", "days.target.CASE-1", "hours.law.CASE-1", "now.law.CASE-1",
    ]  # fmt: skip
    day = events["days.law.CASE-1@evict.invalid"]
    assert str(day["dtstart"].dt) == "2026-12-24"
    assert str(events["hours.law.CASE-1@evict.invalid"]["dtstart"].dt) == "2026-11-27 10:00:00+00:00"
    assert "TARGET, not law" in str(events["days.target.CASE-1@evict.invalid"]["summary"])
    assert "AT ONCE" in str(events["now.law.CASE-1@evict.invalid"]["summary"])


def test_each_date_has_reminders_and_names_stay_the_same(tmp_path: Path) -> None:
    _data, events = written(tmp_path)
    assert [len(one.walk("VALARM")) for _uid, one in sorted(events.items())] == [3, 3, 3, 0]
    assert set(written(tmp_path)[1]) == set(events)


def test_hostile_text_becomes_no_line_of_its_own(tmp_path: Path) -> None:
    data, events = written(tmp_path)
    assert len([one for one in data.split(b"\r\n") if one == b"BEGIN:VALARM"]) == 9
    assert b"\x1b" not in data
    assert b"\x07" not in data
    assert "\u202e".encode() not in data
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    assert "<b>" in str(events["hours.law.CASE-1@evict.invalid"]["summary"])


def test_an_exercise_is_marked_everywhere(tmp_path: Path) -> None:
    data, events = written(tmp_path, "exercise")
    for one in events.values():
        assert str(one["summary"]).startswith("EXERCISE - ")
        assert str(one["description"]).startswith("EXERCISE")
        assert all(str(alarm["description"]).startswith("EXERCISE") for alarm in one.walk("VALARM"))
    assert b"X-WR-CALNAME:EXERCISE" in data
