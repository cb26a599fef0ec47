"""A case without a cloud: a playbook's text, a scripted connector, people with real keys."""

from __future__ import annotations

import json
import subprocess
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from connectors.contract import (
    Action,
    ActionContext,
    ActionResult,
    Connector,
    Effect,
    Field,
    Json,
    RateBudgets,
    Session,
    System,
)
from connectors.errors import AmbiguousError, RejectedError, UnreachableError
from connectors.registry import Registry
from runner.case.fold import fold
from runner.case.folder import Case
from runner.case.state import CaseState, PlanState
from runner.engine.advance import advance
from runner.engine.asks import answer_ask
from runner.engine.conclude import Ending
from runner.engine.gates import answer_gate
from runner.engine.plan import Plan
from runner.engine.planner import make_plan
from runner.engine.saving import open_case, save_plan
from runner.engine.sessions import Sessions
from runner.playbook.casefile import load_casefile
from runner.playbook.estate import Estate, load_estate
from runner.playbook.load import load_playbook, load_sub

ASKER = "asker@initech.example"


class Nothing:
    """A session on nothing."""

    def close(self) -> None:
        """Nothing to close."""


class Scripted(Action):
    """Calls what the test put under its name."""

    title = "Scripted"
    doc = "For tests."
    inputs = (Field("value", "any", "Any value.", required=False),)
    outputs = (Field("value", "any", "What came in."), Field("values", "list[any]", "What came in, as a list."))
    repeatable = False

    def __init__(self, name: str, effect: Effect, script: Callable[[Json, ActionContext], Json]) -> None:
        self.__dict__.update(name=f"fake.{name}", effect=effect)
        self._script = script

    def run(self, session: Session, inputs: Mapping[str, Json], context: ActionContext) -> ActionResult:
        value = self._script(inputs.get("value"), context)
        return ActionResult({"value": value, "values": value if isinstance(value, list) else [value]})


@dataclass
class World:
    """What the scripted actions did."""

    calls: list[tuple[str, Any]] = field(default_factory=list)
    flaky: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def connector(self) -> Connector:
        def note(name: str, act: Callable[[Json, ActionContext], Json]) -> Callable[[Json, ActionContext], Json]:
            def script(value: Json, context: ActionContext) -> Json:
                with self.lock:
                    self.calls.append((name, value))
                return act(value, context)

            return script

        def flaky(value: Json, _context: ActionContext) -> Json:
            self.flaky -= 1
            if self.flaky >= 0:
                raise UnreachableError("fake: no connection could be made")
            return value

        def fail(_value: Json, _context: ActionContext) -> Json:
            raise RejectedError("fake: it was refused")

        def lost(_value: Json, _context: ActionContext) -> Json:
            raise AmbiguousError("fake: the reply was lost")

        def slow(value: Json, context: ActionContext) -> Json:
            until = time.monotonic() + float(value or 1)
            while time.monotonic() < until:
                context.pause(0.02)
            return value

        def collect(value: Json, context: ActionContext) -> Json:
            kept = context.store("part-1", b"what came first")
            until = time.monotonic() + float(value or 1)
            while time.monotonic() < until and not context.cancelled():
                context.pause(0.02)
            return kept.sha256

        def deaf(value: Json, context: ActionContext) -> Json:
            context.store("part-1", b"what came first")
            time.sleep(float(value))
            return value

        scripts: dict[str, tuple[Effect, Callable[[Json, ActionContext], Json]]] = {
            "ok": (Effect.NOTIFY, lambda value, _context: value),
            "read": (Effect.OBSERVE, lambda value, _context: value),
            "collect": (Effect.PRESERVE, collect),
            "deaf": (Effect.PRESERVE, deaf),
            "fail": (Effect.NOTIFY, fail),
            "lost": (Effect.NOTIFY, lost),
            "flaky": (Effect.NOTIFY, flaky),
            "slow": (Effect.NOTIFY, slow),
        }
        made = tuple(Scripted(name, effect, note(name, act)) for name, (effect, act) in scripts.items())
        names = {"name": "fake", "title": "Fake", "doc": "For tests.", "extra_actions": made, "open": _open}
        kind: type[Connector] = type("Fake", (Connector,), names)
        return kind()


