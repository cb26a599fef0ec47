"""Authentication methods: each type deleted under its own segment, phones in their order, the default last."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from connectors.microsoft.emulator.area import Answered, Area, Call, Needs, Refusal, denied, not_found
from connectors.microsoft.emulator.areas.users import user_of
from connectors.microsoft.emulator.listing import listing
from connectors.microsoft.emulator.roles import HIGHEST, privileged
from connectors.microsoft.emulator.tenant import Record, Tenant

AREA = Area("methods")
READ: Needs = ("UserAuthenticationMethod.Read.All", "UserAuthenticationMethod.ReadWrite.All")
ALL = "UserAuthenticationMethod.ReadWrite.All"
PHONES = {
    "mobile": "3179e48a-750b-4051-897c-87b9720928f7", "alternateMobile": "b6332ec1-7057-4abe-9331-3d72feddfe41",
    "office": "e37fc753-ff3b-4958-9484-eaa9425c82bc",
}  # fmt: skip
EMAIL = "3ddfcfc8-9383-446f-83cc-3ab9be4be18f"
PHONE, QR = "phoneAuthenticationMethod", "qrCodePinAuthenticationMethod"
SEGMENTS = {
    "fido2Methods": ("fido2AuthenticationMethod", "Passkey"), "phoneMethods": (PHONE, "Phone"),
    "microsoftAuthenticatorMethods": ("microsoftAuthenticatorAuthenticationMethod", "MicrosoftAuthApp"),
    "softwareOathMethods": ("softwareOathAuthenticationMethod", "SoftwareOATH"),
    "temporaryAccessPassMethods": ("temporaryAccessPassAuthenticationMethod", "TAP"),
    "windowsHelloForBusinessMethods": ("windowsHelloForBusinessAuthenticationMethod", "WindowsHello"),
    "emailMethods": ("emailAuthenticationMethod", "Email"),
    "platformCredentialMethods": ("platformCredentialAuthenticationMethod", "PlatformCred"),
    "externalAuthenticationMethods": ("externalAuthenticationMethod", "External"),
}  # fmt: skip
"""Type and the word of the narrow right, by segment (Microsoft's permission metadata)."""

DEFAULTS = {
    "sms": (PHONE, "mobile"), "voiceMobile": (PHONE, "mobile"), "voiceAlternateMobile": (PHONE, "alternateMobile"),
    "voiceOffice": (PHONE, "office"), "oath": ("softwareOathAuthenticationMethod", None),
    "push": ("microsoftAuthenticatorAuthenticationMethod", None),
}  # fmt: skip
SECOND_FACTORS = {kind for kind, _phone in DEFAULTS.values()}
"""What can be a default: as long as another of these is left, the default cannot be deleted (general knowledge)."""


def held(tenant: Tenant, user: str) -> list[Record]:
    """A user's methods."""
    return tenant.rows("methods", _user=user)


def _shown(row: Record) -> Record:
    return {**row, "id": row["_id"], "@odata.type": f"#microsoft.graph.{row['_type']}"}


@AREA.route("GET", "/v1.0/users/{user}/authentication/methods", READ)
def _list(tenant: Tenant, call: Call) -> Any:
    """The first version knows nothing of the QR code."""
    rows = held(tenant, user_of(tenant, call)["id"])
    return listing(tenant, call, [_shown(row) for row in rows if row["_type"] != QR])


@AREA.route("GET", "/beta/users/{user}/authentication/signInPreferences", READ)
def _preferences(tenant: Tenant, call: Call) -> Any:
    user = user_of(tenant, call)["id"]
    found = tenant.table("signInPreferences").get(user, {})
    return {"userPreferredMethodForSecondaryAuthentication": found.get("default")}


@AREA.route("GET", "/beta/users/{user}/authentication/qrCodePinMethod", READ)
def _qr(tenant: Tenant, call: Call) -> Any:
    found = tenant.first("methods", _user=user_of(tenant, call)["id"], _type=QR)
    if found is None:
        raise not_found("QR code")
    return {"id": found["_id"]}


@AREA.route("DELETE", "/beta/users/{user}/authentication/qrCodePinMethod", ("UserAuthMethod-QR.ReadWrite.All", ALL))
def _delete_qr(tenant: Tenant, call: Call) -> Any:
    _remove(tenant, call, tenant.first("methods", _user=user_of(tenant, call)["id"], _type=QR))


def _deletes(segment: str, kind: str, right: str) -> None:
    path = f"/v1.0/users/{{user}}/authentication/{segment}/{{method}}"

    @AREA.route("DELETE", path, (f"UserAuthMethod-{right}.ReadWrite.All", ALL))
    def _delete(tenant: Tenant, call: Call) -> Any:
        user = user_of(tenant, call)["id"]
        found = tenant.first("methods", _user=user, _type=kind, _id=call.values["method"])
        if found is not None:
            _in_turn(tenant, user, found)
        _remove(tenant, call, found)


def _in_turn(tenant: Tenant, user: str, found: Record) -> None:
    """Phones in their order; the default last (delete phone method)."""
    mine = held(tenant, user)
    if found["_id"] == PHONES["mobile"] and any(row["_id"] == PHONES["alternateMobile"] for row in mine):
        raise Refusal(400, "invalidRequest", "A mobile phone cannot be deleted while an alternate mobile phone exists.")
    default = tenant.table("signInPreferences").get(user, {}).get("default")
    kind, phone = DEFAULTS.get(str(default), ("", None))
    is_default = found["_type"] == kind and found.get("phoneType") == phone
    if is_default and any(row["_type"] in SECOND_FACTORS and row is not found for row in mine):
        raise Refusal(400, "invalidRequest", "The user's default authentication method cannot be deleted.")


def _remove(tenant: Tenant, call: Call, found: Record | None) -> None:
    user = user_of(tenant, call)
    _may_touch(tenant, call, user)
    if found is None:
        raise not_found("Authentication method")
    tenant.remove("methods", [found])
    call.audit("Admin deleted security info", "User", user["id"], user["userPrincipalName"])


def _may_touch(tenant: Tenant, call: Call, user: Record) -> None:
    """An administrator's methods are only for the highest roles (general knowledge)."""
    if privileged(tenant, user["id"]) and not call.who.roles & HIGHEST:
        raise denied()


def _made(
    segment: str, properties: tuple[str, ...], made: Callable[[Tenant, str, dict[str, Any]], dict[str, Any]]
) -> None:
    kind, right = SEGMENTS[segment]
    path = f"/v1.0/users/{{user}}/authentication/{segment}"

    @AREA.route("POST", path, (f"UserAuthMethod-{right}.ReadWrite.All", ALL))
    def _post(tenant: Tenant, call: Call) -> Any:
        user = user_of(tenant, call)
        _may_touch(tenant, call, user)
        given = {name: call.body[name] for name in properties if name in call.body}
        row = made(tenant, user["id"], given)
        row |= {"id": f"{user['id']}/{row['_id']}", "_user": user["id"], "_type": kind,
                "createdDateTime": tenant.stamp()}  # fmt: skip
        secret = row.pop("_told", {})
        tenant.put("methods", row)
        call.audit("Admin registered security info", "User", user["id"], user["userPrincipalName"])
        return Answered(201, {**{name: value for name, value in _shown(row).items() if name[0] != "_"}, **secret})


def _phone(tenant: Tenant, user: str, given: dict[str, Any]) -> dict[str, Any]:
    mine, wanted = {row["_id"] for row in held(tenant, user)}, PHONES[given["phoneType"]]
    if wanted in mine:
        raise Refusal(400, "invalidRequest", "The user has a phone of this type already.")
    if given["phoneType"] == "alternateMobile" and PHONES["mobile"] not in mine:
        raise Refusal(400, "invalidRequest", "An alternate mobile phone needs a mobile phone.")
    return {**given, "_id": wanted, "smsSignInState": "notAllowedByPolicy"}


def _email(_tenant: Tenant, _user: str, given: dict[str, Any]) -> dict[str, Any]:
    return {**given, "_id": EMAIL}


def _pass(tenant: Tenant, user: str, given: dict[str, Any]) -> dict[str, Any]:
    """A new pass takes the old one's place."""
    tenant.remove("methods", tenant.rows("methods", _user=user, _type=SEGMENTS["temporaryAccessPassMethods"][0]))
    word = secrets.token_urlsafe(9)
    return {**given, "_id": secrets.token_hex(16), "isUsable": True, "methodUsabilityReason": "EnabledByPolicy",
            "startDateTime": tenant.stamp(), "_told": {"temporaryAccessPass": word}, "_pass": word}  # fmt: skip


def _external(_tenant: Tenant, _user: str, given: dict[str, Any]) -> dict[str, Any]:
    return {**given, "_id": secrets.token_hex(16)}


for _segment, (_kind, _right) in SEGMENTS.items():
    _deletes(_segment, _kind, _right)
_made("phoneMethods", ("phoneNumber", "phoneType"), _phone)
_made("emailMethods", ("emailAddress",), _email)
_made("temporaryAccessPassMethods", ("lifetimeInMinutes", "isUsableOnce"), _pass)
_made("externalAuthenticationMethods", ("configurationId", "displayName"), _external)


@AREA.job
def _expire(tenant: Tenant) -> None:
    """A pass ends with its lifetime."""
    for row in tenant.rows("methods", _type=SEGMENTS["temporaryAccessPassMethods"][0]):
        start, minutes = datetime.fromisoformat(row["startDateTime"]), int(row.get("lifetimeInMinutes") or 60)
        if tenant.now() >= start + timedelta(minutes=minutes):
            row["isUsable"], row["methodUsabilityReason"] = False, "Expired"


@AREA.snapshot
def _snapshot(tenant: Tenant) -> dict[str, Any]:
    """What each method is; of a pass not which, for a new one takes its place."""
    segments = {kind: segment for segment, (kind, _right) in SEGMENTS.items()}
    shown = {}
    for row in tenant.rows("methods"):
        segment = segments.get(row["_type"], "")
        name = "pass" if segment == "temporaryAccessPassMethods" else row.get("configurationId") or row["_id"]
        part = "qr" if row["_type"] == QR else f"{segment}/{name}" if segment else f"other/{name}"
        told = ("phoneNumber", "phoneType", "emailAddress", "lifetimeInMinutes", "isUsableOnce", "displayName")
        shown[f"methods/{row['_user']}/{part}"] = {key: row.get(key) for key in told}
    return shown
