"""What the emulated tenant answers, one area of the directory or service to a module."""

from __future__ import annotations

from connectors.microsoft.emulator.area import Area
from connectors.microsoft.emulator.areas import (
    app_credentials,
    apps,
    audit_queries,
    consents,
    defender,
    devices,
    devops,
    ediscovery,
    files,
    hunting,
    intune,
    mail,
    mailboxes,
    message_traces,
    methods,
    own_apps,
    reports,
    risk,
    teams,
    tenant,
    users,
)

AREAS: tuple[Area, ...] = (
    app_credentials.AREA,
    apps.AREA,
    audit_queries.AREA,
    consents.AREA,
    defender.AREA,
    devices.AREA,
    devops.AREA,
    ediscovery.AREA,
    files.AREA,
    hunting.AREA,
    intune.AREA,
    mail.AREA,
    mailboxes.AREA,
    message_traces.AREA,
    methods.AREA,
    own_apps.AREA,
    reports.AREA,
    risk.AREA,
    teams.AREA,
    tenant.AREA,
    users.AREA,
)
