"""One described operation as facts: what it takes and what it answers, and no prose."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connectors.microsoft.emulator.description.schemas import Types, flat
from connectors.microsoft.emulator.description.source import Operation


def facts(found: Operation, path: str, types: Types) -> dict[str, Any]:
    """The facts of one operation under the path that a route spells; its types are gathered."""
    queries = [one for one in found.parameters if one["in"] == "query"]
    body = types.document.resolved(found.content.get("requestBody", {}))
    owner = f"{found.method} {path}"
    entry: dict[str, Any] = {
        "method": found.method,
        "path": path,
        "query": {one["name"]: _query(one, types, owner) for one in queries},
    }
    if body:
        entry["body"] = types.word(_json(body), f"{owner} body")
        entry["must"] = bool(body.get("required"))
        if found.is_call:
            types.loosen(f"{owner} body")
    if needed := sorted(one["name"] for one in queries if one.get("required")):
        entry["needs"] = needed
    if found.shape != path:
        entry["described"] = found.path
    if "microsoft.com" not in found.document.name:
        entry["version"] = found.document.version
    if source := found.content.get("x-source"):
        entry["source"] = source
    return entry | _answer(found.content.get("responses", {}), types, owner)


def _query(parameter: Mapping[str, Any], types: Types, owner: str) -> str:
    """OData's own parameters name fields, which stand at the answer's type; others are words."""
    if parameter["name"] in {"$select", "$expand", "$orderby"}:
        return "[string]"
    return types.word(parameter.get("schema", {}), f"{owner} {parameter['name']}")


def _answer(responses: Mapping[str, Any], types: Types, owner: str) -> dict[str, Any]:
    codes = sorted(code for code in responses if code.startswith("2"))
    schemas = [_json(types.document.resolved(responses[code])) for code in codes]
    schema = next((one for one in schemas if one), None)
    if schema is None:
        return {"answers": codes}
    rows = _rows(types, schema)
    inner = rows.get("items", {}) if rows else schema
    word = types.word(inner, f"{owner} answer")
    return {"answers": codes, "returns": f"[{word}]" if rows else word}


def _json(content: Mapping[str, Any]) -> Mapping[str, Any]:
    media: Mapping[str, Mapping[str, Any]] = content.get("content", {})
    chosen = next((value for kind, value in media.items() if "json" in kind), None)
    if chosen is None:
        return {"type": "string"} if media else {}
    schema: Mapping[str, Any] = chosen.get("schema", {})
    return schema


def _rows(types: Types, schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """The list that a page of rows holds."""
    if "anyOf" in schema:
        return {}
    values = (one.get("properties", {}).get("value", {}) for one in flat(types.document, schema))
    return next((one for one in values if one.get("type") == "array"), {})
