"""What stands and what the audit log ties to the subject: for sorts of things that are harmless in anybody else's hand.

A sort is listed with one call, so that a thing that is gone is no finding, whatever the log remembers of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from connectors.aws.hunt.area import Look
from connectors.contract import Finding


@dataclass(frozen=True)
class Sort:
    """One sort of thing that is a way back in when the subject made it."""

    kind: str
    what: str
    """In words, with its article."""
    listing: tuple[str, str, str]
    """boto3's service and method, and the member that holds the rows."""
    id: str
    """The member of a row by which the log names it; "" when rows are names."""
    allows: str
    remove: tuple[str, str, Mapping[str, str]]
    """aws-cli's service and operation, and which member each option takes."""
    permission: str
    """As IAM names the listing."""
    ended: tuple[str, frozenset[str]] = ("", frozenset())
    """A member (a path with dots), and its values by which a row is gone already."""
    params: Mapping[str, Any] = field(default_factory=dict)
    label: str = ""
    """The member that people know it by, where it is not the id."""


def made_by_subject(look: Look, sorts: Iterable[Sort]) -> Iterator[Finding]:
    """A finding per thing that stands; a listing that fails is a gap, and the others go on."""
    for sort in sorts:
        with look.tried():
            yield from _made(look, sort)


def _made(look: Look, sort: Sort) -> Iterator[Finding]:
    path, over = sort.ended
    for given in look.pages(*sort.listing, **sort.params):
        row = given if isinstance(given, dict) else {sort.id: given}
        name = str(row[sort.id])
        if member(row, path) in over or not look.by_subject(name):
            continue
        service, operation, options = sort.remove
        shown = str(row.get(sort.label) or name)
        yield look.finding(
            sort.kind, name, f"the subject made or changed {sort.what}: {shown}", found_by=sort.permission,
            allows=sort.allows, by_subject=True,
            remove=look.command(service, operation, **{option: str(row[of]) for option, of in options.items()}),
        )  # fmt: skip


def member(row: Mapping[str, Any], path: str) -> str:
    """A text inside a row by its path with dots; "" when it is not there."""
    value: Any = row
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return str(value or "")
