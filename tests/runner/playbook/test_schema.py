"""The JSON Schema says what the loader says: shipped playbooks pass, wrong ones fail, keys and actions complete."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from connectors.errors import InputError
from connectors.registry import Registry
from runner.authored.shipped import shipped_playbooks
from runner.playbook.jsonschema import playbook_schema
from runner.playbook.load import parse_playbook

REGISTRY = Registry.installed()
VALIDATOR = Draft202012Validator(playbook_schema(REGISTRY))


def book(**changes: Any) -> dict[str, Any]:
    step = {"id": "one", "uses": "aws.cut", **changes.pop("step", {})}
    return {
        "evict": 1,
        "id": "p",
        "title": "t",
        "phases": {"cut": {"steps": [step], **changes.pop("phase", {})}},
    } | changes


def fails(content: dict[str, Any]) -> list[str]:
    return [error.message for error in VALIDATOR.iter_errors(content)]


def test_the_schema_is_itself_valid() -> None:
    Draft202012Validator.check_schema(VALIDATOR.schema)


@pytest.mark.parametrize("path", shipped_playbooks(), ids=lambda path: path.stem)
def test_shipped_playbooks_pass(path: Path) -> None:
    assert fails(yaml.safe_load(path.read_text())) == []


@pytest.mark.parametrize(
    "content",
    [
        book(evict=2),
        book(id="Has Spaces"),
        book(unknown=1),
        book(attack=["T12"]),
        book(phases={"strike": {"steps": []}}),
        book(phases={}),
        book(inputs={"who": {"type": "e-mail"}}),
        book(inputs={"who": {}}),
        book(inputs={"9": {"type": "text"}}),
        book(phase={"approval": {"count": 2}}),
        book(phase={"approval": {"who": [], "count": 2}}),
        book(phase={"approval": {"who": ["approver"], "count": 0}}),
        book(phase={"approval": {"who": ["approver"], "reason": "yes"}}),
        book(step={"id": "One Two"}),
        book(step={"uses": "aws.cutt"}),
        book(step={"uses": "playbook"}),
        book(step={"needs": 3}),
        book(step={"if": "not an expression"}),
        book(step={"for_each": "aws"}),
        book(step={"on_failure": "shrug"}),
        book(step={"more": "all"}),
        book(step={"retry": {"times": 0}}),
        book(step={"with": {"onlly": ["key"]}}),
        book(step={"with": {"only": "key"}}),
        book(step={"uses": "case.note"}),
        book(step={"uses": "case.note", "with": {}}),
    ],
)
def test_a_wrong_playbook_fails_the_schema_and_the_loader_or_lint_says_so_too(content: dict[str, Any]) -> None:
    assert fails(content)
    with_load = []
    try:
        loaded = parse_playbook(yaml.safe_dump(content).encode(), "p.yaml")
    except InputError as error:
        with_load = list(error.problems)
    else:
        from runner.playbook.lint import lint
        from runner.playbook.load import load_sub

        with_load = list(lint(loaded, REGISTRY, load_sub=load_sub))
    assert with_load


@pytest.mark.parametrize("name", [action.name for action in REGISTRY.actions()])
def test_an_expression_is_allowed_for_every_input_of_every_action(name: str) -> None:
    action = REGISTRY.action(name)
    given = {field.name: "{{ inputs.x }}" for field in action.inputs}
    assert fails(book(step={"uses": name, "with": given})) == []


def test_every_action_and_its_inputs_carry_the_words_an_editor_shows() -> None:
    step = VALIDATOR.schema["$defs"]["step"]
    shown = {one["const"]: one["description"] for one in step["properties"]["uses"]["oneOf"]}
    assert set(shown) == {action.name for action in REGISTRY.actions()} | {"playbook"}
    assert all(shown.values())
