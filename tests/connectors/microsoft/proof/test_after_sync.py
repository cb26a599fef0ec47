"""A block in the cloud alone is undone by the next directory sync: that is waited for, and told loudly."""

from __future__ import annotations

from connectors.contract import ActionResult, Outcome
from connectors.microsoft.proof import RereadAfterSync
from connectors.microsoft.survival import SYNC_S
from runner.range.microsoft.people import SUSPECT, guid
from tests.connectors.microsoft.evidence.conftest import Scene
from tests.connectors.microsoft.proof.test_no_sign_in import cut

ME = guid(SUSPECT)


def hybrid(scene: Scene, *, in_ad: bool) -> None:
    """From now on Active Directory masters the subject's account, and lets it in or not."""
    values = {"onPremisesSyncEnabled": True, "_enabled_in_ad": in_ad}
    scene.world.control.does("change", {"table": "users", "id": ME, "values": values})


def read(scene: Scene) -> ActionResult:
    return scene.run(RereadAfterSync())


def test_a_block_that_active_directory_does_not_know_is_seen_undone(scene: Scene) -> None:
    hybrid(scene, in_ad=True)
    cut(scene)
    result = read(scene)
    assert result.outcome is Outcome.FAILED
    assert result.outputs["enabled"] == [ME]
    assert "let it in again" in result.why


def test_a_block_that_active_directory_has_too_holds_through_a_whole_cycle(scene: Scene) -> None:
    hybrid(scene, in_ad=False)
    cut(scene)
    result = read(scene)
    assert result.outcome is Outcome.DONE
    assert result.outputs["enabled"] == []
    assert SYNC_S - 5 <= sum(scene.context.pauses) <= SYNC_S


def test_nobody_waits_twice_when_the_cycle_has_passed(scene: Scene) -> None:
    hybrid(scene, in_ad=False)
    cut(scene)
    scene.context.pause(SYNC_S + 1)
    scene.context.pauses.clear()
    assert read(scene).outcome is Outcome.DONE
    assert scene.context.pauses == []


def test_a_wait_that_was_cut_short_proves_nothing(scene: Scene) -> None:
    hybrid(scene, in_ad=False)
    cut(scene)
    scene.context.pause = lambda _seconds: None  # type: ignore[method-assign]
    result = read(scene)
    assert result.outcome is Outcome.COULD_NOT_CHECK
    assert "cut short" in result.why


def test_an_account_that_is_open_already_fails_at_once(scene: Scene) -> None:
    hybrid(scene, in_ad=True)
    result = read(scene)
    assert result.outcome is Outcome.FAILED
    assert scene.context.pauses == []


def test_a_cloud_account_has_no_sync_to_wait_for(scene: Scene) -> None:
    cut(scene)
    result = read(scene)
    assert result.outcome is Outcome.NOT_APPLICABLE
    assert scene.context.pauses == []


def test_an_account_that_cannot_be_read_is_not_called_safe(scene: Scene) -> None:
    scene.world.allow(reader=frozenset())
    assert read(scene).outcome is Outcome.COULD_NOT_CHECK
