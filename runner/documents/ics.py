"""The open deadlines of a case as a calendar file that counsel can import (RFC 5545).

Only what has a date or is due at once stands in it: a duty without a number never gets a made-up one. Every entry keeps
its UID, so that a later file updates the earlier one; text is escaped by the library, and text that a person or the
subject chose is made harmless before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta

from icalendar import Alarm, Calendar, Event

from runner.case.state import CaseState
from runner.documents.clocks import Deadline, Kind
from runner.documents.duties import Duty
from runner.report.text import safe

PRODUCT = "-//evict//deadlines//EN"
LONG = 4000

REMINDERS: Mapping[Kind, tuple[timedelta, ...]] = {
    Kind.MOMENT: (timedelta(hours=24), timedelta(hours=4), timedelta(hours=1)),
    Kind.DATE: (timedelta(days=3), timedelta(days=1), timedelta(hours=-9)),
    Kind.IMMEDIATE: (),
}
"""How long before; for a day, before its beginning, so that the last is at nine in the morning of the last day."""


def calendar_file(case: CaseState, duties: Sequence[Duty], now: datetime) -> bytes:
    """One entry for each open duty with a date, with reminders."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", _name(case, f"Deadlines of {safe(case.case_id)}"))
    for duty in duties:
        for deadline in (duty.count.law, duty.count.target):
            if duty.open and deadline and (deadline.at or deadline.kind is Kind.IMMEDIATE):
                calendar.add_component(_entry(case, duty, deadline, now))
    return bytes(calendar.to_ical())


def _entry(case: CaseState, duty: Duty, deadline: Deadline, now: datetime) -> Event:
    law = duty.obligation
    entry = Event()
    entry.add("uid", f"{law.id}.{deadline.basis}.{safe(case.case_id)}@evict.invalid")
    entry.add("dtstamp", now.astimezone(UTC).replace(microsecond=0))
    entry.add("dtstart", _start(case, deadline))
    words = {"law": "", "target": "TARGET, not law: "}[deadline.basis]
    at_once = "AT ONCE: " if deadline.kind is Kind.IMMEDIATE else ""
    entry.add("summary", _name(case, f"{at_once}{words}{law.title} ({law.id})"))
    entry.add("description", _description(case, duty, deadline))
    entry.add("categories", ["EXERCISE"] if case.mode == "exercise" else ["deadline"])
    entry.add("class", "CONFIDENTIAL")
    entry.add("transp", "TRANSPARENT")
    for before in REMINDERS[deadline.kind]:
        entry.add_component(_alarm(case, law.title, before))
    return entry


def _start(case: CaseState, deadline: Deadline) -> date | datetime:
    """The last day, or the moment; what is due at once stands at the opening of the case, as it always did."""
    if deadline.last_day:
        return deadline.last_day
    moment = deadline.at or case.opened_at or datetime.now(UTC)
    return moment.astimezone(UTC).replace(microsecond=0)


def _alarm(case: CaseState, title: str, before: timedelta) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", _name(case, title))
    alarm.add("trigger", -before)
    return alarm


def _description(case: CaseState, duty: Duty, deadline: Deadline) -> str:
    law = duty.obligation
    lines = [
        "EXERCISE: not a real deadline" if case.mode == "exercise" else "",
        f"{law.authority}; {law.citation}",
        f"Basis: {deadline.basis}; {law.kind}; confidence {law.confidence}, as of {law.as_of}",
        f"Who acts: {', '.join(law.who)}",
        f"Submit via: {law.submit_via}",
        *(f"Working: {line}" for line in deadline.working),
        *(f"Caution: {line}" for line in law.cautions),
        "Research for counsel, who decides.",
    ]
    return "\n".join(safe(line, LONG) for line in lines if line)


def _name(case: CaseState, text: str) -> str:
    return f"EXERCISE - {safe(text)}" if case.mode == "exercise" else safe(text)
