"""What a loaded playbook is: frozen records, each remembering where in the file it stands.

Values under `with`, `if` and `for_each` stay as written (they may hold `{{ … }}`); `expressions` evaluates
them against a scope. `Value` pairs a plain YAML value with the places of all nodes inside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from connectors.errors import Place
from runner.authored.source import Node

PHASES = ("triage", "preserve", "cut", "verify", "hunt", "report")
"""The order of phases, which gives order between steps without writing `needs`."""

ON_FAILURE = ("continue", "stop", "card")

ON_FAILURE_DEFAULT = {
    "triage": "stop",
    "preserve": "continue",
    "cut": "card",
    "verify": "continue",
    "hunt": "continue",
    "report": "continue",
}
"""Evidence before the cut but never instead of it; what cannot be cut becomes a card."""


@dataclass(frozen=True)
class Value:
    """A YAML value and the place of every node in it, by path ("a.b[0]"; "" is the value itself)."""

    raw: Any
    places: Mapping[str, Place]

    @property
    def place(self) -> Place:
        """Where the value itself starts."""
        return self.places[""]


def as_value(node: Node) -> Value:
    """A node as a value that remembers the place of everything in it."""
    return Value(node.value, node.places())


@dataclass(frozen=True)
class Input:
    """One typed input of a playbook."""

    name: str
    type: str
    description: str
    required: bool
    default: Any
    choices: tuple[Any, ...]
    place: Place


@dataclass(frozen=True)
class Approval:
    """Who must sign before a step or phase may start."""

    who: tuple[str, ...]
    """Roles or e-mail addresses of `estate.yaml` people."""
    count: int
    reason: bool
    place: Place


@dataclass(frozen=True)
class Retry:
    """How often and how long to wait before repeating, only where repeating is safe."""

    times: int
    delay_s: float
    backoff: float
    place: Place


@dataclass(frozen=True)
class Step:
    """One step."""

    id: str
    phase: str
    uses: str
    """`connector.action`, or `playbook`."""
    title: str
    arguments: Mapping[str, Value]
    """What stands under `with`."""
    needs: tuple[str, ...]
    condition: Value | None
    """What stands under `if`."""
    for_each: Value | None
    timeout_s: float | None
    retry: Retry | None
    approval: Approval | None
    on_failure: str
    outputs: Mapping[str, Value]
    """Extra outputs computed from the action's own, scope name `result`."""
    playbook: str
    """With `uses: playbook`: the id or relative path of the sub-playbook."""
    more: str
    """For cuts: what to do with more access than planned, "cut" or "ask"."""
    place: Place
    places: Mapping[str, Place] = field(default_factory=dict)
    """Place of each key that was written."""


@dataclass(frozen=True)
class Phase:
    """One phase: steps that may run side by side unless they need each other."""

    name: str
    budget_s: float | None
    approval: Approval | None
    steps: tuple[Step, ...]
    place: Place


@dataclass(frozen=True)
class Playbook:
    """A loaded playbook."""

    id: str
    title: str
    description: str
    attack: tuple[str, ...]
    inputs: tuple[Input, ...]
    phases: tuple[Phase, ...]
    """In the order of PHASES; only those written."""
    outputs: Mapping[str, Value]
    """What a calling playbook may read as the step's outputs."""
    file: str
    source: bytes
    digest: str
    """SHA-256 of `source`."""

    @property
    def steps(self) -> tuple[Step, ...]:
        """All steps in the order of phases and writing."""
        return tuple(step for phase in self.phases for step in phase.steps)
