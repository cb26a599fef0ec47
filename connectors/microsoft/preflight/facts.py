"""What pre-flight judges: evict's two apps, the subject's accounts and the tenant, as the reader saw them.

A fact that could not be read is `Unread` with the reason, so that what is judged from it can say so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Unread:
    """A fact that nobody may conclude anything from."""

    why: str
    fix: str = ""


@dataclass(frozen=True, order=True)
class Held:
    """One Entra role, by name, and where it reaches: "/" is the whole tenant."""

    role: str
    scope: str = "/"


@dataclass(frozen=True)
class App:
    """One of evict's two app registrations."""

    name: str
    """ "reader" or "cutter". """
    app: str
    """Application id."""
    principal: str
    """Object id of its service principal."""
    label: str
    enabled: bool
    rights: frozenset[str] | Unread
    """Application permissions that it was consented to, of all APIs."""
    roles: tuple[Held, ...] | Unread
    owners: frozenset[str] | Unread
    """Object ids of owners of the application and of the service principal."""
    certificates: tuple[str, ...] | Unread
    """When each certificate ends, as Graph writes it."""
    secrets: int | Unread
    """Client secrets beside the certificates."""


@dataclass(frozen=True)
class User:
    """One of the subject's accounts."""

    id: str
    name: str
    guest: bool
    synced: bool
    restricted: bool
    """Whether it is a member of a restricted management administrative unit."""
    roles: tuple[Held, ...] | Unread
    """Entra roles, by groups too."""
    role_groups: tuple[str, ...] | Unread
    """Names of role-assignable groups that it is a member or an owner of."""
    units: tuple[str, ...] | Unread
    """Ids of the restricted management administrative units that it is in."""


@dataclass(frozen=True)
class Facts:
    """All of it."""

    apps: Mapping[str, App | Unread]
    """By name: reader, cutter."""
    users: Mapping[str, User | Unread]
    """By object id."""
    plans: frozenset[str] | Unread
    """Names of service plans that the tenant has."""
    policies: tuple[Mapping[str, Any], ...] | Unread
    """Conditional access policies."""
