"""Between the typed records of connectors and the JSON that the ledger and plans hold."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from enum import Enum
from typing import Any

from connectors.contract import AccessPath, Account, Manual, PathKind, PathState, Persona, Subject, Undo

JsonObject = dict[str, Any]


def to_json(value: Any) -> Any:
    """A JSON value for dataclasses, enums, times, tuples and mappings, key order kept."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return stamp(value)
    if isinstance(value, dict):
        return {str(key): to_json(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [to_json(item) for item in value]
    if hasattr(value, "__dataclass_fields__"):
        return to_json(asdict(value))
    if hasattr(value, "items"):
        return {str(key): to_json(item) for key, item in value.items()}
    return value


def stamp(moment: datetime) -> str:
    """RFC 3339 UTC with microseconds."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def moment(text: str) -> datetime:
    """The time that `stamp` wrote."""
    return datetime.fromisoformat(text)


def path_to_json(path: AccessPath) -> JsonObject:
    """An access path as events and plans hold it; empty parts are left out so that lines stay short."""
    parts = {
        "system": path.system,
        "account": path.account,
        "kind": path.kind.value,
        "id": path.id,
        "label": path.label,
        "state": path.state.value,
        "reason": path.reason,
        "until": stamp(path.until) if path.until else None,
        "survives_s": path.survives_s,
        "wave": path.wave,
        "undo": path.undo.value,
        "undo_note": path.undo_note,
        "destroys": list(path.destroys),
        "manual": to_json(path.manual) if path.manual else None,
        "before": to_json(path.before),
    }
    always = {"system", "account", "kind", "id", "label", "state", "wave", "undo"}
    return {key: value for key, value in parts.items() if key in always or value not in ("", None, [], {})}


def path_from_json(data: JsonObject) -> AccessPath:
    """The access path that `path_to_json` wrote."""
    manual = data.get("manual")
    return AccessPath(
        system=data["system"],
        account=data["account"],
        kind=PathKind(data["kind"]),
        id=data["id"],
        label=data["label"],
        state=PathState(data["state"]),
        reason=data.get("reason", ""),
        until=moment(data["until"]) if data.get("until") else None,
        survives_s=data.get("survives_s"),
        wave=data["wave"],
        undo=Undo(data["undo"]),
        undo_note=data.get("undo_note", ""),
        destroys=tuple(data.get("destroys", ())),
        manual=Manual(**{**manual, "instructions": tuple(manual["instructions"])}) if manual else None,
        before=data.get("before", {}),
    )


def account_from_json(data: JsonObject) -> Account:
    """The account that `to_json` wrote."""
    return Account(**data)


def subject_from_json(data: JsonObject) -> Subject:
    """The subject that `to_json` wrote."""
    return Subject(
        data["id"],
        tuple(
            Persona(
                persona["id"],
                tuple(persona.get("names", ())),
                tuple(persona.get("emails", ())),
                {
                    connector: {key: tuple(values) for key, values in keys.items()}
                    for connector, keys in persona.get("identifiers", {}).items()
                },
            )
            for persona in data["personas"]
        ),
    )
