"""One test walks every action of every connector: no missing declaration."""

from __future__ import annotations

import re

import pytest

from connectors.contract import Action, Effect
from connectors.registry import Registry
from connectors.types import parse_type

ACTIONS = Registry.installed().actions()


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.name)
def test_an_action_declares_everything(action: Action) -> None:
    assert re.fullmatch(r"[a-z]+\.[a-z-]+", action.name)
    assert action.title
    assert action.doc
    assert action.sources
    assert isinstance(action.effect, Effect)
    for field in (*action.inputs, *action.outputs):
        parse_type(field.type)
        assert field.doc.endswith(".")
    if action.needs_system:
        assert action.permissions
        assert all(re.fullmatch(r"[a-z0-9-]+:[A-Za-z0-9]+", one) for one in action.permissions)
    assert all(re.fullmatch(r"T\d{4}(\.\d{3})?", one) for one in action.attack)
