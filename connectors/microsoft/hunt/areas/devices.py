"""Devices that the subject registered for others, or made others' own: a primary refresh token in their name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from connectors.contract import Finding
from connectors.errors import NotFoundError
from connectors.microsoft.hunt.area import Look, request
from connectors.microsoft.odata import select
from connectors.microsoft.registered import PERMISSIONS as REGISTERED

AREA = "devices that the subject registered for others"
PERMISSIONS = REGISTERED
REGISTERED_BY = ("register device", "add device", "registered owner to device", "registered users to device")
"""Activities of the log (names: general knowledge)."""


def sweep(look: Look) -> Iterator[Finding]:
    """Devices of those changes that are enabled and whose registered users are others."""
    for device in dict.fromkeys(_changed(look)):
        with look.tried():
            try:
                query = select("id", "displayName", "operatingSystem", "accountEnabled")
                row = look.session.get("/v1.0/devices/{device}", query=query, device=device)
                users = look.session.rows("/v1.0/devices/{device}/registeredUsers", device=device)
            except NotFoundError:
                continue
            others = sorted(
                str(one.get("userPrincipalName") or one["id"]) for one in users if one["id"] not in look.subjects
            )
            if others and row.get("accountEnabled") is not False:
                yield _finding(look, row, others)


def _changed(look: Look) -> Iterator[str]:
    for row in look.trail.changes(*REGISTERED_BY):
        for target in row.get("targetResources") or []:
            if target.get("type") == "Device" and target.get("id"):
                yield str(target["id"])


def _finding(look: Look, row: dict[str, Any], others: list[str]) -> Finding:
    name = str(row.get("displayName") or row["id"])
    return look.finding(
        "device", str(row["id"]), f"device {name} of {', '.join(others)} was registered by the subject",
        found_by="GET /auditLogs/directoryAudits, GET /devices/{id}/registeredUsers", by_subject=True,
        allows="a device in others' names may be trusted by conditional access, and signs them in without a prompt",
        remove=request("PATCH", f"/v1.0/devices/{row['id']}", '{"accountEnabled": false}'),
        detail={"system": row.get("operatingSystem"), "users": others},
    )  # fmt: skip
