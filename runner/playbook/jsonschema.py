"""A JSON Schema of playbooks, made from the loader's own word lists and the catalogue of actions.

Editors complete keys, actions and each action's inputs from it (draft 2020-12). It says less than `evict lint`:
a file that passes it may still be wrong, a file that fails it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connectors.contract import Action, Field
from connectors.registry import ContainmentAction, Registry
from connectors.types import parse_type, type_names
from runner.playbook.load import ATTACK, INPUT_KEYS, LANGUAGE, NAME, PHASE_KEYS, PLAYBOOK_ID, TOP_KEYS
from runner.playbook.load_step import (
    APPROVAL_KEYS,
    LONGEST_BACKOFF,
    MOST_APPROVERS,
    RETRY_KEYS,
    STEP_ID,
    STEP_KEYS,
)
from runner.playbook.model import ON_FAILURE, PHASES

Schema = dict[str, Any]
EXPRESSION: Schema = {"type": "string", "pattern": r"\{\{", "description": "an expression"}
TEXT: Schema = {"type": "string", "minLength": 1}
DURATION: Schema = {"type": ["string", "integer"], "description": "a duration such as 90s, 10m or 2h"}
SYSTEM = Field("system", "string", "The system of estate.yaml; may be left out when there is just one.", required=False)


def playbook_schema(registry: Registry) -> Schema:
    """The schema of a playbook file with every installed connector's actions."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "evict playbook",
        **_object(_top(), TOP_KEYS, ("evict", "id", "title", "phases")),
        "$defs": {"approval": _approval(), "retry": _retry(), "phase": _phase(), "step": _step(registry)},
    }


def _object(properties: Mapping[str, Schema], keys: tuple[str, ...], required: tuple[str, ...] = ()) -> Schema:
    """An object with exactly the loader's keys; a key without a schema here is a fault of this module."""
    missing = set(keys) ^ set(properties)
    assert not missing, f"the schema and the loader disagree about {sorted(missing)}"  # noqa: S101 - a test runs it
    made: Schema = {
        "type": "object",
        "additionalProperties": False,
        "properties": {key: properties[key] for key in keys},
    }
    return made | ({"required": list(required)} if required else {})


def _top() -> dict[str, Schema]:
    phases = {name: {"$ref": "#/$defs/phase"} for name in PHASES}
    return {
        "evict": {"const": LANGUAGE, "description": "version of the language"},
        "id": {"type": "string", "pattern": f"^({PLAYBOOK_ID.pattern})$"},
        "title": TEXT,
        "description": TEXT,
        "attack": {"type": "array", "items": {"type": "string", "pattern": f"^({ATTACK.pattern})$"}},
        "inputs": {
            "type": "object",
            "propertyNames": {"pattern": f"^({NAME.pattern})$"},
            "additionalProperties": _input(),
        },
        "phases": {"type": "object", "additionalProperties": False, "minProperties": 1, "properties": phases},
        "outputs": {"type": "object", "description": "what a calling playbook may read"},
    }


def _input() -> Schema:
    names = [*type_names(), *(f"list[{name}]" for name in type_names())]
    return _object(
        {
            "type": {"enum": names},
            "description": TEXT,
            "required": {"type": "boolean"},
            "default": {},
            "choices": {"type": "array"},
        },
        INPUT_KEYS,
        ("type",),
    )


def _approval() -> Schema:
    return _object(
        {
            "who": {"type": "array", "items": TEXT, "minItems": 1, "description": "roles or e-mail addresses"},
            "count": {"type": "integer", "minimum": 1, "maximum": MOST_APPROVERS},
            "reason": {"type": "boolean", "description": "whether a reason is required"},
        },
        APPROVAL_KEYS,
        ("who",),
    )


def _retry() -> Schema:
    return _object(
        {
            "times": {"type": "integer", "minimum": 1, "maximum": 20},
            "delay": DURATION,
            "backoff": {"type": "integer", "minimum": 1, "maximum": LONGEST_BACKOFF},
        },
        RETRY_KEYS,
    )


def _phase() -> Schema:
    return _object(
        {
            "budget": DURATION,
            "approval": {"$ref": "#/$defs/approval"},
            "steps": {"type": "array", "items": {"$ref": "#/$defs/step"}},
        },
        PHASE_KEYS,
        ("steps",),
    )


def _step(registry: Registry) -> Schema:
    actions = sorted(registry.actions(), key=lambda one: one.name)
    uses = [{"const": one.name, "description": f"{one.title}. {one.doc}"} for one in actions]
    uses.append({"const": "playbook", "description": "Run another playbook as a step."})
    properties: dict[str, Schema] = {
        "id": {"type": "string", "pattern": f"^({STEP_ID.pattern})$"},
        "uses": {"oneOf": uses},
        "title": TEXT,
        "with": {"type": "object"},
        "needs": {"anyOf": [TEXT, {"type": "array", "items": TEXT}]},
        "if": {"anyOf": [{"type": "boolean"}, EXPRESSION]},
        "for_each": {"anyOf": [{"type": "array"}, EXPRESSION]},
        "timeout": DURATION,
        "retry": {"$ref": "#/$defs/retry"},
        "approval": {"$ref": "#/$defs/approval"},
        "on_failure": {"enum": list(ON_FAILURE)},
        "outputs": {"type": "object"},
        "playbook": TEXT,
        "more": {"enum": ["cut", "ask"], "description": "for cuts: what to do with more access than planned"},
    }
    inputs = [_inputs_of(one) for one in actions]
    sub = {"if": {"properties": {"uses": {"const": "playbook"}}}, "then": {"required": ["playbook"]}}
    return {**_object(properties, STEP_KEYS, ("id", "uses")), "allOf": [*inputs, sub]}


def _inputs_of(action: Action) -> Schema:
    """When a step uses this action, its `with` takes these inputs."""
    fields = (*action.inputs, SYSTEM) if action.needs_system or isinstance(action, ContainmentAction) else action.inputs
    required = [field.name for field in fields if field.required and field.default is None]
    given: Schema = {
        "type": "object",
        "additionalProperties": False,
        "properties": {field.name: _field(field) for field in fields},
    }
    then: Schema = {"properties": {"with": given | ({"required": required} if required else {})}}
    if required:
        then["required"] = ["with"]
    return {"if": {"properties": {"uses": {"const": action.name}}}, "then": then}


def _field(field: Field) -> Schema:
    typed = {"enum": list(field.choices)} if field.choices else parse_type(field.type).json_schema()
    return {"description": field.doc, "anyOf": [typed, EXPRESSION]}
