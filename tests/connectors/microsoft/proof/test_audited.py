"""The tenant's own log holds what evict did, or it is said that it does not yet."""

from __future__ import annotations

from connectors.contract import ActionResult, Outcome
from connectors.microsoft.proof import ProveAudited
from runner.range.microsoft.people import BOSS, DOMAIN, SUSPECT, guid
from tests.connectors.microsoft.evidence.conftest import Scene
from tests.connectors.microsoft.proof.test_no_sign_in import cut

ME, HOUR = guid(SUSPECT), 3600


def read(scene: Scene) -> ActionResult:
    return scene.run(ProveAudited())


def test_the_cutters_own_rows_are_found(scene: Scene) -> None:
    cut(scene)
    result = read(scene)
    assert result.outcome is Outcome.DONE
    assert result.outputs["ours"] == 2  # the block and the end of sessions


def test_what_others_changed_there_since_is_listed(scene: Scene) -> None:
    cut(scene)
    scene.world.tenant.put("directoryAudits", {
        "activityDateTime": scene.world.tenant.stamp(), "activityDisplayName": "Enable account", "result": "success",
        "initiatedBy": {"user": {"id": guid(BOSS), "userPrincipalName": f"{BOSS}@{DOMAIN}"}},
        "targetResources": [{"id": ME, "type": "User", "modifiedProperties": []}],
    })  # fmt: skip
    (other,) = read(scene).outputs["others"]
    assert (other["activity"], other["by"], other["target"]) == ("Enable account", f"{BOSS}@{DOMAIN}", ME)


def test_rows_that_have_not_arrived_prove_nothing_yet(scene: Scene) -> None:
    scene.settings(log_delay=HOUR)
    cut(scene)
    result = read(scene)
    assert result.outcome is Outcome.COULD_NOT_CHECK
    assert "ask again after" in result.why
    scene.context.pause(HOUR + 1)
    assert read(scene).outcome is Outcome.DONE


def test_a_log_that_stays_empty_is_told_as_such(scene: Scene) -> None:
    cut(scene)
    scene.empty("directoryAudits")
    scene.context.pause(HOUR)
    result = read(scene)
    assert result.outcome is Outcome.COULD_NOT_CHECK
    assert "usual delay has passed" in result.why


def test_a_log_that_may_not_be_read_and_an_account_that_was_not_cut_prove_nothing(scene: Scene) -> None:
    assert read(scene).outcome is Outcome.COULD_NOT_CHECK
    cut(scene)
    scene.world.allow(reader=frozenset({"User.Read.All"}))
    assert read(scene).outcome is Outcome.COULD_NOT_CHECK
