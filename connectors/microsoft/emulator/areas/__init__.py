"""What the emulated tenant answers, one area of the directory or service to a module."""

from __future__ import annotations

from connectors.microsoft.emulator.area import Area
from connectors.microsoft.emulator.areas import (
    app_credentials,
    apps,
    consents,
    devops,
    files,
    mail,
    reports,
    teams,
    users,
)

AREAS: tuple[Area, ...] = (
    app_credentials.AREA,
    apps.AREA,
    consents.AREA,
    devops.AREA,
    files.AREA,
    mail.AREA,
    reports.AREA,
    teams.AREA,
    users.AREA,
)
