"""The rights that a proof declares: all are enough, and without any one of them nothing passes as proven."""

from __future__ import annotations

import pytest

from connectors.contract import Action, Outcome
from connectors.microsoft.proof import PROOF_ACTIONS
from tests.connectors.microsoft.evidence.conftest import Scene
from tests.connectors.microsoft.proof.test_after_sync import hybrid
from tests.connectors.microsoft.proof.test_no_sign_in import cut

EACH = [(action, right) for action in PROOF_ACTIONS for right in action.permissions]


def outcome(scene: Scene, action: Action) -> Outcome:
    waiting = {"wait_minutes": 60} if any(one.name == "wait_minutes" for one in action.inputs) else {}
    return scene.run(action, **waiting).outcome


@pytest.mark.parametrize("action", PROOF_ACTIONS, ids=lambda one: one.name)
def test_what_a_proof_declares_is_enough(scene: Scene, action: Action) -> None:
    hybrid(scene, in_ad=False)
    cut(scene)
    scene.world.allow(reader=frozenset(action.permissions))
    assert outcome(scene, action) is Outcome.DONE


@pytest.mark.parametrize(("action", "right"), EACH, ids=lambda one: getattr(one, "name", one))
def test_without_one_right_nothing_is_proven(scene: Scene, action: Action, right: str) -> None:
    hybrid(scene, in_ad=False)
    cut(scene)
    scene.world.allow(reader=frozenset(action.permissions) - {right})
    assert outcome(scene, action) is Outcome.COULD_NOT_CHECK
