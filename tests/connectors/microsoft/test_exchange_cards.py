"""The page of Exchange cards: its steps fit case.card, and no name is ever part of a command."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

from connectors.builtin import Card
from connectors.microsoft.hunt.sweep import NOT_COVERED

PAGE = Path(__file__).parents[3] / "docs/microsoft-exchange-cards.md"


def steps() -> list[dict[str, Any]]:
    return [yaml.safe_load(block)[0] for block in re.findall(r"```yaml\n(.*?)```", PAGE.read_text(), re.DOTALL)]


def test_every_step_is_a_card_with_the_inputs_that_it_takes() -> None:
    names = {one.name for one in Card.inputs}
    assert [step["id"] for step in steps()] == ["hold-mailbox", "mail-flow"]
    for step in steps():
        assert step["uses"] == Card.name
        assert set(step["with"]) <= names
        assert all(isinstance(line, str) for line in step["with"]["instructions"])


def test_the_mailbox_is_asked_for_at_a_prompt() -> None:
    for step in steps():
        assert step["with"]["instructions"][:2] == ["Connect-ExchangeOnline", "$who = Read-Host 'user principal name'"]


def test_the_hold_leaves_what_outlook_shows_empty() -> None:
    (hold,) = [step for step in steps() if step["id"] == "hold-mailbox"]
    (command,) = [line for line in hold["with"]["instructions"] if line.startswith("Set-Mailbox")]
    assert command == "Set-Mailbox $who -LitigationHoldEnabled $true"


def test_what_the_sweep_leaves_to_a_person_names_this_page() -> None:
    assert any(f"docs/{PAGE.name}" in one for one in NOT_COVERED)
