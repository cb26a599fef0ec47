"""The unified audit log: queries that are found again, cut short, refused, late, and told for what they are."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from connectors.contract import Outcome, Receipt
from connectors.errors import ReadOnlyError
from connectors.microsoft.evidence.unified_audit import PreserveUnifiedAudit
from runner.range.microsoft.people import DOMAIN, SUSPECT
from tests.connectors.microsoft.evidence.conftest import opened_scene
from tests.connectors.microsoft.kit import microsoft_world

if TYPE_CHECKING:
    from connectors.contract import ActionResult
    from tests.connectors.microsoft.evidence.conftest import Scene

POST = "POST /v1.0/security/auditLog/queries"
NAME = f"{SUSPECT}@{DOMAIN}"


def record(number: int, at: datetime, **more: Any) -> dict[str, Any]:
    return {
        "id": f"record-{number}", "createdDateTime": at.strftime("%Y-%m-%dT%H:%M:%SZ"), "operation": "FileAccessed",
        "auditLogRecordType": "sharePointFileOperation", "service": "OneDrive", "userPrincipalName": NAME, **more,
    }  # fmt: skip


def fill(scene: Scene, count: int, *, days: float = 10, step: float = 30) -> None:
    """Records of the subject, `step` seconds apart."""
    scene.empty("auditRecords")
    start = datetime.now(UTC) - timedelta(days=days)
    for number in range(count):
        scene.world.tenant.put("auditRecords", record(number, start + timedelta(seconds=step * number)))


def settled(result: ActionResult) -> Receipt:
    return next(one for one in result.receipts if len(one.query["windows"]) > 1)


def young(result: ActionResult) -> Receipt:
    return next(one for one in result.receipts if str(one.query["windows"][-1]).endswith("now"))


def test_all_records_of_the_subject_are_kept_once_and_nobody_elses(scene: Scene) -> None:
    result = scene.run(PreserveUnifiedAudit())
    oldest = (datetime.now(UTC) - timedelta(days=180)).strftime("%Y-%m-%d")
    mine = [one for one in scene.rows("auditRecords", userPrincipalName=NAME) if one["createdDateTime"] >= oldest]
    assert result.outputs["records"] == len(mine) > 100
    assert settled(result).complete == "complete"
    assert all(b"amara" not in data for data in scene.context.stored.values())


def test_the_last_day_is_never_complete_and_says_when_to_ask_again(scene: Scene) -> None:
    result = scene.run(PreserveUnifiedAudit())
    assert young(result).complete == "cannot-tell"
    assert "collect again after" in young(result).why
    assert str(result.outputs["again_after"]) > datetime.now(UTC).strftime("%Y-%m-%dT%H")


def test_records_that_come_a_day_late_are_in_the_next_days_collection(scene: Scene) -> None:
    at = datetime.now(UTC) - timedelta(hours=2)
    scene.empty("auditRecords")
    scene.world.tenant.put("auditRecords", record(1, at, _arrives=(at + timedelta(hours=20)).isoformat()))
    assert scene.run(PreserveUnifiedAudit()).outputs["records"] == 0
    scene.context.pause(24 * 3600)
    assert scene.run(PreserveUnifiedAudit()).outputs["records"] == 1


@pytest.mark.parametrize("told", [True, False])
def test_a_query_that_is_cut_short_is_asked_in_halves_whether_it_says_so_or_not(scene: Scene, *, told: bool) -> None:
    fill(scene, 1200)
    scene.settings(query_limit=500, query_limit_told=told)
    result = scene.run(PreserveUnifiedAudit(), most=500)
    assert (result.outputs["records"], settled(result).complete) == (1200, "complete")
    assert "asked in halves" in settled(result).why


def test_an_unknown_limit_is_found_by_the_round_number_that_it_leaves(scene: Scene) -> None:
    fill(scene, 2300)
    scene.settings(query_limit=1000, query_limit_told=False, page=1000)
    assert scene.run(PreserveUnifiedAudit()).outputs["records"] == 2300


def test_more_records_in_one_second_than_a_query_gives_are_told_as_missing(scene: Scene) -> None:
    fill(scene, 40, step=0)
    scene.settings(query_limit=10)
    result = scene.run(PreserveUnifiedAudit())
    assert settled(result).complete == "incomplete"
    assert "more that no query gives" in settled(result).why


def test_a_query_that_fails_is_asked_once_more(scene: Scene) -> None:
    scene.settings(query_fails=3)
    result = scene.run(PreserveUnifiedAudit())
    assert settled(result).complete == "complete"
    assert len(scene.calls(POST)) == 10


def test_a_query_that_fails_twice_is_a_gap_of_its_window_and_the_others_are_kept(scene: Scene) -> None:
    scene.settings(query_fails=100)
    result = scene.run(PreserveUnifiedAudit())
    assert (settled(result).complete, result.outputs["records"]) == ("incomplete", 0)
    assert len(settled(result).gaps) == 6
    assert "failed, asked twice" in settled(result).why


def test_queries_that_run_are_waited_for(scene: Scene) -> None:
    scene.settings(query_time=600)
    result = scene.run(PreserveUnifiedAudit())
    assert settled(result).complete == "complete"
    assert sum(scene.context.pauses) >= 600
    assert max(scene.context.pauses) <= 60


def test_a_run_that_was_killed_finds_the_queries_that_it_had_posted(scene: Scene) -> None:
    scene.settings(query_time=3600)
    first = scene.run(PreserveUnifiedAudit(), wait_minutes=1)
    assert (settled(first).complete, first.outputs["records"]) == ("incomplete", 0)
    assert "still running" in first.why
    posted = len(scene.calls(POST))
    scene.context.pause(3600)
    again = scene.run(PreserveUnifiedAudit())
    assert settled(again).complete == "complete"
    assert again.outputs["records"] > 100
    assert len(scene.calls(POST)) == posted, "no query was made a second time"


def test_another_case_and_the_next_day_ask_anew(scene: Scene) -> None:
    scene.run(PreserveUnifiedAudit())
    posted = len(scene.calls(POST))
    scene.context.case_id = "CASE-2"
    scene.run(PreserveUnifiedAudit())
    assert len(scene.calls(POST)) == 2 * posted
    scene.context.pause(24 * 3600)
    scene.run(PreserveUnifiedAudit())
    assert len(scene.calls(POST)) == 3 * posted


def test_the_names_of_queries_say_nothing_of_the_case_or_the_person(scene: Scene) -> None:
    scene.run(PreserveUnifiedAudit())
    names = [one["displayName"] for one in scene.rows("auditQueries")]
    assert len(names) == len(set(names)) == 7
    assert not [name for name in names if "case" in name.casefold() or SUSPECT in name]


def test_a_lost_reply_makes_no_second_query(scene: Scene) -> None:
    scene.faults({"kind": "drop-reply", "match": POST})
    result = scene.run(PreserveUnifiedAudit())
    assert settled(result).complete == "complete"
    assert len(scene.rows("auditQueries")) == 7


def test_a_throttle_while_asking_and_while_waiting_loses_nothing(scene: Scene) -> None:
    scene.settings(query_time=60)
    whole = scene.run(PreserveUnifiedAudit()).outputs["records"]
    scene.context.case_id = "CASE-2"
    scene.faults({"kind": "throttle", "match": POST, "times": 2, "retry_after": 30},
                 {"kind": "throttle", "match": f"{POST.replace('POST', 'GET')}/{{id}}", "times": 2, "retry_after": 30})  # fmt: skip
    assert scene.run(PreserveUnifiedAudit()).outputs["records"] == whole


def test_a_stopped_step_tells_which_windows_are_still_asked(scene: Scene) -> None:
    scene.settings(query_time=3600)
    scene.context.looks = 40
    result = scene.run(PreserveUnifiedAudit())
    assert all(one.complete == "incomplete" for one in result.receipts)


def test_more_than_is_kept_for_sure_is_a_doubt_until_a_record_proves_the_longer_period(scene: Scene) -> None:
    asked = settled(scene.run(PreserveUnifiedAudit(), days=300))
    assert asked.complete == "complete", "a record older than 180 days came"
    scene.context.case_id = "CASE-2"
    fill(scene, 3)
    doubtful = settled(scene.run(PreserveUnifiedAudit(), days=300))
    assert doubtful.complete == "cannot-tell"
    assert "kept only with Audit (Premium)" in doubtful.why
    scene.context.case_id = "CASE-3"
    gone = settled(scene.run(PreserveUnifiedAudit(), days=500))
    assert gone.complete == "incomplete"


def test_workloads_can_be_named_for_an_app_that_may_read_no_others(scene: Scene) -> None:
    scene.world.allow(reader=frozenset({"AuditLogsQuery-Exchange.Read.All"}))
    refused = scene.run(PreserveUnifiedAudit())
    assert all((one.complete == "incomplete" and "AuditLogsQuery.Read.All" in str(one.why + one.source)) or one.gaps
               for one in refused.receipts)  # fmt: skip
    allowed = scene.run(PreserveUnifiedAudit(), services=["Exchange"])
    mine = scene.rows("auditRecords", userPrincipalName=NAME, service="Exchange")
    assert 0 < int(allowed.outputs["records"]) <= len(mine)
    assert settled(allowed).query["serviceFilters"] == ["Exchange"]


def test_other_clouds_have_no_such_log_in_graph() -> None:
    with microsoft_world(cloud="us-gov") as world:
        scene = opened_scene(world)
        result = scene.run(PreserveUnifiedAudit())
        scene.session.close()
    assert (result.outcome, result.receipts) == (Outcome.NOT_APPLICABLE, ())
    assert "worldwide cloud" in result.why


def test_a_session_that_may_not_hold_evidence_makes_no_query() -> None:
    with microsoft_world() as world:
        scene = opened_scene(world, read_only=True)
        with pytest.raises(ReadOnlyError):
            scene.run(PreserveUnifiedAudit())
        assert scene.rows("auditQueries") == []
        scene.session.close()