def _open(_self: Connector, system: System, *, cutter: bool, read_only: bool, budgets: RateBudgets) -> Session:
    del system, cutter, read_only, budgets
    return Nothing()


class Desk:
    """One case on the scripted connector."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.world = World()
        self.registry = Registry({"fake": self.world.connector()})
        self._files()
        self.estate: Estate = load_estate(directory / "estate.yaml", self.registry)
        casefile = load_casefile(directory / "case.yaml", self.registry)
        self.case: Case = open_case(directory / "case", casefile, self.estate, "test")

    def _files(self) -> None:
        people = []
        for name, roles in (
            ("asker", ["responder"]),
            ("mei", ["approver"]),
            ("tomas", ["approver"]),
            ("chris", ["counsel"]),
        ):
            key = self.directory / name
            command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", str(key)]
            subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
            public = key.with_suffix(".pub").read_text().strip()
            people.append({"email": f"{name}@initech.example", "name": name, "roles": roles, "key": public})
        estate = {"evict-estate": 1, "people": people, "systems": {"s": {"connector": "fake"}}}
        case = {
            "evict-case": 1, "id": "DESK", "title": "t", "mode": "exercise", "opened-by": ASKER,
            "subject": {"id": "w", "personas": [{"id": "p", "names": ["n"]}]}, "facts": {"country": "NO"},
        }  # fmt: skip
        (self.directory / "estate.yaml").write_text(json.dumps(estate))
        (self.directory / "case.yaml").write_text(json.dumps(case))

    @property
    def state(self) -> CaseState:
        return fold(self.case.ledger.read())

    @property
    def current(self) -> PlanState:
        current = self.state.current
        assert current is not None
        return current

    def plan(self, phases: Mapping[str, Any], given: dict[str, Any] | None = None, **top: Any) -> Plan:
        """Plan a playbook of these phases; subs are files in the same folder."""
        content = {"evict": 1, "id": "p", "title": "t", "description": "d", "phases": phases, **top}
        path = self.write("p", content)
        playbook = load_playbook(path)
        sessions = Sessions(self.estate.systems, self.registry)
        made = make_plan(
            self.state, playbook, self.estate, self.registry, sessions,
            given={name: (value, "test") for name, value in (given or {}).items()}, requested_by=ASKER,
            load_sub=load_sub,
        )  # fmt: skip
        save_plan(self.case, made, self.estate, [playbook])
        return made

    def write(self, name: str, content: Mapping[str, Any]) -> Path:
        path = self.directory / f"{name}.yaml"
        path.write_text(json.dumps(content))
        return path

    def advance(self, **more: Any) -> Ending:
        return advance(self.case, self.registry, by=ASKER, **more)

    def run(self, phases: Mapping[str, Any], given: dict[str, Any] | None = None, **top: Any) -> Ending:
        self.plan(phases, given, **top)
        return self.advance()

    def outcome(self, step: str) -> str:
        return self.current.steps[step].outcome or ""

    def why(self, step: str) -> str:
        return self.current.steps[step].why

    def outputs(self, step: str) -> dict[str, Any]:
        return dict(self.current.steps[step].outputs)

    def approve(self, gate: str, who: str, answer: str = "approve") -> None:
        answer_gate(
            self.case, self.registry, gate, by=f"{who}@initech.example", answer=answer, reason="r",
            key=self.directory / who,
        )  # fmt: skip

    def answer(self, ask: str, value: Any) -> None:
        answer_ask(self.case, ask, value, by="chris@initech.example", why="seen")


def steps(*rows: Mapping[str, Any]) -> dict[str, Any]:
    return {"steps": list(rows)}
