"""The emulated tenant as the conformance kit wants it: a suspect with every kind of access path, a colleague too."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from connectors.contract import Persona, SecretRef, Subject, System
from connectors.microsoft.connector import MicrosoftConnector
from connectors.microsoft.emulator.control import Control
from connectors.microsoft.emulator.server import Server, served
from connectors.testing.world import Call
from runner.range.microsoft import seed_tenant
from runner.range.microsoft.estate import references
from runner.range.microsoft.estate import settings as estate_settings
from runner.range.microsoft.people import CUTTER, DOMAIN, READER, SUSPECT


class MicrosoftWorld:
    """A seeded tenant; evict's two apps hold everything until `allow` says otherwise."""

    def __init__(self, server: Server, directory: Path, **settings: Any) -> None:
        self.gate, self.tenant = server.gate, server.gate.tenant
        self.control = Control(server.gate)
        self.people = seed_tenant(lambda table, *rows: [self.tenant.put(table, row) for row in rows])
        self.connector = MicrosoftConnector()
        files = references(directory, self.people)
        reader, cutter = (
            {part: SecretRef("file", str(path)) for part, path in files[app].items()} for app in (READER, CUTTER)
        )
        given = {"cloud": "global", **estate_settings(server.endpoint, self.people), **settings}
        self.system = System("entra-main", "microsoft", given, reader, cutter, settle_s=0.0)
        mail = f"{SUSPECT}@{DOMAIN}"
        self.subject = Subject("worker-1", (Persona("p1", ("Jordan Lee",), (mail,)),))
        self.secrets = tuple(key for key, _certificate in self.people.keys.values())
        self.allow()

    def calls(self) -> Sequence[Call]:
        return [Call(one["name"], one["write"]) for one in self.gate.calls]

    def snapshot(self) -> dict[str, Any]:
        with self.tenant.lock:
            return dict(self.control.does("snapshot", {}))

    def innocent(self) -> dict[str, Any]:
        theirs = (self.people.colleague, self.people.boss)
        return {name: value for name, value in self.snapshot().items() if any(one in name for one in theirs)}

    def allow(self, *, reader: frozenset[str] | None = None, cutter: frozenset[str] | None = None) -> None:
        for app, rights in ((READER, reader), (CUTTER, cutter)):
            held = everything() if rights is None else rights
            self.control.does("allow", {"app": self.people.apps[app], "rights": sorted(held)})

    def drop_reply(self) -> None:
        self.control.does("faults", {"faults": [{"kind": "drop-reply", "write": True}]})

    def throttle(self, *, on: bool) -> None:
        fault = {"kind": "throttle", "times": 1_000_000, "retry_after": 60}
        self.control.does("faults", {"faults": [fault] if on else []})


def everything() -> frozenset[str]:
    """All rights that the connector declares anywhere."""
    connector = MicrosoftConnector()
    verbs = (one for rights in connector.containment.permissions.values() for one in rights)
    actions = (one for action in connector.extra_actions for one in action.permissions)
    return frozenset((*verbs, *actions, *connector.preflight_permissions))


@contextmanager
def microsoft_world(**settings: Any) -> Iterator[MicrosoftWorld]:
    """A fresh tenant on loopback."""
    with tempfile.TemporaryDirectory() as folder, served() as server:
        yield MicrosoftWorld(server, Path(folder), **settings)
