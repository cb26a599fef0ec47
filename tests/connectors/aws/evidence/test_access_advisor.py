"""Access advisor: every user and role that the subject reaches, all pages, and what AWS could not make."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from connectors.aws.evidence import PreserveAccessAdvisor
from connectors.contract import Outcome
from connectors.errors import ReadOnlyError
from runner.range.seed import HOME, SUSPECT

if TYPE_CHECKING:
    from tests.connectors.aws.evidence.conftest import Pick, Scene

USER = f"arn:aws:iam::{HOME}:user/{SUSPECT}"
DEPLOY = f"arn:aws:iam::{HOME}:role/deploy"


def services(count: int) -> list[dict[str, Any]]:
    return [
        {
            "ServiceName": f"Service {n}",
            "ServiceNamespace": f"s{n}",
            "LastAuthenticated": f"2026-01-{n % 28 + 1:02d}T00:00:00Z",
        }
        for n in range(count)
    ]


def test_every_page_of_every_user_and_role_that_the_subject_reaches_is_kept(scene: Scene, pick: Pick) -> None:
    scene.seed("access-advisor", services={USER: services(230)}, polls=2)
    result = scene.run(PreserveAccessAdvisor())
    roles = [f"arn:aws:iam::{HOME}:role/{name}" for name in ("auditor", "deploy", "release")]
    assert result.outputs["principals"] == [*roles, USER]
    mine = pick(result.receipts, arn=USER)
    assert (mine.pages, mine.records, mine.gaps) == (3, 230, ())
    assert mine.first is not None
    assert (mine.first.day, mine.last.day if mine.last else 0) == (1, 28)
    kept = scene.context.stored[f"access-advisor-{HOME}-{SUSPECT}.jsonl"].splitlines()
    assert len(kept) == 3
    assert all(b'"COMPLETED"' in page for page in kept)
    assert scene.context.pauses


def test_a_report_is_never_called_complete_because_the_last_hours_may_be_missing(scene: Scene) -> None:
    result = scene.run(PreserveAccessAdvisor())
    assert {receipt.complete for receipt in result.receipts} == {"cannot-tell"}
    assert all("4 hours" in receipt.why and "400 days" in receipt.retention for receipt in result.receipts)


def test_a_report_that_aws_cannot_make_is_a_gap_and_the_others_are_kept(scene: Scene, pick: Pick) -> None:
    scene.seed("access-advisor", failed=[DEPLOY])
    result = scene.run(PreserveAccessAdvisor())
    failed = pick(result.receipts, arn=DEPLOY)
    assert failed.complete == "incomplete"
    assert "FAILED Internal" in failed.why
    assert len(result.outputs["principals"]) == 3
    assert result.outcome is Outcome.DONE


def test_a_repeated_marker_ends_the_listing_as_a_gap(scene: Scene, pick: Pick) -> None:
    scene.seed("access-advisor", services={USER: services(150)})
    scene.seed("stuck", operations=["GetServiceLastAccessedDetails"])
    mine = pick(scene.run(PreserveAccessAdvisor()).receipts, arn=USER)
    assert (mine.complete, mine.pages) == ("incomplete", 2)
    assert "repeated a page token" in mine.why


def test_throttling_while_reports_are_asked_for_and_read_loses_nothing(scene: Scene) -> None:
    scene.running.faults(
        {"kind": "throttle", "operation": "GenerateServiceLastAccessedDetails", "times": 3},
        {"kind": "throttle", "operation": "GetServiceLastAccessedDetails", "times": 3, "skip": 1},
    )
    result = scene.run(PreserveAccessAdvisor())
    assert len(result.outputs["principals"]) == 4
    assert not [gap for receipt in result.receipts for gap in receipt.gaps]


def test_when_the_time_is_up_what_is_missing_is_said_for_each(scene: Scene) -> None:
    scene.context.looks = 3
    result = scene.run(PreserveAccessAdvisor())
    assert result.outputs["principals"] == []
    assert {receipt.complete for receipt in result.receipts} == {"incomplete"}
    assert all("stopped" in receipt.why for receipt in result.receipts)


def test_an_account_whose_roles_cannot_be_read_is_named(organization: Scene, pick: Pick) -> None:
    organization.running.faults({"kind": "refuse", "operation": "GetAccountAuthorizationDetails"})
    result = organization.run(PreserveAccessAdvisor())
    unread = pick(result.receipts, part="roles")
    assert unread.complete == "incomplete"
    assert [gap.what.startswith("users and roles of account") for gap in unread.gaps] == [True]
    users = [arn for arn in result.outputs["principals"] if ":user/" in arn]
    assert len({arn.split(":")[4] for arn in users}) == 3


def test_a_session_that_only_observes_refuses_to_have_a_report_made(scene: Scene) -> None:
    mark = len(scene.running.calls())
    with pytest.raises(ReadOnlyError):
        PreserveAccessAdvisor().run(scene.reader, {}, scene.context)
    assert not [call for call in scene.running.calls(mark) if call["write"]]
