"""GuardDuty: findings that name the subject exactly, from every detector, each once."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from connectors.aws.evidence import PreserveGuardDuty
from runner.range.machines import REGION
from runner.range.seed import COLLEAGUE, HOME, SUSPECT, client

if TYPE_CHECKING:
    from tests.connectors.aws.evidence.conftest import Pick, Scene


def detect(scene: Scene, region: str) -> str:
    made = client(scene.running.endpoint, "guardduty", region=region).create_detector(Enable=True)
    return str(made["DetectorId"])


def finding(number: int, **resource: Any) -> dict[str, Any]:
    return {
        "id": f"{number:032x}", "accountId": HOME, "arn": f"arn:aws:guardduty:us-east-1:{HOME}:detector/d/finding/{number}",
        "region": "us-east-1", "schemaVersion": "2.0", "severity": 5, "type": "UnauthorizedAccess:IAMUser/ConsoleLogin",
        "createdAt": "2026-03-01T00:00:00.000Z", "updatedAt": f"2026-03-{number % 28 + 1:02d}T00:00:00.000Z",
        "resource": resource,
    }  # fmt: skip


def by(user: str, key: str = "AKIANOBODY") -> dict[str, Any]:
    return {"accessKeyDetails": {"userName": user, "accessKeyId": key, "principalId": "x", "userType": "IAMUser"}}


def test_findings_that_name_the_subject_are_kept_over_all_pages_and_nobody_elses(scene: Scene, pick: Pick) -> None:
    detector = detect(scene, "us-east-1")
    rows = [finding(n, **by(SUSPECT)) for n in range(120)] + [finding(500 + n, **by(COLLEAGUE)) for n in range(60)]
    scene.seed("guardduty", account=HOME, region="us-east-1", findings=rows)
    result = scene.run(PreserveGuardDuty())
    kept = pick(result.receipts, detector=detector)
    assert (kept.complete, kept.records, kept.gaps) == ("complete", 120, ())
    assert kept.query["findings"]["resource.accessKeyDetails.userName"] == [SUSPECT]
    assert "90 days" in kept.retention
    assert kept.first is not None
    assert (kept.first.day, kept.last.day if kept.last else 0) == (1, 28)
    assert COLLEAGUE.encode() not in scene.context.stored[f"guardduty-{HOME}-us-east-1-{detector}.jsonl"]
    assert len(scene.calls("GetFindings")) == 3


def test_findings_by_key_and_by_instance_are_found_and_one_that_fits_twice_is_kept_once(
    workshop: Scene, pick: Pick
) -> None:
    detector = detect(workshop, REGION)
    instance = workshop.machines.suspect if workshop.machines else ""
    rows = [
        finding(1, **by("someone-else", workshop.world.suspect[0].key)),
        finding(2, instanceDetails={"instanceId": instance}),
        finding(3, **by(SUSPECT, workshop.world.suspect[0].key)),
        finding(4, **by("temporary", "ASIASEENINTHELOG")),
        finding(5, **by(f"{SUSPECT}2")),
    ]
    workshop.seed("guardduty", account=HOME, region=REGION, findings=rows)
    result = workshop.run(PreserveGuardDuty(), access_key_ids=["ASIASEENINTHELOG"])
    kept = pick(result.receipts, detector=detector)
    assert (kept.records, kept.duplicates) == (4, 1)
    assert kept.query["findings"]["resource.instanceDetails.instanceId"] == [instance]


def test_without_an_exact_name_every_finding_is_kept_and_the_receipt_says_so(scene: Scene, pick: Pick) -> None:
    detector = detect(scene, "us-east-1")
    scene.seed("guardduty", account=HOME, region="us-east-1", findings=[finding(1, **by(COLLEAGUE))])
    persona = replace(scene.context.subject.personas[0], identifiers={})
    scene.context.accounts = ()
    scene.context.subject = replace(scene.context.subject, personas=(persona,))
    kept = pick(scene.run(PreserveGuardDuty()).receipts, detector=detector)
    assert (kept.records, kept.query["findings"]) == (1, "all that GuardDuty keeps")


def test_all_findings_are_kept_only_when_asked_for(scene: Scene, pick: Pick) -> None:
    detector = detect(scene, "us-east-1")
    scene.seed("guardduty", account=HOME, region="us-east-1", findings=[finding(1, **by(COLLEAGUE))])
    assert pick(scene.run(PreserveGuardDuty()).receipts, detector=detector).records == 0
    assert pick(scene.run(PreserveGuardDuty(), all=True).receipts, detector=detector).records == 1


def test_a_region_without_a_detector_says_that_guardduty_is_not_on(scene: Scene, pick: Pick) -> None:
    detect(scene, "us-east-1")
    result = scene.run(PreserveGuardDuty())
    off = pick(result.receipts, region=REGION)
    assert (off.complete, result.outputs["undetected"]) == ("incomplete", [f"{HOME} {REGION}"])
    assert "there is no detector" in off.why


def test_a_finding_that_goes_away_between_the_list_and_the_read_is_a_gap(scene: Scene, pick: Pick) -> None:
    detector = detect(scene, "us-east-1")
    rows = [finding(n, **by(SUSPECT)) for n in range(3)]
    scene.seed("guardduty", account=HOME, region="us-east-1", findings=rows, **{"only-listed": [rows[1]["id"]]})
    kept = pick(scene.run(PreserveGuardDuty()).receipts, detector=detector)
    assert (kept.complete, kept.records) == ("incomplete", 2)
    assert [gap.what for gap in kept.gaps] == [f"finding {rows[1]['id']}"]


def test_a_region_that_refuses_is_a_gap_and_the_other_is_kept(scene: Scene, pick: Pick) -> None:
    first, second = detect(scene, "us-east-1"), detect(scene, REGION)
    scene.seed("guardduty", account=HOME, region="us-east-1", findings=[finding(1, **by(SUSPECT))])
    scene.running.faults({"kind": "refuse", "operation": "ListFindings", "region": REGION, "times": 9})
    result = scene.run(PreserveGuardDuty())
    assert pick(result.receipts, detector=first).complete == "complete"
    refused = pick(result.receipts, detector=second)
    assert refused.complete == "incomplete"
    assert "guardduty:ListFindings" in refused.why


def test_throttling_in_the_middle_loses_nothing(scene: Scene) -> None:
    detect(scene, "us-east-1")
    rows = [finding(n, **by(SUSPECT)) for n in range(120)]
    scene.seed("guardduty", account=HOME, region="us-east-1", findings=rows)
    scene.running.faults(
        {"kind": "throttle", "operation": "ListFindings", "skip": 1, "times": 2},
        {"kind": "throttle", "operation": "GetFindings", "skip": 1, "times": 2},
    )
    assert scene.run(PreserveGuardDuty()).outputs["records"] == 120


def test_a_repeated_page_token_ends_the_list_as_a_gap_and_what_came_is_kept(scene: Scene, pick: Pick) -> None:
    detector = detect(scene, "us-east-1")
    rows = [finding(n, **by(SUSPECT)) for n in range(120)]
    scene.seed("guardduty", account=HOME, region="us-east-1", findings=rows)
    scene.seed("stuck", operations=["ListFindings"])
    kept = pick(scene.run(PreserveGuardDuty()).receipts, detector=detector)
    assert (kept.complete, kept.records) == ("incomplete", 50)
    assert "repeated a page token" in kept.why


def test_when_the_time_is_up_findings_that_were_listed_and_not_read_are_said(scene: Scene, pick: Pick) -> None:
    detector = detect(scene, "us-east-1")
    rows = [finding(n, **by(SUSPECT)) for n in range(10)]
    scene.seed("guardduty", account=HOME, region="us-east-1", findings=rows)
    scene.context.looks = 5
    kept = pick(scene.run(PreserveGuardDuty()).receipts, detector=detector)
    assert (kept.complete, kept.records) == ("incomplete", 0)
    assert "stopped" in kept.why


def test_a_session_that_only_observes_may_read_all_of_it(scene: Scene) -> None:
    detect(scene, "us-east-1")
    mark = len(scene.running.calls())
    PreserveGuardDuty().run(scene.reader, {}, scene.context)
    assert not [call for call in scene.running.calls(mark) if call["write"]]
