"""Every collector keeps what came as it came, counts each record once, and tells what it could not get."""

from __future__ import annotations

import hashlib

import pytest

from connectors.contract import Action, Outcome
from connectors.microsoft.evidence import EVIDENCE_ACTIONS
from connectors.microsoft.evidence.directory_audits import PreserveDirectoryAudits
from connectors.microsoft.evidence.sign_ins import PreserveSignIns
from tests.connectors.microsoft.evidence.conftest import Scene

FAULTS = ("repeated_page", "empty_page")


def counted(scene: Scene, action: Action) -> int:
    return sum(one.records for one in scene.run(action).receipts)


@pytest.mark.parametrize("action", EVIDENCE_ACTIONS, ids=lambda one: one.name)
def test_a_collection_speaks_of_the_bytes_that_it_stored_and_never_merges_its_words(
    scene: Scene, action: Action
) -> None:
    result = scene.run(action)
    assert result.receipts
    kept = {hashlib.sha256(data).hexdigest() for data in scene.context.stored.values()}
    for receipt in result.receipts:
        assert receipt.complete in ("complete", "incomplete", "cannot-tell")
        assert receipt.complete == "complete" or receipt.why
        assert set(receipt.artefacts) <= kept
        assert receipt.source
        assert receipt.query


@pytest.mark.parametrize("action", [PreserveSignIns(), PreserveDirectoryAudits()], ids=lambda one: one.name)
@pytest.mark.parametrize("fault", FAULTS)
def test_a_page_that_comes_twice_or_empty_changes_no_count(scene: Scene, action: Action, fault: str) -> None:
    scene.settings(page=7)
    whole = counted(scene, action)
    assert whole > 7
    scene.settings(**{fault: 1})
    assert counted(scene, action) == whole


def test_a_listing_that_never_ends_is_a_gap_and_what_came_before_is_kept(scene: Scene) -> None:
    scene.settings(page=7, looping_page=2)
    receipts = scene.run(PreserveSignIns()).receipts
    looped = [one for one in receipts if one.complete == "incomplete"]
    assert looped
    assert all(one.gaps for one in looped)
    assert any(one.records for one in looped)


def test_a_throttle_in_the_middle_loses_no_page(scene: Scene) -> None:
    scene.settings(page=7)
    whole = counted(scene, PreserveSignIns())
    name = "GET /beta/auditLogs/signIns"
    scene.faults({"kind": "throttle", "match": name, "times": 1, "skip": 2, "retry_after": 0})
    assert counted(scene, PreserveSignIns()) == whole


def test_a_tenant_without_the_licence_is_not_said_to_be_clean(scene: Scene) -> None:
    scene.settings(licences=[])
    result = scene.run(PreserveSignIns())
    assert result.outcome is Outcome.NOT_APPLICABLE or all(one.complete != "complete" for one in result.receipts)
