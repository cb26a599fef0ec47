"""Directory audits: by the subject, about the subject, and by apps that the subject took into their hands."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from connectors.microsoft.evidence.directory_audits import BY_APP, BY_USER, TO_USER, PreserveDirectoryAudits
from runner.range.microsoft.people import BOSS, COLLEAGUE, SUSPECT, guid

if TYPE_CHECKING:
    from tests.connectors.microsoft.evidence.conftest import Pick, Scene

LISTING = "GET /v1.0/auditLogs/directoryAudits"


def change(number: int, activity: str, *, by: dict[str, Any], target: str, kind: str = "User", days: float = 2,
           result: str = "success") -> dict[str, Any]:  # fmt: skip
    at = datetime.now(UTC) - timedelta(days=days)
    return {
        "id": f"change-{number}", "activityDateTime": at.strftime("%Y-%m-%dT%H:%M:%SZ"), "activityDisplayName": activity,
        "category": "ApplicationManagement", "result": result, "initiatedBy": by,
        "targetResources": [{"id": target, "type": kind, "modifiedProperties": []}],
    }  # fmt: skip


def user(name: str) -> dict[str, Any]:
    return {"user": {"id": guid(name), "userPrincipalName": name}, "app": None}


def app(principal: str) -> dict[str, Any]:
    return {"app": {"servicePrincipalId": principal, "appId": "a"}, "user": None}


def test_changes_by_the_subject_and_changes_to_them_are_kept_and_those_among_others_are_not(
    scene: Scene, pick: Pick
) -> None:
    scene.empty("directoryAudits")
    for one in (
        change(1, "Update user", by=user(SUSPECT), target="somebody"),
        change(2, "Update user", by=user(BOSS), target=guid(SUSPECT)),
        change(3, "Update user", by=user(BOSS), target=guid(COLLEAGUE)),
        change(4, "Update user", by=user(SUSPECT), target=guid(SUSPECT)),
    ):
        scene.world.tenant.put("directoryAudits", one)
    result = scene.run(PreserveDirectoryAudits())
    assert pick(result.receipts, rows=BY_USER).records == 2
    assert pick(result.receipts, rows=TO_USER).records == 2
    assert result.outputs["records"] == 3, "a row in two receipts is one row"
    assert all(b"change-3" not in data for data in scene.context.stored.values())


def test_apps_that_the_subject_took_over_are_followed_to_their_own_changes_and_on(scene: Scene, pick: Pick) -> None:
    scene.empty("directoryAudits")
    add = "Add service principal credentials"
    for one in (
        change(1, add, by=user(SUSPECT), target="sp-one", kind="ServicePrincipal"),
        change(2, add, by=app("sp-one"), target="sp-two", kind="ServicePrincipal"),
        change(3, "Add member to role", by=app("sp-two"), target="somebody"),
        change(4, add, by=user(SUSPECT), target="sp-three", kind="ServicePrincipal", result="failure"),
        change(5, add, by=user(BOSS), target="sp-four", kind="ServicePrincipal"),
    ):
        scene.world.tenant.put("directoryAudits", one)
    result = scene.run(PreserveDirectoryAudits())
    assert result.outputs["apps"] == ["sp-one", "sp-two"]
    assert pick(result.receipts, rows=BY_APP, id="sp-two").records == 1


def test_a_free_tenant_keeps_seven_days_and_the_rest_of_the_month_is_told_as_gone(scene: Scene, pick: Pick) -> None:
    scene.settings(licences=[])
    receipt = pick(scene.run(PreserveDirectoryAudits()).receipts, rows=BY_USER)
    assert receipt.complete == "incomplete"
    assert [gap.why for gap in receipt.gaps] == ["older than the 7 days that Entra keeps"]
    paid = scene.world.tenant.settings
    paid.licences = ("P1",)
    assert pick(scene.run(PreserveDirectoryAudits()).receipts, rows=BY_USER).complete == "complete"


def test_a_refusal_in_one_window_is_a_gap_of_that_window(scene: Scene, pick: Pick) -> None:
    scene.faults({"kind": "refuse", "match": LISTING, "skip": 1, "times": 1})
    receipt = pick(scene.run(PreserveDirectoryAudits()).receipts, rows=BY_USER)
    assert (receipt.complete, len(receipt.gaps)) == ("incomplete", 1)
    assert receipt.records > 0
