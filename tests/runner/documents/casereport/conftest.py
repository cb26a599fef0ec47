"""A case whose every string an adversary chose, with one record of every kind."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

import pytest

from runner.case import events as ev
from runner.case.fold import fold
from runner.case.lines import FIRST_PREV, Record, make_record
from runner.documents.casereport.source import Source
from runner.documents.law import shipped_law
from tests.runner.documents.hostile import ATTACKS

START = datetime(2026, 11, 24, 2, tzinfo=UTC)
NOW = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)
PLAN = "ab" * 32
BAD = '</title></svg><script>alert(1)</script>\u202e\x1b[31m"><img src=x onerror=alert(1)>'
"""What is written wherever a string may stand."""


def chain(events: Iterable[ev.Event], every: timedelta = timedelta(seconds=7)) -> tuple[Record, ...]:
    """The records of events, a while apart."""
    made: list[Record] = []
    for index, event in enumerate(events):
        prev = made[-1].hash if made else FIRST_PREV
        made.append(make_record(index + 1, START + index * every, event, prev))
    return tuple(made)


def source(events: Iterable[ev.Event], every: timedelta = timedelta(seconds=7), now: datetime = NOW) -> Source:
    """A case of these events."""
    records = chain(events, every)
    plan = {"steps": [{"id": "keep[0]", "title": f"Keep {BAD}", "phase": "preserve"},
                      {"id": "cut[0]", "title": "Cut", "phase": "cut"}], "warnings": [f"warns {BAD}"]}  # fmt: skip
    state = fold(records)
    return Source(records, state, {one: plan for one in state.plans}, shipped_law(), now, "evict test")


def path(name: str, state: str = "standing", **more: object) -> dict[str, object]:
    """An access path as a read saw it."""
    return {"system": "sys", "account": f"acc {BAD}", "kind": "key", "id": name, "label": f"label {name}",
            "state": state, **more}  # fmt: skip


def key(name: str) -> str:
    """The key of such a path."""
    return f"sys|acc {BAD}|key|{name}"


def signed(by: str, reason: str, answer: str = "approve") -> ev.GateAnswered:
    """An approval."""
    said = {"at": "2026-11-24T02:01:00.000000Z", "reason": reason, "plan": PLAN, "by": by}
    return ev.GateAnswered("ab/phase:cut", answer, by, json.dumps(said), "sig", f"SHA256:key-of-{by}")


def opening(mode: str = "exercise") -> list[ev.Event]:
    """A case, a plan, a gate."""
    subject = {"id": "w", "personas": [{"id": "p", "names": list(ATTACKS[:6]), "emails": []}]}
    return [
        ev.CaseOpened(f"CASE {BAD}", f"Title {BAD}", mode, "opener@x.example", "evict test", subject),
        ev.FactRecorded("a-fact", "string", f"value {BAD}", {"kind": "person", "name": BAD}, why=BAD),
        ev.FactRecorded("nexus_us", "boolean", None, {"kind": "person", "name": "c"}, unknown=True),
        ev.FileFrozen("case-file", BAD, "0" * 64, 3),
        ev.PlanSaved(PLAN, "run", f"playbook {BAD}", "planner@x.example"),
        ev.GateOpened("ab/phase:cut", ["cut[0]"], PLAN, 2, ["approver"], True, "planner@x.example"),
        signed("mei@x.example", f"reason one {BAD}"),
        signed("tomas@x.example", "reason two"),
        ev.RunStarted("r1", PLAN, "runner@x.example", {}),
    ]


def everything(mode: str = "exercise", names: Sequence[str] = ATTACKS) -> list[ev.Event]:
    """At least one event of every kind that a run writes."""
    labels = [{**path(f"id-{index}"), "label": name} for index, name in enumerate(names)]
    later = [{**path("id-0", "residual", until="2026-11-25T12:00:00Z", reason=f"outlives {BAD}"), "label": names[0]}]
    receipt = {"source": f"src {BAD}", "complete": "incomplete", "why": f"because {BAD}", "pages": 1, "records": 4,
               "start": None, "end": "2026-11-24T02:00:00Z", "gaps": [{"what": BAD, "why": "lost"}],
               "artefacts": ["1" * 64], "retention": BAD}  # fmt: skip
    finding = {"id": "f", "system": "sys", "kind": "k", "title": f"finding {BAD}", "found_by": "log", "by_subject": True,
               "allows": f"allows {BAD}", "remove": f"remove {BAD}", "severity": "high", "detail": {}}  # fmt: skip
    change = {"standing": "due", "kind": "moment", "basis": "law", "deadline": "2026-11-26T00:00:00Z", "last_day": None,
              "title": BAD, "who": ["counsel"], "as_of": "", "confidence": "low", "done": ""}  # fmt: skip
    return [
        *opening(mode),
        ev.StepExpanded("keep", [BAD]),
        ev.StepStarted("keep[0]", "r1", 1, "x.keep", "preserve", {}, "sys"),
        ev.StepRetried("keep[0]", 2, BAD, 1.0),
        ev.ArtefactStored("keep[0]", "1" * 64, 1234, f"artefact {BAD}", "text/plain", "sys"),
        ev.ArtefactStored("keep[0]", "2" * 64, 5, "second", "text/plain", "sys"),
        ev.ReceiptMade("keep[0]", receipt),
        ev.StepEnded("keep[0]", "could-not-check", f"why {BAD}"),
        ev.BudgetPassed("preserve", 1.0, [BAD]),
        ev.StepStarted("cut[0]", "r1", 1, "x.cut", "contain", {}, "sys"),
        ev.PathsObserved("cut[0]", "sys", f"acc {BAD}", "2026-11-24T02:02:00Z", "read", "before", labels),
        ev.DriftFound("cut[0]", "cut", [{}], [], []),
        ev.Armed(["cut[0]"], len(names)),
        ev.CutOrdered(["cut[0]"]),
        *(ev.OperationIntended("cut[0]", "cut", one) for one in labels),
        *(ev.OperationEnded("cut[0]", "cut", key(f"id-{index}"), "done", "", f"2026-11-24T02:04:{index:02}Z")
          for index in range(len(names))),
        ev.PathsObserved("cut[0]", "sys", f"acc {BAD}", "2026-11-24T02:05:00Z", "read again", "after", later,
                         {"token": f"unread {BAD}"}),
        ev.SystemVerified("cut[0]", "sys", "2026-11-24T02:06:00Z", 0, 1, 0.5),
        ev.StepEnded("cut[0]", "done", ""),
        ev.AskOpened("ask-1", "cut[0]", "card", f"card {BAD}", [BAD], "", "boolean", ["responder"]),
        ev.AskOpened("ask-2", "cut[0]", "question", f"question {BAD}", [BAD], "", "string", []),
        ev.AskAnswered("ask-1", True, "hand@x.example", f"done {BAD}"),
        ev.FindingMade("hunt[0]", finding),
        ev.ObligationChanged("us-x", {}, change, [BAD], []),
        ev.ObligationMarked("us-x", True, f"receipt {BAD}", "counsel@x.example"),
        ev.ContradictionsFound([{"id": "c", "says": BAD, "facts": ["a"]}]),
        ev.DocumentRendered("d", "pdf", BAD, "3" * 64, "4" * 64, [], [], "2026-11-24T02:00:00Z", False, BAD),
        ev.GateOpened("pay/1", [], "5" * 64, 1, ["counsel"], True, "cfo@x.example"),
        ev.PaymentGateClosed("pay/1", "closer@x.example", BAD),
        ev.RunEnded("r1", "residual", f"left {BAD}", 1, "0" * 64),
    ]  # fmt: skip


@pytest.fixture(scope="session")
def hostile() -> Source:
    """Every string of the case is an attack."""
    return source(everything())
