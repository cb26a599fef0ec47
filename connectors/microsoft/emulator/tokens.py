"""The login host: it gives tokens to apps and users, and every API asks here whose a token is.

Grants: client credentials with a signed assertion or a secret, a user's password, a refresh token, which belongs to a
device where the form names one (`device`, the range's own word): a disabled device's is refused (the code is general
knowledge). A token of an app keeps the rights of the moment it was given; a token of a user is refused as soon as
continuous access evaluation sees the account blocked or its sessions revoked, or only at its end where the app does
not take part.
"""

from __future__ import annotations

import base64
import json
import secrets
from datetime import datetime, timedelta
from typing import Any

from connectors.microsoft.emulator.area import Answered, Refusal, Who
from connectors.microsoft.emulator.proofs import assertion_fits, secret_fits
from connectors.microsoft.emulator.roles import roles_of
from connectors.microsoft.emulator.tenant import Record, Tenant

ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
Form = dict[str, str]


def discovery(base: str, tenant: str) -> Answered:
    """What msal asks first: where tokens are given."""
    own = f"https://{base.split('://', 1)[1]}/{tenant}"
    return Answered(200, {
        "issuer": f"{own}/v2.0", "token_endpoint": f"{own}/oauth2/v2.0/token",
        "authorization_endpoint": f"{own}/oauth2/v2.0/authorize", "tenant_region_scope": "EU",
    })  # fmt: skip


def grant(tenant: Tenant, form: Form) -> Answered:
    """A token for what the form proves.

    Raises:
        Refusal: it proves nothing.

    """
    how = form.get("grant_type", "")
    if how == "client_credentials":
        return _to_app(tenant, form)
    if how in ("password", "refresh_token"):
        return _to_user(tenant, form, interactive=how == "password")
    raise _no("unsupported_grant_type", "AADSTS70003", "The app requested an unsupported grant type.", 400)


def bearer(tenant: Tenant, token: str, audience: str) -> Who:
    """Whose token it is, when it is still good.

    Raises:
        Refusal: it is not, with a claims challenge where continuous access evaluation ended it.

    """
    held = tenant.table("tokens").get(token)
    if held is None or held["audience"] != audience:
        raise Refusal(401, "InvalidAuthenticationToken", "Access token validation failure.")
    now = tenant.now()
    if now >= datetime.fromisoformat(held["expires"]):
        raise Refusal(401, "InvalidAuthenticationToken", "Lifetime validation failed, the token is expired.")
    if held["kind"] == "user":
        if held["cae"] and _ended(tenant, held, now - timedelta(seconds=tenant.settings.cae_delay)):
            raise _challenge(now)
        roles = roles_of(tenant, held["principal"])
        return Who("user", held["principal"], held["app"], frozenset(held["rights"]), roles, held["cae"])
    if held.get("challenge"):
        raise _challenge(now)
    roles = roles_of(tenant, held["principal"])
    return Who("app", held["principal"], held["app"], frozenset(held["rights"]), roles, held["cae"])


def _to_app(tenant: Tenant, form: Form) -> Answered:
    found = tenant.first("servicePrincipals", appId=form.get("client_id", ""))
    if found is None:
        raise _no("unauthorized_client", "AADSTS700016", "Application was not found in the directory.", 400)
    if form.get("client_assertion_type") == ASSERTION:
        if not assertion_fits(tenant, found, form.get("client_assertion", "")):
            raise _no("invalid_client", "AADSTS700027", "Client assertion failed signature validation.")
    elif not secret_fits(tenant, found, form.get("client_secret", "")):
        raise _no("invalid_client", "AADSTS7000215", "Invalid client secret provided.")
    if not found.get("accountEnabled", True):
        raise _no("unauthorized_client", "AADSTS7000112", "Application is disabled.", 400)
    _log(tenant, "servicePrincipal", found, form, 0)
    token = _issue(tenant, "app", found["id"], form, _rights(tenant, found), cae="cp1" in str(form))
    return Answered(200, {"token_type": "Bearer", "expires_in": int(tenant.settings.access_token),
                          "access_token": token})  # fmt: skip


def _rights(tenant: Tenant, found: Record) -> frozenset[str]:
    """What the app may do: rights that the range gave it, and app roles that were assigned to it."""
    names = {
        role["id"]: role["value"] for owner in tenant.rows("servicePrincipals") for role in owner.get("appRoles", ())
    }
    assigned = tenant.rows("appRoleAssignments", principalId=found["id"])
    return frozenset(found.get("_rights", ())) | {
        names[row["appRoleId"]] for row in assigned if row["appRoleId"] in names
    }


