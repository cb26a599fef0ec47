"""Message traces: sent and received, in ranges that Exchange takes, and what a tenant needs first."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from connectors.contract import Outcome
from connectors.microsoft.evidence.message_trace import SERVED_BY, PreserveMessageTrace
from runner.range.microsoft.people import DOMAIN, SUSPECT
from tests.connectors.microsoft.evidence.conftest import opened_scene
from tests.connectors.microsoft.kit import microsoft_world

if TYPE_CHECKING:
    from tests.connectors.microsoft.evidence.conftest import Pick, Scene

MAIL = f"{SUSPECT}@{DOMAIN}"
LISTING = "GET /v1.0/admin/exchange/tracing/messageTraces"


def test_what_the_subject_sent_and_received_is_kept_within_ninety_days(scene: Scene, pick: Pick) -> None:
    scene.world.tenant.put("messageTraces", {
        "id": "in-1", "senderAddress": "broker@agency.example", "recipientAddress": MAIL, "subject": "hello",
        "receivedDateTime": (datetime.now(UTC) - timedelta(days=4)).strftime("%Y-%m-%dT%H:%M:%SZ"),
    })  # fmt: skip
    result = scene.run(PreserveMessageTrace())
    oldest = (datetime.now(UTC) - timedelta(days=90)).strftime("%Y-%m-%dT%H:%M:%SZ")
    sent = [one for one in scene.rows("messageTraces", senderAddress=MAIL) if one["receivedDateTime"] >= oldest]
    assert pick(result.receipts, senderAddress=MAIL).records == len(sent) > 10
    assert pick(result.receipts, recipientAddress=MAIL).records == 1
    assert len(scene.rows("messageTraces", senderAddress=MAIL)) > len(sent), "some have expired"


def test_every_query_names_both_ends_of_its_range(scene: Scene) -> None:
    scene.run(PreserveMessageTrace())
    asked = [line["asked"]["query"]["$filter"] for name in scene.context.stored if name.endswith("settled.index.jsonl")
             for line in scene.context.index(name.removesuffix(".index.jsonl"))]  # fmt: skip
    assert asked
    assert all("receivedDateTime ge" in one and "receivedDateTime le" in one for one in asked)


def test_older_than_ninety_days_is_told_and_not_asked(scene: Scene, pick: Pick) -> None:
    receipt = pick(scene.run(PreserveMessageTrace(), days=200).receipts, senderAddress=MAIL)
    assert receipt.complete == "incomplete"
    assert [gap.why for gap in receipt.gaps] == ["older than the 90 days that Exchange keeps"]


def test_a_tenant_without_microsofts_service_principal_is_told_which_one(scene: Scene, pick: Pick) -> None:
    scene.empty("serving")
    receipt = pick(scene.run(PreserveMessageTrace()).receipts, senderAddress=MAIL)
    assert receipt.complete == "incomplete"
    assert f"az ad sp create --id {SERVED_BY}" in receipt.why


def test_other_clouds_are_told_the_command_instead() -> None:
    with microsoft_world(cloud="us-gov") as world:
        scene = opened_scene(world)
        result = scene.run(PreserveMessageTrace())
        scene.session.close()
    assert result.outcome is Outcome.NOT_APPLICABLE
    assert "Get-MessageTraceV2" in result.why


def test_a_throttle_in_the_middle_loses_nothing(scene: Scene) -> None:
    scene.settings(page=3)
    whole = scene.run(PreserveMessageTrace()).outputs["records"]
    scene.faults({"kind": "throttle", "match": LISTING, "skip": 5, "times": 2, "retry_after": 30})
    assert scene.run(PreserveMessageTrace()).outputs["records"] == whole
