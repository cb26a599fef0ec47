"""Devices and methods: the suspect's, a colleague's of the same kinds, a shared kiosk, what was planted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from runner.range.microsoft.people import BOSS, COLLEAGUE, DOMAIN, LONG_AGO, SUSPECT, People, guid

PHONES = {
    "mobile": "3179e48a-750b-4051-897c-87b9720928f7", "alternateMobile": "b6332ec1-7057-4abe-9331-3d72feddfe41",
    "office": "e37fc753-ff3b-4958-9484-eaa9425c82bc",
}  # fmt: skip
EMAIL = "3ddfcfc8-9383-446f-83cc-3ab9be4be18f"
PASSWORD = "28c10230-6103-485e-869d-4c8c4a4e0bbb"
PROVIDER = guid("external-mfa")
LAPTOP, PHONE, KIOSK = "laptop", "phone", "kiosk"
NUMBERS = {SUSPECT: "+1 5550100", COLLEAGUE: "+1 5550110"}
"""Of the range that is kept for fiction."""

PLANTED_PASSKEY, PLANTED_PHONE = "planted-passkey", "+1 5550199"


def seed(put: Any, people: People) -> None:
    """Fill methods, devices, Intune and Defender."""
    for name in (SUSPECT, COLLEAGUE):
        _methods(put, name)
        _laptop(put, name)
        _phone(put, name)
    _kiosk(put, people)
    put("methods", method(BOSS, PHONES["mobile"], "phoneAuthenticationMethod", phoneNumber="+1 5550120",
                          phoneType="mobile"))  # fmt: skip
    _planted(put, people)


def method(name: str, id_: str, kind: str, **more: Any) -> dict[str, Any]:
    """One authentication method of a person."""
    return {"id": f"{guid(name)}/{id_}", "_id": id_, "_user": guid(name), "_type": kind, "createdDateTime": LONG_AGO,
            **more}  # fmt: skip


def machine_id(name: str) -> str:
    """A machine's id as Defender makes them: forty hexadecimal digits."""
    return (guid(f"machine-{name}") + guid(f"more-{name}")).replace("-", "")[:40]


def _methods(put: Any, name: str) -> None:
    number, now = NUMBERS[name], datetime.now(UTC)
    put(
        "methods",
        method(name, PASSWORD, "passwordAuthenticationMethod"),
        method(name, f"passkey-{name}", "fido2AuthenticationMethod", displayName="Security key", model="Keystone 5",
               aaGuid=guid("keystone-5")),
        *(method(name, id_, "phoneAuthenticationMethod", phoneNumber=f"{number}{nth}", phoneType=kind)
          for nth, (kind, id_) in enumerate(PHONES.items())),
        method(name, guid(f"app-of-{name}"), "microsoftAuthenticatorAuthenticationMethod", displayName="Pocket phone",
               phoneAppVersion="6.2406.1"),
        method(name, guid(f"totp-of-{name}"), "softwareOathAuthenticationMethod"),
        method(name, guid(f"pass-of-{name}"), "temporaryAccessPassAuthenticationMethod", lifetimeInMinutes=480,
               isUsableOnce=False, isUsable=True, methodUsabilityReason="EnabledByPolicy",
               _pass=f"let-{name}-in",
               startDateTime=(now - timedelta(minutes=5)).strftime("%Y-%m-%dT%H:%M:%SZ")),
        method(name, guid(f"hello-of-{name}"), "windowsHelloForBusinessAuthenticationMethod", displayName="Laptop",
               keyStrength="normal"),
        method(name, EMAIL, "emailAuthenticationMethod", emailAddress=f"{name}@mail.example"),
        method(name, guid(f"mac-of-{name}"), "platformCredentialAuthenticationMethod", displayName="Old Mac",
               platform="macOS"),
        method(name, guid(f"external-of-{name}"), "externalAuthenticationMethod", displayName="Duet MFA",
               configurationId=PROVIDER),
        method(name, guid(f"qr-of-{name}"), "qrCodePinAuthenticationMethod"),
    )  # fmt: skip
    put("signInPreferences", {"id": guid(name), "default": "push"})


def _entra(put: Any, what: str, system: str, owners: list[str], users: list[str], **more: Any) -> None:
    put("devices", {
        "id": guid(f"device-{what}"), "deviceId": guid(f"own-id-{what}"), "displayName": what,
        "operatingSystem": system,
        "trustType": "AzureAd", "accountEnabled": True, "onPremisesSyncEnabled": None, "_owners": owners,
        "_users": users, **more,
    })  # fmt: skip


def _intune(put: Any, what: str, name: str, system: str, owner: str) -> None:
    put("managedDevices", {
        "id": guid(f"managed-{what}"), "userId": guid(name), "userPrincipalName": f"{name}@{DOMAIN}",
        "azureADDeviceId": guid(f"own-id-{what}"), "deviceName": what, "operatingSystem": system,
        "managedDeviceOwnerType": owner, "managementState": "managed", "serialNumber": f"SN-{guid(what)[:8]}",
        "lastSyncDateTime": LONG_AGO, "deviceActionResults": [], "_online": True,
    })  # fmt: skip


