"""Every request that the connector may send, declared by service; what is not here does not leave this machine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache

from connectors.microsoft.clouds import Service
from connectors.microsoft.routes import (
    apps,
    azure,
    batch,
    devices,
    devops,
    evidence,
    files,
    groups,
    identity,
    mail,
    methods,
    reports,
    roles,
    teams,
    tenant,
)
from connectors.routes import Route, Routes

AREAS: Mapping[str, Mapping[Service, tuple[Route, ...]]] = {
    "apps": apps.ROUTES,
    "azure": azure.ROUTES,
    "batch": batch.ROUTES,
    "devices": devices.ROUTES,
    "devops": devops.ROUTES,
    "evidence": evidence.ROUTES,
    "files": files.ROUTES,
    "groups": groups.ROUTES,
    "identity": identity.ROUTES,
    "mail": mail.ROUTES,
    "methods": methods.ROUTES,
    "reports": reports.ROUTES,
    "roles": roles.ROUTES,
    "teams": teams.ROUTES,
    "tenant": tenant.ROUTES,
}
"""By area: one file each, so that the connector's reach reads like a list."""


@cache
def routes_of(service: Service, *, limited: bool = True) -> Routes:
    """All declared routes of one service; without Microsoft's published limits where there are none to keep."""
    declared = (route for area in AREAS.values() for route in area.get(service, ()))
    return Routes(declared if limited else (replace(route, quota=None) for route in declared))
