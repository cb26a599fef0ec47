"""What a template works on: values that know where they come from, and gaps that never read as no.

A gap (missing or unknown) goes through every filter unchanged, so that it arrives on the page as a mark. A condition
on a gap is undecided.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from runner.documents.facts import UNKNOWN, Catalogue, FactSpec
from runner.documents.rules import EMPTY_WORDS


@dataclass(frozen=True)
class FromArtefact:
    """An artefact in the evidence store."""

    number: int
    """Its number in the order of the ledger."""
    name: str
    sha256: str


@dataclass(frozen=True)
class FromPerson:
    """Somebody said so."""

    name: str
    at: str
    why: str


@dataclass(frozen=True)
class FromStep:
    """A step of a run recorded it."""

    name: str
    at: str


@dataclass(frozen=True)
class FromCaseFile:
    """It stood in the case file when the case was opened."""

    at: str


Source = FromArtefact | FromPerson | FromStep | FromCaseFile


@dataclass(frozen=True)
class Sourced:
    """A value with its sources."""

    value: Any
    sources: tuple[Source, ...] = ()
    spec: FactSpec | None = None
    """The fact that it is, while it is whole."""
    cited: bool = False
    """Whether its sources become notes where it stands."""
    lines: bool = False
    """Whether its line breaks are kept."""


@dataclass(frozen=True)
class Gap:
    """A value that is not there."""

    fact: str
    meaning: str
    who: tuple[str, ...]
    asked: bool
    """It was asked and nobody knows; otherwise nobody was asked."""


class FactsView:
    """`facts` in a template: any name of the catalogue, with a gap for what the case does not hold."""

    def __init__(self, values: Mapping[str, Any], source_of: Callable[[str], Source], catalogue: Catalogue) -> None:
        self._values, self._source_of, self._catalogue = values, source_of, catalogue

    def get(self, name: str) -> Sourced | Gap | None:
        """The fact, its gap, or None for a name that is not in the catalogue."""
        spec = self._catalogue.get(name)
        if spec is None:
            return None
        if name not in self._values or self._values[name] is None:
            return gap_of(spec, asked=False)
        if self._values[name] is UNKNOWN:
            return gap_of(spec, asked=True)
        return Sourced(self._values[name], (self._source_of(name),), spec)


def gap_of(spec: FactSpec, *, asked: bool) -> Gap:
    """The gap of a fact."""
    return Gap(spec.name, spec.meaning.rstrip("."), spec.who, asked)


def step_into(value: Any, key: Any, sources: tuple[Source, ...], spec: FactSpec | None) -> Any:
    """A key or position of a sourced value, with the same sources; a gap for a key that a row lacks; None otherwise."""
    if isinstance(value, Mapping):
        found = value.get(key)
        if found is None:
            part = f"{str(key).replace('_', ' ')} in {spec.name.replace('_', ' ')}" if spec else str(key)
            return Gap(spec.name if spec else str(key), part, spec.who if spec else (), asked=False)
        return Sourced(found, sources)
    if isinstance(value, list) and isinstance(key, int) and -len(value) <= key < len(value):
        return Sourced(value[key], sources, spec)
    return None


def plain(value: Any) -> Any:
    """The value itself, without its sources."""
    return value.value if isinstance(value, Sourced) else value


def sources_of(values: Iterable[Any]) -> tuple[Source, ...]:
    """The sources of several values, each once."""
    return tuple(dict.fromkeys(one for value in values if isinstance(value, Sourced) for one in value.sources))


def elements(value: Any) -> list[Any]:
    """The elements of a list, each with the sources of the whole; keys of a mapping.

    Raises:
        TypeError: it has none.

    """
    inner = plain(value)
    if isinstance(inner, str) or not isinstance(inner, (list, tuple, Mapping)):
        raise TypeError(f"{type(inner).__name__} is no list: it cannot be walked")
    if not isinstance(value, Sourced):
        return list(inner)
    return [Sourced(one, value.sources, value.spec) for one in inner]


def is_true(value: Any) -> bool:
    """Whether a value counts as yes, by the same measure as in the rules of obligations."""
    inner = plain(value)
    if isinstance(inner, str):
        return inner not in EMPTY_WORDS
    if isinstance(inner, (bool, int, float)):
        return inner > 0
    return bool(inner)
