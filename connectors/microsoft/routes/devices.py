"""Devices: their Entra objects, Intune's hold on them, their BitLocker keys, and Defender for Endpoint."""

from __future__ import annotations

from collections.abc import Mapping

from connectors.microsoft.clouds import Service
from connectors.microsoft.quotas import DEFENDER, PACKAGES, WRITES
from connectors.microsoft.routes.identity import only
from connectors.routes import Does, Route

USERS, ENTRA = "User.Read.All", "Directory.Read.All"
INTUNE, APPS = "DeviceManagementManagedDevices.Read.All", "DeviceManagementApps.Read.All"
OPERATE = "DeviceManagementManagedDevices.PrivilegedOperations.All"
MACHINES = "Machine.Read.All"
MANAGED = "/v1.0/deviceManagement/managedDevices/{device}"
KEYS = "/v1.0/informationProtection/bitlocker/recoveryKeys"

ROUTES: Mapping[Service, tuple[Route, ...]] = {
    Service.GRAPH: (
        Route("GET", "/v1.0/users/{user}/ownedDevices", Does.READ, USERS),
        Route("GET", "/v1.0/users/{user}/registeredDevices", Does.READ, USERS),
        Route("GET", "/v1.0/devices/{device}", Does.READ, ENTRA),
        Route("GET", "/v1.0/devices/{device}/registeredUsers", Does.READ, ENTRA),
        Route("PATCH", "/v1.0/devices/{device}", Does.WRITE, "Device.ReadWrite.All", WRITES, only("accountEnabled")),
        Route("GET", "/v1.0/users/{user}/managedDevices", Does.READ, INTUNE),
        Route("GET", MANAGED, Does.READ, INTUNE),
        Route("POST", f"{MANAGED}/remoteLock", Does.WRITE, OPERATE),
        Route("POST", f"{MANAGED}/syncDevice", Does.WRITE, OPERATE),
        Route("POST", f"{MANAGED}/retire", Does.WRITE, OPERATE),
        Route("POST", f"{MANAGED}/wipe", Does.WRITE, OPERATE),
        Route("GET", "/v1.0/users/{user}/managedAppRegistrations", Does.READ, APPS),
        Route(
            "POST", "/v1.0/users/{user}/wipeManagedAppRegistrationsByDeviceTag", Does.WRITE,
            "DeviceManagementApps.ReadWrite.All",
        ),
        Route("GET", "/v1.0/deviceManagement/auditEvents", Does.READ, APPS),
        Route("GET", KEYS, Does.READ, "BitlockerKey.ReadBasic.All"),
        Route("GET", f"{KEYS}/{{key}}", Does.READ, "BitlockerKey.Read.All"),
    ),
    Service.DEFENDER: (
        Route("GET", "/api/machines", Does.READ, MACHINES, DEFENDER),
        Route("GET", "/api/machines/{machine}", Does.READ, MACHINES, DEFENDER),
        Route("POST", "/api/machines/{machine}/isolate", Does.WRITE, "Machine.Isolate", DEFENDER),
        Route("POST", "/api/machines/{machine}/unisolate", Does.WRITE, "Machine.Isolate", DEFENDER),
        Route(
            "POST", "/api/machines/{machine}/collectInvestigationPackage", Does.HOLD, "Machine.CollectForensics",
            DEFENDER,
        ),
        Route("GET", "/api/machineactions", Does.READ, MACHINES, DEFENDER),
        Route("GET", "/api/machineactions/{action}", Does.READ, MACHINES, DEFENDER),
        Route("GET", "/api/machineactions/{action}/GetPackageUri", Does.READ, MACHINES, PACKAGES),
    ),
}  # fmt: skip
"""Reading a recovery key itself is audited in the tenant's log; listing them is not."""
