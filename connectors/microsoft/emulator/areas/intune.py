"""Intune: actions that wait until their device is online, personal devices, BitLocker keys, and its own audit log."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from connectors.microsoft.emulator.area import Area, Call, Needs, Refusal, not_found
from connectors.microsoft.emulator.areas.users import user_of
from connectors.microsoft.emulator.listing import chosen, listing
from connectors.microsoft.emulator.tenant import Record, Tenant

AREA = Area("intune")
LICENCE = "INTUNE"
READ: Needs = ("DeviceManagementManagedDevices.Read.All", "DeviceManagementManagedDevices.ReadWrite.All")
OPERATE: Needs = ("DeviceManagementManagedDevices.PrivilegedOperations.All",)
APPS: Needs = ("DeviceManagementApps.Read.All", "DeviceManagementApps.ReadWrite.All")
MANAGED = "/v1.0/deviceManagement/managedDevices/{device}"
KEYS = "/v1.0/informationProtection/bitlocker/recoveryKeys"
ISSUED = {"retire": "retireIssued", "wipe": "wipeIssued"}


def _device(tenant: Tenant, call: Call) -> Record:
    found = tenant.table("managedDevices").get(call.values["device"])
    if found is None:
        raise not_found("Device")
    return found


@AREA.route("GET", "/v1.0/users/{user}/managedDevices", READ, licence=LICENCE)
def _of_user(tenant: Tenant, call: Call) -> Any:
    """The listing leaves the results of actions out."""
    rows = tenant.rows("managedDevices", userId=user_of(tenant, call)["id"])
    return listing(tenant, call, rows, only_selected=("deviceActionResults",))


@AREA.route("GET", MANAGED, READ, licence=LICENCE)
def _get(tenant: Tenant, call: Call) -> Any:
    return chosen(_device(tenant, call), call)


@AREA.route("GET", "/beta/deviceManagement/managedDevices/{device}/detectedApps", READ, licence=LICENCE)
def _detected(tenant: Tenant, call: Call) -> Any:
    return listing(tenant, call, tenant.rows("detectedApps", _device=_device(tenant, call)["id"]))


def _act(name: str, needs: Needs) -> None:
    @AREA.route("POST", f"{MANAGED}/{name}", needs, licence=LICENCE)
    def _issue(tenant: Tenant, call: Call) -> Any:
        found = _device(tenant, call)
        found["deviceActionResults"] = [
            *(one for one in found["deviceActionResults"] if one["actionName"] != name),
            {"actionName": name, "actionState": "pending", "startDateTime": tenant.now().isoformat(),
             "lastUpdatedDateTime": tenant.now().isoformat()},
        ]  # fmt: skip
        found["managementState"] = ISSUED.get(name, found["managementState"])
        if name == "wipe":
            found["_wipe"] = dict(call.body or {})
        _answer(tenant, found)


for _name in ("remoteLock", "syncDevice", "retire"):
    _act(_name, OPERATE)
_act("wipe", ("DeviceManagementManagedDevices.ReadWrite.All", *OPERATE))


@AREA.job
def _devices_answer(tenant: Tenant) -> None:
    for found in tenant.rows("managedDevices"):
        _answer(tenant, found)


def _answer(tenant: Tenant, found: Record) -> None:
    """An online device does what it was asked some time ago; one that is off never does."""
    due = tenant.now() - timedelta(seconds=tenant.settings.device_time)
    for one in found["deviceActionResults"]:
        if one["actionState"] != "pending" or not found.get("_online", True):
            continue
        if datetime.fromisoformat(one["startDateTime"]) > due:
            continue
        one["lastUpdatedDateTime"] = tenant.now().isoformat()
        one["actionState"] = found.get("_lock", "done") if one["actionName"] == "remoteLock" else "done"
        _done(tenant, found, one["actionName"])


def _done(tenant: Tenant, found: Record, name: str) -> None:
    if name == "remoteLock":
        found["_locked"] = found.get("_lock", "done") == "done"
    elif name == "syncDevice":
        found["lastSyncDateTime"] = tenant.stamp()
    else:
        found["_erased"] = name
        tenant.put("erased", {"id": found["id"], "what": name})
        tenant.remove("managedDevices", [found])


@AREA.route("GET", "/v1.0/users/{user}/managedAppRegistrations", APPS, licence=LICENCE)
def _registrations(tenant: Tenant, call: Call) -> Any:
    return listing(tenant, call, tenant.rows("managedAppRegistrations", userId=user_of(tenant, call)["id"]))


@AREA.route(
    "POST", "/v1.0/users/{user}/wipeManagedAppRegistrationsByDeviceTag", ("DeviceManagementApps.ReadWrite.All",),
    licence=LICENCE,
)  # fmt: skip
def _wipe_apps(tenant: Tenant, call: Call) -> Any:
    """Done when the app is next opened."""
    rows = tenant.rows("managedAppRegistrations", userId=user_of(tenant, call)["id"], deviceTag=call.body["deviceTag"])
    if not rows:
        raise Refusal(400, "BadRequest", "No managed app registration with this device tag.")
    for row in rows:
        row["_wipe_asked"] = True


@AREA.job
def _apps_open(tenant: Tenant) -> None:
    """An app that is opened finds its wipe, and its registration ends."""
    rows = tenant.rows("managedAppRegistrations", _wipe_asked=True, _opened=True)
    for row in rows:
        tenant.put("erased", {"id": row["id"], "what": "managed app data"})
    tenant.remove("managedAppRegistrations", rows)


@AREA.route("GET", "/v1.0/deviceManagement/auditEvents", APPS, licence=LICENCE)
def _audit(tenant: Tenant, call: Call) -> Any:
    return listing(tenant, call, tenant.rows("intuneAudit"))


@AREA.route("GET", KEYS, ("BitlockerKey.ReadBasic.All", "BitlockerKey.Read.All"))
def _keys(tenant: Tenant, call: Call) -> Any:
    """Never the keys themselves."""
    return listing(tenant, call, [{**row, "key": None} for row in tenant.rows("recoveryKeys")], only_selected=("key",))


@AREA.route("GET", f"{KEYS}/{{key}}", lambda _tenant, call: _needs_of(call))
def _key(tenant: Tenant, call: Call) -> Any:
    found = tenant.table("recoveryKeys").get(call.values["key"])
    if found is None:
        raise not_found("Recovery key")
    if "key" in call.query.get("$select", "").split(","):
        tenant.put("directoryAudits", {
            "activityDateTime": tenant.stamp(), "activityDisplayName": "Read BitLocker key", "result": "success",
            "category": "KeyManagement", "initiatedBy": {"user": None, "app": {"appId": call.who.app}},
            "targetResources": [{"id": found["deviceId"], "type": "Device", "modifiedProperties": []}],
        })  # fmt: skip
    return chosen(found, call, ("key",))


def _needs_of(call: Call) -> Needs:
    wide = "key" in call.query.get("$select", "").split(",")
    return ("BitlockerKey.Read.All",) if wide else ("BitlockerKey.ReadBasic.All", "BitlockerKey.Read.All")


@AREA.snapshot
def _snapshot(tenant: Tenant) -> dict[str, Any]:
    """Whether a device is locked and still managed, whole or of its apps alone."""
    shown: dict[str, Any] = {
        f"intune/{row['userId']}/{row['id']}": {"locked": row.get("_locked", False), "state": row["managementState"]}
        for row in tenant.rows("managedDevices")
    }
    for row in tenant.rows("managedAppRegistrations"):
        shown[f"apps/{row['userId']}/{row['id']}"] = bool(row.get("_wipe_asked"))
    return shown
