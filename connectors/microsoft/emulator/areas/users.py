"""Users: who they are, their block, sessions and password, and the directory sync that undoes a block in the cloud."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from connectors.microsoft.emulator.area import Area, Call, Needs, Refusal, denied, not_found
from connectors.microsoft.emulator.listing import chosen, listing
from connectors.microsoft.emulator.roles import HIGHEST, ORDINARY, privileged, roles_over
from connectors.microsoft.emulator.tenant import Record, Tenant

AREA = Area("users")
READ: Needs = ("User.Read.All", "User.ReadWrite.All")
"""`Directory.Read.All` reads users too (general knowledge); it is no key here, so that each right is proven needed."""
ONLY_SELECTED = (
    "accountEnabled", "signInSessionsValidFromDateTime", "lastPasswordChangeDateTime", "onPremisesSyncEnabled",
    "isManagementRestricted", "userType", "createdDateTime",
)  # fmt: skip
ENABLE = ("User.EnableDisableAccount.All", "User.ReadWrite.All")
PASSWORD = ("User-PasswordProfile.ReadWrite.All", "Directory.AccessAsUser.All")


def user_of(tenant: Tenant, call: Call) -> Record:
    """The user that a path names, by id or user principal name; `me` is whoever asks.

    Raises:
        Refusal: there is none.

    """
    wanted = call.who.id if call.values["user"] == "me" else call.values["user"]
    found = tenant.table("users").get(wanted) or tenant.first("users", userPrincipalName=wanted)
    if found is None:
        raise not_found(f"Resource '{wanted}'")
    return found


@AREA.route("GET", "/v1.0/users", READ)
def _list(tenant: Tenant, call: Call) -> Any:
    return listing(tenant, call, tenant.rows("users"), only_selected=ONLY_SELECTED)


@AREA.route("GET", "/v1.0/users/{user}", READ)
def _get(tenant: Tenant, call: Call) -> Any:
    return chosen(user_of(tenant, call), call, ONLY_SELECTED)


def _needs_of(_tenant: Tenant, call: Call) -> Needs:
    """By property; a mixed change needs the right that its heaviest property needs."""
    body = call.body if isinstance(call.body, dict) else {}
    return PASSWORD if "passwordProfile" in body else ENABLE


@AREA.route("PATCH", "/v1.0/users/{user}", _needs_of)
def _change(tenant: Tenant, call: Call) -> Any:
    user, body = user_of(tenant, call), dict(call.body or {})
    if "accountEnabled" in body and not call.who.rights.intersection(ENABLE):
        raise denied()
    _may_touch(tenant, call, user, password="passwordProfile" in body)
    if "passwordProfile" in body:
        _set_password(tenant, user, body.pop("passwordProfile"))
    if "accountEnabled" in body:
        enabled = bool(body["accountEnabled"])
        if user.get("accountEnabled", True) and not enabled:
            user["_blocked"] = tenant.now().isoformat()
        user["accountEnabled"] = enabled
    call.audit("Update user", "User", user["id"], user["userPrincipalName"], **body)


def _may_touch(tenant: Tenant, call: Call, user: Record, *, password: bool) -> None:
    """Rights alone do not do for administrators, nor for members of a restricted administrative unit."""
    roles = roles_over(tenant, call.who.id, user)
    if user.get("isManagementRestricted") and not roles & ORDINARY:
        raise denied("Target object is a member of a restricted management administrative unit.")
    if privileged(tenant, user["id"]):
        if not roles & HIGHEST:
            raise denied()
    elif password and not roles & ORDINARY:
        raise denied()


def _set_password(tenant: Tenant, user: Record, given: Any) -> None:
    if user.get("onPremisesSyncEnabled"):
        raise Refusal(400, "Request_BadRequest", "Unable to update the specified properties for on-premises mastered "
                      "Directory Sync objects or objects currently undergoing migration.")  # fmt: skip
    user["_password"] = given.get("password")
    user["lastPasswordChangeDateTime"] = tenant.stamp()


@AREA.route("POST", "/v1.0/users/{user}/revokeSignInSessions", ("User.RevokeSessions.All", "User.ReadWrite.All"))
def _revoke(tenant: Tenant, call: Call) -> Any:
    """A guest's sessions are in the home tenant: the stamp moves, and nothing ends there."""
    user = user_of(tenant, call)
    user["signInSessionsValidFromDateTime"] = tenant.stamp()
    user["_revoked"] = tenant.now().isoformat()
    call.audit("Revoke user sessions", "User", user["id"], user["userPrincipalName"])
    return {"value": True}


@AREA.job
def _sync(tenant: Tenant) -> None:
    """The directory sync: what Active Directory says of an account becomes so in the cloud."""
    clock = tenant.put("clocks", tenant.table("clocks").get("sync") or {"id": "sync", "last": tenant.now().isoformat()})
    if tenant.now() - datetime.fromisoformat(clock["last"]) < timedelta(seconds=tenant.settings.sync_interval):
        return
    clock["last"] = tenant.now().isoformat()
    for user in tenant.rows("users", onPremisesSyncEnabled=True):
        user["accountEnabled"] = user.get("_enabled_in_ad", True)


@AREA.snapshot
def _snapshot(tenant: Tenant) -> dict[str, Any]:
    """The block, and the password's stamp without its time: a cut moves it and nothing moves it back."""
    shown: dict[str, Any] = {}
    for user in tenant.rows("users"):
        shown[f"sign-in/{user['id']}/block"] = user.get("accountEnabled", True)
    return shown
