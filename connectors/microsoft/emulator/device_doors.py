"""Doors that devices and methods open: a sign-in without the password, a machine's network, a locked screen."""

from __future__ import annotations

from typing import Any

from connectors.microsoft.emulator.tenant import Record, Tenant


def _prove(tenant: Tenant, given: dict[str, Any]) -> dict[str, Any]:
    """Sign-in of `user` by a registered `method` that they hold, or by the word of a Temporary Access Pass."""
    user = tenant.first("users", userPrincipalName=given["user"])
    if user is None or not any(_fits(row, str(given["method"])) for row in tenant.rows("methods", _user=user["id"])):
        return {"open": False, "why": "no such method is registered"}
    if user.get("accountEnabled") is False:
        return {"open": False, "why": "AADSTS50057: The user account is disabled."}
    return {"open": True, "why": ""}


def _fits(row: Record, method: str) -> bool:
    if "_pass" in row:
        return bool(row["_pass"] == method and row.get("isUsable"))
    return bool(row["_id"] == method)


def _network(tenant: Tenant, given: dict[str, Any]) -> dict[str, Any]:
    """Whether a `machine` reaches anything but Defender."""
    return {"open": not tenant.table("machines")[given["machine"]].get("_isolated")}


def _screen(tenant: Tenant, given: dict[str, Any]) -> dict[str, Any]:
    """Whether a `device` under Intune is open to whoever holds it; with its `pin` it is always."""
    found = tenant.table("managedDevices").get(given["device"], {})
    return {"open": not found.get("_locked") or bool(given.get("pin"))}


DOORS = {"prove": _prove, "network": _network, "screen": _screen}
