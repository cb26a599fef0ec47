"""OneDrive: items of a person's drive and who may open them. A drive's id is its owner's, with a prefix."""

from __future__ import annotations

import base64
from typing import Any

from connectors.microsoft.emulator.area import Answered, Area, Call, Refusal
from connectors.microsoft.emulator.areas.users import user_of
from connectors.microsoft.emulator.listing import listing
from connectors.microsoft.emulator.tenant import Record, Tenant

AREA = Area("files")
ITEM = "/v1.0/users/{user}/drive/items/{item}"
READ = ("Files.Read.All", "Files.ReadWrite.All", "Sites.Read.All")
WRITE = ("Files.ReadWrite.All", "Sites.ReadWrite.All")
DRIVE = "b!"


def grant_id(address: str) -> str:
    """The same id for the same person, as OneDrive makes it."""
    return base64.urlsafe_b64encode(f"i:0#.f|membership|{address}".encode()).decode().rstrip("=")


def _drive_of(tenant: Tenant, call: Call) -> str:
    user = user_of(tenant, call)
    if user.get("userType") == "Guest" or user.get("_no_drive"):
        raise Refusal(404, "ResourceNotFound", "User's mysite not found.")
    return str(user["id"])


@AREA.route("GET", "/v1.0/users/{user}/drive/root/delta", READ)
def _delta(tenant: Tenant, call: Call) -> Any:
    """Later pages are addressed by the drive, not by its owner."""
    owner = _drive_of(tenant, call)
    call.path = f"/v1.0/drives/{DRIVE}{owner}/root/delta"
    return _items(tenant, call, owner)


@AREA.route("GET", "/v1.0/drives/{drive}/root/delta", READ)
def _more(tenant: Tenant, call: Call) -> Any:
    return _items(tenant, call, call.values["drive"].removeprefix(DRIVE))


def _items(tenant: Tenant, call: Call, owner: str) -> Answered:
    rows = [{**one, "shared": _facet(one)} for one in tenant.rows("driveItems", _drive=owner)]
    return listing(tenant, call, [{name: value for name, value in one.items() if value is not None} for one in rows])


def _facet(item: Record) -> dict[str, Any] | None:
    """Whether an item is shared by itself, and how widely."""
    scopes = [str((one.get("link") or {}).get("scope") or "users") for one in _held(item)]
    widest = next((scope for scope in ("anonymous", "organization", "users") if scope in scopes), None)
    return {"scope": widest} if widest else None


def _held(item: Record) -> list[Record]:
    return [one for one in item.get("_permissions", {}).values() if "owner" not in one["roles"]]


def _item(tenant: Tenant, call: Call) -> Record:
    found = tenant.table("driveItems").get(call.values["item"])
    if found is None or found["_drive"] != _drive_of(tenant, call):
        raise Refusal(404, "itemNotFound", "The resource could not be found.")
    return found


@AREA.route("GET", f"{ITEM}/permissions", READ)
def _permissions(tenant: Tenant, call: Call) -> Any:
    return listing(tenant, call, _item(tenant, call).get("_permissions", {}).values())


@AREA.route("DELETE", f"{ITEM}/permissions/{{permission}}", WRITE)
def _remove(tenant: Tenant, call: Call) -> Any:
    held, name = _item(tenant, call).get("_permissions", {}), call.values["permission"]
    if name not in held:
        raise Refusal(404, "itemNotFound", "The resource could not be found.")
    if held[name].get("inheritedFrom"):
        raise Refusal(400, "invalidRequest", "Inherited permissions cannot be removed here.")
    del held[name]


@AREA.route("POST", f"{ITEM}/invite", WRITE)
def _invite(tenant: Tenant, call: Call) -> Any:
    """A named person gets the roles, whether or not a mail is sent to them."""
    item, given = _item(tenant, call), dict(call.body or {})
    made = []
    for one in given.get("recipients") or []:
        known = tenant.first("users", mail=one["email"])
        user = {"email": one["email"], "displayName": one["email"], **({"id": known["id"]} if known else {})}
        permission = {"id": grant_id(one["email"]), "roles": list(given["roles"]), "grantedToV2": {"user": user}}
        item.setdefault("_permissions", {})[permission["id"]] = permission
        made.append(permission)
    return {"value": made}


@AREA.snapshot
def _snapshot(tenant: Tenant) -> dict[str, Any]:
    return {
        f"sharing/{item['_drive']}/{item['id']}/{name}": sorted(one["roles"])
        for item in tenant.rows("driveItems") for name, one in item.get("_permissions", {}).items()
    }  # fmt: skip
