"""A plan: a playbook resolved against a case and an estate. What will happen, before it does.

A plan holds no time and no random value, so two plans of the same inputs in the same world are byte-equal.
Its digest is the SHA-256 of its canonical JSON (RFC 8785); approvals and runs bind to that digest.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, field, fields
from typing import Any

from runner.case.canonical import canonical, sha256_hex

JsonObject = dict[str, Any]

PLAN_VERSION = 1


@dataclass(frozen=True)
class PlannedStep:
    """One step as it will run. With `for_each` whose items only the run knows, it is a template."""

    id: str
    frame: str
    """Which (sub-)playbook's names its expressions see; "" is the outermost."""
    phase: str
    uses: str
    effect: str
    title: str
    file: str
    line: int
    arguments: JsonObject = field(default_factory=dict)
    """As written, expressions and all."""
    system: str = ""
    """Known system name; "" when none is needed or only the run knows it."""
    needs: tuple[str, ...] = ()
    conditions: tuple[JsonObject, ...] = ()
    """Every `if` that applies: {"frame", "raw", "decided": yes|no|at-run}."""
    for_each: Any = None
    template: str = ""
    """Id of the `for_each` step this is an instance of."""
    item: Any = None
    timeout_s: float | None = None
    retry: JsonObject | None = None
    on_failure: str = "continue"
    more: str = "cut"
    outputs: JsonObject = field(default_factory=dict)
    gates: tuple[str, ...] = ()
    cuts: tuple[str, ...] = ()
    """Keys of the access paths that this step will cut."""
    manual: tuple[str, ...] = ()
    """Keys of the access paths that only a person can cut."""
    notice: str = "never"

    @property
    def decided_no(self) -> bool:
        """A condition is already known to be false."""
        return any(condition["decided"] == "no" for condition in self.conditions)


@dataclass(frozen=True)
class PlannedGate:
    """One approval that the plan asks for."""

    name: str
    steps: tuple[str, ...]
    count: int
    who: tuple[str, ...]
    reason: bool


@dataclass(frozen=True)
class Frame:
    """The names that one (sub-)playbook's expressions see."""

    prefix: str
    parent: str
    playbook: str
    inputs: JsonObject
    """Outermost: {"name": {"value", "source"}}; sub-playbooks: raw values of the parent's frame."""
    outputs: JsonObject = field(default_factory=dict)
    item: Any = None


@dataclass(frozen=True)
class Plan:
    """A resolved playbook."""

    purpose: str
    """"run" or "restore"."""
    case_id: str
    mode: str
    requested_by: str
    playbook: str
    files: JsonObject
    """SHA-256 by role: playbook, estate, case-file, allowed-signers, sub-playbooks."""
    phases: tuple[JsonObject, ...]
    """{"name", "budget_s"} in order."""
    frames: tuple[Frame, ...]
    steps: tuple[PlannedStep, ...]
    gates: tuple[PlannedGate, ...]
    accounts: tuple[JsonObject, ...]
    observed: tuple[JsonObject, ...]
    """What planning saw: {"system", "account", "read_by", "paths", "unread"}."""
    predicted: tuple[JsonObject, ...]
    """Every path as it is expected to be at the end: {"key", "state", "reason", "survives_s"}."""
    warnings: tuple[str, ...] = ()
    unread: tuple[JsonObject, ...] = ()
    """Systems that could not be read, of which the plan says nothing: {"system", "why"}."""
    checks: tuple[JsonObject, ...] = ()
    """What was asked before anything is touched: {"system", "id", "asks", "readiness", "why", "fix"}."""
    restores: tuple[JsonObject, ...] = ()
    """With purpose "restore": the access paths, as they were before the cut, that are put back."""

    def to_json(self) -> JsonObject:
        """The plan as JSON, the form that is frozen and digested."""
        from runner.engine.convert import to_json

        return {"evict-plan": PLAN_VERSION, **{one.name: to_json(getattr(self, one.name)) for one in fields(self)}}

    def bytes(self) -> bytes:
        """Canonical bytes."""
        return canonical(self.to_json())

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical bytes, lower-case hex."""
        return self._digest

    def step(self, step_id: str) -> PlannedStep:
        """The step of this id."""
        return next(step for step in self.steps if step.id == step_id)

    def frame(self, prefix: str) -> Frame:
        """The frame of this prefix."""
        return next(frame for frame in self.frames if frame.prefix == prefix)

    @functools.cached_property
    def _paths(self) -> dict[str, JsonObject]:
        from runner.case.state import path_key

        return {path_key(path): path for seen in self.observed for path in seen["paths"]}

    @functools.cached_property
    def _digest(self) -> str:
        return sha256_hex(self.bytes())

    def paths(self) -> dict[str, JsonObject]:
        """Every observed path by key."""
        return self._paths

    def gate_id(self, name: str) -> str:
        """The durable identity of a gate: unique over all plans of a case."""
        return f"{self.digest[:12]}/{name}"


def plan_from_json(data: JsonObject) -> Plan:
    """The plan that `Plan.to_json` wrote.

    Raises:
        KeyError: the JSON is not a plan of this version.

    """
    body = {key: value for key, value in data.items() if key != "evict-plan"}
    steps = tuple(
        PlannedStep(**{**step, **{key: tuple(step[key]) for key in _TUPLES if key in step}}) for step in body["steps"]
    )
    gates = tuple(
        PlannedGate(**{**gate, "steps": tuple(gate["steps"]), "who": tuple(gate["who"])}) for gate in body["gates"]
    )
    frames = tuple(Frame(**frame) for frame in body["frames"])
    for key in ("phases", "accounts", "observed", "predicted", "warnings", "unread", "checks", "restores"):
        body[key] = tuple(body[key])
    return Plan(**{**body, "steps": steps, "gates": gates, "frames": frames})


_TUPLES = ("needs", "conditions", "gates", "cuts", "manual")
