"""A case whose people can sign for payments: counsel, finance, one who is both, and actions that move value."""

from __future__ import annotations

import json
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from connectors.contract import Effect, Field
from connectors.registry import Registry
from runner.case.events import FactRecorded, GateAnswered
from runner.engine.payment import PaymentGate, payment_gate
from runner.engine.payment_requests import Request, ask_to_open, sign
from runner.playbook.estate import load_estate
from tests.runner.engine.desk import ASKER, Desk, Scripted

ACT = "refund of 1200 USD to the agency"
PEOPLE = {"fiona": ["finance"], "both": ["counsel", "finance"], "second": ["counsel"]}


class Counter(Desk):
    """A desk with a payment gate in front of it."""

    def _files(self) -> None:
        super()._files()
        path = self.directory / "estate.yaml"
        estate = json.loads(path.read_text())
        for name, roles in PEOPLE.items():
            key = self.directory / name
            command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", str(key)]
            subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
            public = key.with_suffix(".pub").read_text().strip()
            estate["people"].append({"email": mail(name), "name": name, "roles": roles, "key": public})
        path.write_text(json.dumps(estate))

    def fact(self, name: str, value: Any) -> None:
        self.case.ledger.append([FactRecorded(name, "any", value, {"kind": "person", "name": ASKER})])

    def ask(self, ground: str = "licence", act: str = ACT, **more: Any) -> str:
        now = datetime.now(UTC)
        dates = {"dated": now.date().isoformat(), "until": (now + timedelta(days=9)).date().isoformat()}
        request = Request(ground, act, **{"reference": "NK-2026-1", **dates, **more})
        return ask_to_open(self.case, self.registry, request, by=ASKER, now=now).gate

    def sign(self, who: str, answer: str = "approve", **more: Any) -> GateAnswered:
        key: Path = more.pop("key", self.directory / who)
        return sign(self.case, self.registry, by=mail(who), answer=answer, reason="read it", key=key, **more)

    def gate(self, later: timedelta = timedelta(0)) -> PaymentGate:
        return payment_gate(self.case, self.state, self.registry, datetime.now(UTC) + later)

    def paying(self) -> None:
        """An action of a connector that moves value by itself."""
        made = Scripted("pay", Effect.NOTIFY, lambda value, _context: self.world.calls.append(("pay", value)))
        made.__dict__.update(moves_value=True, inputs=(Field("act", "string", "The act."), *Scripted.inputs))
        connector = self.world.connector()
        connector.__dict__["extra_actions"] = (*connector.extra_actions, made)
        self.registry = Registry({"fake": connector})
        self.estate = load_estate(self.directory / "estate.yaml", self.registry)


def mail(name: str) -> str:
    return f"{name}@initech.example"
