"""What of Azure evict can see: subscriptions and management groups, and why that may not be all.

The role API does not show what Azure Lighthouse delegated to other tenants, nor classic administrators (Azure,
list role assignments by REST); the hunt looks for the former. API versions are those of the descriptions that were
read, or the ones that the reference names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from connectors.errors import WorldError
from connectors.microsoft.clouds import Service

if TYPE_CHECKING:
    from connectors.microsoft.client import MicrosoftSession

ROLES, PIM = {"api-version": "2022-04-01"}, {"api-version": "2020-10-01"}
SUBSCRIPTIONS, VAULTS = {"api-version": "2020-01-01"}, {"api-version": "2022-07-01"}
GROUPS = {"api-version": "2020-05-01"}
PERMISSIONS = ("Microsoft.Resources/subscriptions/read", "Microsoft.Management/managementGroups/read")
ROOT = "/"
NOTHING = (
    "no Azure subscription is visible: either there is none, or the reader lacks the role Reader at the tenant root "
    "management group (where there is no Azure at all, say `azure: false` in the estate)"
)


@dataclass(frozen=True)
class Scopes:
    """What is visible, as paths: "/subscriptions/…", "/providers/Microsoft.Management/managementGroups/…"."""

    subscriptions: tuple[str, ...]
    groups: tuple[str, ...]
    gaps: tuple[str, ...] = ()
    """Why this may not be all."""

    @property
    def all(self) -> tuple[str, ...]:
        """Every scope at which assignments are listed."""
        return (*self.subscriptions, *self.groups)


def visible(session: MicrosoftSession) -> Scopes:
    """Every subscription and management group that this session's app may see.

    Raises:
        WorldError: subscriptions cannot be listed.

    """
    rows = session.rows("/subscriptions", service=Service.AZURE, query=SUBSCRIPTIONS)
    found = sorted(f"/subscriptions/{row['subscriptionId']}" for row in rows)
    gaps = [] if found else [NOTHING]
    groups: list[str] = []
    try:
        listed = session.rows("/providers/Microsoft.Management/managementGroups", service=Service.AZURE, query=GROUPS)
        groups = sorted(str(row["id"]) for row in listed)
    except WorldError as error:
        gaps.append(error.what)
    return Scopes(tuple(found), tuple(groups), tuple(gaps))


def at(scope: str, path: str) -> tuple[str, dict[str, Any]]:
    """A declared route at a scope, with its value: the root's has none."""
    return (path, {}) if scope == ROOT else (f"/{{scope+}}{path}", {"scope": scope.strip("/")})


def listed(
    session: MicrosoftSession, scope: str, path: str, query: Mapping[str, str]
) -> list[dict[str, Any]]:  # fmt: skip
    """Rows of a listing at a scope.

    Raises:
        WorldError: what Azure answered.

    """
    route, values = at(scope, path)
    return session.rows(route, service=Service.AZURE, query=query, **values)


def place(scope: str) -> str:
    """A scope as part of an id: names in it are anybody's choice."""
    return sha256(scope.strip("/").casefold().encode()).hexdigest()[:16]


def role_of(definition: str) -> str:
    """A role definition's own id, without the scope that it was asked at."""
    return definition.rstrip("/").rsplit("/", 1)[-1]
