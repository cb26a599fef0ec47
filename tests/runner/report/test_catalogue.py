"""docs/actions.md says what the connectors say."""

from __future__ import annotations

from pathlib import Path

from connectors.registry import Registry
from runner.report.catalogue import markdown

PAGE = Path(__file__).parents[3] / "docs" / "actions.md"


def test_the_page_of_actions_is_what_make_docs_would_write() -> None:
    assert PAGE.read_text().rstrip() == markdown(Registry.installed().actions()).rstrip()


def test_every_action_stands_on_the_page_with_its_permissions() -> None:
    text = PAGE.read_text()
    for action in Registry.installed().actions():
        assert f"## {action.name}\n" in text
        assert all(f"`{name}`" in text for name in action.permissions)
