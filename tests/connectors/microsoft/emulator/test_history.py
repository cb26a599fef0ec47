"""The seeded history: the same in every tenant, believable, and older than what a tenant keeps."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from runner.range.microsoft import history
from runner.range.microsoft.people import COLLEAGUE, SUSPECT, People, guid

MOST = 2000
KEPT = {"signIns": ("createdDateTime", 30), "directoryAudits": ("activityDateTime", 30),
        "auditRecords": ("createdDateTime", 180), "messageTraces": ("receivedDateTime", 90)}  # fmt: skip


def seeded() -> dict[str, list[dict[str, Any]]]:
    tables: dict[str, list[dict[str, Any]]] = {}
    history.seed(lambda table, *rows: tables.setdefault(table, []).extend(rows), People())
    return tables


def test_two_tenants_have_the_same_history() -> None:
    assert seeded() == seeded()


def test_every_record_has_its_own_id_and_there_are_not_too_many() -> None:
    tables = seeded()
    for rows in tables.values():
        assert len({one["id"] for one in rows}) == len(rows)
    assert sum(map(len, tables.values())) < MOST


@pytest.mark.parametrize("table", KEPT)
def test_some_of_a_log_is_older_than_the_tenant_keeps_and_none_is_of_the_future(table: str) -> None:
    stamp, days = KEPT[table]
    now = datetime.now(UTC)
    times = sorted(datetime.fromisoformat(one[stamp]) for one in seeded()[table])
    assert times[0] < now - timedelta(days=days) < times[-1] <= now


def test_suspect_and_colleague_both_have_one_and_the_suspect_was_at_more_than_one_place() -> None:
    rows = seeded()["signIns"]
    places = {name: {one["ipAddress"] for one in rows if one["userId"] == guid(name)} for name in (SUSPECT, COLLEAGUE)}
    assert places[SUSPECT] == {history.FARM, history.RELAY}
    assert places[COLLEAGUE] == {history.OFFICE}
    devices = {one["deviceDetail"]["displayName"] for one in rows if one["userId"] == guid(SUSPECT)}
    assert len(devices) == 2, "at times from somebody else's laptop"
