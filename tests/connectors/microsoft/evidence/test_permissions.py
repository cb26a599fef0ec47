"""The rights that a collector declares: all of them are enough, and a lack of any one is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from connectors.contract import Action, Outcome
from connectors.microsoft.emulator.areas import AREAS
from connectors.microsoft.evidence import EVIDENCE_ACTIONS

if TYPE_CHECKING:
    from connectors.contract import ActionResult
    from tests.connectors.microsoft.evidence.conftest import Scene

ENFORCED = {right for area in AREAS for one in area.served if isinstance(one.needs, tuple) for right in one.needs}
"""What the range asks for: rights of parts that it does not serve cannot be missed in it."""
EACH = [(action, right) for action in EVIDENCE_ACTIONS for right in action.permissions if right in ENFORCED]


def refused(result: ActionResult) -> list[str]:
    return [gap.why for receipt in result.receipts for gap in receipt.gaps if ": 403" in gap.why or ": 401" in gap.why]


@pytest.mark.parametrize("action", EVIDENCE_ACTIONS, ids=lambda one: one.name)
def test_what_a_collector_declares_is_enough(scene: Scene, action: Action) -> None:
    scene.world.allow(reader=frozenset({*action.permissions, "User.Read.All"}))
    assert refused(scene.run(action)) == []


@pytest.mark.parametrize(("action", "right"), EACH, ids=lambda one: getattr(one, "name", one))
def test_a_right_that_is_missing_is_told_and_never_passes_as_complete(scene: Scene, action: Action, right: str) -> None:
    scene.world.allow(reader=frozenset(action.permissions) - {right})
    result = scene.run(action)
    assert result.outcome is not Outcome.NOT_APPLICABLE
    assert refused(result)
    assert any(one.complete == "incomplete" for one in result.receipts)
