"""Hunting: exact devices and accounts, counted before it is read, halved where a query gives fewer than it counted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from connectors.contract import Receipt
from connectors.microsoft.emulator.areas.hunting import _term
from connectors.microsoft.evidence import kql
from connectors.microsoft.evidence.defender_timeline import PreserveDefenderTimeline
from connectors.microsoft.evidence.windows import Window
from runner.range.microsoft.devices import LAPTOP, machine_id
from runner.range.microsoft.people import COLLEAGUE, SUSPECT

if TYPE_CHECKING:
    from connectors.contract import ActionResult
    from tests.connectors.microsoft.evidence.conftest import Scene

PROCESSES = "Defender DeviceProcessEvents"
HUNT = "POST /v1.0/security/runHuntingQuery"


def of(result: ActionResult, source: str) -> Receipt:
    return next(one for one in result.receipts if one.source == source)


def expected(scene: Scene) -> int:
    oldest = (datetime.now(UTC) - timedelta(days=30)).strftime("%Y-%m-%dT%H:%M:%SZ")
    rows = scene.rows("huntDeviceProcessEvents", DeviceId=machine_id(f"{LAPTOP}-{SUSPECT}"))
    return sum(one["Timestamp"] >= oldest for one in rows)


def test_events_of_the_subjects_devices_are_kept_and_nobody_elses(scene: Scene) -> None:
    result = scene.run(PreserveDefenderTimeline())
    assert machine_id(f"{LAPTOP}-{SUSPECT}") in result.outputs["device_ids"]
    assert of(result, PROCESSES).records == expected(scene) > 20
    assert all(machine_id(f"{LAPTOP}-{COLLEAGUE}").encode() not in data for data in scene.context.stored.values())
    assert of(result, "Defender CloudAppEvents").query["devices"] == []


def test_too_many_rows_for_one_query_are_read_in_halves(scene: Scene) -> None:
    result = scene.run(PreserveDefenderTimeline(), most=3)
    assert of(result, PROCESSES).records == expected(scene)
    assert of(result, PROCESSES).gaps == ()


def test_a_query_that_gives_fewer_rows_than_it_counted_is_read_in_halves(scene: Scene) -> None:
    scene.settings(hunting_limit=2)
    result = scene.run(PreserveDefenderTimeline())
    assert of(result, PROCESSES).records == expected(scene)
    assert of(result, PROCESSES).gaps == ()


def test_more_rows_in_one_second_than_a_query_gives_are_told_with_both_numbers(scene: Scene) -> None:
    at = (datetime.now(UTC) - timedelta(days=2)).strftime("%Y-%m-%dT%H:%M:%SZ")
    for number in range(5):
        scene.world.tenant.put("huntDeviceProcessEvents", {
            "DeviceId": machine_id(f"{LAPTOP}-{SUSPECT}"), "Timestamp": at, "ReportId": 9000 + number,
        })  # fmt: skip
    scene.settings(hunting_limit=3)
    receipt = of(scene.run(PreserveDefenderTimeline()), PROCESSES)
    assert receipt.complete == "incomplete"
    assert [gap.why for gap in receipt.gaps] == ["5 rows were counted and 3 came"]


def test_older_than_thirty_days_is_told_as_gone(scene: Scene) -> None:
    receipt = of(scene.run(PreserveDefenderTimeline(), days=60), PROCESSES)
    assert receipt.complete == "incomplete"
    assert [gap.why for gap in receipt.gaps] == ["older than the 30 days that Defender keeps"]


def test_a_refused_table_is_a_gap_and_the_others_are_kept(scene: Scene) -> None:
    scene.faults({"kind": "refuse", "match": HUNT, "skip": 1, "times": 5})
    result = scene.run(PreserveDefenderTimeline())
    assert of(result, "Defender DeviceLogonEvents").complete == "incomplete"
    assert of(result, PROCESSES).records == expected(scene)


def test_a_hostile_device_id_finds_nothing_and_changes_no_query(scene: Scene) -> None:
    hostile = 'x") or DeviceId in ("' + machine_id(f"{LAPTOP}-{COLLEAGUE}")
    result = scene.run(PreserveDefenderTimeline(), device_ids=[hostile])
    assert of(result, PROCESSES).records == expected(scene)
    assert all(machine_id(f"{LAPTOP}-{COLLEAGUE}.").encode() not in data for data in scene.context.stored.values())


@given(st.text(max_size=30))
def test_whatever_a_value_holds_it_stays_one_literal(value: str) -> None:
    test = _term(kql.among("DeviceId", [value]))
    assert test({"DeviceId": value})
    assert not test({"DeviceId": value + "x"})


def test_a_table_that_nothing_of_the_subject_can_be_in_is_not_asked() -> None:
    window = Window(datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC))
    assert kql.rows(kql.Source("DeviceLogonEvents", "DeviceId"), [], ["user"], window) == ""
