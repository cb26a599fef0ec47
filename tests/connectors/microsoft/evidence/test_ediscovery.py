"""The hold: made once, read back until it stands, and told as waiting until then."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from connectors.contract import Outcome
from connectors.errors import ReadOnlyError
from connectors.microsoft.evidence.ediscovery import HoldEdiscovery
from runner.range.microsoft.people import SUSPECT, guid
from tests.connectors.microsoft.evidence.conftest import opened_scene
from tests.connectors.microsoft.kit import microsoft_world

if TYPE_CHECKING:
    from tests.connectors.microsoft.evidence.conftest import Scene

TABLES = ("ediscoveryCases", "ediscoveryCustodians", "ediscoveryUserSources", "ediscoverySiteSources")
CASES = "POST /v1.0/security/cases/ediscoveryCases"


def made(scene: Scene) -> list[int]:
    return [len(scene.rows(table)) for table in TABLES]


def test_it_is_done_only_when_a_read_says_applied(scene: Scene) -> None:
    scene.settings(hold_time=200)
    result = scene.run(HoldEdiscovery())
    assert (result.outcome, result.outputs["held"]) == (Outcome.DONE, [guid(SUSPECT)])
    assert sum(scene.context.pauses) >= 200
    receipt = result.receipts[0]
    assert (receipt.complete, receipt.query["states"]) == ("complete", {guid(SUSPECT): "applied"})
    assert set(receipt.query["sources"].values()) == {"applied"}


def test_a_hold_that_does_not_stand_in_time_is_issued_and_waits_and_a_second_run_only_reads(scene: Scene) -> None:
    scene.settings(hold_time=7200)
    waiting = scene.run(HoldEdiscovery(), wait_minutes=5)
    assert waiting.outcome is Outcome.COULD_NOT_CHECK
    assert (waiting.outputs["held"], waiting.outputs["waiting"]) == ([], [guid(SUSPECT)])
    assert "issued, waits: holdStatus is applying" in waiting.why
    assert waiting.receipts[0].complete == "incomplete"
    before = made(scene)
    scene.context.pause(7200)
    done = scene.run(HoldEdiscovery())
    assert (done.outcome, done.outputs["case"]) == (Outcome.DONE, waiting.outputs["case"])
    assert made(scene) == before == [1, 1, 1, 0]
    assert len([one for one in scene.world.gate.calls if one["name"].endswith("/applyHold")]) == 1


def test_a_second_run_makes_no_second_case(scene: Scene) -> None:
    scene.run(HoldEdiscovery(), sites=["https://initech.example/sites/billing"])
    before = made(scene)
    scene.run(HoldEdiscovery(), sites=["https://initech.example/sites/billing"])
    assert made(scene) == before == [1, 1, 1, 1]


@pytest.mark.parametrize("skip", range(4))
def test_a_lost_reply_makes_nothing_twice(scene: Scene, skip: int) -> None:
    scene.faults({"kind": "drop-reply", "write": True, "skip": skip})
    assert scene.run(HoldEdiscovery()).outcome is Outcome.DONE
    assert made(scene) == [1, 1, 1, 0]


def test_an_app_that_was_not_let_in_is_told_the_lines_that_let_it_in(scene: Scene) -> None:
    scene.empty("ediscoveryLetIn")
    result = scene.run(HoldEdiscovery())
    assert result.outcome is Outcome.FAILED
    for word in ("New-ServicePrincipal", "Add-RoleGroupMember", "eDiscoveryManager", "Add-eDiscoveryCaseAdmin",
                 str(scene.session.settings["reader-app"])):  # fmt: skip
        assert word in result.why
    assert made(scene) == [0, 0, 0, 0]


def test_names_say_nothing_of_the_case_or_what_it_is_for(scene: Scene) -> None:
    scene.run(HoldEdiscovery())
    case = scene.rows("ediscoveryCases")[0]
    told = f"{case['displayName']} {case['externalId']} {case.get('description', '')}".casefold()
    assert not [word for word in ("case-1", "incident", "evict", "hold", SUSPECT) if word in told]


def test_nobody_but_the_subject_is_held(scene: Scene) -> None:
    scene.run(HoldEdiscovery())
    assert [one["email"] for one in scene.rows("ediscoveryCustodians")] == [scene.context.accounts[0].label]


def test_a_tenant_without_the_licence_has_no_hold_to_give(scene: Scene) -> None:
    scene.settings(licences=["P1"])
    result = scene.run(HoldEdiscovery())
    assert result.outcome is Outcome.NOT_APPLICABLE
    assert "licence" in result.why


def test_a_slow_service_is_waited_for_as_it_asks(scene: Scene) -> None:
    scene.faults({"kind": "throttle", "match": CASES, "times": 2, "retry_after": 60})
    assert scene.run(HoldEdiscovery()).outcome is Outcome.DONE
    assert scene.context.pauses[:2] == [60.0, 60.0]


def test_a_session_that_may_not_hold_evidence_makes_no_case() -> None:
    with microsoft_world() as world:
        scene = opened_scene(world, read_only=True)
        with pytest.raises(ReadOnlyError):
            scene.run(HoldEdiscovery())
        assert scene.rows("ediscoveryCases") == []
        scene.session.close()


def test_china_has_no_such_api() -> None:
    with microsoft_world(cloud="china") as world:
        scene = opened_scene(world)
        assert scene.run(HoldEdiscovery()).outcome is Outcome.NOT_APPLICABLE
        scene.session.close()