def _to_user(tenant: Tenant, form: Form, *, interactive: bool) -> Answered:
    if interactive:
        user = tenant.first("users", userPrincipalName=form.get("username", ""))
        if user is None or user.get("_password") != form.get("password"):
            if user is not None:
                _log(tenant, "interactiveUser", user, form, 50126)
            raise _no("invalid_grant", "AADSTS50126", "Invalid username or password.", 400)
        issued, device = tenant.now(), form.get("device", "")
    else:
        held = tenant.table("refresh").get(form.get("refresh_token", ""))
        user = tenant.table("users").get(held["principal"]) if held else None
        if held is None or user is None:
            raise _no("invalid_grant", "AADSTS70008", "The refresh token is not valid.", 400)
        issued = datetime.fromisoformat(held["issued"])
        device = str(held.get("device") or "")
    kind = "interactiveUser" if interactive else "nonInteractiveUser"
    if user.get("accountEnabled") is False:
        _log(tenant, kind, user, form, 50057)
        raise _no("invalid_grant", "AADSTS50057", "The user account is disabled.", 400)
    if not interactive and issued < _revoked(user):
        _log(tenant, kind, user, form, 50173)
        raise _no("invalid_grant", "AADSTS50173", "The provided grant has been revoked.", 400)
    if tenant.table("devices").get(device, {}).get("accountEnabled") is False:
        _log(tenant, kind, user, form, 135011)
        raise _no("invalid_grant", "AADSTS135011", "Device used during the authentication is disabled.", 400)
    _log(tenant, kind, user, form, 0)
    rights = frozenset(user.get("_scopes", ()))
    token = _issue(tenant, "user", user["id"], form, rights, cae=not form.get("scope", "").startswith("api://"))
    refresh = form.get("refresh_token") or secrets.token_urlsafe(24)
    tenant.put("refresh", {"id": refresh, "principal": user["id"], "issued": issued.isoformat(), "device": device})
    return Answered(200, {"token_type": "Bearer", "expires_in": int(tenant.settings.access_token),
                          "access_token": token, "refresh_token": refresh})  # fmt: skip


def _issue(tenant: Tenant, kind: str, principal: str, form: Form, rights: frozenset[str], *, cae: bool) -> str:
    token, now = secrets.token_urlsafe(32), tenant.now()
    audience = form.get("scope", "").split(" ")[0].removesuffix("/.default")
    expires = now + timedelta(seconds=tenant.settings.access_token)
    tenant.put("tokens", {
        "id": token, "kind": kind, "principal": principal, "app": form.get("client_id", ""), "audience": audience,
        "rights": sorted(rights), "issued": now.isoformat(), "expires": expires.isoformat(), "cae": cae,
    })  # fmt: skip
    return token


def _ended(tenant: Tenant, held: Record, seen_until: datetime) -> bool:
    """Whether an event that the API has heard of ended this token."""
    user = tenant.table("users").get(held["principal"])
    if user is None:
        return True
    blocked = user.get("accountEnabled") is False and _at(user.get("_blocked"), seen_until)
    revoked = _revoked(user)
    return blocked or (datetime.fromisoformat(held["issued"]) < revoked <= seen_until)


def _revoked(user: Record) -> datetime:
    """When the user's sessions ended last; the stamp that the API shows has no fractions of a second."""
    return datetime.fromisoformat(user.get("_revoked") or user["signInSessionsValidFromDateTime"])


def _at(text: str | None, seen_until: datetime) -> bool:
    return text is None or datetime.fromisoformat(text) <= seen_until


def _challenge(now: datetime) -> Refusal:
    claims = json.dumps({"access_token": {"nbf": {"essential": True, "value": str(int(now.timestamp()))}}})
    header = f'Bearer realm="", error="insufficient_claims", claims="{base64.b64encode(claims.encode()).decode()}"'
    return Refusal(401, "InvalidAuthenticationToken", "Continuous access evaluation resulted in challenge.",
                   {"WWW-Authenticate": header})  # fmt: skip


def _log(tenant: Tenant, kind: str, who: Record, form: Form, code: int) -> None:
    reason = "" if code == 0 else f"error {code}"
    row: dict[str, Any] = {
        "createdDateTime": tenant.stamp(), "signInEventTypes": [kind], "appId": form.get("client_id", ""),
        "appDisplayName": form.get("client_id", ""), "ipAddress": form.get("_ip", "203.0.113.77"),
        "status": {"errorCode": code, "failureReason": reason}, "resourceDisplayName": form.get("scope", ""),
        "isInteractive": kind == "interactiveUser", "correlationId": secrets.token_hex(8),
    }  # fmt: skip
    if kind == "servicePrincipal":
        row |= {"servicePrincipalId": who["id"], "servicePrincipalName": who.get("displayName", ""), "userId": ""}
    else:
        row |= {"userId": who["id"], "userPrincipalName": who["userPrincipalName"],
                "userDisplayName": who.get("displayName", "")}  # fmt: skip
    tenant.put("signIns", row)


def _no(error: str, code: str, message: str, status: int = 401) -> Refusal:
    return Refusal(status, error, f"{code}: {message}")
