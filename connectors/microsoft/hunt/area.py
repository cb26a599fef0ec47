"""What an area of the persistence sweep is, and what it is lent. One module of `areas/` per area.

An area module has these names:

* `AREA`: its name, as the sweep's checks tell it.
* `PERMISSIONS`: the vendor's names of what it calls.
* `sweep(look)`: yields findings, and raises what the tenant answers where it cannot be read: the sweep records that
  as could-not-check, never as nothing found. What it yielded before counts. An area that can go on without one of
  its reads wraps that read in `look.tried()`.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from connectors.contract import Finding
from connectors.errors import WorldError

if TYPE_CHECKING:
    from connectors.microsoft.client import MicrosoftSession
    from connectors.microsoft.hunt.trail import Trail


class Area(Protocol):
    """The names that an area module has."""

    @property
    def AREA(self) -> str: ...  # noqa: N802 - a module's constant
    @property
    def PERMISSIONS(self) -> tuple[str, ...]: ...  # noqa: N802
    @property
    def sweep(self) -> Callable[[Look], Iterable[Finding]]: ...


@dataclass(frozen=True)
class Look:
    """The tenant that an area looks at, and what the audit log says that the subject did there."""

    session: MicrosoftSession
    trail: Trail
    subjects: frozenset[str]
    """Object ids of the subject's own accounts."""
    names: frozenset[str]
    """Their user principal names, lower case."""
    gaps: list[str] = field(default_factory=list)
    """Why parts of this area could not be read."""

    @contextmanager
    def tried(self) -> Iterator[None]:
        """Go on with the rest of the area when a read fails; the sweep tells why, and keeps what was found."""
        try:
            yield
        except WorldError as error:
            self.gaps.append(error.what)

    def finding(
        self,
        kind: str,
        resource: str,
        title: str,
        *,
        found_by: str,
        allows: str,
        remove: str,
        severity: str = "high",
        by_subject: bool | None = None,
        detail: Mapping[str, Any] | None = None,
    ) -> Finding:
        """A finding. Who made it is asked of the audit log unless the caller knows.

        Args:
            kind: a short stable word for what it is, e.g. "app-secret".
            resource: the object's id, unique within its kind; a part of it comes after a slash.
            title: one sentence that a responder reads.
            found_by: the calls that showed it, e.g. "GET /applications".
            allows: what somebody can do with it.
            remove: the exact request, command or portal path that removes it.
            severity: "high", "medium" or "low".
            by_subject: True when it is known that the subject made it.
            detail: what else the reply showed.

        """
        made = self.trail.touched(*resource.split("/")) if by_subject is None else by_subject
        return Finding(
            id=f"{kind}/{resource}", system=self.session.system.name, kind=kind, title=title, found_by=found_by,
            allows=allows, remove=remove, by_subject=made, severity=severity, detail=dict(detail or {}),
        )  # fmt: skip


def quoted(name: object) -> str:
    """A name as one word of a shell: whoever chose it may have chosen `; rm -rf ~`."""
    return shlex.quote(str(name))


def request(method: str, path: str, body: str = "") -> str:
    """A Graph request as a command that a person can run: `az rest` signs it (Azure CLI reference)."""
    more = f" --body {quoted(body)}" if body else ""
    return f"az rest --method {method.lower()} --url {quoted('https://graph.microsoft.com' + path)}{more}"
