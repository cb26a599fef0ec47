"""The IAM dump and the credential report: every account, and what came before a listing broke off."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from connectors.aws.evidence import PreserveCredentialReport, PreserveIam
from connectors.errors import ReadOnlyError
from runner.range.seed import HOME

if TYPE_CHECKING:
    from tests.connectors.aws.evidence.conftest import Pick, Scene


def test_every_account_gives_its_own_credential_report(organization: Scene) -> None:
    result = organization.run(PreserveCredentialReport())
    members = organization.organization.members if organization.organization else []
    assert [one.query["account"] for one in result.receipts] == [HOME, *sorted(members)]
    assert {one.complete for one in result.receipts} == {"complete"}
    for account in (HOME, *members):
        assert (
            f"arn:aws:iam::{account}:user/".encode() in organization.context.stored[f"credential-report-{account}.csv"]
        )


def test_an_account_that_refuses_its_report_is_a_gap_and_the_others_are_kept(organization: Scene) -> None:
    organization.running.faults({"kind": "refuse", "operation": "GenerateCredentialReport"})
    result = organization.run(PreserveCredentialReport())
    assert sorted(one.complete for one in result.receipts) == ["complete", "complete", "incomplete"]
    refused = next(one for one in result.receipts if one.complete == "incomplete")
    assert "iam:GenerateCredentialReport" in refused.why


def test_a_throttled_report_is_asked_for_again(scene: Scene, pick: Pick) -> None:
    scene.running.faults({"kind": "throttle", "operation": "GenerateCredentialReport", "times": 2})
    assert pick(scene.run(PreserveCredentialReport()).receipts, account=HOME).complete == "complete"


def test_when_the_time_is_up_the_missing_report_is_a_gap(scene: Scene, pick: Pick) -> None:
    scene.running.faults({"kind": "throttle", "operation": "GenerateCredentialReport", "times": 9})
    scene.context.looks = 1
    receipt = pick(scene.run(PreserveCredentialReport()).receipts, account=HOME)
    assert (receipt.complete, receipt.records) == ("incomplete", 0)
    assert "stopped" in receipt.why


def test_every_account_is_dumped_and_one_that_refuses_is_a_gap(organization: Scene) -> None:
    organization.running.faults({"kind": "refuse", "operation": "GetAccountAuthorizationDetails"})
    result = organization.run(PreserveIam())
    assert len(result.outputs["accounts"]) == 2
    assert sorted(one.complete for one in result.receipts) == ["complete", "complete", "incomplete"]


def test_a_session_that_only_observes_refuses_to_have_a_credential_report_made(scene: Scene) -> None:
    with pytest.raises(ReadOnlyError):
        PreserveCredentialReport().run(scene.reader, {}, scene.context)