def _machine(put: Any, what: str) -> None:
    put("machines", {
        "id": machine_id(what), "aadDeviceId": guid(f"own-id-{what}"), "computerDnsName": f"{what}.{DOMAIN}",
        "osPlatform": "Windows11", "onboardingStatus": "Onboarded", "healthStatus": "Active", "_online": True,
    })  # fmt: skip


def _laptop(put: Any, name: str) -> None:
    """The company's, in all three services; a second colleague's is of the same make."""
    what = f"{LAPTOP}-{name}"
    _entra(put, what, "Windows", [guid(name)], [guid(name)])
    _intune(put, what, name, "Windows", "company")
    _machine(put, what)
    put("recoveryKeys", *(
        {"id": guid(f"key-{what}-{volume}"), "deviceId": guid(f"own-id-{what}"), "createdDateTime": LONG_AGO,
         "volumeType": volume, "key": "-".join([guid(f"{what}{volume}")[:6].translate(DIGITS)] * 8)}
        for volume in ("operatingSystemVolume", "fixedDataVolume")
    ))  # fmt: skip


DIGITS = str.maketrans("abcdef", "012345")


def _phone(put: Any, name: str) -> None:
    """Their own, with the company's apps on it."""
    what = f"{PHONE}-{name}"
    _entra(put, what, "IOS", [guid(name)], [guid(name)], trustType="Workplace")
    _intune(put, what, name, "iOS", "personal")
    put("managedAppRegistrations", {
        "id": f"registration-{name}", "userId": guid(name), "deviceTag": guid(f"tag-{name}"), "deviceName": what,
        "deviceType": "iPhone", "_opened": False,
    })  # fmt: skip


def _kiosk(put: Any, people: People) -> None:
    """On the warehouse floor; the suspect enrolled it, and a colleague uses it as well."""
    _entra(put, KIOSK, "Windows", [people.suspect], [people.suspect, people.colleague])
    _intune(put, KIOSK, SUSPECT, "Windows", "company")
    _machine(put, KIOSK)


def _planted(put: Any, people: People) -> None:
    """What the suspect left on other people's accounts, and in Intune."""
    put("methods", method(COLLEAGUE, PLANTED_PASSKEY, "fido2AuthenticationMethod", displayName="Backup key",
                          model="Keystone 5", createdDateTime=_ago(3)))  # fmt: skip
    put("methods", method(BOSS, PHONES["office"], "phoneAuthenticationMethod", phoneNumber=PLANTED_PHONE,
                          phoneType="office", createdDateTime=_ago(4)))  # fmt: skip
    _entra(put, "desk-17", "Windows", [people.boss], [people.boss])
    rows = (
        ("Admin registered security info", "UserManagement", _target("User", people.colleague, COLLEAGUE), 3),
        ("Admin registered security info", "UserManagement", _target("User", people.boss, BOSS), 4),
        ("Admin registered security info", "UserManagement", _target("User", people.boss, BOSS), 6),
        (
            "Add registered owner to device",
            "Device",
            _target("Device", guid("device-desk-17"), "desk-17", people.boss),
            2,
        ),
        ("User registered security info", "UserManagement", _target("User", people.suspect, SUSPECT), 5),
    )
    who = {"app": None, "user": {"id": people.suspect, "userPrincipalName": f"{SUSPECT}@{DOMAIN}"}}
    put("directoryAudits", *(
        {"id": guid(f"audit-devices-{nth}"), "activityDisplayName": activity, "category": category, "result": "success",
         "activityDateTime": _ago(days), "initiatedBy": who, "targetResources": [target]}
        for nth, (activity, category, target, days) in enumerate(rows)
    ))  # fmt: skip
    put("intuneAudit", *(_intune_event(nth, *row, people) for nth, row in enumerate((
        ("Create DeviceManagementScript", "Create", "DeviceManagementScript", "Printer set-up", people.suspect,
         SUSPECT),
        ("Create RoleAssignment", "Create", "RoleAssignment", "Help desk", people.suspect, SUSPECT),
        ("Get ManagedDevice", "Get", "ManagedDevice", "laptop", people.suspect, SUSPECT),
        ("Patch DeviceConfiguration", "Patch", "DeviceConfiguration", "Screen saver", people.boss, BOSS),
    ))))  # fmt: skip


def _target(kind: str, id_: str, name: str, also: str = "") -> dict[str, Any]:
    more = [{"displayName": "Device.UserId", "oldValue": None, "newValue": f'"{also}"'}] if also else []
    return {"id": id_, "type": kind, "displayName": name, "modifiedProperties": more}


def _intune_event(
    nth: int, activity: str, operation: str, kind: str, name: str, by: str, who: str, people: People
) -> dict[str, Any]:
    del people
    return {
        "id": guid(f"intune-audit-{nth}"), "displayName": activity, "activity": activity, "activityType": activity,
        "activityOperationType": operation, "activityResult": "Success", "category": "Device",
        "componentName": "DeviceConfiguration", "activityDateTime": _ago(3),
        "actor": {"userId": by, "userPrincipalName": f"{who}@{DOMAIN}", "ipAddress": "203.0.113.77"},
        "resources": [{"resourceId": guid(f"{kind}-{name}"), "auditResourceType": kind, "displayName": name,
                       "modifiedProperties": []}],
    }  # fmt: skip


def _ago(days: int) -> str:
    return (datetime.now(UTC) - timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")
