"""What the emulated tenant answers, one area of the directory or service to a module."""

from __future__ import annotations

from connectors.microsoft.emulator.area import Area
from connectors.microsoft.emulator.areas import reports, users

AREAS: tuple[Area, ...] = (
    reports.AREA,
    users.AREA,
)
