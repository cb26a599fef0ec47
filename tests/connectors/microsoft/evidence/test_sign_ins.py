"""Sign-ins: whose, of which sort, how far back, and what the receipts say where the log shows less."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from connectors.contract import Outcome
from connectors.microsoft.evidence.sign_ins import ONLY_INTERACTIVE, PreserveSignIns
from runner.range.microsoft.apps import RELEASE_BOT, app_id
from runner.range.microsoft.people import COLLEAGUE, SUSPECT, guid

if TYPE_CHECKING:
    from tests.connectors.microsoft.evidence.conftest import Pick, Scene

SOURCE, BETA = "Entra sign-ins", "GET /beta/auditLogs/signIns"


def row(number: int, at: datetime, kind: str = "interactiveUser", **more: Any) -> dict[str, Any]:
    return {
        "id": f"row-{number}", "createdDateTime": at.strftime("%Y-%m-%dT%H:%M:%SZ"), "signInEventTypes": [kind],
        "userId": guid(SUSPECT), "isInteractive": kind == "interactiveUser", "status": {"errorCode": 0}, **more,
    }  # fmt: skip


def ago(**delta: float) -> datetime:
    return datetime.now(UTC) - timedelta(**delta)


def kept_ids(scene: Scene) -> list[str]:
    """Every id in the stored pages of sign-ins."""
    pages = [data for name, data in scene.context.stored.items() if name.startswith("sign-ins") and ".pages" in name]
    return [row["id"] for data in pages for line in data.splitlines() for row in json.loads(line)["value"]]


def test_every_sort_of_the_subject_and_their_apps_is_kept_once_and_nobody_elses(scene: Scene) -> None:
    result = scene.run(PreserveSignIns())
    oldest = (datetime.now(UTC) - timedelta(days=30)).strftime("%Y-%m-%dT%H:%M:%SZ")
    mine = [one for one in scene.rows("signIns") if one["createdDateTime"] >= oldest
            and (one["userId"] == guid(SUSPECT) or one["appId"] == app_id(RELEASE_BOT))]  # fmt: skip
    assert sorted(kept_ids(scene)) == sorted(one["id"] for one in mine)
    assert result.outputs["records"] == len(mine) > 50
    assert app_id(RELEASE_BOT) in result.outputs["app_ids"]
    assert all(guid(COLLEAGUE).encode() not in data for data in scene.context.stored.values())


def test_what_is_settled_is_complete_and_the_last_half_hour_never_is(scene: Scene, pick: Pick) -> None:
    receipts = [one for one in scene.run(PreserveSignIns()).receipts if one.source == SOURCE]
    settled = pick(receipts, userId=guid(SUSPECT), kind="interactiveUser")
    young = pick(receipts, userId=guid(SUSPECT), kind="interactiveUser", young=True)
    assert (settled.complete, settled.gaps, young.complete) == ("complete", (), "cannot-tell")
    assert "collect again after" in young.why
    assert settled.end == young.start
    assert settled.query["beta"] is True


def test_more_than_the_tenant_keeps_is_told_as_the_part_that_is_gone(scene: Scene, pick: Pick) -> None:
    receipts = [one for one in scene.run(PreserveSignIns(), days=90).receipts if one.source == SOURCE]
    receipt = pick(receipts, userId=guid(SUSPECT), kind="interactiveUser")
    assert receipt.complete == "incomplete"
    assert [gap.why for gap in receipt.gaps] == ["older than the 30 days that Entra keeps"]
    assert receipt.first is not None
    assert receipt.first > ago(days=31)


def test_a_row_that_arrives_late_is_in_the_next_collection(scene: Scene) -> None:
    at = ago(minutes=20)
    scene.world.tenant.put("signIns", row(1, at, _arrives=(datetime.now(UTC) + timedelta(minutes=10)).isoformat()))
    assert "row-1" not in (scene.run(PreserveSignIns()) and kept_ids(scene))
    scene.context.pause(1200)
    scene.context.stored.clear()
    scene.run(PreserveSignIns())
    assert kept_ids(scene).count("row-1") == 1


def test_a_source_whose_clock_is_ahead_loses_nothing_that_it_stamped_after_our_now(scene: Scene) -> None:
    scene.world.control.does("advance", {"seconds": 420})
    scene.world.tenant.put("signIns", row(1, ago(seconds=-400)))
    receipts = scene.run(PreserveSignIns()).receipts
    assert kept_ids(scene).count("row-1") == 1
    told = [one for one in receipts if one.source == SOURCE]
    assert all(one.clock_offset_s is not None and abs(one.clock_offset_s - 420) < 5 for one in told)
    assert all("s ahead of ours" in one.why for one in told)


def test_a_window_that_is_cut_short_in_silence_is_asked_in_halves_until_all_rows_came(scene: Scene, pick: Pick) -> None:
    scene.empty("signIns")
    for number in range(60):
        scene.world.tenant.put("signIns", row(number, ago(days=3, minutes=number)))
    scene.settings(listing_limit=10)
    receipts = [one for one in scene.run(PreserveSignIns(), most=10).receipts if one.source == SOURCE]
    receipt = pick(receipts, userId=guid(SUSPECT), kind="interactiveUser")
    assert (receipt.records, receipt.complete) == (60, "complete")
    assert "asked again in halves" in receipt.why
    assert receipt.duplicates == 0, "what a second look shows again is no duplicate of the log's"


def test_where_the_beta_listing_is_gone_version_one_is_read_and_says_what_is_not_in_it(
    scene: Scene, pick: Pick
) -> None:
    scene.settings(beta_sign_ins=False)
    result = scene.run(PreserveSignIns())
    receipts = [one for one in result.receipts if one.source == SOURCE]
    interactive = pick(receipts, userId=guid(SUSPECT), kind="interactiveUser")
    assert (interactive.complete, interactive.query["beta"]) == ("complete", False)
    assert interactive.records > 20
    for kind in ("nonInteractiveUser",):
        missing = pick(receipts, userId=guid(SUSPECT), kind=kind)
        assert (missing.complete, missing.records) == ("incomplete", 0)
        assert ONLY_INTERACTIVE in missing.why
    assert result.why == ONLY_INTERACTIVE


def test_without_a_licence_nothing_can_be_listed_and_that_is_no_clean_log(scene: Scene) -> None:
    scene.settings(licences=[])
    result = scene.run(PreserveSignIns())
    assert (result.outcome, result.receipts) == (Outcome.NOT_APPLICABLE, ())
    assert "Entra ID P1" in result.why


def test_further_apps_are_read_when_they_are_named(scene: Scene) -> None:
    at = ago(days=2)
    scene.world.tenant.put(
        "signIns", row(1, at, "managedIdentity", userId="", appId="11111111-2222-3333-4444-555555555555")
    )
    scene.run(PreserveSignIns(), app_ids=["11111111-2222-3333-4444-555555555555"])
    assert "row-1" in kept_ids(scene)


def test_one_window_that_cannot_be_read_is_a_gap_and_the_others_are_kept(scene: Scene, pick: Pick) -> None:
    scene.faults({"kind": "refuse", "match": BETA, "skip": 2, "times": 1})
    receipts = [one for one in scene.run(PreserveSignIns()).receipts if one.source == SOURCE]
    receipt = pick(receipts, userId=guid(SUSPECT), kind="interactiveUser")
    assert receipt.complete == "incomplete"
    assert len(receipt.gaps) == 1
    assert "AuditLog.Read.All" not in receipt.gaps[0].what
    assert receipt.records > 10


@pytest.mark.parametrize("after", [None, 45])
def test_a_refusal_for_being_too_fast_loses_nothing_whether_it_says_how_long_or_not(
    scene: Scene, after: int | None
) -> None:
    scene.settings(page=7)
    whole = scene.run(PreserveSignIns()).outputs["records"]
    scene.faults({"kind": "throttle", "match": BETA, "skip": 4, "times": 2, "retry_after": after})
    assert scene.run(PreserveSignIns()).outputs["records"] == whole
    assert scene.context.pauses == ([] if after is None else [45.0, 45.0])


def test_every_page_in_the_index_says_who_was_asked_what_and_when(scene: Scene) -> None:
    scene.run(PreserveSignIns())
    lines = scene.context.index("sign-ins-interactiveUser")
    assert all(line["request"] == BETA and line["status"] == 200 for line in lines)
    assert all(line["date"] and line["request-id"] for line in lines)
    assert all("userId eq" in line["asked"]["query"]["$filter"] for line in lines)
