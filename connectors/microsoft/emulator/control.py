"""The range's own routes: what a test, a demo or a facilitator asks of the tenant and no API offers."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

from connectors.microsoft.emulator.doors import DOORS
from connectors.microsoft.emulator.tenant import Settings

if TYPE_CHECKING:
    from connectors.microsoft.emulator.gate import Gate


class Control:
    """By name: `calls`, `snapshot`, `put`, `get`, `change`, `settings`, `faults`, `advance`, `allow`, and the doors."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate

    def does(self, what: str, given: dict[str, Any]) -> Any:
        """Answer one of them.

        Raises:
            ValueError: there is none of this name.

        """
        act = getattr(self, f"_{what.replace('-', '_')}", None)
        with self._gate.tenant.lock:
            if act is not None:
                return act(**given)
            if what in DOORS:
                self._gate.tenant.tick()
                return DOORS[what](self._gate.tenant, given)
        raise ValueError(f"the range has no control {what!r}")

    def _calls(self, after: int = 0) -> Any:
        return self._gate.calls[after:]

    def _snapshot(self) -> Any:
        tenant = self._gate.tenant
        return {name: value for area in self._gate.areas for of in area.snapshots for name, value in of(tenant).items()}

    def _put(self, table: str, rows: list[dict[str, Any]]) -> Any:
        return [self._gate.tenant.put(table, row)["id"] for row in rows]

    def _get(self, table: str, **wanted: Any) -> Any:
        return self._gate.tenant.rows(table, **wanted)

    def _change(self, table: str, id: str, values: dict[str, Any]) -> Any:  # noqa: A002 - the record's own word
        row = self._gate.tenant.table(table)[id]
        row.update(values)
        return row

    def _settings(self, **values: Any) -> Any:
        known = {one.name for one in fields(Settings)}
        for name, value in values.items():
            if name not in known:
                raise ValueError(f"the range has no setting {name!r}")
            setattr(self._gate.tenant.settings, name, tuple(value) if isinstance(value, list) else value)

    def _faults(self, faults: list[dict[str, Any]]) -> Any:
        from connectors.microsoft.emulator.gate import Fault

        self._gate.faults[:] = [Fault(**one) for one in faults]

    def _advance(self, seconds: float) -> Any:
        self._gate.tenant.advance(seconds)
        return self._gate.tenant.stamp()

    def _allow(self, app: str, rights: list[str]) -> Any:
        """From now on this app has exactly these rights, tokens that it holds included: nobody waits an hour here."""
        found = self._gate.tenant.first("servicePrincipals", appId=app)
        if found is None:
            raise ValueError(f"the range has no app {app!r}")
        found["_rights"] = rights
        for token in self._gate.tenant.rows("tokens", principal=found["id"]):
            token["rights"] = rights
