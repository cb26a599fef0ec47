"""Device objects of the directory: whose they are, and whether their primary refresh tokens are still taken."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from connectors.microsoft.emulator.area import Area, Call, Needs, denied, not_found
from connectors.microsoft.emulator.areas.users import user_of
from connectors.microsoft.emulator.listing import chosen, listing
from connectors.microsoft.emulator.tenant import Record, Tenant

AREA = Area("devices")
OF_USER: Needs = ("User.Read.All", "User.ReadWrite.All", "Directory.Read.All")
READ: Needs = ("Device.Read.All", "Device.ReadWrite.All", "Directory.Read.All")
USERS = frozenset({"User.Read.All", "User.ReadWrite.All", "Directory.Read.All"})


def _limited(rows: Iterable[Record], kind: str, *, whole: bool) -> list[Record]:
    """Objects of a type that the app may not read: their type and id, and nothing else."""
    marked = [{"@odata.type": f"#microsoft.graph.{kind}", **row} for row in rows]
    return marked if whole else [{name: row[name] for name in ("@odata.type", "id")} for row in marked]


def _of_user(name: str, field: str) -> None:
    @AREA.route("GET", f"/v1.0/users/{{user}}/{name}", OF_USER)
    def _list(tenant: Tenant, call: Call) -> Any:
        user = user_of(tenant, call)["id"]
        rows = [row for row in tenant.rows("devices") if user in row.get(field, ())]
        return listing(tenant, call, _limited(rows, "device", whole=bool(call.who.rights.intersection(READ))))


_of_user("ownedDevices", "_owners")
_of_user("registeredDevices", "_users")


def _device(tenant: Tenant, call: Call) -> Record:
    found = tenant.table("devices").get(call.values["device"])
    if found is None:
        raise not_found(f"Resource '{call.values['device']}'")
    return found


@AREA.route("GET", "/v1.0/devices/{device}", READ)
def _get(tenant: Tenant, call: Call) -> Any:
    return chosen(_device(tenant, call), call)


@AREA.route("GET", "/v1.0/devices/{device}/registeredUsers", READ)
def _users(tenant: Tenant, call: Call) -> Any:
    rows = [tenant.table("users")[user] for user in _device(tenant, call).get("_users", ())]
    return listing(tenant, call, _limited(rows, "user", whole=bool(call.who.rights & USERS)))


@AREA.route("PATCH", "/v1.0/devices/{device}", ("Device.ReadWrite.All", "Directory.ReadWrite.All"))
def _change(tenant: Tenant, call: Call) -> Any:
    """Of other systems than Windows an app may change extension attributes alone (update device)."""
    found = _device(tenant, call)
    if call.who.kind == "app" and found.get("operatingSystem") != "Windows":
        raise denied()
    found.update(call.body)
    call.audit("Update device", "Device", found["id"], found["displayName"], category="Device", **call.body)


@AREA.snapshot
def _snapshot(tenant: Tenant) -> dict[str, Any]:
    """By every user of a device: who shares one would see it change."""
    return {
        f"devices/{user}/{row['id']}": row.get("accountEnabled", True)
        for row in tenant.rows("devices")
        for user in {*row.get("_owners", ()), *row.get("_users", ())}
    }
