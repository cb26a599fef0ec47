"""Identity protection: the subject's risk and detections, at one request a second and refusals without a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connectors.contract import Outcome
from connectors.microsoft.evidence.risk import PreserveRisk
from runner.range.microsoft.people import COLLEAGUE, SUSPECT, guid

if TYPE_CHECKING:
    from tests.connectors.microsoft.evidence.conftest import Scene


def test_state_history_and_detections_of_the_subject_are_kept_and_nobody_elses(scene: Scene) -> None:
    result = scene.run(PreserveRisk())
    assert [(one.source, one.complete, one.records) for one in result.receipts] == [
        ("Entra risky users", "complete", 2),
        ("Entra risk detections", "complete", 2),
    ]
    assert all(guid(COLLEAGUE).encode() not in data for data in scene.context.stored.values())


def test_a_user_without_risk_is_in_no_listing_and_that_is_no_gap(scene: Scene) -> None:
    scene.world.tenant.remove("riskyUsers", scene.rows("riskyUsers", id=guid(SUSPECT)))
    scene.empty("riskDetections")
    result = scene.run(PreserveRisk())
    assert [(one.complete, one.records) for one in result.receipts] == [("complete", 0), ("complete", 0)]
    assert result.outcome is Outcome.DONE


def test_a_refusal_without_a_time_is_waited_out(scene: Scene) -> None:
    scene.faults({"kind": "throttle", "match": "GET /v1.0/identityProtection/riskDetections", "times": 2})
    assert scene.run(PreserveRisk()).outputs["records"] == 4


def test_without_the_licence_it_is_not_applicable_and_never_clean(scene: Scene) -> None:
    scene.settings(licences=["P1"])
    result = scene.run(PreserveRisk())
    assert result.outcome is Outcome.NOT_APPLICABLE
    assert all(one.complete == "incomplete" and "licence" in one.why for one in result.receipts)


def test_one_right_that_is_missing_spoils_only_what_it_is_for(scene: Scene) -> None:
    scene.world.allow(reader=frozenset({"IdentityRiskEvent.Read.All"}))
    risky, events = scene.run(PreserveRisk()).receipts
    assert (risky.complete, events.complete) == ("incomplete", "complete")
