"""What a third party lends to the kit: one emulated vendor with a subject and an innocent colleague in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from connectors.contract import Connector, Json, Subject, System


@dataclass(frozen=True)
class Call:
    """One call that reached the vendor."""

    name: str
    write: bool


class World(Protocol):
    """A fresh world. The richer it is, the more is proven: one path of every kind, and a colleague who has them too."""

    connector: Connector
    system: System
    """Its address and its references to two credentials that work."""
    subject: Subject
    secrets: tuple[str, ...]
    """The values behind those references: they must turn up nowhere."""

    def calls(self) -> Sequence[Call]:
        """Every call that reached the vendor, in order."""
        ...

    def snapshot(self) -> Mapping[str, Json]:
        """All that a cut or a restore may change, without times and counters.

        An entry that belongs to one access path has that path's id as its name.
        """
        ...

    def innocent(self) -> Json:
        """All that belongs to people who are not the subject."""
        ...

    def allow(self, *, reader: frozenset[str] | None = None, cutter: frozenset[str] | None = None) -> None:
        """From now on each credential may do exactly this; None means everything."""
        ...


@runtime_checkable
class FaultyWorld(World, Protocol):
    """A world that can also misbehave when asked."""

    def drop_reply(self) -> None:
        """The next write acts, and its reply is lost."""
        ...

    def throttle(self, *, on: bool) -> None:
        """Whether every call is asked to slow down."""
        ...
