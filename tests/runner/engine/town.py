"""Several systems in memory, cut for real by the engine: each can hang, lag, lose replies, or refuse."""

from __future__ import annotations

import json
import subprocess
import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

from connectors.contract import (
    AccessPath,
    Account,
    Check,
    Connector,
    Containment,
    CutOrder,
    Landed,
    Notice,
    Observation,
    PathKind,
    PathState,
    RateBudgets,
    Session,
    Subject,
    System,
)
from connectors.errors import AmbiguousError, UnreachableError
from connectors.registry import Registry
from runner.case.fold import fold
from runner.case.folder import Case
from runner.case.state import CaseState, PlanState
from runner.engine.advance import advance
from runner.engine.conclude import Ending
from runner.engine.gates import answer_gate
from runner.engine.plan import Plan
from runner.engine.planner import make_plan
from runner.engine.saving import open_case, save_plan
from runner.engine.sessions import Sessions
from runner.playbook.casefile import load_casefile
from runner.playbook.estate import load_estate
from runner.playbook.load import load_playbook, load_sub

ASKER = "asker@initech.example"


@dataclass
class House:
    """One system: the keys that stand in it, and what goes wrong with it."""

    keys: dict[str, bool] = field(default_factory=lambda: {"key-1": True, "key-2": True})
    hang: threading.Event | None = None
    """Set on the house: every read waits for it."""
    lag_s: float = 0.0
    """How long reads go on showing what was cut."""
    lose_replies: int = 0
    """How many writes act and lose their reply."""
    blind: bool = False
    """Reads fail after the first write."""
    cuts: list[str] = field(default_factory=list)
    cut_at: dict[str, float] = field(default_factory=dict)
    checks: tuple[Check, ...] = ()
    mute: bool = False
    """Pre-flight gets no answer."""


class Hold:
    """A session on one house."""

    def __init__(self, house: House) -> None:
        self.house = house

    def close(self) -> None:
        """Nothing to close."""


class Keys(Containment):
    """Keys that can be switched off and on."""

    permissions: ClassVar = {verb: (f"town:{verb}",) for verb in ("discover", "observe", "cut", "restore")}
    notice: ClassVar = {"cut": Notice.ALWAYS, "restore": Notice.ALWAYS}
    settle_s = 0.0

    def discover(self, session: Session, subject: Subject) -> tuple[Account, ...]:
        return (Account(_system(session), "jordan", subject.personas[0].id),)

    def observe(
        self, session: Session, account: Account, subject: Subject, known: tuple[AccessPath, ...] = ()
    ) -> Observation:
        house = _house(session)
        if house.hang is not None:
            house.hang.wait(30)
        if house.blind and house.cuts:
            raise UnreachableError("town: no connection could be made")
        paths = [
            AccessPath(account.system, account.id, PathKind.KEY, name, name).seen(
                PathState.STANDING if self._shown(house, name) else PathState.CUT
            )
            for name in sorted(house.keys)
        ]
        return Observation(account, datetime.now(UTC), tuple(paths), "town:List")

    @staticmethod
    def _shown(house: House, name: str) -> bool:
        return house.keys[name] or time.monotonic() - house.cut_at.get(name, 0.0) < house.lag_s

    def cut(self, session: Session, path: AccessPath, order: CutOrder) -> Landed:
        house = _house(session)
        house.cuts.append(path.id)
        house.keys[path.id] = False
        house.cut_at.setdefault(path.id, time.monotonic())
        if house.lose_replies:
            house.lose_replies -= 1
            raise AmbiguousError("town: the reply was lost")
        return Landed(datetime.now(UTC))

    def restore(self, session: Session, path: AccessPath, order: CutOrder) -> Landed:
        _house(session).keys[path.id] = True
        return Landed(datetime.now(UTC))


def _house(session: Session) -> House:
    assert isinstance(session, Hold)
    return session.house


def _system(session: Session) -> str:
    return next(name for name, house in Town.houses.items() if house is _house(session))


class Town(Connector):
    """All houses."""

    name = "town"
    title = "Town"
    doc = "For tests."
    containment = Keys()
    houses: ClassVar[dict[str, House]] = {}

    def open(self, system: System, *, cutter: bool, read_only: bool, budgets: RateBudgets) -> Session:
        return Hold(self.houses[system.name])

    def preflight(self, session: Session, accounts: tuple[Account, ...]) -> tuple[Check, ...]:
        house = _house(session)
        if house.mute:
            raise UnreachableError("town: no connection could be made", fix="connect the town")
        return house.checks


PLAYBOOK = {
    "evict": 1, "id": "p", "title": "t",
    "phases": {
        "cut": {
            "approval": {"who": ["approver"], "count": 1, "reason": True},
            "steps": [
                {"id": "cut", "uses": "town.cut", "for_each": "{{ estate.town }}", "with": {"system": "{{ item }}"}}
            ],
        },
        "verify": {
            "steps": [
                {"id": "prove", "uses": "town.verify", "for_each": "{{ estate.town }}", "with": {"system": "{{ item }}"}}
            ]
        },
    },
}  # fmt: skip


class Siege:
    """One case on a town, planned and approved."""

    def __init__(
        self, directory: Path, names: tuple[str, ...], settle: str | int = 0, *, approve: bool = True, **step: Any
    ) -> None:
        Town.houses.clear()
        Town.houses.update({name: House() for name in names})
        self.registry = Registry({"town": Town()})
        self.key = directory / "mei"
        command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "mei", "-f", str(self.key)]
        subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
        public = self.key.with_suffix(".pub").read_text().strip()
        people = [{"email": "mei@initech.example", "name": "Mei", "roles": ["approver"], "key": public}]
        systems = {name: {"connector": "town", "settle": settle} for name in names}
        case = {
            "evict-case": 1, "id": "TOWN", "title": "t", "mode": "exercise", "opened-by": ASKER,
            "subject": {"id": "w", "personas": [{"id": "p", "names": ["n"]}]}, "facts": {},
        }  # fmt: skip
        playbook = json.loads(json.dumps(PLAYBOOK))
        playbook["phases"]["cut"]["steps"][0] |= step
        for name, content in (
            ("estate", {"evict-estate": 1, "people": people, "systems": systems}),
            ("case", case),
            ("p", playbook),
        ):
            (directory / f"{name}.yaml").write_text(json.dumps(content))
        estate = load_estate(directory / "estate.yaml", self.registry)
        self.case: Case = open_case(
            directory / "case", load_casefile(directory / "case.yaml", self.registry), estate, "test"
        )
        loaded = load_playbook(directory / "p.yaml")
        self._loaded, self._estate = loaded, estate
        save_plan(self.case, self.plan(), estate, [loaded])
        if approve:
            self.approve()

    def plan(self) -> Plan:
        """A plan of the town as it is now, not saved."""
        return make_plan(
            self.state, self._loaded, self._estate, self.registry, Sessions(self._estate.systems, self.registry),
            given={}, requested_by=ASKER, load_sub=load_sub,
        )  # fmt: skip

    def approve(self) -> None:
        answer_gate(
            self.case, self.registry, "phase:cut", by="mei@initech.example", answer="approve", reason="r", key=self.key
        )

    @property
    def state(self) -> CaseState:
        return fold(self.case.ledger.read())

    @property
    def current(self) -> PlanState:
        current = self.state.current
        assert current is not None
        return current

    def house(self, name: str) -> House:
        return Town.houses[name]

    def advance(self, **more: Any) -> Ending:
        return advance(self.case, self.registry, by=ASKER, **more)
